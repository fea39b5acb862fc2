//! Expressions that fixes write: addresses, and templates of addresses. Never writes another one.

use diagnostics::Edit;
use source::Location;
use syntax::view::{ExprKind, Part};
use syntax::{Expr, Tree, parse_expression};

use super::{is_editable, is_literal, quoted};

/// An expression in native syntax that does nothing but refer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// An address, or the inside of a quoted template.
    text: String,
    is_template: bool,
    /// What it refers to.
    pub(crate) addresses: Vec<Address>,
}

/// An address such as `aws_x.y["key"].id`, from its start: names, and `None` for each key.
pub(crate) type Address = Vec<Option<String>>;

impl Reference {
    /// Reads an address, or a template with addresses in it (`${aws_x.y.id}/read`); `None` for all
    /// else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if !text.contains("${") {
            let tree = parse_expression(text.as_bytes());
            let address = address_of(tree.expr().filter(|_| tree.errors().is_empty())?)?;
            let text = text.trim().to_owned();
            return Some(Self { text, is_template: false, addresses: vec![address] });
        }
        let quoted = format!("\"{text}\"");
        let tree = parse_expression(quoted.as_bytes());
        let expr = tree.expr().filter(|_| tree.errors().is_empty())?;
        let ExprKind::Template(template) = expr.kind() else { return None };
        let parts = template.parts();
        // A template of one address is that address.
        if let [Part::Interpolation { expr, .. }] = parts.as_slice() {
            return Self::parse(std::str::from_utf8(expr.range().slice(tree.text())).ok()?);
        }
        let addresses = parts.iter().filter_map(|part| match part {
            Part::Literal { .. } => None,
            Part::Interpolation { expr, .. } => Some(address_of(*expr)),
            Part::If { .. } | Part::For { .. } => Some(None),
        });
        let addresses: Vec<Address> = addresses.collect::<Option<_>>()?;
        let is_template = true;
        (!addresses.is_empty()).then(|| Self { text: text.to_owned(), is_template, addresses })
    }

    /// Writes it in the place of the literal at `location`.
    pub(crate) fn written(&self, tree: &Tree, location: Location) -> Option<Vec<Edit>> {
        let is_heredoc = location.range.slice(tree.text()).starts_with(b"<<");
        let is_literal = is_literal(tree, location.range) && is_editable(tree, location.range);
        if is_heredoc || !is_literal && !self.replaces_address(tree, location) {
            return None;
        }
        let text = match (tree.is_json(), self.is_template) {
            (true, true) => quoted(&self.text),
            (true, false) => quoted(&format!("${{{}}}", self.text)),
            (false, true) => format!("\"{}\"", self.text),
            (false, false) => self.text.clone(),
        };
        Some(vec![Edit { location, text }])
    }
}

impl Reference {
    /// Whether an address stands at `location` of which nothing else is a part, so that another one
    /// may replace it.
    fn replaces_address(&self, tree: &Tree, location: Location) -> bool {
        if tree.is_json() || self.is_template {
            return false;
        }
        let path = tree.path_to(location.range);
        let Some(at) = path.iter().position(|id| tree.range(*id) == location.range) else {
            return false;
        };
        let around = at.checked_sub(1).map(|at| Expr::of(tree, path[at]).kind());
        let goes_on = matches!(
            around,
            Some(
                ExprKind::GetAttr { .. }
                    | ExprKind::Index { .. }
                    | ExprKind::LegacyIndex { .. }
                    | ExprKind::Splat { .. }
            )
        );
        !goes_on && address_of(Expr::of(tree, path[at])).is_some()
    }
}

/// The address that an expression is, if its keys are written out.
fn address_of(expr: Expr<'_>) -> Option<Address> {
    match expr.kind() {
        ExprKind::Variable(name) => Some(vec![Some(name.to_owned())]),
        ExprKind::GetAttr { target, name, .. } => {
            let mut address = address_of(target)?;
            address.push(Some(name.to_owned()));
            Some(address)
        }
        ExprKind::Index { target, key } => {
            let is_number = matches!(key.kind(), ExprKind::Number(_));
            let is_written = is_number || key.as_plain_string().is_some();
            let mut address = address_of(target).filter(|_| is_written)?;
            address.push(None);
            Some(address)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text is read as: what is written of it in native syntax, and the names in it.
    fn read(text: &str) -> Option<String> {
        let Reference { text, is_template, addresses } = Reference::parse(text)?;
        let shown = |address: &Address| {
            let names = address.iter().map(|name| name.as_deref().unwrap_or("[]"));
            names.collect::<Vec<_>>().join(" ")
        };
        let addresses: Vec<_> = addresses.iter().map(shown).collect();
        let quote = if is_template { "\"" } else { "" };
        Some(format!("{quote}{text}{quote} = {}", addresses.join(", ")))
    }

    #[test]
    fn only_literals_on_one_line_become_references() {
        let check = |text: &str, expect: Option<&str>| {
            let tree = syntax::parse(text.as_bytes());
            let range = tree.body().attribute("a").map(|attribute| attribute.expr().range());
            let location = Location::new(source::FileId(0), range.expect("an attribute"));
            let reference = Reference::parse("b.c.d").expect("an address");
            let edits = reference.written(&tree, location).unwrap_or_default();
            assert_eq!(edits.first().map(|edit| edit.text.as_str()), expect, "{text}");
        };
        check("a = \"x\"\n", Some("b.c.d"));
        check("a = 1\n", Some("b.c.d"));
        check("a = <<EOT\nx\nEOT\n", None);
        check("a = \"${x}\"\n", None);
        check("a = [\"x\"]\n", None);
    }

    #[test]
    fn only_addresses_are_references() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(read(text).as_deref(), expect, "{text}");
        };
        check("aws_x.y.id", Some("aws_x.y.id = aws_x y id"));
        check("${aws_x.y.id}", Some("aws_x.y.id = aws_x y id"));
        check("aws_x.y[0].id", Some("aws_x.y[0].id = aws_x y [] id"));
        check("aws_x.y[\"a\"].id", Some("aws_x.y[\"a\"].id = aws_x y [] id"));
        check("${aws_x.y.id}/read", Some("\"${aws_x.y.id}/read\" = aws_x y id"));
        check("a/${b.c[\"d\"].e}${f.g}", Some("\"a/${b.c[\"d\"].e}${f.g}\" = b c [] e, f g"));
        for text in [
            "",
            "1",
            "\"a\"",
            "a/b",
            "aws_x.y[count.index].id",
            "aws_x.y[*].id",
            "file(\"x\")",
            "a.b + 1",
            "a.b\nc",
            "${file(\"x\")}/a",
            "${a.b}\"",
            "\"${a.b}",
            "%{ if a }b%{ endif }${c.d}",
            "${a.b",
            "plain text",
            "(a.b)",
        ] {
            check(text, None);
        }
    }
}
