//! What the fixes of suppressions make of a text.

use super::Run;

#[track_caller]
fn check_fix(marked: &str, expect: &str) {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let bom = |text: &str| format!("\u{feff}{text}");
    let variants = [
        (marked.to_owned(), expect.to_owned()),
        (crlf(marked), crlf(expect)),
        (bom(marked), bom(expect)),
    ];
    for (marked, expect) in variants {
        assert_eq!(Run::new("main.tf", &marked).fixed("main.tf"), expect, "{marked:?}");
    }
}

#[test]
fn fixes_write_what_was_meant() {
    check_fix(
        "# cfglint:ignore web/open-dor x\na = «web/open-door»1\n",
        "# cfglint:ignore web/open-door x\na = 1\n",
    );
    check_fix(
        "# CFGLINT: Ignore web/door x\na = «web/open-door»1\n",
        "# cfglint:ignore web/door x\na = 1\n",
    );
    check_fix(
        "# cfglint:ignore:open-door x\na = «web/open-door»1\n",
        "# cfglint:ignore web/open-door x\na = 1\n",
    );
    check_fix(
        "# cfglint:ignore: \"web/open-door\" x\na = «web/open-door»1\n",
        "# cfglint:ignore web/open-door x\na = 1\n",
    );
    check_fix(
        "# cfglint-ignore: web/open-door x\na = «web/open-door»1\n",
        "# cfglint:ignore web/open-door x\na = 1\n",
    );
    // It may be a rule of another version.
    let other = "# cfglint:ignore web/closed-door x\na = 1\n";
    check_fix(other, other);
    let pack = "# cfglint:ignore web is slow\na = 1\n";
    check_fix(pack, pack);
}

#[test]
fn fixes_take_out_what_is_not_used() {
    check_fix("# cfglint:ignore web/* x\na = 1\n", "a = 1\n");
    check_fix("b = 1\n\t# cfglint:ignore web/* x\n", "b = 1\n");
    check_fix("b = 1\n# cfglint:ignore web/* x", "b = 1\n");
    check_fix("b = 1 # cfglint:ignore web/* x", "b = 1");
    check_fix("b = 1\t// cfglint:ignore web/* x\nc = 1\n", "b = 1\nc = 1\n");
    check_fix("b = /* cfglint:ignore web/* x */ 1\n", "b = 1\n");
    check_fix("b = 1/* cfglint:ignore web/open-door */+ 1\n", "b = 1 + 1\n");
    check_fix("/* cfglint:ignore web/open-door */ b = 1\n", "b = 1\n");
    check_fix("/*\n  cfglint:ignore web/open-door x\n*/\nb = 1\n", "b = 1\n");
    check_fix(
        "/*\n * Words.\n * cfglint:ignore web/open-door x\n */\nb = 1\n",
        "/*\n * Words.\n */\nb = 1\n",
    );
    check_fix(
        "/* Words.\n   cfglint:ignore web/open-door x */\nb = 1\n",
        "/* Words.\n   cfglint:ignore web/open-door x */\nb = 1\n",
    );
    check_fix(
        "/*\n * cfglint:ignore web/open-door x\n * cfglint:ignore net/*, core/*\n */\nb = 1\n",
        "b = 1\n",
    );
    check_fix(
        "/*\n * cfglint:ignore web/open-door x\n * cfglint:ignore net/*\n */\nb = «net/loose-wire»1\n",
        "/*\n * cfglint:ignore net/*\n */\nb = 1\n",
    );
    check_fix(
        "/*\n * cfglint:ignore web/open-door x\n * cfglint:stop\n */\nb = 1\n",
        "/*\n * cfglint:stop\n */\nb = 1\n",
    );
    let last = "/* Words.\n   cfglint:ignore web/open-door x */";
    check_fix(last, last);
    check_fix(
        "# cfglint:ignore web/*, net/* x\nb = «net/loose-wire»1\n",
        "# cfglint:ignore net/* x\nb = 1\n",
    );
    check_fix(
        "# cfglint:ignore net/*,web/* x\nb = «net/loose-wire»1\n",
        "# cfglint:ignore net/* x\nb = 1\n",
    );
    check_fix(
        "# cfglint:ignore core/limit, net/*,web/* x\nb = «net/loose-wire»1\n",
        "# cfglint:ignore net/* x\nb = 1\n",
    );
    check_fix("# cfglint:ignore web/*, no/rule x\nb = 1\n", "# cfglint:ignore no/rule x\nb = 1\n");
    check_fix("# cfglint:ignore web/*, net/* x\nb = 1\n", "b = 1\n");
    check_fix("a = [ # cfglint:ignore web/* x\n  1, // cfglint:ignore *\n]\n", "a = [\n  1,\n]\n");
}
