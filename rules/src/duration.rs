//! How long the tokens of a user pool client live: a number times a unit. Never says whether that is
//! wise.

use std::fmt::Write as _;

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

pub(crate) const MINUTE: i128 = 60;
pub(crate) const HOUR: i128 = 60 * MINUTE;
pub(crate) const DAY: i128 = 24 * HOUR;

/// The block that holds the units.
pub(crate) const UNITS: &str = "token_validity_units";
/// Versions of the provider that multiply number and unit before anything is sent.
pub(crate) const MULTIPLIES: &str = ">= 4.62";

/// One of the three tokens.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// How it is called in a message.
    pub(crate) name: &'static str,
    /// The argument that holds the number.
    pub(crate) validity: &'static str,
    /// The argument that holds the unit.
    pub(crate) unit: &'static str,
    /// The unit where none is set.
    pub(crate) default_unit: &'static str,
    /// How many seconds it lives where no number is set.
    pub(crate) default: i128,
    least: i128,
    most: i128,
    limits: &'static str,
}

pub(crate) static ACCESS: Token = Token {
    name: "access token",
    validity: "access_token_validity",
    unit: "access_token",
    default_unit: "hours",
    default: HOUR,
    least: 5 * MINUTE,
    most: DAY,
    limits: "5 minutes and 24 hours",
};

pub(crate) static ID: Token =
    Token { name: "ID token", validity: "id_token_validity", unit: "id_token", ..ACCESS };

pub(crate) static REFRESH: Token = Token {
    name: "refresh token",
    validity: "refresh_token_validity",
    unit: "refresh_token",
    default_unit: "days",
    default: 30 * DAY,
    least: HOUR,
    most: 3650 * DAY,
    limits: "60 minutes and 3650 days",
};

pub(crate) static TOKENS: [&Token; 3] = [&ACCESS, &ID, &REFRESH];

/// The unit of a validity, as far as it is known.
#[derive(Debug)]
pub(crate) enum Unit {
    /// No unit is set, so it is this one.
    Default(&'static str),
    /// A unit is set: its name and the value.
    Written(String, Value),
    /// Some unit that is not known.
    Any,
}

impl Unit {
    /// The unit that `token_validity_units` sets for a token; `None` when another rule speaks about it:
    /// a name that is no unit, and a block without the unit, which the provider reads as zero.
    fn of(cx: &BlockContext<'_>, token: &Token) -> Option<Self> {
        let blocks = cx.get(UNITS);
        let Some(known) = blocks.as_elements() else { return Some(Self::Any) };
        let Some(block) = known.first() else { return Some(Self::Default(token.default_unit)) };
        let Some(unit) = block.get_attr(token.unit) else { return Some(Self::Any) };
        if unit.is_unknown() {
            return Some(Self::Any);
        }
        if unit.is_null() {
            let is_old = cx.provider_is(MULTIPLIES) == Some(false);
            return is_old.then_some(Self::Default(token.default_unit));
        }
        let name = unit.as_str()?;
        seconds_in(name)?;
        Some(Self::Written(name.to_owned(), unit.clone()))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Default(name) => Some(name),
            Self::Written(name, _) => Some(name),
            Self::Any => None,
        }
    }
}

/// What is written about how long a token lives.
#[derive(Debug)]
pub(crate) struct Lifetime {
    /// The number as written, at which a finding sits.
    pub(crate) number: Value,
    /// Its unit.
    pub(crate) unit: Unit,
    /// The number; one beyond all bounds is a very large one.
    pub(crate) amount: i128,
}

impl Lifetime {
    /// That of a token whose number is known to be a whole one; a fraction is refused for another
    /// reason.
    pub(crate) fn of(cx: &BlockContext<'_>, token: &Token) -> Option<Self> {
        let value = cx.get(token.validity);
        let number = value.as_number().filter(|number| number.is_integer())?;
        let beyond = if number.is_negative() { i64::MIN } else { i64::MAX };
        let amount = i128::from(number.to_i64().unwrap_or(beyond));
        let unit = Unit::of(cx, token)?;
        Some(Self { number: value, unit, amount })
    }

    /// How many seconds that is, where number and unit are such as AWS takes them.
    pub(crate) fn legal(cx: &BlockContext<'_>, token: &Token) -> Option<(Self, i128)> {
        let lifetime = Self::of(cx, token)?;
        let seconds = lifetime.seconds()?;
        (token.least..=token.most).contains(&seconds).then_some((lifetime, seconds))
    }

    fn seconds(&self) -> Option<i128> {
        Some(self.amount * seconds_in(self.unit.name()?)?)
    }

    /// The duration as written, `60 minutes`.
    pub(crate) fn shown(&self) -> String {
        let is_shown = self.number.marks().is_printable();
        let text = self.number.as_number().filter(|_| is_shown).and_then(value::Number::to_text);
        match (text, self.unit.name()) {
            (Some(text), Some(unit)) => with_unit(&text, unit),
            (Some(text), None) => text,
            (None, _) => "that length".to_owned(),
        }
    }

    /// The value of the unit, where one is set.
    pub(crate) fn written_unit(&self) -> Option<&Value> {
        match &self.unit {
            Unit::Written(_, value) => Some(value),
            Unit::Default(_) | Unit::Any => None,
        }
    }
}

fn with_unit(number: &str, unit: &str) -> String {
    let unit = if number == "1" { unit.trim_end_matches('s') } else { unit };
    format!("{number} {unit}")
}

/// A number of seconds in words, in the largest unit that has it whole.
pub(crate) fn in_words(seconds: i128) -> String {
    let units = [(DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")];
    let (count, unit) = units
        .into_iter()
        .find(|(length, _)| seconds % length == 0)
        .map_or((seconds, "seconds"), |(length, unit)| (seconds / length, unit));
    with_unit(&count.to_string(), unit)
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

/// Reports a validity that AWS does not take.
pub(crate) fn check_range(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>, token: &Token) {
    let number = cx.get(token.validity);
    if number.as_number().is_some_and(|number| !number.is_integer()) {
        let message =
            format!("`{}` is a whole number; for a fraction use a smaller unit", token.validity);
        reporter.report(&number, message).emit();
        return;
    }
    let Some(lifetime) = Lifetime::of(cx, token) else { return };
    // That zero stands for the default of refresh tokens is told by a rule of its own.
    if lifetime.amount == 0 && *token == REFRESH {
        return;
    }
    let seconds = lifetime.unit.name().and_then(seconds_in);
    let Some(message) = token.fault(lifetime.amount, seconds) else { return };
    let mut message = message.replace("{}", &lifetime.shown());
    if let (Unit::Default(unit), true) = (&lifetime.unit, lifetime.amount > 0) {
        let _ = write!(message, "; the unit is {unit} unless `{UNITS}` says otherwise");
    }
    let mut finding = reporter.report(&lifetime.number, message);
    if lifetime.amount == 0 && cx.provider_is(MULTIPLIES) != Some(true) {
        // Before, zero is not sent, and the token lives as long as it does without the argument.
        finding = finding.level(Level::Warning);
    }
    if let Some(unit) = lifetime.written_unit() {
        finding = finding.because(&[unit]).related(unit, "the unit is set here");
    }
    if let Some(unit) = token.other_unit(&lifetime) {
        let title = format!("count {}s in {unit}", token.name);
        let units = units_with(cx, token, unit);
        finding = finding.insert_block(Safety::Unsafe, title, UNITS, &units);
    }
    finding.emit();
}

/// The units of all tokens that have a number: `unit` for `token`, for the others what they are in
/// without the block, because a block that leaves one out is refused.
fn units_with(cx: &BlockContext<'_>, token: &Token, unit: &str) -> Value {
    let units = TOKENS.iter().filter_map(|other| {
        let unit = match *other {
            other if other == token => unit,
            other if cx.get(other.validity).is_null() => return None,
            other => other.default_unit,
        };
        Some((other.unit.into(), Value::string(unit)))
    });
    Value::object(units)
}

impl Token {
    /// What is wrong with that many units of so many seconds; `{}` stands for the duration. Where the
    /// unit is not known only what no unit can mend is wrong.
    fn fault(&self, amount: i128, seconds: Option<i128>) -> Option<String> {
        let limits = format!("it must lie between {}", self.limits);
        match seconds {
            Some(seconds) if (self.least..=self.most).contains(&(amount * seconds)) => None,
            Some(_) => Some(format!("a validity of {{}} is out of range; {limits}")),
            None if (1..=self.most).contains(&amount) => None,
            None => Some(format!("no unit makes a validity of {{}} legal; {limits}")),
        }
    }

    /// The unit that was meant where none is set: the largest in which the number is legal. For
    /// refresh tokens minutes and seconds are as likely.
    fn other_unit(&self, lifetime: &Lifetime) -> Option<&'static str> {
        let is_default = matches!(lifetime.unit, Unit::Default(_)) && *self != REFRESH;
        let is_legal =
            |seconds: i128| (self.least..=self.most).contains(&(lifetime.amount * seconds));
        let mut units = [(MINUTE, "minutes"), (1, "seconds")].into_iter();
        units.find(|(seconds, _)| is_default && is_legal(*seconds)).map(|(_, unit)| unit)
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCESS, DAY, HOUR, MINUTE, REFRESH, Token, in_words};

    fn check(token: &Token, amount: i128, seconds: Option<i128>, expect: bool) {
        let found = token.fault(amount, seconds).is_some();
        assert_eq!(found, expect, "{amount} of {seconds:?} for the {}", token.name);
    }

    #[test]
    fn limits_of_refresh_tokens() {
        check(&REFRESH, -1, Some(DAY), true);
        check(&REFRESH, 1, Some(DAY), false);
        check(&REFRESH, 3650, Some(DAY), false);
        check(&REFRESH, 3651, Some(DAY), true);
        check(&REFRESH, 1, Some(HOUR), false);
        check(&REFRESH, 59, Some(MINUTE), true);
        check(&REFRESH, 60, Some(MINUTE), false);
        check(&REFRESH, 3599, Some(1), true);
        check(&REFRESH, 3600, Some(1), false);
        check(&REFRESH, 315_360_000, Some(1), false);
        check(&REFRESH, 315_360_001, Some(1), true);
        check(&REFRESH, i128::from(i64::MAX), Some(DAY), true);
        check(&REFRESH, i128::from(i64::MIN), Some(DAY), true);
        check(&REFRESH, -1, None, true);
        check(&REFRESH, 1, None, false);
        check(&REFRESH, 315_360_000, None, false);
        check(&REFRESH, 315_360_001, None, true);
    }

    #[test]
    fn limits_of_access_tokens() {
        check(&ACCESS, 0, Some(HOUR), true);
        check(&ACCESS, 1, Some(HOUR), false);
        check(&ACCESS, 24, Some(HOUR), false);
        check(&ACCESS, 25, Some(HOUR), true);
        check(&ACCESS, 4, Some(MINUTE), true);
        check(&ACCESS, 5, Some(MINUTE), false);
        check(&ACCESS, 1440, Some(MINUTE), false);
        check(&ACCESS, 1441, Some(MINUTE), true);
        check(&ACCESS, 299, Some(1), true);
        check(&ACCESS, 300, Some(1), false);
        check(&ACCESS, 86400, Some(1), false);
        check(&ACCESS, 86401, Some(1), true);
        check(&ACCESS, 1, Some(DAY), false);
        check(&ACCESS, 2, Some(DAY), true);
        check(&ACCESS, 0, None, true);
        check(&ACCESS, 86400, None, false);
        check(&ACCESS, 86401, None, true);
    }

    #[test]
    fn durations_in_words() {
        let check = |seconds: i128, expect: &str| assert_eq!(in_words(seconds), expect);
        check(DAY, "1 day");
        check(36 * HOUR, "36 hours");
        check(10 * MINUTE, "10 minutes");
        check(90, "90 seconds");
        check(90 * DAY, "90 days");
    }
}
