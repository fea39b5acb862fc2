//! Regular expressions of Go (RE2), rewritten for the `regex` crate: what only Go understands is
//! translated, what only the crate understands is refused, names of groups are kept apart.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};

/// Largest compiled expression, in bytes.
const MAX_COMPILED: usize = 1 << 21;
/// Go's own limit.
const MAX_REPEAT: u32 = 1000;

/// Of compiled expressions a thread keeps so many states together, which is some hundred expressions of
/// the usual length; compiling one takes a hundred times as long as a match.
const MAX_STATES_KEPT: usize = 50_000;
/// The least that an expression counts for.
const MIN_STATES: usize = 64;

thread_local! {
    static RECENT: RefCell<Recent> = RefCell::default();
}

/// The expressions that a thread compiled of late.
#[derive(Default)]
struct Recent {
    compiled: HashMap<String, Kept>,
    states: usize,
}

impl Recent {
    fn keep(&mut self, pattern: &str, compiled: &Kept) {
        let states = compiled.as_ref().map_or(0, |compiled| compiled.work.states);
        let states = states.saturating_add(pattern.len()).max(MIN_STATES);
        self.states = self.states.saturating_add(states);
        if self.states > MAX_STATES_KEPT {
            self.compiled.clear();
            self.states = states;
        }
        if states <= MAX_STATES_KEPT {
            self.compiled.insert(pattern.to_owned(), compiled.clone());
        }
    }
}

type Kept = Result<Rc<Pattern>, PatternError>;

/// A compiled expression.
pub(super) struct Pattern {
    pub regex: Regex,
    /// The names of the groups; empty for groups without.
    pub names: Vec<String>,
    /// What it takes.
    pub work: Work,
    /// Whether it means the same as Go's for ASCII text only.
    ascii: bool,
}

/// What an expression takes, by its length with repetitions written out.
#[derive(Clone, Copy, Default)]
pub(super) struct Work {
    /// About the number of its states.
    pub states: usize,
    /// Whether there is no end to the text that a match may take a look at.
    pub unbounded: bool,
}

impl Work {
    /// That of an expression that has not been compiled; none if it is wrong.
    pub(super) fn of(pattern: &str) -> Self {
        let mut translation = Translation::new(pattern);
        translation.run().map_or(Self::default(), |()| translation.work())
    }
}

/// Why there is none.
#[derive(Clone)]
pub(super) enum PatternError {
    /// Go refuses it, too: what and where, in its words.
    Invalid(&'static str, String),
    /// It is too large.
    Limit,
}

impl Pattern {
    /// The compiled form of `pattern`, or why there is none, which the thread may have kept from
    /// an earlier call.
    pub(super) fn of(pattern: &str) -> Kept {
        let kept = RECENT.with_borrow(|recent| recent.compiled.get(pattern).cloned());
        if let Some(compiled) = kept {
            return compiled;
        }
        let compiled = Self::compile(pattern).map(Rc::new);
        RECENT.with_borrow_mut(|recent| recent.keep(pattern, &compiled));
        compiled
    }

    /// Whether it finds in `text` what Go's finds.
    pub(super) fn suits(&self, text: &str) -> bool {
        !self.ascii || text.is_ascii()
    }

    fn compile(pattern: &str) -> Result<Self, PatternError> {
        let mut translation = Translation::new(pattern);
        translation.run()?;
        let regex = RegexBuilder::new(&translation.out)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .nest_limit(200)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => PatternError::Limit,
                _ => PatternError::Invalid("invalid syntax", pattern.to_owned()),
            })?;
        let (work, ascii) = (translation.work(), translation.ascii);
        Ok(Self { regex, names: translation.names, work, ascii })
    }
}

/// What the next repetition operator would repeat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// There is nothing before it.
    Nothing,
    Something,
    /// Already repeated, starting there.
    Repeated(usize),
}

pub(super) struct Translation<'p> {
    pub(super) pattern: &'p str,
    pub(super) at: usize,
    pub(super) out: String,
    names: Vec<String>,
    /// The states outside of each open group.
    open: Vec<usize>,
    repeatable: Repeat,
    /// Where a flags group was written after what may be repeated.
    flags: Option<usize>,
    /// The states of the innermost open group, and of the last thing in it.
    states: usize,
    last: usize,
    unbounded: bool,
    ascii: bool,
}

impl<'p> Translation<'p> {
    fn new(pattern: &'p str) -> Self {
        Self {
            pattern,
            at: 0,
            out: String::with_capacity(pattern.len() + 16),
            names: Vec::new(),
            open: Vec::new(),
            repeatable: Repeat::Nothing,
            flags: None,
            states: 0,
            last: 0,
            unbounded: false,
            ascii: false,
        }
    }

    fn work(&self) -> Work {
        Work { states: self.states, unbounded: self.unbounded }
    }

    pub(super) fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    let Some(outside) = self.open.pop() else {
                        return Err(self.unexpected_parenthesis());
                    };
                    let inside = std::mem::replace(&mut self.states, outside);
                    self.out.push(')');
                    self.pushed(inside + 1);
                }
                '|' => {
                    self.out.push('|');
                    (self.repeatable, self.flags) = (Repeat::Nothing, None);
                }
                '*' | '+' | '?' => {
                    self.unbounded |= letter != '?';
                    self.repeat(self.at - 1)?;
                }
                '{' => self.counted()?,
                _ => self.literal(letter),
            }
        }
        match self.open.first() {
            Some(_) => Err(PatternError::Invalid("missing closing )", self.pattern.to_owned())),
            None => Ok(()),
        }
    }

    fn unexpected_parenthesis(&self) -> PatternError {
        PatternError::Invalid("unexpected )", self.pattern.to_owned())
    }

    /// Something that can be repeated.
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.pushed(states(text));
    }

    /// Something of so many states has been written that can be repeated.
    pub(super) fn pushed(&mut self, states: usize) {
        (self.repeatable, self.flags) = (Repeat::Something, None);
        self.states = self.states.saturating_add(states);
        self.last = states;
    }

    fn literal(&mut self, letter: char) {
        match letter {
            // These are operators here, too.
            '.' | '^' | '$' => self.out.push(letter),
            _ => self.out.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
        }
        self.pushed(if letter == '.' { WIDE } else { 1 });
    }

    /// A repetition operator that starts at `start`; the position is after its first letter.
    fn repeat(&mut self, start: usize) -> Result<(), PatternError> {
        match self.repeatable {
            Repeat::Nothing => {
                let operator = self.pattern[start..self.at].to_owned();
                let what = "missing argument to repetition operator";
                return Err(PatternError::Invalid(what, operator));
            }
            Repeat::Repeated(before) => {
                let operators = self.pattern[before..self.at].to_owned();
                return Err(PatternError::Invalid("invalid nested repetition operator", operators));
            }
            Repeat::Something => {}
        }
        self.skip("?");
        let operator = &self.pattern[start..self.at];
        match &mut self.flags {
            None => self.out.push_str(operator),
            // Flags do not come between something and its repetition.
            Some(flags) => {
                if self.out[*flags..].contains('U') {
                    return Err(PatternError::Limit);
                }
                self.out.insert_str(*flags, operator);
                *flags += operator.len();
            }
        }
        self.repeatable = Repeat::Repeated(start);
        Ok(())
    }

    /// What follows `{`: a count, or a brace like any other letter.
    fn counted(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
        let Some(end) = self.rest().find('}') else {
            self.push("\\{");
            return Ok(());
        };
        let count = &self.rest()[..end];
        let (min, max) = count.split_once(',').unwrap_or((count, count));
        let is_count = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_count(min) || !(max.is_empty() || is_count(max)) {
            self.push("\\{");
            return Ok(());
        }
        self.at += end + 1;
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let unordered = !max.is_empty() && number(min) > number(max);
        if number(min) > MAX_REPEAT || (!max.is_empty() && number(max) > MAX_REPEAT) || unordered {
            let text = self.pattern[start..self.at].to_owned();
            return Err(PatternError::Invalid("invalid repeat count", text));
        }
        let times = if max.is_empty() { number(min) } else { number(max) }.saturating_sub(1);
        self.unbounded |= max.is_empty();
        let more = self.last.saturating_mul(usize::try_from(times).unwrap_or(usize::MAX));
        self.repeat(start)?;
        self.states = self.states.saturating_add(more);
        self.last = self.last.saturating_add(more);
        Ok(())
    }

    /// What follows `(`.
    fn group(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
        let before = (self.repeatable, self.flags);
        self.open.push(std::mem::take(&mut self.states));
        (self.repeatable, self.flags) = (Repeat::Nothing, None);
        let named = ["?P<", "?<"].iter().find(|prefix| self.rest().starts_with(**prefix));
        if let Some(prefix) = named {
            self.at += prefix.len();
            let rest = self.rest();
            let name = rest.split('>').next().unwrap_or_default();
            let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            if name.is_empty() || name.len() == rest.len() || !name.chars().all(word) {
                let end = rest.find('>').map_or(self.pattern.len(), |end| self.at + end + 1);
                let shown = if rest.starts_with(['=', '!']) {
                    self.pattern[start..].to_owned()
                } else {
                    self.pattern[start..end].to_owned()
                };
                return Err(PatternError::Invalid("invalid named capture", shown));
            }
            self.at += name.len() + 1;
            self.names.push(name.to_owned());
            self.out.push('(');
            return Ok(());
        }
        if !self.skip("?") {
            self.names.push(String::new());
            self.out.push('(');
            return Ok(());
        }
        self.flags(start, before)
    }

    /// What follows `(?`: flags, then `:` or `)`. `before` is what could be repeated before it.
    fn flags(&mut self, start: usize, before: (Repeat, Option<usize>)) -> Result<(), PatternError> {
        let flags = self.at;
        let mut negated = false;
        let mut any = false;
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !negated => (negated, any) = (true, false),
                ':' | ')' if !negated || any => {
                    if letter == ')' && !any {
                        break;
                    }
                    if letter == ')' {
                        self.states = self.open.pop().unwrap_or_default();
                        self.repeatable = match before.0 {
                            Repeat::Nothing => Repeat::Nothing,
                            _ => Repeat::Something,
                        };
                        self.flags = before.1.or(Some(self.out.len()));
                    }
                    self.out.push_str("(?");
                    self.out.push_str(&self.pattern[flags..self.at]);
                    return Ok(());
                }
                _ => break,
            }
        }
        let text = self.pattern[start..self.at].to_owned();
        Err(PatternError::Invalid("invalid or unsupported Perl syntax", text))
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), PatternError> {
        if self.skip("Q") {
            let end = self.rest().find("\\E").unwrap_or(self.rest().len());
            let quoted = &self.rest()[..end];
            self.at += end;
            self.skip("\\E");
            for letter in quoted.chars() {
                self.push(&regex::escape(letter.encode_utf8(&mut [0; 4])));
            }
            return Ok(());
        }
        let Some(letter) = self.peek() else {
            let what = "trailing backslash at end of expression";
            return Err(PatternError::Invalid(what, String::new()));
        };
        match letter {
            'A' | 'z' => {
                self.at += 1;
                self.push(&format!("\\{letter}"));
                Ok(())
            }
            'b' => {
                self.at += 1;
                self.push("(?-u:\\b)");
                Ok(())
            }
            'B' => {
                self.at += 1;
                // The crate's is Unicode's.
                self.ascii = true;
                self.push("\\B");
                Ok(())
            }
            _ => {
                let text = self.class_escape()?;
                self.push(&text);
                Ok(())
            }
        }
    }
}

/// States of a class of letters of more than one byte.
const WIDE: usize = 8;

/// About the number of states that a letter or a class of letters takes.
pub(super) fn states(text: &str) -> usize {
    match text {
        _ if text.contains("\\p") || text.contains("\\P") => 50,
        _ if text.contains("[^") => WIDE,
        _ => 1,
    }
}
