//! Functions that read files, over files in memory.

use std::collections::BTreeMap;

use source::{Entry, EntryKind, FileId, Files, Location, ReadError, Text};
use value::{Reason, Value};

use super::{expr, tree};
use crate::{Budget, Evaluated, Lookup, Scope, evaluate};

/// Texts by path; directories are what paths have before a `/`.
#[derive(Default)]
struct Memory(BTreeMap<&'static str, &'static str>);

impl Files for Memory {
    fn read(&self, _: &str, path: &str, _: u64) -> Result<Text, ReadError> {
        match self.0.get(path) {
            Some(&"too large") => Err(ReadError::TooLarge(1 << 30)),
            Some(text) => Ok(text.as_bytes().into()),
            None => Err(ReadError::NotFound),
        }
    }

    fn kind(&self, _: &str, path: &str) -> Result<EntryKind, ReadError> {
        if path.starts_with("..") || path.starts_with('/') {
            return Err(ReadError::OutsideProject);
        }
        let inside = format!("{path}/");
        match self.0.get(path) {
            Some(&"leads out") => Ok(EntryKind::Outside),
            Some(_) => Ok(EntryKind::File),
            None if path == "." || self.0.keys().any(|file| file.starts_with(&inside)) => {
                Ok(EntryKind::Directory)
            }
            None => Err(ReadError::NotFound),
        }
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError> {
        let inside = if path == "." { String::new() } else { format!("{path}/") };
        let below = self.0.keys().filter_map(|file| file.strip_prefix(&inside));
        let names = below.filter_map(|rest| rest.split('/').next());
        let names: std::collections::BTreeSet<&str> = names.collect();
        let entry = |name: &str| {
            let kind = self.kind(base, &format!("{inside}{name}"))?;
            Ok(Entry { name: name.to_owned(), kind, is_link: false })
        };
        names.into_iter().map(entry).collect()
    }
}

impl Scope for Memory {
    fn lookup(&self, root: &str, _: &[&str], _: Location) -> Lookup {
        match root {
            "open" => {
                let value = Value::unknown(value::Type::String, Reason::Variable);
                Lookup::Found { value, consumed: 0 }
            }
            _ => Lookup::Undeclared { summary: "Undeclared".into(), detail: String::new() },
        }
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self, "."))
    }
}

fn eval(text: &str) -> Evaluated {
    let files = Memory(BTreeMap::from([
        ("a.txt", "hello"),
        ("big.txt", "too large"),
        ("t/loop.tftpl", "%{ for x in xs }${x}\n%{ endfor }"),
        ("t/again.tftpl", "${templatefile(\"t/again.tftpl\", {})}"),
        ("t/named.tftpl", "x\n${ name }"),
        ("t/wrong.tftpl", "x\n ${ [][0] }"),
        ("t/reads.tftpl", "<${file(\"a.txt\")}>"),
        ("out/way", "leads out"),
        ("out/b.txt", ""),
    ]));
    evaluate(expr(&tree(text)), FileId(0), &files, &Budget::default())
}

fn check(text: &str, expect: &str) {
    let Evaluated { value, errors } = eval(text);
    let shown = match (errors.first(), value.as_unknown()) {
        (Some(error), _) => format!("{}: {}", error.summary, error.detail),
        (None, Some(unknown)) => format!("unknown {}: {:?}", unknown.ty, unknown.reason),
        (None, None) => value.to_json(),
    };
    assert_eq!(shown, expect, "{text}");
}

#[test]
fn files_are_read_inside_the_project() {
    check("file(\"./t/../a.txt\")", "\"hello\"");
    check("filemd5(\"a.txt\")", "\"5d41402abc4b2a76b9719d911017c592\"");
    check("file(\"../a.txt\")", "unknown string: File");
    check("file(\"/etc/passwd\")", "unknown string: File");
    check("file(\"~/a.txt\")", "unknown string: File");
    check("filesha1(\"big.txt\")", "unknown string: File");
    check("fileexists(\"../a.txt\")", "unknown bool: File");
    check("fileexists(\"big.txt\")", "true");
    check("fileexists(\"b.txt\")", "false");
    check("file(\"out/way\")", "unknown string: File");
    check("pathexpand(\"~/a\")", "unknown string: File");
    check("startswith(abspath(\"a\"), \"/\")", "true");
}

#[test]
fn files_that_are_not_there_are_told_apart() {
    let missing = |text: &str| eval(text).errors.first().map(|error| error.missing_file);
    assert_eq!(missing("file(\"b.txt\")"), Some(true));
    assert_eq!(missing("filebase64sha256(\"b.zip\")"), Some(true));
    assert_eq!(missing("templatefile(\"b.tftpl\", {})"), Some(true));
    assert_eq!(missing("file(\"t\")"), Some(false));
    assert_eq!(missing("upper([])"), Some(false));
    check("try(file(\"b.txt\"), \"none\")", "\"none\"");
}

#[test]
fn templates_of_files() {
    check("templatefile(\"t/loop.tftpl\", { xs = [1, 2] })", "\"1\\n2\\n\"");
    check("templatefile(\"t/reads.tftpl\", {})", "\"<hello>\"");
    check("templatefile(\"t/named.tftpl\", { name = open })", "unknown string: Derived");
    check("templatefile(\"../x.tftpl\", {})", "unknown any: File");
    check(
        "templatefile(\"t/named.tftpl\", {})",
        "Invalid function argument: `vars` of `templatefile`: the template needs the \
         variable \"name\" at t/named.tftpl:2,4, which is not given",
    );
    let refused = eval("templatefile(\"t/wrong.tftpl\", {})").errors;
    assert!(refused[0].detail.contains("t/wrong.tftpl:2,"), "{refused:?}");
    let again = eval("templatefile(\"t/again.tftpl\", {})").errors;
    assert!(again[0].detail.contains("may not render another one"), "{again:?}");
    // A diagnostic finds the call, not a place in a file that is no configuration.
    let value = eval("templatefile(\"t/loop.tftpl\", { xs = [1] })").value;
    assert!(value.origin().steps().all(|step| step.location.file == FileId(0)));
}

#[test]
fn secrets_are_kept_in_templates() {
    let text = "templatefile(\"t/loop.tftpl\", { xs = sensitive(\"hunter2\") })";
    let errors = eval(text).errors;
    assert!(errors.iter().all(|error| !error.detail.contains("hunter2")), "{errors:?}");
    assert_eq!(errors.len(), 1);
    let value = eval("templatefile(\"t/loop.tftpl\", { xs = [sensitive(\"x\")] })").value;
    assert!(value.marks().contains(value::Marks::SENSITIVE));
}

#[test]
fn sets_of_files() {
    check("fileset(\".\", \"*.txt\")", r#"["a.txt","big.txt"]"#);
    check("fileset(\".\", \"t/{loop,named}*\")", r#"["t/loop.tftpl","t/named.tftpl"]"#);
    check("fileset(\"out\", \"*.txt\")", r#"["b.txt"]"#);
    check("fileset(\"out\", \"**\")", "unknown set(string): File");
    check("fileset(\"..\", \"*\")", "unknown set(string): File");
}
