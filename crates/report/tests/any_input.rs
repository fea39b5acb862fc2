//! Whatever the files hold and wherever the ranges point, every format is written, and nothing
//! hidden reaches the output.

use cfglint_report::{Format, FullOptions, Report, Summary, is_hidden};
use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety};
use source::{FileId, FileSet, Location, SourceFile, TextRange};

/// xorshift64*: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or(0) % below
    }

    fn pieces(&mut self, most: usize) -> Vec<u8> {
        const PIECES: [&[u8]; 22] = [
            b"a = 1",
            b" ",
            b"\n",
            b"\r\n",
            b"\r",
            b"\t",
            b"\0",
            b"\x1b[31m",
            b"\xff",
            b"\xe2\x82",
            "é".as_bytes(),
            "漢字".as_bytes(),
            "😀".as_bytes(),
            "e\u{301}".as_bytes(),
            "\u{202e}".as_bytes(),
            "\u{feff}".as_bytes(),
            "\u{200d}".as_bytes(),
            "\u{85}".as_bytes(),
            "\u{2028}".as_bytes(),
            b"](1)",
            b"\"\\",
            b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ];
        (0..self.next(most)).flat_map(|_| PIECES[self.next(PIECES.len())]).copied().collect()
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.pieces(6)).into_owned()
    }

    fn location(&mut self, files: &FileSet) -> Location {
        let file = FileId(u32::try_from(self.next(files.len())).unwrap_or(0));
        // Some ranges lie past the end, some in the middle of a character.
        let length = files.get(file).text().len() + 3;
        let offset = |at| u32::try_from(at).unwrap_or(0);
        let (a, b) = (offset(self.next(length)), offset(self.next(length)));
        Location::new(file, TextRange::new(a.min(b), a.max(b)))
    }

    fn diagnostic(&mut self, files: &FileSet) -> Diagnostic {
        let levels = [Level::Note, Level::Warning, Level::Error];
        let mut found = Diagnostic::new(
            RuleId::from_static("a/b"),
            levels[self.next(3)],
            self.location(files),
            self.text(),
        );
        for _ in 0..self.next(10) {
            found = found.with_related(self.location(files), self.text());
        }
        for _ in 0..self.next(4) {
            let step = found.clone().with_related(self.location(files), self.text()).related.pop();
            found.flow.extend(step);
        }
        found.when = (self.next(2) == 0).then(|| self.text());
        found.instance = (self.next(2) == 0).then(|| self.text());
        found.hides_source = self.next(4) == 0;
        let edits = (0..self.next(3))
            .map(|_| Edit { location: self.location(files), text: self.text() })
            .collect();
        found.with_fix(Some(Fix { safety: Safety::Unsafe, title: self.text(), edits }))
    }
}

fn check(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut files = FileSet::new();
    for _ in 0..=random.next(3) {
        files.add(SourceFile::new(random.text(), random.pieces(60)));
    }
    let diagnostics: Vec<_> = (0..8).map(|_| random.diagnostic(&files)).collect();
    let report = Report {
        files: &files,
        diagnostics: &diagnostics,
        rules: &[],
        summary: Summary::default(),
        version: "0.1.0",
        root: "",
        directory: "a/b",
    };
    let options = FullOptions { color: false, width: random.next(120), ..FullOptions::default() };
    for format in Format::ALL {
        let mut out = Vec::new();
        format.write(&report, options, &mut out).expect("memory takes it all");
        let out = String::from_utf8(out).expect("output is UTF-8");
        let hidden = out.chars().find(|c| is_hidden(*c) && *c != '\n');
        assert_eq!(hidden, None, "{format}, seed {seed}");
        if matches!(format, Format::Json | Format::Sarif) {
            let json: Result<serde_json::Value, _> = serde_json::from_str(&out);
            assert!(json.is_ok(), "{format}, seed {seed}");
        }
    }
}

#[test]
fn every_input_is_written() {
    (0..150).for_each(check);
}
