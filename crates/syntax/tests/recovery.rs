//! Files in the middle of an edit: one mistake gives one error, in the right place, and the items
//! that were not touched stay.

use cfglint_syntax as syntax;
use syntax::{Body, Item};

const FILE: &str = r#"terraform {
  required_version = ">= 1.5"
}

locals {
  tags = {
    Name  = var.name
    Owner = "team-${var.name}"
  }
  zones = ["a", "b"]
}

resource "aws_instance" "web" {
  ami  = data.aws_ami.base.id
  type = "t3.micro"
  many = var.enabled ? 2 : 0

  user_data = <<-EOT
    #!/bin/sh
    echo ${var.name}
  EOT

  disk {
    size      = 20
    encrypted = true
  }

  lifecycle {
    ignore_changes = [ami]
  }
  labels = merge(local.tags, { Role = "web" })
}

output "ids" {
  value = [for i in aws_instance.web : i.id]
}
"#;

/// All items, the blocks they are in before them: `locals/zones = ["a", "b"]`.
fn items(text: &str) -> Vec<String> {
    let tree = syntax::parse(text.as_bytes());
    let mut found = Vec::new();
    collect(tree.body(), "", &mut found);
    found
}

fn collect(body: Body<'_>, path: &str, found: &mut Vec<String>) {
    for item in body.items() {
        match item {
            Item::Attribute(attribute) => {
                let text = attribute.range().slice(attribute.tree().text());
                found.push(format!("{path}{}", String::from_utf8_lossy(text)));
            }
            Item::Block(block) => {
                let path = format!("{path}{}/", block.kind());
                found.push(path.clone());
                collect(block.body(), &path, found);
            }
        }
    }
}

fn errors(text: &str) -> Vec<String> {
    let tree = syntax::parse(text.as_bytes());
    let lines = |range: source::TextRange| {
        let before = &text.as_bytes()[..range.start() as usize];
        let line = 1 + String::from_utf8_lossy(before).matches('\n').count();
        (line, String::from_utf8_lossy(range.slice(text.as_bytes())).into_owned())
    };
    let shown = |error: &syntax::SyntaxError| {
        let (line, piece) = lines(error.range);
        let related = match &error.related {
            Some((range, why)) => format!(" ({}: {why})", lines(*range).0),
            None => String::new(),
        };
        format!("{line} `{piece}`: {}{related}", error.message)
    };
    tree.errors().iter().map(shown).collect()
}

/// Replaces `from` in the file by `to` and checks the error, the items that are gone, and those
/// that are new.
#[track_caller]
fn check(from: &str, to: &str, error: &str, gone: &[&str], new: &[&str]) {
    assert_eq!(FILE.matches(from).count(), 1, "{from}");
    let text = FILE.replace(from, to);
    assert_eq!(errors(&text), [error], "{text}");
    let (before, after) = (items(FILE), items(&text));
    let lost: Vec<_> = before.iter().filter(|item| !after.contains(item)).collect();
    let made: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
    assert_eq!(lost, gone, "lost");
    assert_eq!(made, new, "new");
}

const TYPE: &str = "resource/type = \"t3.micro\"";

#[test]
fn values() {
    let check = |to: &str, error: &str, new: &str| {
        check("type = \"t3.micro\"", to, error, &[TYPE], &[new]);
    };
    let line_end = "expected an expression, found the end of the line";
    check("type = ", &format!("15 ``: {line_end}"), "resource/type =");
    check("type = a +", &format!("15 ``: {line_end}"), "resource/type = a +");
    check("type = -", &format!("15 ``: {line_end}"), "resource/type = -");
    check(
        "type = a ? b",
        "15 ``: expected `:` and the other result of the conditional, found the end of the line \
         (15: the conditional's `?`)",
        "resource/type = a ? b",
    );
    check(
        "type = a.",
        "15 ``: expected an attribute name after the dot, found the end of the line (15: the dot)",
        "resource/type = a.",
    );
    check("type = )", "15 `)`: expected an expression, found `)`", "resource/type =");
}

#[test]
fn names() {
    check(
        "type = \"t3.micro\"",
        "type",
        "15 `type`: expected `=` and a value, or a block, after `type`",
        &[TYPE],
        &[],
    );
    check(
        "type = \"t3.micro\"",
        "type: \"t3.micro\"",
        "15 `:`: expected `=` after `type`, found `:`",
        &[TYPE],
        &[],
    );
    check(
        "type = \"t3.micro\"",
        "\"type\" = 1",
        "15 `\"type\"`: the name of an argument must not be quoted",
        &[TYPE],
        &[],
    );
    check(
        "type = \"t3.micro\"",
        "type = 1, size = 2",
        "15 `,`: arguments are separated by new lines, not by commas",
        &[TYPE],
        &["resource/type = 1"],
    );
    check(
        "type = \"t3.micro\"",
        "type = 1 size = 2",
        "15 `size`: expected a new line after this, found `size`",
        &[TYPE],
        &["resource/type = 1", "resource/size = 2"],
    );
    check(
        "type = \"t3.micro\"",
        "ami = 1",
        "15 `ami`: argument `ami` is set already (14: first set here)",
        &[TYPE],
        &["resource/ami = 1"],
    );
}

#[test]
fn strings() {
    let check = |to: &str, error: &str, new: &str| {
        check("type = \"t3.micro\"", to, error, &[TYPE], &[new]);
    };
    check("type = \"t3", "15 `\"`: this string is not closed on its line", "resource/type = \"t3");
    check("type = \"", "15 `\"`: this string is not closed on its line", "resource/type = \"");
    for broken in ["type = \"t3${", "type = \"t3${a", "type = \"t3${a\"", "type = \"t3${\""] {
        check(
            broken,
            "15 `${`: this template sequence is never closed",
            &format!("resource/{broken}"),
        );
    }
    check(
        "type = \"t3\n  micro\"",
        "15 `\"t3`: a quoted string must end on its line; write `\\n` for a line end, or a heredoc, \
         `<<EOT`",
        "resource/type = \"t3\n  micro\"",
    );
    check(
        r#"type = "C:\dir""#,
        r"15 `\d`: `\d` is not an escape sequence",
        r#"resource/type = "C:\dir""#,
    );
    check(
        r#"type = "${a b}""#,
        "15 `b`: expected `}` to end the interpolation, found `b` (15: it begins here)",
        r#"resource/type = "${a b}""#,
    );
    check(
        "type = 't3'",
        "15 `'`: single quotes are not valid; write strings in double quotes",
        "resource/type =",
    );
}

#[test]
fn brackets() {
    let check = |to: &str, error: &str, new: &str| {
        check("type = \"t3.micro\"", to, error, &[TYPE], &[new]);
    };
    let expected = "its end was expected before this";
    check(
        "type = lower(",
        &format!("15 `lower(`: this call is never closed (16: {expected})"),
        "resource/type = lower(",
    );
    check(
        "type = lower(a,",
        &format!("15 `lower(`: this call is never closed (16: {expected})"),
        "resource/type = lower(a,",
    );
    check(
        "type = [\n    a,\n    b",
        &format!("15 `[`: this list is never closed (18: {expected})"),
        "resource/type = [\n    a,\n    b",
    );
    check(
        "type = (a +",
        "15 ``: expected an expression, found the end of the line",
        "resource/type = (a +",
    );
    check(
        "type = a[0",
        &format!("15 `[`: this index is never closed (16: {expected})"),
        "resource/type = a[0",
    );
    check(
        "type = [for i in",
        &format!("15 `[`: this `for` expression is never closed (16: {expected})"),
        "resource/type = [for i in",
    );
    check("type = [a b]", "15 `b`: expected `,` before the next item", "resource/type = [a b]");
    check(
        "type = {\n    a = \n    b = 1\n  }",
        "16 ``: expected an expression, found the end of the line",
        "resource/type = {\n    a = \n    b = 1\n  }",
    );
    check(
        "type = {\n    a 1\n    b = 1\n  }",
        "16 `1`: expected `=` after the key, found `1`",
        "resource/type = {\n    a 1\n    b = 1\n  }",
    );
}

#[test]
fn objects_left_open() {
    check(
        "    Owner = \"team-${var.name}\"\n  }\n",
        "    Owner = \"team-${var.name}\"\n",
        "6 `{`: this object is never closed (9: its end was expected before this)",
        &["locals/tags = {\n    Name  = var.name\n    Owner = \"team-${var.name}\"\n  }"],
        &["locals/tags = {\n    Name  = var.name\n    Owner = \"team-${var.name}\""],
    );
    check(
        "{ Role = \"web\" })\n",
        "{ Role = \"web\"\n",
        "31 `merge(`: this call is never closed (32: its end was expected before this)",
        &["resource/labels = merge(local.tags, { Role = \"web\" })"],
        &["resource/labels = merge(local.tags, { Role = \"web\""],
    );
}

#[test]
fn blocks_left_open() {
    check(
        "    encrypted = true\n  }\n",
        "    encrypted = true\n",
        "23 `{`: this block is never closed (27: its end was expected before this)",
        &[],
        &[],
    );
    check(
        "    ignore_changes = [ami]\n  }\n",
        "    ignore_changes = [ami]\n",
        "28 `{`: this block is never closed (30: its end was expected before this)",
        &[],
        &[],
    );
    check(
        "{ Role = \"web\" })\n}\n",
        "{ Role = \"web\" })\n",
        "13 `{`: this block is never closed (33: its end was expected before this)",
        &[],
        &[],
    );
    check(
        "i.id]\n}\n",
        "i.id]\n",
        "34 `{`: this block is never closed (36: its end was expected before this)",
        &[],
        &[],
    );
}

#[test]
fn braces_too_many() {
    let unexpected = "unexpected `}`: nothing is open that it could close";
    check("[ami]\n  }\n", "[ami]\n  }\n  }\n", &format!("31 `}}`: {unexpected}"), &[], &[]);
    check("\"web\" })\n}\n", "\"web\" })\n}\n}\n", &format!("33 `}}`: {unexpected}"), &[], &[]);
}

#[test]
fn headers() {
    let expected = "expected `{` on the line of the block's type and labels";
    check(
        "output \"ids\" {",
        "resource \"aws_x\"\n\noutput \"ids\" {",
        &format!("34 ``: {expected}"),
        &[],
        &[],
    );
    check("output \"ids\" {", "output \"ids\"\n{", &format!("34 ``: {expected}"), &[], &[]);
    check(
        "output \"ids\" {",
        "resource \"aws_x\noutput \"ids\" {",
        "34 `\"`: this string is not closed on its line",
        &[],
        &[],
    );
    check(
        "  disk {",
        "  disk \"a\" = {",
        "23 `=`: a block has no `=`, and an argument no labels",
        &[],
        &[],
    );
    check(
        "  lifecycle {\n    ignore_changes = [ami]\n  }",
        "  lifecycle { a = 1, b = 2 }",
        "28 `,`: a block on one line can hold only one argument",
        &["resource/lifecycle/ignore_changes = [ami]"],
        &["resource/lifecycle/a = 1", "resource/lifecycle/b = 2"],
    );
}

#[test]
fn heredocs() {
    check(
        "  EOT\n\n",
        "\n",
        "18 `<<-EOT`: this heredoc is never closed: no line holds only `EOT`",
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo ${var.name}\n  EOT"],
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo ${var.name}\n"],
    );
    check(
        "echo ${var.name}\n",
        "echo ${var.name\n",
        "20 `${`: this template sequence is never closed",
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo ${var.name}\n  EOT"],
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo ${var.name\n  EOT"],
    );
    check(
        "echo ${var.name}\n",
        "echo %{ if a } b\n",
        "20 `%{`: this `if` is never ended: expected `%{ endif }`",
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo ${var.name}\n  EOT"],
        &["resource/user_data = <<-EOT\n    #!/bin/sh\n    echo %{ if a } b\n  EOT"],
    );
}

#[test]
fn strays() {
    check("type = \"t3.micro\"", "@", "15 `@`: the character `@` is not used in HCL", &[TYPE], &[]);
    check(
        "type = \"t3.micro\"",
        "type = \"t3.micro\" @",
        "15 `@`: the character `@` is not used in HCL",
        &[],
        &[],
    );
    check(
        "type = \"t3.micro\"",
        "= 1",
        "15 `=`: expected an argument or a block, found `=`",
        &[TYPE],
        &[],
    );
}

#[test]
fn encodings() {
    let errors = |text: &[u8]| {
        let tree = syntax::parse(text);
        let shown = |error: &syntax::SyntaxError| {
            format!("{:?} {:?} {}", error.kind, error.range, error.message)
        };
        tree.errors().iter().map(shown).collect::<Vec<_>>()
    };
    let utf16 = ["Encoding 0..2 the file is UTF-16, not UTF-8"];
    assert_eq!(errors(b"\xff\xfea\0=\0b\0"), utf16);
    assert_eq!(errors(b"\xfe\xff\0a\0=\0b"), utf16);
    assert_eq!(errors(b"a\0 \0=\0 \0b\0\n\0"), utf16);
    let message = "not UTF-8; save the file in the encoding UTF-8";
    assert_eq!(errors(b"a = \"x \xe9\xe8 y\"\nb = 1\n"), [format!("Encoding 7..9 {message}")]);
    assert_eq!(errors(b"a\xe9 = 1\nb = 1\n"), [format!("Encoding 1..2 {message}")]);
    assert_eq!(errors(b"a = <<E\n\xe9\nE\nb = 1\n"), [format!("Encoding 8..9 {message}")]);
    assert_eq!(errors(b"# \xe9\na = \"\xc0\x80\"\n"), Vec::<String>::new());
    let unshown = ["Grammar 4..7 the character U+202E is not used in HCL"];
    assert_eq!(errors("a = \u{202e}\n".as_bytes()), unshown);
}
