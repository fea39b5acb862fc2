//! Values of arguments: evaluated, checked for their type, mistakes told with a suggestion.

use std::collections::HashSet;

use diagnostics::{Diagnostic, Edit, Fix, Level, Safety, core};
use eval::{Budget, Lookup, Scope, evaluate};
use rulebook::did_you_mean;
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Attribute, Expr, SyntaxErrorKind, Tree};
use value::Value;

/// Of the words of a file a message repeats at most so many characters.
const SHOWN: usize = 60;

/// Of more mistakes than that nobody wants to read.
const MAX_PROBLEMS: usize = 1000;

/// Functions may be called, but there are no names.
struct FunctionsOnly;

impl Scope for FunctionsOnly {
    fn lookup(&self, root: &str, _attributes: &[&str], _at: Location) -> Lookup {
        let detail = format!("there is nothing called `{}` here", shown(root));
        Lookup::Undeclared { summary: "Variables not allowed".into(), detail }
    }
}

/// Reads values of one file and collects what is wrong.
pub(crate) struct Values<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) file: FileId,
    budget: Budget,
    pub(crate) problems: Vec<Diagnostic>,
    /// What was said already; one wrong expression may be met twice.
    said: HashSet<(TextRange, String)>,
}

impl<'t> Values<'t> {
    pub(crate) fn new(tree: &'t Tree, file: FileId) -> Self {
        let (budget, problems) = (Budget::default(), Vec::new());
        Self { tree, file, budget, problems, said: HashSet::new() }
    }

    pub(crate) fn location(&self, range: TextRange) -> Location {
        Location::new(self.file, range)
    }

    /// Adds an error at `range`, with a fix that puts `text` there.
    pub(crate) fn problem(
        &mut self,
        range: TextRange,
        message: impl Into<String>,
        text: Option<String>,
    ) {
        self.add(Level::Error, range, message.into(), text);
    }

    /// Adds a diagnostic; gives whether it is new.
    pub(crate) fn add(
        &mut self,
        level: Level,
        range: TextRange,
        message: String,
        text: Option<String>,
    ) -> bool {
        let is_new = !self.is_full() && self.said.insert((range, message.clone()));
        if is_new {
            let location = self.location(range);
            let fix = text.map(|text| Fix {
                safety: Safety::Safe,
                title: format!("write `{text}`"),
                edits: vec![Edit { location, text }],
            });
            self.problems
                .push(Diagnostic::new(core::CONFIG, level, location, message).with_fix(fix));
        }
        is_new
    }

    /// Whether so much is wrong that nobody wants to read more.
    pub(crate) fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS
    }

    /// Whether a syntax error touches `range`, so that what stands there is a guess.
    pub(crate) fn is_broken(&self, range: TextRange) -> bool {
        let touches =
            |other: TextRange| other.start() <= range.end() && range.start() <= other.end();
        let errors = self.tree.errors().iter();
        errors
            .filter(|error| error.kind != SyntaxErrorKind::DuplicateAttribute)
            .any(|error| touches(error.range))
    }

    /// The value of `expr`; `None` when it is `null`, which sets nothing, or wrong.
    fn value(&mut self, expr: Expr<'_>, what: &str) -> Option<Value> {
        if self.is_broken(expr.range()) {
            return None;
        }
        let evaluated = evaluate(expr, self.file, &FunctionsOnly, &self.budget);
        for error in &evaluated.errors {
            self.problem(error.location.range, error.detail.clone(), None);
        }
        if !evaluated.errors.is_empty() || evaluated.value.is_null() {
            return None;
        }
        let (value, _) = evaluated.value.unmark_deep();
        if !value.is_wholly_known() {
            // In broken text it may be missing, which the parser has told.
            if self.tree.errors().is_empty() {
                self.problem(expr.range(), format!("the value of {what} is not known"), None);
            }
            return None;
        }
        Some(value)
    }

    pub(crate) fn truth(&mut self, attribute: Attribute<'_>) -> Option<bool> {
        let name = attribute.name();
        let expr = attribute.expr();
        if let ExprKind::Variable(_) = expr.kind() {
            self.problem(expr.range(), format!("`{name}` takes `true` or `false`"), None);
            return None;
        }
        let value = self.value(expr, &format!("`{name}`"))?;
        let truth = value.as_bool();
        if truth.is_none() {
            let words = ["true", "false"].into_iter();
            let meant = value.as_str().and_then(|text| words.clone().find(|word| *word == text));
            let text = meant.filter(|_| is_literal(expr)).map(str::to_owned);
            self.problem(expr.range(), format!("`{name}` takes `true` or `false`"), text);
        }
        truth
    }

    /// One of the words `known`, of which each is `a_word`: "a level".
    pub(crate) fn word(
        &mut self,
        attribute: Attribute<'_>,
        a_word: &str,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let expr = attribute.expr();
        if let ExprKind::Variable(name) = expr.kind()
            && let Some(near) = meant(name, known)
        {
            let message = format!("`{}` is not in quotes; write `\"{near}\"`", shown(name));
            self.problem(expr.range(), message, Some(format!("\"{near}\"")));
            return None;
        }
        let name = attribute.name();
        let value = self.value(expr, &format!("`{name}`"))?;
        let Some(text) = value.as_str() else {
            let message = format!("`{name}` takes a quoted string: {}", list(known));
            self.problem(expr.range(), message, None);
            return None;
        };
        let found = known.iter().copied().find(|word| *word == text);
        if found.is_none() && !self.is_full() {
            let fix =
                meant(text, known).filter(|_| is_literal(expr)).map(|near| format!("\"{near}\""));
            self.problem(expr.range(), choices(a_word, text, known), fix);
        }
        found
    }

    /// The strings of a list, each with its place. A single string will do where `or_one`.
    pub(crate) fn texts(
        &mut self,
        attribute: Attribute<'_>,
        or_one: bool,
    ) -> Vec<(String, TextRange)> {
        let name = attribute.name();
        let expr = attribute.expr();
        let mut texts = Vec::new();
        if let ExprKind::Tuple(elements) = expr.kind() {
            let what = format!("an element of `{name}`");
            for element in elements.iter() {
                if let Some(value) = self.value(element, &what) {
                    self.text(&value, &name, element.range(), &mut texts);
                }
            }
            return texts;
        }
        let Some(value) = self.value(expr, &format!("`{name}`")) else { return texts };
        match (value.as_elements(), value.as_str()) {
            (Some(elements), _) => {
                for element in elements {
                    self.text(element, &name, expr.range(), &mut texts);
                }
            }
            (None, Some(text)) if or_one => texts.push((text.to_owned(), expr.range())),
            (None, text) => {
                let or_one = if or_one { "a quoted string or " } else { "" };
                let source = text.filter(|_| is_literal(expr)).map(|_| {
                    String::from_utf8_lossy(expr.range().slice(self.tree.text())).into_owned()
                });
                // A heredoc would need its line end.
                let source = source.filter(|source| source.starts_with('"'));
                let fix = source.map(|source| format!("[{source}]"));
                let message = format!("`{name}` takes {or_one}a list of quoted strings");
                self.problem(expr.range(), message, fix);
            }
        }
        texts
    }

    fn text(
        &mut self,
        value: &Value,
        name: &str,
        range: TextRange,
        texts: &mut Vec<(String, TextRange)>,
    ) {
        match value.as_str() {
            Some(text) => texts.push((text.to_owned(), range)),
            None => {
                self.problem(range, format!("the elements of `{name}` are quoted strings"), None);
            }
        }
    }
}

/// Whether the text of `expr` is the value itself, so that it can be replaced.
fn is_literal(expr: Expr<'_>) -> bool {
    expr.as_plain_string().is_some()
}

/// Words for nothing at all, which people bring along from elsewhere. `none` is no slip of `note`.
const NOTHING: [&str; 7] = ["none", "off", "never", "no", "false", "disabled", "ignore"];

/// The word that was probably meant: a slip, another word for it, or a short form such as `warn`.
fn meant<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    if NOTHING.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return known.iter().copied().find(|word| matches!(*word, "off" | "never"));
    }
    let mut longer = known.iter().filter(|word| text.len() >= 3 && word.starts_with(text));
    let only = longer.next().filter(|_| longer.next().is_none()).copied();
    only.or_else(|| did_you_mean(text, known.iter().copied()))
}

/// Tells that `text` is not one of `known`, and which was probably meant.
pub(crate) fn choices(a_word: &str, text: &str, known: &[&str]) -> String {
    let hint = match meant(text, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use {}", list(known)),
    };
    format!("`{}` is not {a_word}; {hint}", shown(text))
}

/// `a`, `b` or `c`.
fn list(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Words of a file as messages show them: not too long, without control characters.
pub(crate) fn shown(text: &str) -> String {
    let harmless = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut chars = text.chars().map(harmless);
    let mut out: String = chars.by_ref().take(SHOWN).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}
