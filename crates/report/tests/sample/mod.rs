//! A report with all that is difficult to write: several files, related places, fixes, tabs, wide
//! and hidden characters, long lines, ranges over lines, empty files, CRLF, a byte order mark.
#![allow(dead_code, reason = "each test uses a part")]

use cfglint_report::{Report, RuleInfo, Summary};
use diagnostics::{
    Diagnostic, Edit, Fix, Level, Related, RuleId, Safety, Suppression, SuppressionKind, core,
};
use source::{FileId, FileSet, Location, SourceFile, TextRange};

const MAIN: &str = "\
resource \"aws_cognito_user_pool_client\" \"app\" {
\tallowed_oauth_flows = [\"code\", \"implicit\"]
  name                = \"ログイン-client\"\t# 名前
  # \u{202e}hidden\u{2066} \x1b[31mred\0
  callback_urls = [
    \"http://example.com/a\",
    \"http://example.com/b\",
    \"http://example.com/c\",
    \"http://example.com/d\",
    \"http://example.com/e\",
    \"http://example.com/f\",
    \"http://example.com/g\",
  ]
}
";
const VARIABLES: &str = "variable \"name\" {\r\n  default = \"x\"\r\n}\r\n";
const BOM: &str = "\u{feff}a = b c\nd = 1\n";

/// The files, diagnostics and rules of the report.
pub struct Sample {
    files: FileSet,
    diagnostics: Vec<Diagnostic>,
    rules: Vec<RuleInfo>,
}

impl Sample {
    /// Everything.
    pub fn new() -> Self {
        let mut files = FileSet::new();
        let long = format!("x = \"{}marked{}\"\n", "a, ".repeat(500), ", z".repeat(500));
        let variables = files.add(SourceFile::new("../variables.tf", VARIABLES.as_bytes()));
        let bom = files.add(SourceFile::new("bom.tf", BOM.as_bytes()));
        let empty = files.add(SourceFile::new("empty.tf", &b""[..]));
        let invalid = files.add(SourceFile::new("invalid.tf", &b"a = \"\xff\xfe\" # \xc3\n"[..]));
        let long = files.add(SourceFile::new("long.tf", long.into_bytes()));
        let main = files.add(SourceFile::new("main.tf", MAIN.as_bytes()));
        let odd = files.add(SourceFile::new("my dir/é\u{202e}#.tf", &b"a = 1"[..]));
        let at = Finder { files: &files };
        let diagnostics = vec![
            crlf(&at, variables),
            syntax_error(&at, bom),
            unreadable(empty),
            encoding(invalid),
            long_range(&at, long),
            long_line(&at, long),
            suppressed(&at, main),
            implicit_flow(&at, main, variables),
            wide(&at, main, variables),
            hidden(&at, main),
            many_lines(&at, main),
            at_the_end(odd),
        ];
        Self { files, diagnostics, rules: rules() }
    }

    /// The report.
    pub fn report(&self) -> Report<'_> {
        Report {
            files: &self.files,
            diagnostics: &self.diagnostics,
            rules: &self.rules,
            summary: Summary { files: 7, modules: 3, elapsed: None },
            version: "1.2.3",
            root: "",
            directory: "infra/prod",
        }
    }
}

/// Finds places by their text.
struct Finder<'a> {
    files: &'a FileSet,
}

impl Finder<'_> {
    fn find(&self, file: FileId, text: &str) -> Location {
        let bytes = self.files.get(file).text();
        let at = bytes.windows(text.len()).position(|window| window == text.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{text:?} is not in the file"));
        place(file, at, at + text.len())
    }

    /// From the start of `first` to the end of `last`.
    fn find_from(&self, file: FileId, first: &str, last: &str) -> Location {
        let (first, last) = (self.find(file, first).range, self.find(file, last).range);
        Location::new(file, first.cover(last))
    }
}

fn place(file: FileId, start: usize, end: usize) -> Location {
    let offset = |at| u32::try_from(at).expect("small files");
    Location::new(file, TextRange::new(offset(start), offset(end)))
}

fn warning(rule: &'static str, location: Location, message: &str) -> Diagnostic {
    Diagnostic::new(RuleId::from_static(rule), Level::Warning, location, message)
}

fn syntax_error(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let found = "missing line end after the argument";
    Diagnostic::new(core::SYNTAX_ERROR, Level::Error, at.find(file, "c"), found)
        .with_related(at.find(file, "a"), "the argument begins here")
}

fn unreadable(file: FileId) -> Diagnostic {
    Diagnostic::new(core::UNREADABLE_FILE, Level::Error, place(file, 0, 0), "permission denied")
}

fn encoding(file: FileId) -> Diagnostic {
    Diagnostic::new(core::SYNTAX_ERROR, Level::Error, place(file, 5, 7), "not UTF-8")
}

fn long_line(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let fix = Fix {
        safety: Safety::Unsafe,
        title: "take it out".into(),
        edits: vec![Edit { location: at.find(file, "marked"), text: String::new() }],
    };
    warning("test/long", at.find(file, "marked"), "in the middle of a long line")
        .with_related(at.find(file, "x ="), "fell to the cut")
        .with_fix(Some(fix))
}

fn long_range(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let whole = at.find_from(file, "\"a", "z\"");
    warning("test/long", whole, "longer than the terminal is wide")
}

fn implicit_flow(at: &Finder<'_>, file: FileId, variables: FileId) -> Diagnostic {
    let fix = Fix {
        safety: Safety::Unsafe,
        title: "remove `\"implicit\"`".into(),
        edits: vec![Edit {
            location: at.find(file, "[\"code\", \"implicit\"]"),
            text: "[\"code\"]".into(),
        }],
    };
    let message = "the implicit flow exposes tokens in URLs [see](http://evil.example)";
    let mut found = warning("cognito/oauth-implicit-flow", at.find(file, "\"implicit\""), message)
        .with_related(at.find(file, "allowed_oauth_flows"), "set in this argument")
        .with_related(at.find(variables, "\"x\""), "the value [comes] from here")
        .with_fix(Some(fix));
    found.instance = Some("[\"eu\"]".into());
    found.when = Some("`var.m2m` is false".into());
    let step = |location, message: &str| Related { message: message.into(), location };
    found.flow = vec![
        step(at.find(variables, "\"x\""), "the value [comes] from here"),
        step(at.find(file, "allowed_oauth_flows"), "set in this argument"),
    ];
    found
}

fn wide(at: &Finder<'_>, file: FileId, variables: FileId) -> Diagnostic {
    let fix = Fix {
        safety: Safety::Safe,
        title: "call it otherwise".into(),
        edits: vec![
            Edit { location: at.find(variables, "\"x\""), text: "\"login\"".into() },
            Edit { location: at.find(file, "ログイン"), text: "login".into() },
        ],
    };
    let location = at.find_from(file, "-client", "-client");
    let mut found = warning("test/wide", location, "stands after wide characters");
    found.level = Level::Note;
    found.url = Some("https://example.com/rules/wide".into());
    found.with_fix(Some(fix)).with_related(at.find(file, "名前"), "wide too")
}

fn hidden(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let message = "\u{202e}reversed\u{1b}[2J and\nbroken";
    warning("test/hidden", at.find(file, "red\0"), message)
}

fn many_lines(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let lines = at.find_from(file, "[\n", "\n  ]");
    warning("test/lines", lines, "goes over lines")
        .with_related(at.find(file, "\"http://example.com/f\""), "one of them")
}

fn suppressed(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let mut found = warning("test/lines", at.find(file, "resource"), "known");
    found.suppressed = Some(Suppression {
        kind: SuppressionKind::Comment,
        justification: Some("the customer wants it".into()),
    });
    found
}

fn at_the_end(file: FileId) -> Diagnostic {
    warning("test/end", place(file, 5, 5), "at the end of a file without line end")
}

fn crlf(at: &Finder<'_>, file: FileId) -> Diagnostic {
    let mut found = warning("test/crlf", at.find(file, "default = \"x\"\r\n"), "ends in CRLF");
    found.instance = Some("[0]".into());
    found
}

fn rules() -> Vec<RuleInfo> {
    let rule = |id: &str, title: &str, level, security: Option<&str>| RuleInfo {
        id: id.into(),
        title: title.into(),
        summary: format!("{title}, in one paragraph."),
        level,
        help_markdown: format!("# {title}\n\nUse `[\"code\"]`."),
        help_text: format!("{title}\n\nUse [\"code\"]."),
        tags: vec!["oauth".into(), "terraform".into()],
        security: security.map(Into::into),
        url: Some(format!("https://example.com/rules/{id}")),
    };
    vec![
        rule("cognito/oauth-implicit-flow", "OAuth implicit flow", Level::Warning, Some("medium")),
        rule("cognito/never-fires", "Never fires", Level::Error, None),
        rule("core/syntax-error", "Syntax error", Level::Error, None),
    ]
}
