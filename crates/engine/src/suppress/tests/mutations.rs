//! Suppressions among any bytes: nothing panics, no place lies outside, and each fix leaves a text
//! that reads as well as before and is complained about less.

use diagnostics::Diagnostic;
use module::Sources;
use source::{FileSet, SourceFile};
use syntax::{Syntax, TokenKind};
use testkit::Random;

use super::super::suppress;
use super::index;

const NATIVE: &[&str] = &[
    "# ",
    "// ",
    "/* ",
    " */",
    "\n",
    "\r\n",
    "\t",
    " ",
    ",",
    "cfglint:ignore ",
    "cfglint:ignore-block ",
    "cfglint:ignore-file ",
    "CFGLINT: ",
    "cfglint-ignore: ",
    "web/open-door",
    "web/*",
    "*",
    "core/limit",
    "web/open-dor",
    "a = 1",
    "b = [",
    "]",
    "c {",
    "}",
    "<<EOT\n",
    "EOT\n",
    "\"${",
    "x",
    "\u{feff}",
    "é",
    "because ",
];
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r\n",
    " ",
    "\"//\"",
    "\"//\": \"cfglint:ignore *\",",
    "\"cfglint:ignore web\\/*, net/* why\"",
    "\"cfglint:ignore-block *\\n*\"",
    "\"a\"",
    "\"a\": 1",
    "\"resource\": {",
    "\"\\u0063fglint:\"",
    "\"cfglint:ignore",
    "\\",
    "\"",
    "é",
];

/// Pieces that side by side are a valid file.
const LINES: &[&str] = &[
    "# cfglint:ignore web/*, net/* why\n",
    "\t// cfglint:ignore-file *\r\n",
    "/* cfglint:ignore web/open-dor */ ",
    "/* words\n * cfglint:ignore *, core/limit\n */",
    "/* cfglint:ignore-block * */\n",
    "\n",
    "  ",
    "r \"a\" { # cfglint:ignore-block *\n}\n",
    "s {\n  # cfglint:ignore-block net/*\n  t {}\n}\n",
    "/* cfglint: ignor */\n",
];
/// The same for the properties of an object.
const PROPERTIES: &[&str] = &[
    "\"//\": \"cfglint:ignore *\"",
    "\n  \"//\": \"cfglint:ignore web\\/*, net/* why\"",
    "\"//\": [\"words\", \"cfglint:ignore *\"]",
    "\"\\u002f/\" : \"cfglint:ignore *\"",
    "\r\n\t\"//\": [\n\"cfglint:ignore-file core/*\"\n]\r\n",
    "\"resource\": {\"a\": {\"b\": {\"//\": \"cfglint:ignore-block *\" }}}",
    "\n\"locals\": {\n\"x\": [{\"//\": 1}, {}]\n}\n",
    "\"//\": \"cfglint:ignore *\\ncfglint:ignore *\"",
];

fn some<'p>(pieces: &[&'p str], random: &mut Random) -> Vec<&'p [u8]> {
    let count = random.below(12);
    (0..count).map(|_| pieces[random.below(pieces.len())].as_bytes()).collect()
}

/// The complaints about `text`, and the number of its syntax errors.
fn complaints(path: &str, text: &[u8]) -> (Vec<Diagnostic>, usize) {
    let mut files = FileSet::new();
    files.add(SourceFile::new(path, text));
    let trees = [syntax::parse_as(text, Syntax::of_path(path))];
    let mut found = Vec::new();
    suppress(Sources { files: &files, trees: &trees }, &index(), &|_, _| true, &[], &mut found);
    for diagnostic in &found {
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.location);
        for place in edits.chain([diagnostic.location]) {
            assert!(place.range.end() as usize <= text.len(), "{diagnostic:?} in {text:?}");
        }
    }
    (found, trees[0].errors().len())
}

/// The code of `text`: tokens other than comments, each line break once. Of JSON what is not blank.
fn code(path: &str, text: &[u8]) -> Vec<Vec<u8>> {
    let tree = syntax::parse_as(text, Syntax::of_path(path));
    if tree.is_json() {
        // Where the comments stand, and the key of one that is written with an escape.
        let mut code = text.to_vec();
        for comment in tree.comments() {
            code[comment.start() as usize..comment.end() as usize].fill(b' ');
        }
        let code = String::from_utf8_lossy(&code).replace("\\u002f/", "");
        return vec![code.bytes().filter(u8::is_ascii_alphanumeric).collect()];
    }
    let tokens = syntax::tokens(text).into_iter();
    let code = tokens.filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let mut code: Vec<Vec<u8>> = code
        .map(|token| match token.kind {
            TokenKind::Newline => b"\n".to_vec(),
            _ => token.range().slice(text).to_vec(),
        })
        .collect();
    code.dedup_by(|one, other| one == b"\n" && one == other);
    let blank = code.iter().take_while(|token| *token == b"\n").count();
    code.drain(..blank);
    if code.last().is_some_and(|token| token == b"\n") {
        code.pop();
    }
    code
}

#[test]
fn any_text() {
    let mut random = Random::new(5);
    let mut fixes = 0;
    for round in 0..2_500 {
        let (path, mut text) = match round % 4 {
            0 => ("m.tf", some(NATIVE, &mut random).concat()),
            1 => ("m.tf.json", some(JSON, &mut random).concat()),
            2 => ("m.tf", some(LINES, &mut random).concat()),
            _ => {
                let properties = some(PROPERTIES, &mut random).join(&b","[..]);
                ("m.tf.json", [b"{", &properties[..], b"}"].concat())
            }
        };
        if round % 7 == 0 && !text.is_empty() {
            let at = random.below(text.len());
            text[at] = 0xff;
        }
        let (found, errors) = complaints(path, &text);
        for fix in found.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
            let mut after = text.clone();
            for edit in fix.edits.iter().rev() {
                let range = edit.location.range;
                after.splice(range.start() as usize..range.end() as usize, edit.text.bytes());
            }
            let (_, errors_after) = complaints(path, &after);
            let shown = String::from_utf8_lossy(&text);
            assert!(errors_after <= errors, "{shown:?}\n{:?}", String::from_utf8_lossy(&after));
            assert_eq!(code(path, &text), code(path, &after), "{shown:?}");
            fixes += 1;
        }
    }
    assert!(fixes > 500, "only {fixes} fixes were tried");
}
