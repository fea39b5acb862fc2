//! Templates: strings, heredocs and what is in them.

use source::TextRange;

use super::{Children, Parser, T, message};
use crate::node::{NodeId, NodeKind, strip};

/// What ends a run of template parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The end of the template.
    End,
    Else,
    EndIf,
    EndFor,
}

impl Stop {
    const fn word(self) -> &'static str {
        match self {
            Self::End => "",
            Self::Else => "else",
            Self::EndIf => "endif",
            Self::EndFor => "endfor",
        }
    }
}

/// A run of parts, and the marker that ended it.
struct Run {
    parts: Children,
    stop: Stop,
    marker: NodeId,
}

impl Parser<'_> {
    /// A string without template sequences: one token.
    #[inline]
    pub(super) fn plain_string(&mut self) -> NodeId {
        let range = self.bump().range();
        let mut parts = Children::new();
        if range.len() > 2 {
            let inner = TextRange::new(range.start() + 1, range.end() - 1);
            let literal = self.leaf(NodeKind::TemplateLiteral, 0, inner);
            self.add(&mut parts, literal);
        }
        self.node(NodeKind::Template, 0, range.start(), &parts)
    }

    pub(super) fn quoted_template(&mut self) -> NodeId {
        let start = self.bump().start;
        let parts = self.template_parts();
        if self.token().kind == T::CloseQuote {
            self.bump();
        }
        self.node(NodeKind::Template, 0, start, &parts)
    }

    pub(super) fn heredoc(&mut self) -> NodeId {
        let open = self.bump();
        let is_flush = open.range().slice(self.text).get(2) == Some(&b'-');
        let parts = self.template_parts();
        if self.token().kind == T::CloseHeredoc {
            self.bump();
        }
        self.node(NodeKind::Heredoc, u8::from(is_flush), open.start, &parts)
    }

    /// All parts up to the closing token. Directives in them are balanced.
    fn template_parts(&mut self) -> Children {
        let mut parts = Children::new();
        loop {
            let run = self.parts(&mut parts);
            if run == Stop::End {
                return parts;
            }
        }
    }

    /// A template without quotes: the whole text.
    pub(super) fn bare_template(&mut self) -> NodeId {
        let parts = self.template_parts();
        self.node(NodeKind::Template, 1, 0, &parts)
    }

    /// Adds parts to `parts` up to the end of the template or a directive that ends something,
    /// which here ends nothing: that is an error, and the caller goes on.
    fn parts(&mut self, parts: &mut Children) -> Stop {
        let run = self.run_of_parts(std::mem::replace(parts, Children::new()));
        *parts = run.parts;
        if run.stop != Stop::End {
            let range = self.nodes[run.marker.0 as usize].range();
            let word = run.stop.word();
            self.error(range, format!("`{word}` without anything that it could end"));
            self.broken = false;
        }
        run.stop
    }

    fn run_of_parts(&mut self, mut parts: Children) -> Run {
        loop {
            let token = self.token();
            let part = match token.kind {
                T::Literal => {
                    self.bump();
                    self.leaf(NodeKind::TemplateLiteral, 0, token.range())
                }
                T::OpenInterpolation => self.interpolation(),
                T::OpenDirective => match self.directive() {
                    Directive::Part(part) => part,
                    Directive::Stop(stop, marker) => {
                        return Run { parts, stop, marker };
                    }
                },
                T::CloseQuote | T::CloseHeredoc | T::End => {
                    return Run { parts, stop: Stop::End, marker: NodeId::NONE };
                }
                // The lexer gives nothing else; were it to, skip it.
                _ => {
                    self.bump();
                    continue;
                }
            };
            self.add(&mut parts, part);
        }
    }

    fn interpolation(&mut self) -> NodeId {
        let open = self.bump().range();
        let outer = std::mem::replace(&mut self.newlines, false);
        let mut children = Children::new();
        let expr = self.expression();
        self.add(&mut children, expr);
        let after = self.close_sequence(open, "interpolation");
        self.newlines = outer;
        let data = strip_before(open) | after;
        self.node(NodeKind::Interpolation, data, open.start(), &children)
    }

    /// Takes the token that ends the sequence opened by `open`, skipping what stands before it.
    /// Returns the strip bit.
    fn close_sequence(&mut self, open: TextRange, what: &'static str) -> u8 {
        if !self.broken && self.kind() != T::CloseSequence {
            let found = message::found(self);
            if self.token().kind == T::Colon {
                self.error_here(
                    "expected `}` to end the template sequence, found `:`; write `$${` if this is \
                     no template of HCL",
                );
            } else {
                let range = self.here();
                let text = format!("expected `}}` to end the {what}, {found}");
                self.error_with(range, text, open, "it begins here");
            }
        }
        self.skip_to_sequence_end();
        if self.token().kind != T::CloseSequence {
            return 0;
        }
        if self.layout.is_some() {
            self.broken = false;
        }
        if self.bump().range().len() == 2 { strip::AFTER } else { 0 }
    }

    fn directive(&mut self) -> Directive {
        let open = self.bump().range();
        let outer = std::mem::replace(&mut self.newlines, false);
        let directive = self.directive_of(open, outer);
        self.newlines = outer;
        directive
    }

    fn directive_of(&mut self, open: TextRange, outer: bool) -> Directive {
        let word = if self.kind() == T::Name { self.token_text() } else { b"" };
        let mut children = Children::new();
        let stop = match word {
            b"if" => return Directive::Part(self.if_directive(open, outer)),
            b"for" => return Directive::Part(self.for_directive(open, outer)),
            b"else" => Some(Stop::Else),
            b"endif" => Some(Stop::EndIf),
            b"endfor" => Some(Stop::EndFor),
            _ => None,
        };
        if let Some(stop) = stop {
            self.bump();
            return Directive::Stop(stop, self.marker(open, &children));
        }
        let found = message::found(self);
        self.error_here(format!(
            "expected `if`, `else`, `endif`, `for` or `endfor` after `%{{`, {found}"
        ));
        let missing = self.missing();
        self.add(&mut children, missing);
        let after = self.close_sequence(open, "directive");
        let data = strip_before(open) | after;
        Directive::Part(self.node(NodeKind::Interpolation, data, open.start(), &children))
    }

    /// The end of a directive's marker.
    fn marker(&mut self, open: TextRange, children: &Children) -> NodeId {
        let after = self.close_sequence(open, "directive");
        self.node(NodeKind::TemplateMarker, strip_before(open) | after, open.start(), children)
    }

    fn if_directive(&mut self, open: TextRange, outer: bool) -> NodeId {
        self.bump();
        let mut children = Children::new();
        let mut header = Children::new();
        let condition = self.expression();
        self.add(&mut header, condition);
        let marker = self.marker(open, &header);
        self.add(&mut children, marker);
        self.newlines = outer;
        let mut stop = self.branch(&mut children);
        if stop == Stop::Else {
            stop = self.branch(&mut children);
        }
        self.directive_end(stop, Stop::EndIf, open, &mut children);
        self.node(NodeKind::TemplateIf, 0, open.start(), &children)
    }

    fn for_directive(&mut self, open: TextRange, outer: bool) -> NodeId {
        self.bump();
        let mut children = Children::new();
        let mut header = Children::new();
        self.for_header(&mut header, T::CloseSequence, open);
        let marker = self.marker(open, &header);
        self.add(&mut children, marker);
        self.newlines = outer;
        let stop = self.branch(&mut children);
        self.directive_end(stop, Stop::EndFor, open, &mut children);
        self.node(NodeKind::TemplateFor, 0, open.start(), &children)
    }

    /// A `TemplateBody` and the marker that ended it, if one did.
    fn branch(&mut self, children: &mut Children) -> Stop {
        let start = self.end;
        if !self.descend() {
            let body = self.empty(NodeKind::TemplateBody);
            self.add(children, body);
            self.skip_template();
            return Stop::End;
        }
        let run = self.run_of_parts(Children::new());
        self.ascend();
        let end = match run.stop {
            Stop::End => self.end,
            _ => self.start_of(run.marker),
        };
        let body = self.node(NodeKind::TemplateBody, 0, start, &run.parts);
        self.nodes[body.0 as usize].end = end.max(start);
        self.add(children, body);
        if run.stop != Stop::End {
            self.add(children, run.marker);
        }
        run.stop
    }

    /// Reports what ended the last branch of a directive if it is not `wanted`, and fills the end.
    fn directive_end(
        &mut self,
        stop: Stop,
        wanted: Stop,
        open: TextRange,
        children: &mut Children,
    ) {
        let (what, end) = match wanted {
            Stop::EndIf => ("if", "endif"),
            _ => ("for", "endfor"),
        };
        let mut stop = stop;
        while stop != wanted && stop != Stop::End {
            let range = self.range_of(children.last);
            let text = format!("expected `{end}`, found `{}`", stop.word());
            self.error_with(range, text, open, format!("the `{what}` begins here"));
            self.broken = self.layout.is_none();
            // What follows is lost; the last marker stands for the end.
            let mut lost = Children::new();
            stop = self.branch(&mut lost);
            if stop != Stop::End {
                let end = self.nodes[lost.last.0 as usize].end;
                self.nodes[children.last.0 as usize].end = end;
            }
        }
        if stop == Stop::End {
            self.error(open, format!("this `{what}` is never ended: expected `%{{ {end} }}`"));
            let marker = self.empty(NodeKind::TemplateMarker);
            self.add(children, marker);
        }
    }
}

enum Directive {
    Part(NodeId),
    Stop(Stop, NodeId),
}

fn strip_before(open: TextRange) -> u8 {
    if open.len() == 3 { strip::BEFORE } else { 0 }
}
