//! Multiplies the validity of refresh tokens with its unit and compares it with the limits.

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::Value;

const MINUTE: i128 = 60;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;
const LEAST: i128 = 60 * MINUTE;
const MOST: i128 = 3650 * DAY;
const LIMITS: &str = "it must lie between 60 minutes and 3650 days";

/// Reports a validity below 60 minutes or above 3650 days.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let validity = cx.get("refresh_token_validity");
    let Some(number) = validity.as_number() else {
        return;
    };
    // A fraction is refused for another reason; a number beyond all bounds is too long anyway.
    if !number.is_integer() {
        return;
    }
    let beyond = if number.is_negative() { i64::MIN } else { i64::MAX };
    let amount = i128::from(number.to_i64().unwrap_or(beyond));
    let Some(unit) = unit_of(cx) else { return };
    if let Some(message) = fault(amount, unit.seconds()) {
        let shown = match number.to_text() {
            Some(text) if validity.marks().is_printable() => format!("{text}{}", unit.word(amount)),
            _ => "that length".to_owned(),
        };
        let mut message = message.replace("{}", &shown);
        if amount == 0 {
            message.push_str("; zero counts as 30 days with providers before 4.62");
        }
        let mut finding = reporter.report(&validity, message);
        if amount == 0 {
            // Before 4.62 it passes, so it is not certain that it fails.
            finding = finding.level(Level::Warning);
        }
        if let Unit::Written(_, value) = &unit {
            finding = finding.because(&[value]).related(value, "the unit is set here");
        }
        finding.emit();
    }
}

/// The unit of a validity, as far as it is known.
enum Unit {
    /// No unit is set.
    Days,
    /// A unit is set: its name and the value.
    Written(String, Value),
    /// Some unit that is not known.
    Any,
}

impl Unit {
    fn seconds(&self) -> Option<i128> {
        match self {
            Self::Days => Some(DAY),
            Self::Written(name, _) => seconds_in(name),
            Self::Any => None,
        }
    }

    fn word(&self, amount: i128) -> String {
        let name = match self {
            Self::Days => "days",
            Self::Written(name, _) => name,
            Self::Any => return String::new(),
        };
        let name = if amount == 1 { name.trim_end_matches('s') } else { name };
        format!(" {name}")
    }
}

/// The unit that `token_validity_units` sets; `None` when another rule speaks about it: a name that
/// is no unit, and a block without the unit, which the provider reads as zero.
fn unit_of(cx: &BlockContext<'_>) -> Option<Unit> {
    let blocks = cx.get("token_validity_units");
    let Some(known) = blocks.as_elements() else {
        return Some(Unit::Any);
    };
    let Some(block) = known.first() else {
        return Some(Unit::Days);
    };
    let Some(unit) = block.get_attr("refresh_token") else {
        return Some(Unit::Any);
    };
    if unit.is_unknown() {
        return Some(Unit::Any);
    }
    let name = unit.as_str()?;
    seconds_in(name)?;
    Some(Unit::Written(name.to_owned(), unit.clone()))
}

fn seconds_in(unit: &str) -> Option<i128> {
    match unit {
        "seconds" => Some(1),
        "minutes" => Some(MINUTE),
        "hours" => Some(HOUR),
        "days" => Some(DAY),
        _ => None,
    }
}

/// What is wrong with that many units of so many seconds; `{}` stands for the duration. Without a
/// unit only what no unit can mend is wrong.
fn fault(amount: i128, seconds: Option<i128>) -> Option<String> {
    match seconds {
        Some(seconds) if (LEAST..=MOST).contains(&(amount * seconds)) => None,
        Some(_) => Some(format!("a validity of {{}} is out of range; {LIMITS}")),
        None if (1..=MOST).contains(&amount) => None,
        None => Some(format!("no unit makes a validity of {{}} legal; {LIMITS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, fault};

    #[test]
    fn limits() {
        let check = |amount: i128, seconds: Option<i128>, expect: bool| {
            assert_eq!(fault(amount, seconds).is_some(), expect, "{amount} of {seconds:?}");
        };
        check(0, Some(DAY), true);
        check(-1, Some(DAY), true);
        check(1, Some(DAY), false);
        check(3650, Some(DAY), false);
        check(3651, Some(DAY), true);
        check(1, Some(HOUR), false);
        check(59, Some(MINUTE), true);
        check(60, Some(MINUTE), false);
        check(3599, Some(1), true);
        check(3600, Some(1), false);
        check(315_360_000, Some(1), false);
        check(315_360_001, Some(1), true);
        check(i128::from(i64::MAX), Some(DAY), true);
        check(i128::from(i64::MIN), Some(DAY), true);
        check(0, None, true);
        check(1, None, false);
        check(315_360_000, None, false);
        check(315_360_001, None, true);
    }
}
