//! One version with at most three numbers. Build metadata is read and forgotten, as it has no part
//! in which version comes first.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version such as `5.31.0` or `6.0.0-beta1`. Numbers that are not written are 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// What stands behind the hyphen: `beta1` of `6.0.0-beta1`.
    pub pre: Option<Box<str>>,
}

/// Text that is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVersion;

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a version of at most three numbers")
    }
}

impl std::error::Error for NotAVersion {}

impl Version {
    /// A version that is no prerelease.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch, pre: None }
    }

    /// Whether it comes before a release.
    pub const fn is_prerelease(&self) -> bool {
        self.pre.is_some()
    }

    /// The three numbers.
    pub const fn numbers(&self) -> [u64; 3] {
        [self.major, self.minor, self.patch]
    }

    /// Reads a version, and tells how many numbers are written.
    pub(crate) fn read(text: &str) -> Option<(Self, usize)> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = match text.split_once('+') {
            Some((text, metadata)) => is_dotted_word(metadata).then_some(text)?,
            None => text,
        };
        let (text, pre) = match text.split_once('-') {
            Some((text, pre)) => (text, Some(is_dotted_word(pre).then(|| pre.into())?)),
            None => (text, None),
        };
        let mut numbers = [0; 3];
        let mut count = 0;
        for part in text.split('.') {
            // `parse` would take a sign.
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *numbers.get_mut(count)? = part.parse().ok()?;
            count += 1;
        }
        let [major, minor, patch] = numbers;
        Some((Self { major, minor, patch, pre }, count))
    }
}

/// Whether a text is one or more words of letters, digits and hyphens, joined by dots.
fn is_dotted_word(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.split('.').all(is_word)
}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        Self::read(text).map(|(version, _)| version).ok_or(NotAVersion)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        self.pre.iter().try_for_each(|pre| write!(f, "-{pre}"))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers().cmp(&other.numbers()).then_with(|| match (&self.pre, &other.pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => compare_prereleases(one, two),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The precedence of semantic versioning, word by word.
fn compare_prereleases(one: &str, two: &str) -> Ordering {
    let words = one.split('.').map(word_rank);
    // Words of the same rank may be written in two ways, as 1 and 01 are.
    words.cmp(two.split('.').map(word_rank)).then_with(|| one.cmp(two))
}

/// What tells which of two words comes first: numbers before others, short numbers before long ones.
fn word_rank(word: &str) -> (bool, usize, &str) {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = word.trim_start_matches('0');
        (false, digits.len(), digits)
    } else {
        (true, 0, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap_or_else(|_| panic!("{text:?} is a version"))
    }

    #[test]
    fn versions_are_read_and_shown() {
        let check = |text: &str, expect: &str| assert_eq!(version(text).to_string(), expect);
        check("1", "1.0.0");
        check("1.2", "1.2.0");
        check("v5.31.0", "5.31.0");
        check(" 5.31.0\n", "5.31.0");
        check("6.0.0-beta1", "6.0.0-beta1");
        check("6.0.0-rc.1+build.7", "6.0.0-rc.1");
        check("6.0.0-a-b", "6.0.0-a-b");
        check("1.2.3+meta", "1.2.3");
        check("18446744073709551615.0.0", "18446744073709551615.0.0");
    }

    #[test]
    fn other_text_is_no_version() {
        for text in [
            "",
            "v",
            "latest",
            "1.x",
            "1.2.3.4",
            "1..2",
            ".1",
            "1.",
            "+1",
            "-1",
            "1.-2",
            "1.2.3-",
            "1.2.3-a..b",
            "1.2.3-ä",
            "1.2.3+",
            "1 2",
            "vv1",
            "18446744073709551616.0.0",
            "١.٢.٣",
        ] {
            assert_eq!(text.parse::<Version>(), Err(NotAVersion), "{text:?}");
        }
    }

    #[test]
    fn the_order_is_that_of_semantic_versioning() {
        let texts = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
        ];
        let versions = texts.map(version);
        for (at, one) in versions.iter().enumerate() {
            for (other_at, other) in versions.iter().enumerate() {
                assert_eq!(one.cmp(other), at.cmp(&other_at), "{one} and {other}");
            }
        }
    }
}
