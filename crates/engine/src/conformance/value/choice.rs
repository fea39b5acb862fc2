//! Whether a value is one of those that an argument takes.

use diagnostics::{Level, Safety};
use rulebook::did_you_mean;
use value::{Number, Unknown, Value, ValueKind};

use super::certainty::Certainty;
use super::words::{choices, shown};
use super::{Fault, Replacement};
use crate::SchemaRule;

/// The values that an argument takes.
#[derive(Clone, Copy)]
pub(super) struct Choice<'c> {
    /// The argument.
    pub(super) name: &'c str,
    pub(super) values: &'c [&'c str],
    /// Whether upper and lower case are the same.
    pub(super) ignores_case: bool,
}

impl Choice<'_> {
    /// What is wrong with a primitive `value`.
    pub(super) fn judge(self, value: &Value, certainty: Certainty) -> Option<Fault> {
        match value.kind() {
            ValueKind::String(text) if !self.holds(text) => {
                Some(self.wrong_text(value, text, certainty))
            }
            ValueKind::Number(number) => {
                let is_it = |one: &&str| Number::parse(one).is_some_and(|one| one == *number);
                // A list that is not all numbers is no list for numbers.
                let are_numbers = self.values.iter().all(|one| Number::parse(one).is_some());
                let is_wrong = are_numbers && !self.values.iter().any(is_it);
                is_wrong.then(|| {
                    let message = self.message(value, &choices(self.values));
                    fault(value, certainty.of_choice(false), message, None)
                })
            }
            ValueKind::Unknown(unknown) => self.wrong_part(value, unknown, certainty),
            _ => None,
        }
    }

    fn holds(self, text: &str) -> bool {
        let is_it = |one: &&str| {
            *one == text || self.ignores_case && one.to_lowercase() == text.to_lowercase()
        };
        self.values.iter().any(is_it)
    }

    fn message(self, value: &Value, hint: &str) -> String {
        format!("{} is not a value of `{}`; {hint}", shown(value), self.name)
    }

    fn wrong_text(self, value: &Value, text: &str, certainty: Certainty) -> Fault {
        let is_secret = !value.marks_deep().is_printable();
        let values = self.values;
        let meant = meant(text, values);
        let level = certainty.of_choice(meant.is_some());
        let Some((meant, differs_by_case)) = meant.filter(|_| !is_secret) else {
            return fault(value, level, self.message(value, &choices(values)), None);
        };
        let hint =
            if values.len() <= 2 { choices(values) } else { format!("did you mean `{meant}`?") };
        // What cannot be applied at all is mended without doubt where only the case differs.
        let is_evident = differs_by_case && level == Level::Error;
        let safety = if is_evident { Safety::Safe } else { Safety::Unsafe };
        let replacement =
            Replacement { safety, title: format!("write `{meant}`"), value: Value::string(meant) };
        fault(value, level, self.message(value, &hint), Some(replacement))
    }

    /// The fault of a text of which only a part is known, when no value has that part.
    fn wrong_part(self, value: &Value, unknown: &Unknown, certainty: Certainty) -> Option<Fault> {
        let refinement = &unknown.refinement;
        let fits = |one: &&str| {
            let prefix = refinement.prefix.as_deref().unwrap_or_default();
            let suffix = refinement.suffix.as_deref().unwrap_or_default();
            begins(one, prefix) && ends(one, suffix)
        };
        let is_part_known = refinement.prefix.is_some() || refinement.suffix.is_some();
        if !is_part_known || self.values.iter().any(fits) {
            return None;
        }
        let (how, part) = match (&refinement.prefix, &refinement.suffix) {
            (Some(prefix), _) if !self.values.iter().any(|one| begins(one, prefix)) => {
                ("begins with", prefix)
            }
            (_, Some(suffix)) if !self.values.iter().any(|one| ends(one, suffix)) => {
                ("ends with", suffix)
            }
            // Some have the one end and others the other.
            _ => return None,
        };
        let part = Value::string(part).marked(value.marks_deep());
        let hint = choices(self.values);
        let message = if part.marks().is_printable() {
            format!("no value of `{}` {how} {}; {hint}", self.name, shown(&part))
        } else {
            self.message(&part, &hint)
        };
        Some(fault(value, certainty.of_choice(false), message, None))
    }
}

/// The value that `text` is a slip of, and whether it differs from it by case only. One that differs
/// by digits only is a sibling and no slip: `t3.micro` and `t4.micro`.
fn meant<'v>(text: &str, values: &[&'v str]) -> Option<(&'v str, bool)> {
    let only = |is_it: &dyn Fn(&str) -> bool| {
        let mut found = values.iter().copied().filter(|one| is_it(one));
        found.next().filter(|_| found.next().is_none())
    };
    if let Some(same) = only(&|one| one.eq_ignore_ascii_case(text)) {
        return Some((same, true));
    }
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|char| !matches!(char, '-' | '_' | ' ' | '.'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let plain = letters(text);
    if !plain.is_empty()
        && let Some(same) = only(&|one| letters(one) == plain)
    {
        return Some((same, false));
    }
    let near = did_you_mean(text, values.iter().copied())?;
    let without_digits = |text: &str| -> String {
        let letters = text.chars().filter(|char| !char.is_ascii_digit());
        letters.flat_map(char::to_lowercase).collect()
    };
    // A short word has too many neighbours.
    let is_slip = text.chars().count() > 3 && without_digits(text) != without_digits(near);
    is_slip.then_some((near, false))
}

fn begins(one: &str, prefix: &str) -> bool {
    one.to_lowercase().starts_with(&prefix.to_lowercase())
}

fn ends(one: &str, suffix: &str) -> bool {
    one.to_lowercase().ends_with(&suffix.to_lowercase())
}

fn fault(value: &Value, level: Level, message: String, replacement: Option<Replacement>) -> Fault {
    Fault { rule: SchemaRule::UnknownValue, level, value: value.clone(), message, replacement }
}

#[cfg(test)]
mod tests {
    use value::{Marks, Reason, Refinement, Type};

    use super::*;

    const MODES: &[&str] = &["PROVISIONED", "PAY_PER_REQUEST"];
    const CERTAIN: Certainty = Certainty {
        confidence: 3,
        is_open: false,
        is_enforced: true,
        may_differ: true,
        distance: schema::Distance::NextMajor,
    };

    /// Message, level and fix of what is found.
    type Expected<'e> = (&'e str, Level, Option<(&'e str, Safety)>);

    fn check(value: &Value, values: &[&str], expect: Option<Expected<'_>>) {
        let choice = Choice { name: "x", values, ignores_case: false };
        let fault = choice.judge(value, CERTAIN);
        let found = fault.as_ref().map(|fault| {
            let replacement = fault.replacement.as_ref().map(|it| (it.title.as_str(), it.safety));
            (fault.message.as_str(), fault.level, replacement)
        });
        assert_eq!(found, expect, "{value}");
    }

    #[test]
    fn texts() {
        let text = Value::string;
        check(&text("PROVISIONED"), MODES, None);
        let message = "`FOO` is not a value of `x`; use `PROVISIONED` or `PAY_PER_REQUEST`";
        check(&text("FOO"), MODES, Some((message, Level::Warning, None)));
        let message = "`provisioned` is not a value of `x`; use `PROVISIONED` or `PAY_PER_REQUEST`";
        let fix = Some(("write `PROVISIONED`", Safety::Safe));
        check(&text("provisioned"), MODES, Some((message, Level::Error, fix)));
        let values = &["aws-exec-read", "private", "public-read"];
        let message = "`public_read` is not a value of `x`; did you mean `public-read`?";
        let fix = Some(("write `public-read`", Safety::Unsafe));
        check(&text("public_read"), values, Some((message, Level::Error, fix)));
        let message = "`privat` is not a value of `x`; did you mean `private`?";
        let fix = Some(("write `private`", Safety::Unsafe));
        check(&text("privat"), values, Some((message, Level::Error, fix)));
        // A sibling that is not known yet, and words that are too short for slips.
        let message = "`python3.99` is not a value of `x`; use `python3.9` or `python3.12`";
        let values = &["python3.9", "python3.12"];
        check(&text("python3.99"), values, Some((message, Level::Warning, None)));
        let message = "`gp9` is not a value of `x`; use `gp2` or `io1`";
        check(&text("gp9"), &["gp2", "io1"], Some((message, Level::Warning, None)));
        let secret = text("provisioned").marked(Marks::SENSITIVE);
        let message = "this value, which is not shown, is not a value of `x`; use `PROVISIONED` \
                       or `PAY_PER_REQUEST`";
        check(&secret, MODES, Some((message, Level::Error, None)));
    }

    #[test]
    fn case() {
        let choice = Choice { name: "x", values: MODES, ignores_case: true };
        assert!(choice.judge(&Value::string("provisioned"), CERTAIN).is_none());
        assert!(choice.judge(&Value::string("provision"), CERTAIN).is_some());
    }

    #[test]
    fn numbers() {
        check(&Value::number(7), &["1", "7.0"], None);
        let message = "`8` is not a value of `x`; use `1` or `7`";
        check(&Value::number(8), &["1", "7"], Some((message, Level::Warning, None)));
        check(&Value::number(8), &["1", "all"], None);
        check(&Value::bool(true), &["1"], None);
    }

    #[test]
    fn parts() {
        let part = |prefix: Option<&str>, suffix: Option<&str>| {
            let refinement = Refinement {
                prefix: prefix.map(Into::into),
                suffix: suffix.map(Into::into),
                ..Refinement::NOT_NULL
            };
            Unknown::new(Type::String, Reason::Derived).refined(refinement).into_value()
        };
        check(&part(None, None), MODES, None);
        check(&part(Some("PAY_"), None), MODES, None);
        check(&part(Some("pay_"), None), MODES, None);
        let message = "no value of `x` begins with `foo-`; use `PROVISIONED` or `PAY_PER_REQUEST`";
        check(&part(Some("foo-"), None), MODES, Some((message, Level::Warning, None)));
        let message = "no value of `x` ends with `-foo`; use `PROVISIONED` or `PAY_PER_REQUEST`";
        check(&part(Some("PAY"), Some("-foo")), MODES, Some((message, Level::Warning, None)));
    }
}
