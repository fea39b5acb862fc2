//! Looks for quotes and `${}` around an expression that needs none.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};

/// Reports each string in the block that is one interpolation and nothing else.
pub(crate) fn check(_: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for lone in reporter.lone_interpolations() {
        let is_short = lone.inside.len() <= 60 && !lone.inside.contains(['\n', '"', '`']);
        let inside = if is_short { format!("`{}`", lone.inside) } else { "it".to_owned() };
        let message =
            format!("the expression needs no quotes and no `${{}}`; write {inside} alone");
        reporter
            .report_lone(&lone, message)
            .unwrap_lone(Safety::Safe, "take the quotes and `${}` away", &lone)
            .emit();
    }
}
