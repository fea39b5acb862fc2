//! Conditions on a version, all of which hold. Never says which of the versions that they admit
//! there are.

use std::fmt;
use std::ops::Bound;

use crate::Version;

/// Conditions on a version such as `~> 5.0, != 5.3.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints(Vec<Constraint>);

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Constraint {
    operator: Operator,
    version: Version,
    /// How many numbers of the version are written.
    written: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// The last number that is written may grow, those before it may not.
    Pessimistic,
}

/// Operators as they are written; those that begin like others come first.
const OPERATORS: [(&str, Operator); 8] = [
    ("~>", Operator::Pessimistic),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("!=", Operator::Unequal),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("", Operator::Equal),
];

/// How many conditions are kept: nobody writes so many, and messages show them all.
const MAX_CONDITIONS: usize = 100;

impl Constraints {
    /// Reads conditions with commas between them; `None` where one of them is none, and where there
    /// are more than a hundred.
    pub fn parse(text: &str) -> Option<Self> {
        if text.split(',').nth(MAX_CONDITIONS).is_some() {
            return None;
        }
        text.split(',').map(Constraint::parse).collect::<Option<_>>().map(Self)
    }

    /// Reads the conditions on the version of a module: there `~> 1` has no upper end, as Terraform
    /// reads these with another library.
    pub fn parse_for_module(text: &str) -> Option<Self> {
        let mut constraints = Self::parse(text)?;
        for one in &mut constraints.0 {
            if one.operator == Operator::Pessimistic && one.written == 1 {
                one.operator = Operator::GreaterOrEqual;
            }
        }
        Some(constraints)
    }

    /// Whether all conditions hold of `version`. A prerelease is admitted only where one condition
    /// names it and no other is against it.
    pub fn admits(&self, version: &Version) -> bool {
        let names_it =
            |one: &Constraint| one.operator == Operator::Equal && one.version == *version;
        (!version.is_prerelease() || self.0.iter().any(names_it))
            && self.0.iter().all(|one| one.admits(version))
    }

    /// The conditions of both. More than a hundred are not kept, so that more versions are admitted.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for one in other.0 {
            if self.0.len() < MAX_CONDITIONS && !self.0.contains(&one) {
                self.0.push(one);
            }
        }
        self
    }

    /// The versions that `!=` excludes.
    pub(crate) fn excluded(&self) -> impl Iterator<Item = &Version> {
        let excluded = self.0.iter().filter(|one| one.operator == Operator::Unequal);
        excluded.map(|one| &one.version)
    }

    /// Where the interval begins that the conditions span; `!=` has no part in it.
    pub fn lowest_bound(&self) -> Bound<Version> {
        let bounds = self.0.iter().map(Constraint::lowest);
        let is_narrower = |one: &Version, than: &Version| one > than;
        bounds.fold(Bound::Unbounded, |best, one| narrower(best, one, is_narrower))
    }

    /// Where the interval ends that the conditions span; `!=` has no part in it.
    pub fn highest_bound(&self) -> Bound<Version> {
        let bounds = self.0.iter().map(Constraint::highest);
        let is_narrower = |one: &Version, than: &Version| one < than;
        bounds.fold(Bound::Unbounded, |best, one| narrower(best, one, is_narrower))
    }

    /// Whether the interval holds a version. Where it does not, the conditions contradict each
    /// other, and no version is admitted.
    pub fn spans_any(&self) -> bool {
        let lowest = match self.lowest_bound() {
            Bound::Unbounded => return true,
            Bound::Included(version) => version,
            Bound::Excluded(version) => next(&version),
        };
        match self.highest_bound() {
            Bound::Unbounded => true,
            Bound::Included(version) => lowest <= version,
            Bound::Excluded(version) => lowest < version,
        }
    }
}

/// The first release behind `version`.
fn next(version: &Version) -> Version {
    let [major, minor, patch] = version.numbers();
    Version::new(major, minor, patch.saturating_add(u64::from(!version.is_prerelease())))
}

/// The bound of two that leaves less.
fn narrower(
    one: Bound<Version>,
    two: Bound<Version>,
    is_narrower: impl Fn(&Version, &Version) -> bool,
) -> Bound<Version> {
    let at = |bound: &Bound<Version>| match bound {
        Bound::Included(version) | Bound::Excluded(version) => Some(version.clone()),
        Bound::Unbounded => None,
    };
    let (Some(first), Some(second)) = (at(&one), at(&two)) else {
        return if at(&one).is_some() { one } else { two };
    };
    if is_narrower(&second, &first) || second == first && matches!(two, Bound::Excluded(_)) {
        two
    } else {
        one
    }
}

impl Constraint {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let read =
            |(sign, operator): &(&str, Operator)| Some((*operator, text.strip_prefix(sign)?));
        let (operator, rest) = OPERATORS.iter().find_map(read)?;
        let (version, written) = Version::read(rest)?;
        Some(Self { operator, version, written })
    }

    /// Whether it holds, prereleases as any others.
    fn admits(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.operator {
            Operator::Equal => version == wanted,
            Operator::Unequal => version != wanted,
            Operator::Greater => version > wanted,
            Operator::GreaterOrEqual => version >= wanted,
            Operator::Less => version < wanted,
            Operator::LessOrEqual => version <= wanted,
            Operator::Pessimistic => {
                version >= wanted && self.ceiling().is_none_or(|it| *version < it)
            }
        }
    }

    /// The release that `~>` stops before, when there is one.
    fn ceiling(&self) -> Option<Version> {
        let Version { major, minor, .. } = self.version;
        match self.written {
            1 | 2 => Some(Version::new(major.checked_add(1)?, 0, 0)),
            _ => Some(Version::new(major, minor.checked_add(1)?, 0)),
        }
    }

    fn lowest(&self) -> Bound<Version> {
        let version = || self.version.clone();
        match self.operator {
            Operator::Equal | Operator::GreaterOrEqual | Operator::Pessimistic => {
                Bound::Included(version())
            }
            Operator::Greater => Bound::Excluded(version()),
            Operator::Unequal | Operator::Less | Operator::LessOrEqual => Bound::Unbounded,
        }
    }

    fn highest(&self) -> Bound<Version> {
        let version = || self.version.clone();
        match self.operator {
            Operator::Equal | Operator::LessOrEqual => Bound::Included(version()),
            Operator::Less => Bound::Excluded(version()),
            Operator::Pessimistic => self.ceiling().map_or(Bound::Unbounded, Bound::Excluded),
            Operator::Unequal | Operator::Greater | Operator::GreaterOrEqual => Bound::Unbounded,
        }
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, one) in self.0.iter().enumerate() {
            write!(f, "{}{one}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = OPERATORS.iter().find(|(_, operator)| *operator == self.operator);
        let sign = sign.map_or("", |(sign, _)| *sign);
        write!(f, "{sign} {}", self.version.major)?;
        let Version { minor, patch, pre, .. } = &self.version;
        for number in [minor, patch].into_iter().take(self.written - 1) {
            write!(f, ".{number}")?;
        }
        pre.iter().try_for_each(|pre| write!(f, "-{pre}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraints(text: &str) -> Constraints {
        Constraints::parse(text).unwrap_or_else(|| panic!("{text:?} is a constraint"))
    }

    fn version(text: &str) -> Version {
        text.parse().unwrap_or_else(|_| panic!("{text:?} is a version"))
    }

    #[test]
    fn versions_are_admitted_as_terraform_does() {
        let check = |one: &str, by: &str, expect| {
            assert_eq!(constraints(by).admits(&version(one)), expect, "{one} by {by}");
        };
        check("1.2.3", "1.2.3", true);
        check("1.2.3", "= 1.2.3", true);
        check("1.2.0", "1.2", true);
        check("1.2.3", "1.2", false);
        check("1.2.3", ">= 1.0, < 2.0", true);
        check("2.0.0", ">= 1.0,<2.0", false);
        check("1.9.0", "~> 1.2", true);
        check("1.1.0", "~> 1.2", false);
        check("2.0.0", "~> 1.2", false);
        check("1.2.9", "~> 1.2.3", true);
        check("1.2.2", "~> 1.2.3", false);
        check("1.3.0", "~> 1.2.3", false);
        check("1.9.0", "~> 1", true);
        check("2.0.0", "~> 1", false);
        check("1.2.3", "!= 1.2.3", false);
        check("1.2.4", "!= 1.2.3", true);
        check("v1.2.3", ">1.2.2", true);
        check("1.2.3", ">v1.2.2", true);
        check("1.2.3", "<= 1.2.2", false);
        check("1.2.3", "  >=1.2.3  ", true);
        check("1.2.0", "> 1", true);
        check("1.0.0", "> 1", false);
        check("0.9.9", "< 1", true);
        check("1.0.0", "< 1", false);
    }

    #[test]
    fn versions_of_modules_may_grow_beyond_one_number() {
        let check = |one: &str, by: &str, expect| {
            let constraints = Constraints::parse_for_module(by).expect("a constraint");
            assert_eq!(constraints.admits(&version(one)), expect, "{one} by {by}");
        };
        check("3.0.0", "~> 1", true);
        check("0.9.0", "~> 1", false);
        check("2.0.0", "~> 1.2", false);
    }

    #[test]
    fn prereleases_are_admitted_by_name_only() {
        let check = |one: &str, by: &str, expect| {
            assert_eq!(constraints(by).admits(&version(one)), expect, "{one} by {by}");
        };
        check("1.2.3-beta", ">= 1.0", false);
        check("1.2.3-beta", "~> 1.0", false);
        check("1.2.3-beta", "!= 1.2.3", false);
        check("1.2.3-beta", ">= 1.2.3-beta", false);
        check("1.2.3-beta", "= 1.2.3-beta", true);
        check("1.2.3-beta", "1.2.3-beta", true);
        check("1.2.3-beta", "1.2.3-beta, < 1.2.3", true);
        check("1.2.3-beta", "1.2.3-beta, > 1.2.3", false);
        check("1.2.3-beta", "1.2.3-alpha", false);
        check("1.2.3", "= 1.2.3-beta", false);
        check("1.2.3", "> 1.2.3-beta", true);
        check("1.3.0", "~> 1.2.3-beta", false);
    }

    #[test]
    fn other_text_is_no_constraint() {
        for text in [
            "", "latest", ",", "1.2,", "~> 1.x", "=> 1", "> = 1", "~>", "^1.2", "1.2 || 2", "~ 1.2",
        ] {
            assert_eq!(Constraints::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_interval_is_that_of_all_conditions() {
        let shown = |bound| match bound {
            Bound::Unbounded => "none".to_owned(),
            Bound::Included(version) => format!("{version} included"),
            Bound::Excluded(version) => format!("{version} excluded"),
        };
        let check = |text: &str, lowest: &str, highest: &str| {
            let read = constraints(text);
            assert_eq!(shown(read.lowest_bound()), lowest, "{text}");
            assert_eq!(shown(read.highest_bound()), highest, "{text}");
        };
        check("~> 5.0", "5.0.0 included", "6.0.0 excluded");
        check("~> 5", "5.0.0 included", "6.0.0 excluded");
        check("~> 5.31.2", "5.31.2 included", "5.32.0 excluded");
        check(">= 4.0", "4.0.0 included", "none");
        check("< 6", "none", "6.0.0 excluded");
        check("= 5.1", "5.1.0 included", "5.1.0 included");
        check("!= 5.1", "none", "none");
        check(">= 4.0, > 4.0", "4.0.0 excluded", "none");
        check("> 4.0, >= 4.0", "4.0.0 excluded", "none");
        check("<= 5, < 5", "none", "5.0.0 excluded");
        check(">= 3.0, ~> 4.2, < 4.9, <= 5", "4.2.0 included", "4.9.0 excluded");
    }

    #[test]
    fn contradictions_span_nothing() {
        let check = |text: &str, expect| {
            assert_eq!(constraints(text).spans_any(), expect, "{text}");
        };
        check("~> 5.0", true);
        check("!= 5.0", true);
        check("~> 5.0, ~> 4.0", false);
        check("> 5.0, < 5.0", false);
        check(">= 5.0, <= 5.0", true);
        check(">= 5.0, < 5.0", false);
        check("> 5.0.0, < 5.0.1", false);
        check("> 5.0.0, < 5.0.2", true);
        check("> 5.0.0-beta, <= 5.0.0", true);
    }

    #[test]
    fn conditions_are_joined_and_shown() {
        let both = constraints(">=4,!=4.5.0").and(constraints("~> 4.2 , >= 4"));
        assert_eq!(both.to_string(), ">= 4, != 4.5.0, ~> 4.2");
        assert_eq!(constraints("6.0.0-beta1").to_string(), "= 6.0.0-beta1");
    }

    #[test]
    fn so_many_conditions_are_kept_as_anybody_writes() {
        let many = |from: usize, count: usize| {
            let all: Vec<String> = (from..from + count).map(|at| format!("!= 1.0.{at}")).collect();
            Constraints::parse(&all.join(","))
        };
        assert_eq!(many(0, MAX_CONDITIONS + 1), None);
        let first = many(0, MAX_CONDITIONS).expect("are read");
        assert_eq!(first.clone().and(many(500, 2).expect("are read")), first);
    }
}
