//! The grammar of suppressions: `cfglint:ignore pack/name, pack/* reason`.

use rulebook::{RuleIndex, RulePattern, UnknownRule, did_you_mean, is_slip};
use source::TextRange;

use super::comment::{Line, NAME};

/// The pack of what cfglint itself finds, which nothing silences.
pub(super) const CORE: &str = "core";
/// A longer word is cut in messages.
const SHOWN: usize = 60;

/// How far a suppression reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Line,
    Block,
    File,
}

impl Reach {
    const ALL: [Self; 3] = [Self::Line, Self::Block, Self::File];

    /// What stands after `cfglint:`.
    const fn word(self) -> &'static str {
        match self {
            Self::Line => "ignore",
            Self::Block => "ignore-block",
            Self::File => "ignore-file",
        }
    }
}

/// What one line of a comment asks for.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) reach: Reach,
    /// Where `cfglint:ignore` stands.
    pub(super) name: TextRange,
    /// At least one.
    pub(super) words: Vec<Word>,
    pub(super) justification: Option<String>,
}

/// A word of a directive that names rules.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) range: TextRange,
    pub(super) text: String,
    pub(super) meaning: Meaning,
}

/// What a word of a directive means.
#[derive(Debug)]
pub(super) enum Meaning {
    Rules(RulePattern),
    /// Rules of the pack `core`.
    Core,
    /// No rule; maybe the id that was meant.
    Unknown(Option<String>),
}

/// What is wrong with a line that speaks to cfglint.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) range: TextRange,
    pub(super) message: String,
    pub(super) remedy: Option<Remedy>,
}

/// Writes `text` at `range`.
#[derive(Debug)]
pub(super) struct Remedy {
    pub(super) title: String,
    pub(super) range: TextRange,
    pub(super) text: String,
}

impl Fault {
    /// A directive about a block stands where there is none.
    pub(super) fn no_block(range: TextRange) -> Self {
        let [_, block, file] = Reach::ALL.map(directive);
        let message = format!(
            "`{block}` stands neither in a block nor above one; for all of a file there is `{file}`"
        );
        Self { range, message, remedy: None }
    }

    /// A word that names no rule; `suggestion` is the id that was probably meant.
    pub(super) fn unknown_rule(word: &Word, suggestion: Option<&str>) -> Self {
        let what = if word.text.ends_with("/*") { "pack" } else { "rule" };
        let about = format!("there is no {what} `{}`", shown(&word.text));
        let Some(id) = suggestion else {
            let message = format!("{about}; `cfglint rules` lists all");
            return Self { range: word.range, message, remedy: None };
        };
        let message = format!("{about}; did you mean `{id}`?");
        // What is further off may be a rule of another version, and the name of a pack a mere word.
        let has_name = name_in(&word.text) == name_in(id) && name_in(id) != "*";
        let is_certain = has_name || is_slip(&word.text, id) && word.text.contains('/');
        let remedy = is_certain.then(|| Remedy {
            title: format!("write `{id}`"),
            range: word.range,
            text: id.to_owned(),
        });
        Self { range: word.range, message, remedy }
    }
}

/// The name in an id, without the pack and without quotes.
fn name_in(id: &str) -> &str {
    let id = id.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '*');
    id.rsplit_once(['/', '.', ':']).map_or(id, |(_, name)| name)
}

/// Reads `line`, which begins with [`NAME`] in some case; `None` when it is prose after all.
pub(super) fn read(line: &Line, index: &RuleIndex) -> Option<Result<Directive, Fault>> {
    let mut cursor = Cursor { line, at: NAME.len() };
    cursor.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b':' | b'-' | b'_'));
    let start = cursor.at;
    let separator = &line.bytes()[NAME.len()..start];
    cursor.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let (name, name_end) = (cursor.text(start), cursor.at);
    let place = line.place(0, name_end);
    let meant = meant(&name);
    let written = cursor.text(0);
    let Some(reach) = meant.filter(|meant| written == directive(*meant)) else {
        let is_directive = match separator {
            b":" => !name.is_empty(),
            [b':', ..] => meant.is_some() || cursor.names_rules(),
            // As other tools have it: `cfglint-ignore: pack/name`.
            [_, ..] => {
                cursor.skip(|byte| byte == b':');
                meant.is_some() && cursor.names_rules()
            }
            [] => false,
        };
        let place = line.place(0, cursor.at);
        return is_directive.then(|| Err(unknown_directive(&written, meant, place)));
    };
    if cursor.next().is_some_and(|byte| !byte.is_ascii_whitespace() && byte != b',') {
        return Some(Err(no_blank(&cursor, reach, place)));
    }
    let words = cursor.words(index);
    if words.is_empty() {
        let message = format!(
            "`{}` names no rule; write `pack/name`, `pack/*` or, for all rules, `*`",
            directive(reach)
        );
        return Some(Err(Fault { range: place, message, remedy: None }));
    }
    Some(Ok(Directive { reach, name: place, words, justification: cursor.reason() }))
}

/// The whole word of a directive: `cfglint:ignore`.
fn directive(reach: Reach) -> String {
    format!("{NAME}:{}", reach.word())
}

/// The directive that `name` is, or is a slip of.
fn meant(name: &str) -> Option<Reach> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let joined = |text: &str| text.replace('-', "");
    let same = Reach::ALL.into_iter().find(|reach| joined(reach.word()) == joined(&name));
    if same.is_some() || name.is_empty() {
        return same;
    }
    let (head, tail) = name.split_once('-').unwrap_or((&name, "line"));
    did_you_mean(head, [Reach::Line.word()])?;
    Some(match did_you_mean(tail, ["line", "next", "next-line", "block", "file"])? {
        "block" => Reach::Block,
        "file" => Reach::File,
        _ => Reach::Line,
    })
}

fn unknown_directive(written: &str, meant: Option<Reach>, range: TextRange) -> Fault {
    let shown = shown(written);
    let Some(meant) = meant else {
        let [line, block, file] = Reach::ALL.map(directive);
        let message = format!("there is no `{shown}`; use `{line}`, `{block}` or `{file}`");
        return Fault { range, message, remedy: None };
    };
    let text = directive(meant);
    let message = format!("there is no `{shown}`; did you mean `{text}`?");
    let remedy = Remedy { title: format!("write `{text}`"), range, text };
    Fault { range, message, remedy: Some(remedy) }
}

/// Something follows the directive at once: `cfglint:ignore:pack/name`.
fn no_blank(cursor: &Cursor<'_>, reach: Reach, range: TextRange) -> Fault {
    let message = format!("after `{}` there must be a blank", directive(reach));
    let (at, rest) = (cursor.at, cursor.rest());
    let has_blank = rest.get(1).is_some_and(u8::is_ascii_whitespace);
    let remedy = matches!(rest, [b':' | b'=', ..]).then(|| Remedy {
        title: "write a blank".to_owned(),
        range: cursor.line.place(at, at + 1),
        text: if has_blank { "" } else { " " }.to_owned(),
    });
    Fault { range, message, remedy }
}

/// A place in a line.
struct Cursor<'l> {
    line: &'l Line,
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &[u8] {
        &self.line.bytes()[self.at..]
    }

    fn next(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        self.at += self.rest().iter().take_while(|byte| is_skipped(**byte)).count();
    }

    /// The text from `start` up to here.
    fn text(&self, start: usize) -> String {
        String::from_utf8_lossy(&self.line.bytes()[start..self.at]).into_owned()
    }

    /// Whether the next word looks as if it named rules.
    fn names_rules(&self) -> bool {
        let mut words = self.rest().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.next().is_some_and(|word| word == b"*" || has_form_of_id(word))
    }

    /// The words that name rules; the reason begins after them.
    fn words(&mut self, index: &RuleIndex) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            let before = self.at;
            self.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b';'));
            let has_comma = self.line.bytes()[before..self.at].contains(&b',');
            let start = self.at;
            self.skip(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b',' | b';'));
            // What ends a sentence or opens the reason is no part of a word.
            let word = &self.line.bytes()[start..self.at];
            let marks = word.iter().rev().take_while(|byte| matches!(byte, b':' | b'.'));
            let marks = marks.count();
            self.at -= marks;
            let text = self.text(start);
            let meaning = (!text.is_empty())
                .then(|| meaning(&text, index, words.is_empty(), has_comma))
                .flatten();
            let Some(meaning) = meaning else {
                self.at = before;
                return words;
            };
            words.push(Word { range: self.line.place(start, self.at), text, meaning });
            if marks > 0 {
                return words;
            }
        }
    }

    /// What is left of the line, without what leads to it.
    fn reason(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.rest()).into_owned();
        let text = text.trim_start_matches([' ', '\t', ',', ';', ':', '.', '-', '–', '—']);
        let text = text.strip_prefix("because ").unwrap_or(text).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// What `text` means as a word of a directive; `None` when it begins the reason.
fn meaning(text: &str, index: &RuleIndex, is_first: bool, has_comma: bool) -> Option<Meaning> {
    let pack = text.split_once('/').map(|(pack, _)| pack);
    if pack == Some(CORE) {
        return Some(Meaning::Core);
    }
    let found = index.pattern(text);
    let suggestion = match found {
        Ok(pattern) => return Some(Meaning::Rules(pattern)),
        Err(UnknownRule { suggestion }) => suggestion,
    };
    let suggestion =
        suggestion.filter(|id| id.split_once('/').is_none_or(|(pack, _)| pack != CORE));
    let is_named = if has_form_of_id(text.as_bytes()) {
        // Words such as `and/or` may begin a reason.
        let is_pack = || pack.is_some_and(|pack| index.pattern(&format!("{pack}/*")).is_ok());
        is_first || has_comma || suggestion.is_some() || is_pack()
    } else {
        // The name without its pack, or a pack.
        let is_pack = |id: &String| id.strip_suffix("/*") == Some(text);
        is_first && suggestion.as_ref().is_some_and(|id| text.contains('-') || is_pack(id))
    };
    is_named.then_some(Meaning::Unknown(suggestion))
}

/// Whether `word` is two names around a slash, quoted or not.
fn has_form_of_id(word: &[u8]) -> bool {
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'/' | b'-' | b'_' | b'*' | b'`' | b'"' | b'\'')
    };
    let mut parts = word.split(|byte| *byte == b'/');
    let has_two = parts.next().is_some() && parts.next().is_some() && parts.next().is_none();
    has_two && word.iter().all(is_part)
}

/// A word as messages show it.
pub(super) fn shown(word: &str) -> String {
    let is_long = word.chars().nth(SHOWN).is_some();
    let visible = |c: char| match c {
        '`' => '\'',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    let text: String = word.chars().take(SHOWN).map(visible).collect();
    if is_long { format!("{text}…") } else { text }
}
