//! What to do where text is no JSON: what to blame, what to skip, where to go on.

use std::borrow::Cow;

use source::TextRange;

use super::{Kind, Reader};
use crate::node::{NodeId, NodeKind};
use crate::parser::MAX_DEPTH;
use crate::tree::{MAX_ERRORS, SyntaxError, SyntaxErrorKind};

impl Reader<'_> {
    /// A bracket that closes something further out, or is the wrong one: what is open ends here.
    pub(super) fn wrong_closer(&mut self) {
        let open = *self.open.last().expect("invariant: something is open");
        let is_outer = self.open.iter().any(|outer| outer.is_object != open.is_object);
        let (what, sign) = if open.is_object { ("object", "}") } else { ("list", "]") };
        let found = self.found();
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError {
                kind: SyntaxErrorKind::Grammar,
                range: self.token.range,
                message: format!("expected `{sign}` to end the {what}, found {found}").into(),
                related: Some((open.range, "it begins here".into())),
            });
        }
        if !is_outer {
            self.bump();
        }
    }

    pub(super) fn never_closed(&mut self) {
        // The string is to blame, not what it was to be in.
        if std::mem::replace(&mut self.blamed, true) || self.lexer.has_lost_closers {
            return;
        }
        let innermost = *self.open.last().expect("invariant: something is open");
        let open = self.suspect.unwrap_or(innermost);
        let what = if open.is_object { "object" } else { "list" };
        self.error(open.range, format!("this {what} is never closed"));
    }

    /// Passes over tokens up to a comma, a closing bracket or what looks like a property.
    pub(super) fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.token.kind {
                Kind::End => return,
                Kind::OpenBrace | Kind::OpenBracket => depth += 1,
                Kind::CloseBrace | Kind::CloseBracket => {
                    if depth == 0 {
                        // One that closes nothing is passed over.
                        let is_object = self.token.kind == Kind::CloseBrace;
                        if self.open.iter().any(|open| open.is_object == is_object) {
                            return;
                        }
                    } else {
                        depth -= 1;
                    }
                }
                Kind::Comma if depth == 0 => return,
                Kind::String { .. } | Kind::Word if depth == 0 && self.at_property() => return,
                _ => {}
            }
            self.bump();
        }
    }

    #[cold]
    pub(super) fn too_deep(&mut self) -> NodeId {
        let range = self.token.range;
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        push_error(&mut self.errors, SyntaxErrorKind::Limit, range, message.into());
        let mut depth = 0_usize;
        loop {
            match self.bump().kind {
                Kind::OpenBrace | Kind::OpenBracket => depth += 1,
                Kind::CloseBrace | Kind::CloseBracket => depth -= 1,
                Kind::End => {
                    self.blamed = true;
                    break;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.leaf(NodeKind::Missing, 0, TextRange::new(range.start(), self.end))
    }

    pub(super) fn error(&mut self, range: TextRange, message: impl Into<Cow<'static, str>>) {
        push_error(&mut self.errors, SyntaxErrorKind::Grammar, range, message.into());
    }

    /// Reports an error at the next token, but not further than the end of the line.
    pub(super) fn error_here(&mut self, message: impl Into<Cow<'static, str>>) {
        let range = match self.token.kind {
            Kind::End => TextRange::empty(self.end),
            _ if self.is_on_later_line() => TextRange::empty(self.end),
            _ => self.token.range,
        };
        self.error(range, message);
    }

    pub(super) fn is_on_later_line(&self) -> bool {
        let between = &self.text[self.end as usize..self.token.range.start() as usize];
        memchr::memchr(b'\n', between).is_some()
    }

    /// Words for the next token.
    pub(super) fn found(&self) -> Cow<'static, str> {
        match self.token.kind {
            Kind::OpenBrace => "`{`".into(),
            Kind::CloseBrace => "`}`".into(),
            Kind::OpenBracket => "`[`".into(),
            Kind::CloseBracket => "`]`".into(),
            Kind::Comma => "a comma".into(),
            Kind::Colon => "a colon".into(),
            Kind::Equals => "`=`".into(),
            Kind::String { .. } => "a string".into(),
            Kind::Number => "a number".into(),
            Kind::Word => {
                let word = String::from_utf8_lossy(self.token.range.slice(self.text));
                if word.len() > 40 { "a name".into() } else { format!("`{word}`").into() }
            }
            Kind::End => "the end of the file".into(),
        }
    }
}

pub(super) fn push_error(
    errors: &mut Vec<SyntaxError>,
    kind: SyntaxErrorKind,
    range: TextRange,
    message: Cow<'static, str>,
) {
    if errors.len() < MAX_ERRORS {
        errors.push(SyntaxError { kind, range, message, related: None });
    }
}
