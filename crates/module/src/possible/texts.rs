//! What templates may come to.

use syntax::Expr;
use syntax::view::{Part, Template};
use value::{Reason, Refinement, Type, Unknown, Value, convert, raw_equals};

use super::path::{self, Path};
use super::{At, Possible, Visitor};

/// More texts than this are not told apart.
const MAX_TEXTS: usize = 64;

/// A text of which the beginning and the end may be known only.
#[derive(Clone, PartialEq)]
struct Text {
    prefix: String,
    /// What comes after something that is not known.
    suffix: Option<String>,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.suffix.as_mut().unwrap_or(&mut self.prefix).push_str(text);
    }

    /// Adds what is not known but for how it begins and ends.
    fn push_unknown(&mut self, refinement: &Refinement) {
        if self.suffix.is_none() {
            self.prefix.push_str(refinement.prefix.as_deref().unwrap_or_default());
        }
        self.suffix = Some(refinement.suffix.as_deref().unwrap_or_default().to_owned());
    }

    fn value(self) -> Value {
        let Some(suffix) = self.suffix else { return Value::string(self.prefix) };
        let part = |text: String| (!text.is_empty()).then(|| text.into());
        let (prefix, suffix) = (part(self.prefix), part(suffix));
        let refinement = Refinement { prefix, suffix, ..Refinement::NOT_NULL };
        Unknown::new(Type::String, Reason::Derived).refined(refinement).into_value()
    }
}

impl<'m> At<'_, 'm> {
    /// Tells what a template may come to.
    pub(super) fn template(
        self,
        (expr, template): (Expr<'m>, Template<'m>),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        match template.only_part() {
            Some(Part::Interpolation { expr, .. }) => return self.visit(expr, path, visitor),
            None if !self.is_exact && !template.is_heredoc() => {
                return visitor(Possible::Any(path::of_type(&Type::String, path)));
            }
            _ => {}
        }
        let parts = template.parts();
        // One that is nothing but an interpolation is what that is.
        if let [Part::Interpolation { expr, .. }] = &*parts {
            return self.visit(*expr, path, visitor);
        }
        let is_plain = parts.iter().all(|part| matches!(part, Part::Literal { .. }));
        match (is_plain || self.is_exact).then(|| self.texts(&parts)).flatten() {
            Some(texts) => {
                texts.into_iter().any(|text| path::of_value(&text.value(), path, self, visitor))
            }
            None if !self.is_exact => visitor(Possible::Any(path::of_type(&Type::String, path))),
            None => self.evaluated(expr, &Type::String, path, visitor),
        }
    }

    /// All texts that the parts may make, unless these are too many.
    fn texts(self, parts: &[Part<'m>]) -> Option<Vec<Text>> {
        let mut texts = vec![Text { prefix: String::new(), suffix: None }];
        for part in parts {
            match part {
                Part::Literal { text, .. } => texts.iter_mut().for_each(|it| it.push(text)),
                Part::Interpolation { expr, .. } => {
                    let mut values: Vec<Value> = Vec::new();
                    let is_too_much = self.visit(*expr, None, &mut |possible| match possible {
                        Possible::Value(value) => {
                            if let Ok(value) = convert(value, &Type::String)
                                && !value.is_null()
                                && !values.iter().any(|known| raw_equals(known, &value))
                            {
                                values.push(value);
                            }
                            values.len() > MAX_TEXTS
                        }
                        Possible::Any(_) | Possible::Invalid => true,
                        // These are no texts.
                        Possible::Elements(_) | Possible::Entries(_) => false,
                    });
                    if is_too_much || texts.len() * values.len() > MAX_TEXTS {
                        return None;
                    }
                    texts = texts
                        .iter()
                        .flat_map(|text| {
                            values.iter().map(|value| {
                                let mut text = text.clone();
                                match (value.as_str(), value.as_unknown()) {
                                    (Some(known), _) => text.push(known),
                                    (_, Some(unknown)) => text.push_unknown(&unknown.refinement),
                                    _ => {}
                                }
                                text
                            })
                        })
                        .collect();
                }
                Part::If { .. } | Part::For { .. } => return None,
            }
        }
        Some(texts)
    }
}
