//! Which changes of a block its `lifecycle` ignores.

use eval::references;
use source::Location;
use syntax::Expr;
use syntax::view::ExprKind;

use crate::{Declared, Name};

impl<'a> Declared<'a> {
    /// The arguments of which changes are ignored, each with the place where that is written; `all`
    /// stands for all of them. Of a part of an argument, `tags["x"]`, the argument is told.
    pub fn ignored_changes(&self) -> Vec<(Name<'a>, Location)> {
        let Some(ignored) = self.body().lifecycle("ignore_changes") else { return Vec::new() };
        let word = |expr: Expr<'a>| {
            let location = Location::new(ignored.file, expr.range());
            let name = match expr.as_plain_string() {
                // In JSON, and of old, they are texts.
                Some(text) => {
                    Name::from(text.split(['.', '[']).next().unwrap_or_default().to_owned())
                }
                None => Name::from(references(expr).first()?.root),
            };
            Some((name, location))
        };
        match ignored.expr().kind() {
            ExprKind::Tuple(elements) => elements.iter().filter_map(word).collect(),
            _ => word(ignored.expr()).into_iter().collect(),
        }
    }
}
