//! Templates: text with interpolations and directives.

use std::sync::Arc;

use source::TextRange;
use syntax::Expr;
use syntax::view::{Part, Template};
use value::{
    MAX_STRING, Marks, Reason, Refinement, Type, Unknown, Value, ValueKind, convert,
    text::{normalize, safe_prefix},
};

use crate::conditional::Arm;
use crate::evaluate::Evaluator;
use crate::fault::{Fault, as_unknown, derived_reason, error_value, limit_value};
use crate::loops::Head;
use crate::steps;

/// Bytes that the known pieces of an unknown string may have.
const MAX_PIECES: usize = 4096;
const SUMMARY: &str = "Invalid template interpolation value";

impl<'t> Evaluator<'_, 't> {
    /// The value of a template. One that is a single interpolation is the value itself.
    pub(crate) fn template(&mut self, template: Template<'t>) -> Value {
        let value = match template.only_part() {
            Some(Part::Interpolation { expr, .. }) => return self.eval(expr),
            Some(part) => self.text(&[part]),
            None => match template.parts().as_slice() {
                [Part::Interpolation { expr, .. }] => return self.eval(*expr),
                parts => self.text(parts),
            },
        };
        self.made(value, template.range())
    }

    /// The string that parts come to. Never null.
    pub(crate) fn text(&mut self, parts: &[Part<'t>]) -> Value {
        let mark = self.errors.len();
        let mut text = Text::default();
        for part in parts {
            let (value, range) = match part {
                Part::Literal { text: literal, .. } => {
                    text.push(literal);
                    continue;
                }
                Part::Interpolation { expr, .. } => (self.eval(*expr), expr.range()),
                Part::If { condition, yes, no, range } => {
                    (self.directive_if(*condition, yes, no.as_deref(), *range), *range)
                }
                Part::For { key_name, value_name, collection, body, range } => {
                    let head = Head {
                        key_name: *key_name,
                        value_name,
                        collection: *collection,
                        condition: None,
                    };
                    (self.directive_for(&head, body), *range)
                }
            };
            if let Err(fault) = text.add(&value) {
                self.report(fault, range, &[&value], mark);
                text.reason = Some(Reason::Error);
            }
        }
        if self.errors.len() > mark {
            text.reason = Some(Reason::Error);
        }
        let within = self.budget.spend(text.length / 256 + 1);
        if within { text.finish() } else { limit_value().marked(text.marks) }
    }

    fn directive_if(
        &mut self,
        condition: Expr<'t>,
        yes: &[Part<'t>],
        no: Option<&[Part<'t>]>,
        range: TextRange,
    ) -> Value {
        let yes = self.text_arm(yes, range);
        let no = self.text_arm(no.unwrap_or_default(), range);
        let mark = self.errors.len();
        let decided = self.eval(condition);
        self.choose(&decided, condition, range, Type::String, yes, no, mark)
    }

    fn text_arm(&mut self, parts: &[Part<'t>], range: TextRange) -> Arm {
        let mark = self.errors.len();
        let value = self.text(parts);
        Arm { value, errors: self.errors.split_off(mark), range }
    }

    fn directive_for(&mut self, head: &Head<'t>, body: &[Part<'t>]) -> Value {
        let elements = match self.open_loop(head) {
            Ok(elements) => elements,
            Err(value) => {
                self.check_parts(body, &head.names());
                let unknown = Unknown::new(Type::String, derived_reason([&value]));
                return unknown.into_value().marked(value.marks());
            }
        };
        if elements.pairs.is_empty() {
            self.check_parts(body, &head.names());
        }
        let mark = self.errors.len();
        let mut text = Text { marks: elements.marks, ..Text::default() };
        for (key, value) in &elements.pairs {
            let (names, errors) = self.bind(head, key, value);
            let value = self.text(body);
            // The value is a string that is not null, so there is nothing to refuse.
            let _ = text.add(&value);
            self.names.truncate(names);
            self.keep_first(mark, errors);
            if text.length > MAX_STRING || self.budget.is_exhausted() {
                return limit_value().marked(text.marks);
            }
        }
        if let Some(reason) = text.reason {
            return Value::unknown(Type::String, reason).marked(text.marks);
        }
        text.finish()
    }

    fn check_parts(&mut self, parts: &[Part<'t>], bound: &[&str]) {
        for part in parts {
            match part {
                Part::Literal { .. } => {}
                Part::Interpolation { expr, .. } => self.check_references(*expr, bound),
                Part::If { condition, yes, no, .. } => {
                    self.check_references(*condition, bound);
                    self.check_parts(yes, bound);
                    self.check_parts(no.as_deref().unwrap_or_default(), bound);
                }
                Part::For { key_name, value_name, collection, body, .. } => {
                    self.check_references(*collection, bound);
                    let mut bound = bound.to_vec();
                    bound.extend(key_name.iter().chain([value_name]));
                    self.check_parts(body, &bound);
                }
            }
        }
    }
}

/// A string in the making.
#[derive(Default)]
struct Text {
    /// Text since the start or since the last unknown part.
    current: String,
    /// Closed pieces of known text.
    pieces: Vec<Arc<str>>,
    prefix: Option<Arc<str>>,
    /// Why the string is not known, once a part was not.
    reason: Option<Reason>,
    length: usize,
    marks: Marks,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.length = self.length.saturating_add(text.len());
        if self.length <= MAX_STRING {
            self.current.push_str(text);
        }
    }

    fn add(&mut self, value: &Value) -> Result<(), Fault> {
        self.marks |= value.marks();
        if let ValueKind::Null(_) = value.kind() {
            return Err(Fault::new(SUMMARY, "the value in the template is null"));
        }
        if let Some(unknown) = as_unknown(value) {
            self.add_unknown(unknown);
            return Ok(());
        }
        let text = convert(value, &Type::String)
            .map_err(|error| Fault::new(SUMMARY, format!("the value in the template: {error}")))?;
        self.marks |= text.marks();
        if let ValueKind::String(text) = text.kind() {
            self.push(text);
        }
        Ok(())
    }

    fn add_unknown(&mut self, unknown: &Unknown) {
        let refinement = &unknown.refinement;
        self.push(refinement.prefix.as_deref().unwrap_or_default());
        self.close();
        let inner = refinement.pieces.as_deref().unwrap_or_default();
        let from = usize::from(refinement.prefix.is_some()).min(inner.len());
        let to = inner.len() - usize::from(refinement.suffix.is_some()).min(inner.len() - from);
        for piece in &inner[from..to] {
            self.add_piece(piece);
        }
        self.push(refinement.suffix.as_deref().unwrap_or_default());
        let reason = match &unknown.reason {
            Reason::Error => Reason::Error,
            Reason::Limit => Reason::Limit,
            _ => Reason::Derived,
        };
        if self.reason.is_none() || reason != Reason::Derived {
            self.reason = Some(reason);
        }
    }

    /// Ends a piece, because what follows is not known. Only what cannot be changed by what
    /// follows or precedes (a combining character can) is certain.
    fn close(&mut self) {
        let current = std::mem::take(&mut self.current);
        let piece =
            safe_prefix(if self.reason.is_none() { &current } else { after_unknown(&current) });
        if self.reason.is_none() && !piece.is_empty() {
            self.prefix = Some(piece.as_str().into());
        }
        self.add_piece(&piece);
    }

    fn add_piece(&mut self, piece: &str) {
        let total: usize = self.pieces.iter().map(|piece| piece.len()).sum();
        if !piece.is_empty() && total + piece.len() <= MAX_PIECES {
            self.pieces.push(piece.into());
        }
    }

    fn finish(mut self) -> Value {
        if self.length > MAX_STRING {
            return limit_value().marked(self.marks);
        }
        let Some(reason) = self.reason.take() else {
            return steps::string(&self.current).marked(self.marks);
        };
        if reason == Reason::Error {
            return error_value(Type::String).marked(self.marks);
        }
        let current = std::mem::take(&mut self.current);
        let suffix = normalize(after_unknown(&current)).into_owned();
        self.add_piece(&suffix);
        let refinement = Refinement {
            prefix: self.prefix,
            suffix: (!suffix.is_empty()).then(|| suffix.into()),
            pieces: (!self.pieces.is_empty()).then(|| self.pieces.into()),
            ..Refinement::NOT_NULL
        };
        let unknown = Unknown::new(Type::String, reason).refined(refinement);
        unknown.into_value().marked(self.marks)
    }
}

/// The part of `text` that cannot be changed by what stands before it: from the first ASCII
/// character, which combines with nothing.
fn after_unknown(text: &str) -> &str {
    let start = text.find(|c: char| c.is_ascii()).unwrap_or(text.len());
    &text[start..]
}
