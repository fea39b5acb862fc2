//! Names of files by pattern: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for directories, as `fileset`
//! has them. Never reads what stands in files.

use source::{Entry, EntryKind, Files};

use crate::Budget;

/// How deeply directories may be nested; links may lead into themselves.
const MAX_DEPTH: u32 = 64;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The pattern is malformed.
    Pattern,
    /// It takes too long.
    Limit,
    /// Something on the way cannot be looked at.
    Unread,
}

/// A search below one directory.
pub(super) struct Search<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) base: &'a str,
    pub(super) budget: &'a Budget,
    pub(super) found: Vec<(String, EntryKind)>,
}

impl Search<'_> {
    /// Finds all that a clean pattern matches.
    pub(super) fn run(&mut self, pattern: &str) -> Result<(), Stop> {
        let parts = split(pattern, '/');
        match parts.split_first() {
            Some((&"", rest)) => self.below("/", rest, 0),
            _ => self.below(".", &parts, 0),
        }
    }

    fn below(&mut self, directory: &str, parts: &[&str], depth: u32) -> Result<(), Stop> {
        if depth > MAX_DEPTH || !self.budget.spend(16) {
            return Err(Stop::Limit);
        }
        let plain = parts.iter().take_while(|part| !part.contains(['*', '?', '[', '{', '\\']));
        let plain = plain.count();
        let directory = join(directory, &parts[..plain]);
        let kind = match self.files.kind(self.base, &directory) {
            Ok(kind) => kind,
            Err(source::ReadError::NotFound) => return Ok(()),
            Err(_) => return Err(Stop::Unread),
        };
        let Some((part, rest)) = parts[plain..].split_first() else {
            self.found.push((directory, kind));
            return Ok(());
        };
        match kind {
            EntryKind::Directory => {}
            EntryKind::Outside => return Err(Stop::Unread),
            EntryKind::File | EntryKind::Other => return Ok(()),
        }
        let entries = self.files.list(self.base, &directory).map_err(|_| Stop::Unread)?;
        if !self.budget.spend(entries.len()) {
            return Err(Stop::Limit);
        }
        if *part != "**" {
            return self.among(&directory, &entries, part, rest, depth);
        }
        self.all_below(&directory, &entries, &parts[plain..], depth)?;
        match rest.split_first() {
            Some((part, rest)) => self.among(&directory, &entries, part, rest, depth),
            None => Ok(()),
        }
    }

    /// What `**` (the first of `parts`) finds one directory further down.
    fn all_below(
        &mut self,
        directory: &str,
        entries: &[Entry],
        parts: &[&str],
        depth: u32,
    ) -> Result<(), Stop> {
        for entry in entries {
            let path = join(directory, &[&entry.name]);
            match entry.kind {
                EntryKind::Directory => self.below(&path, parts, depth + 1)?,
                EntryKind::Outside => return Err(Stop::Unread),
                EntryKind::File | EntryKind::Other if parts.len() == 1 => {
                    self.found.push((path, entry.kind));
                }
                EntryKind::File | EntryKind::Other => {}
            }
        }
        Ok(())
    }

    /// The entries that `part` matches, and what `rest` matches below them.
    fn among(
        &mut self,
        directory: &str,
        entries: &[Entry],
        part: &str,
        rest: &[&str],
        depth: u32,
    ) -> Result<(), Stop> {
        for entry in entries {
            if !matches(part, &entry.name, self.budget, 0)? {
                continue;
            }
            let path = join(directory, &[&entry.name]);
            if rest.is_empty() {
                self.found.push((path, entry.kind));
            } else {
                self.below(&path, rest, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn join(directory: &str, parts: &[&str]) -> String {
    super::paths::clean(&format!("{directory}/{}", parts.join("/")))
}

/// The pieces between separators that no backslash stands before.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, separator) {
        parts.push(&rest[..at]);
        rest = &rest[at + separator.len_utf8()..];
    }
    parts.push(rest);
    parts
}

/// Where `letter` stands first without a backslash before it.
fn find(text: &str, letter: char) -> Option<usize> {
    let mut places = text.match_indices(letter).map(|(at, _)| at);
    places.find(|at| !text[..*at].ends_with('\\'))
}

/// Whether one part of a pattern matches a name.
fn matches(pattern: &str, name: &str, budget: &Budget, depth: u32) -> Result<bool, Stop> {
    if depth > MAX_DEPTH || !budget.spend(1) {
        return Err(Stop::Limit);
    }
    if name.is_empty() {
        return Ok(matches!(pattern, "" | "*"));
    }
    let (mut pattern, mut name) = (pattern, name);
    while let (Some(wanted), Some(letter)) = (pattern.chars().next(), name.chars().next()) {
        let rest = &pattern[wanted.len_utf8()..];
        match wanted {
            '*' => return star(rest, name, budget, depth),
            '{' => return alternatives(rest, name, budget, depth),
            '[' => {
                let end = find(rest, ']').ok_or(Stop::Pattern)?;
                if !in_class(&rest[..end], letter)? {
                    return Ok(false);
                }
                pattern = &rest[end + 1..];
            }
            '\\' => {
                let escaped = rest.chars().next().ok_or(Stop::Pattern)?;
                if escaped != letter {
                    return Ok(false);
                }
                pattern = &rest[escaped.len_utf8()..];
            }
            _ if wanted == '?' || wanted == letter => pattern = rest,
            _ => return Ok(false),
        }
        name = &name[letter.len_utf8()..];
    }
    Ok(name.is_empty() && matches!(pattern, "" | "*") || pattern == "**")
}

/// What follows a `*`.
fn star(rest: &str, name: &str, budget: &Budget, depth: u32) -> Result<bool, Stop> {
    if rest.is_empty() {
        return Ok(true);
    }
    for (at, _) in name.char_indices() {
        match matches(rest, &name[at..], budget, depth + 1) {
            Ok(true) => return Ok(true),
            // What is malformed further on is only seen where the match gets there.
            Ok(false) | Err(Stop::Pattern) => {}
            Err(stop) => return Err(stop),
        }
    }
    Ok(false)
}

/// What follows a `{`.
fn alternatives(rest: &str, name: &str, budget: &Budget, depth: u32) -> Result<bool, Stop> {
    let end = find(rest, '}').ok_or(Stop::Pattern)?;
    let after = &rest[end + 1..];
    for choice in split(&rest[..end], ',') {
        if matches(&format!("{choice}{after}"), name, budget, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a letter is of a class; all of the class is checked.
fn in_class(class: &str, letter: char) -> Result<bool, Stop> {
    let mut letters = class.chars().peekable();
    if class.is_empty() {
        return Err(Stop::Pattern);
    }
    let negated = letters.next_if_eq(&'^').is_some();
    let mut found = false;
    while let Some(low) = letters.next() {
        let low = member(low, &mut letters)?;
        let mut high = low;
        if letters.next_if_eq(&'-').is_some() {
            let next = letters.next().ok_or(Stop::Pattern)?;
            high = member(next, &mut letters)?;
        }
        found |= (low..=high).contains(&letter);
    }
    Ok(found != negated)
}

fn member(letter: char, rest: &mut impl Iterator<Item = char>) -> Result<char, Stop> {
    match letter {
        '-' => Err(Stop::Pattern),
        '\\' => rest.next().ok_or(Stop::Pattern),
        _ => Ok(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expect: Result<bool, Stop>) {
        assert_eq!(matches(pattern, name, &Budget::default(), 0), expect, "{pattern} {name}");
    }

    #[test]
    fn parts_of_patterns() {
        check("*.txt", "a.txt", Ok(true));
        check("*.txt", ".txt", Ok(true));
        check("a?c", "aéc", Ok(true));
        check("[^a-c]x", "dx", Ok(true));
        check("[^a-c]x", "bx", Ok(false));
        check("{a,b*}.x", "bcd.x", Ok(true));
        check("{a,b}.x", "c.x", Ok(false));
        check("\\*a", "*a", Ok(true));
        check("a**", "a", Ok(true));
        check("[", "a", Err(Stop::Pattern));
        check("{a", "a", Err(Stop::Pattern));
        check("[a-]", "a", Err(Stop::Pattern));
        check("", "a", Ok(false));
    }

    #[test]
    fn hopeless_patterns_end() {
        let pattern = format!("{}b", "*a".repeat(40));
        check(&pattern, &"a".repeat(200), Err(Stop::Limit));
    }
}
