//! One line a diagnostic: `path:line:col: level[rule]: message`.

use std::io;

use crate::{Report, context, escape};

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for diagnostic in report.active() {
        let file = report.files.get(diagnostic.location.file);
        let start = file.position(diagnostic.location.range.start());
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}{}",
            escape(file.path()),
            start.line,
            start.column,
            diagnostic.level,
            escape(diagnostic.rule.as_str()),
            escape(&diagnostic.message),
            escape(&context(diagnostic)),
        )?;
    }
    Ok(())
}
