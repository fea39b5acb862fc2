//! Any bytes may stand in a file: nothing panics, and all places lie inside.

use diagnostics::core;
use source::FileId;
use testkit::Random;

use super::index;
use crate::read;

const SEED: &str = "# all there is\nroot = true\npreset = \"strict\"\nfail_on = lower(\"NOTE\")\n\
    exclude = [\"vendor/\", \"!é.tf\", for x in [1] : x]\nextends = [\"a\", \"../b\"]\n\
    rule \"cognito/*\" {\n  level = \"off\"\n}\nrule \"core/limit\" \"x\" { levle = <<E\nnote\nE\n}\n\
    rules = { a = 1 ? 2 : [] }\n";

/// Bytes that mean something, and some that mean nothing.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"=",
    b"\n",
    b"${",
    b"rule \"*\" {",
    b"level",
    b"\xff",
    b"\0",
    b"\r\n",
    b"<<E\n",
    b"null",
    b"#",
    b"root",
    b"\xe2\x80",
    b"(",
    b"!",
    b"preset = ",
    b"9e999999",
];

#[test]
fn any_bytes_are_read() {
    let index = index();
    let mut random = Random::new(1);
    let mut found = 0;
    for _ in 0..2000 {
        let mut text = SEED.as_bytes().to_vec();
        for _ in 0..=random.below(6) {
            let start = random.below(text.len());
            let end = (start + random.below(12)).min(text.len());
            let piece = PIECES[random.below(PIECES.len())];
            text.splice(start..end, piece.iter().copied());
        }
        let length = u32::try_from(text.len()).expect("a short text");
        for problem in read(text.into(), FileId(3), &index).problems {
            assert_eq!(problem.rule, core::CONFIG);
            let related = problem.related.iter().map(|related| related.location);
            let edits = problem.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.location);
            for location in related.chain(edits).chain([problem.location]) {
                assert!(location.file == FileId(3) && location.range.end() <= length);
            }
            found += 1;
        }
    }
    assert!(found > 2000, "only {found} mistakes were found");
}
