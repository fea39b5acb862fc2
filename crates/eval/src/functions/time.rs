//! Functions of points in time (RFC 3339), with the Gregorian calendar in both directions.
//!
//! `verb` is one function because it is one table of what the letters stand for.

use value::{Number, Value};

use super::call::{Function, FunctionError, Parameter, ParameterType};
use super::numbers::number;
use super::strings::string;
use super::text;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "timeadd",
        &[
            Parameter::new("timestamp", ParameterType::String),
            Parameter::new("duration", ParameterType::String),
        ],
        string,
        |arguments, _| {
            let time = Time::parse(text(arguments, 0)).map_err(FunctionError::new)?;
            let duration = duration(text(arguments, 1)).ok_or_else(|| {
                let text = text(arguments, 1);
                FunctionError::new(format!("{text:?} is no duration"))
            })?;
            Ok(Value::string(time.plus(duration).to_string()))
        },
    )
    .quoting(),
    Function::new(
        "timecmp",
        &[
            Parameter::new("timestamp_a", ParameterType::String),
            Parameter::new("timestamp_b", ParameterType::String),
        ],
        number,
        |arguments, _| {
            let time = |at: usize| {
                Time::parse(text(arguments, at)).map_err(|it| FunctionError::argument(at, it))
            };
            let order = time(0)?.instant().cmp(&time(1)?.instant());
            Ok(Value::number(Number::from(order as i32)))
        },
    )
    .quoting(),
    Function::new(
        "formatdate",
        &[
            Parameter::new("format", ParameterType::String),
            Parameter::new("time", ParameterType::String),
        ],
        string,
        |arguments, _| {
            let time =
                Time::parse(text(arguments, 1)).map_err(|it| FunctionError::argument(1, it))?;
            format_date(text(arguments, 0), &time)
                .map(Value::string)
                .map_err(|message| FunctionError::argument(0, message))
        },
    )
    .quoting(),
];

/// A point in time, in seconds of its own zone.
#[derive(Clone, Copy)]
struct Time {
    /// Seconds since 1970 on the clock of the zone.
    local: i64,
    nanoseconds: i64,
    /// Seconds that the zone is ahead of UTC.
    offset: i64,
}

impl Time {
    /// Reads RFC 3339; the error is Terraform's.
    fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|reason| format!("no timestamp of RFC 3339{reason}"))
    }

    fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text };
        let year = reader.number(4, "year")?;
        reader.literal('-')?;
        let month = reader.number(2, "month")?;
        reader.literal('-')?;
        let day = reader.number(2, "day of month")?;
        if !reader.rest.starts_with('T') {
            return Err(": there is no `T` before the time".to_owned());
        }
        reader.rest = &reader.rest[1..];
        let hour = reader.number(2, "hour")?;
        reader.literal(':')?;
        let minute = reader.number(2, "minute")?;
        reader.literal(':')?;
        let second = reader.number(2, "second")?;
        let nanoseconds = reader.fraction();
        let offset = reader.offset()?;
        let within = |what: &str, number: i64, min: i64, max: i64| {
            if (min..=max).contains(&number) {
                return Ok(());
            }
            Err(format!(": {what} is from {min} to {max}"))
        };
        within("hour", hour, 0, 23)?;
        within("minute", minute, 0, 59)?;
        within("second", second, 0, 59)?;
        if !(1..=12).contains(&month) {
            return Err(": month out of range".to_owned());
        }
        let days = days_before(year, month);
        if day < 1 || days + day > days_before(year + month / 12, month % 12 + 1) {
            return Err(": day out of range".to_owned());
        }
        let local = (days + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second;
        Ok(Self { local, nanoseconds, offset })
    }

    /// What tells its place in time.
    fn instant(self) -> (i64, i64) {
        (self.local - self.offset, self.nanoseconds)
    }

    /// A number of nanoseconds later.
    fn plus(self, nanoseconds: i64) -> Self {
        let sum = self.nanoseconds + nanoseconds % 1_000_000_000;
        let seconds = nanoseconds / 1_000_000_000 + sum.div_euclid(1_000_000_000);
        Self {
            local: self.local + seconds,
            nanoseconds: sum.rem_euclid(1_000_000_000),
            offset: self.offset,
        }
    }

    /// Year, month and day.
    fn date(self) -> (i64, i64, i64) {
        let days = self.local.div_euclid(86_400);
        // Days since 0000-03-01, in eras of 400 years.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        (year + era * 400 + i64::from(month <= 2), month, day)
    }

    /// Hour, minute and second.
    fn clock(self) -> (i64, i64, i64) {
        let seconds = self.local.rem_euclid(86_400);
        (seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }

    /// The zone as `+hh:mm`, with or without the colon.
    fn zone(self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn short_zone(self) -> String {
        if self.offset == 0 { "Z".to_owned() } else { self.zone(":") }
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let sign = if year < 0 { "-" } else { "" };
        write!(formatter, "{sign}{:04}-{month:02}-{day:02}", year.abs())?;
        write!(formatter, "T{hour:02}:{minute:02}:{second:02}{}", self.short_zone())
    }
}

/// Days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * from_march + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    /// A number of so many digits.
    fn number(&mut self, digits: usize, what: &str) -> Result<i64, String> {
        if self.rest.is_empty() {
            return Err(format!(": it ends before {what}"));
        }
        let number = self
            .rest
            .get(..digits)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| format!(": {:?} is no {what}", self.rest))?;
        self.rest = &self.rest[digits..];
        Ok(number)
    }

    fn literal(&mut self, literal: char) -> Result<(), String> {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None if self.rest.is_empty() => {
                Err(format!(": it ends where \"{literal}\" should stand"))
            }
            None => Err(format!(": {:?} stands where \"{literal}\" should", self.rest)),
        }
    }

    /// A fraction of a second in nanoseconds; further digits are dropped.
    fn fraction(&mut self) -> i64 {
        let Some(rest) = self.rest.strip_prefix('.') else {
            return 0;
        };
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            return 0;
        }
        self.rest = &rest[end..];
        let digits = &rest[..end.min(9)];
        format!("{digits:0<9}").parse().unwrap_or_default()
    }

    fn offset(&mut self) -> Result<i64, String> {
        if self.rest == "Z" {
            return Ok(0);
        }
        if self.rest.is_empty() {
            return Err(": it ends before the UTC offset".to_owned());
        }
        let wrong = format!(": {:?} is no UTC offset", self.rest);
        let negative = match self.rest.as_bytes()[0] {
            b'+' => false,
            b'-' => true,
            _ => return Err(wrong),
        };
        self.rest = &self.rest[1..];
        let hours = self.number(2, "UTC offset").map_err(|_| wrong.clone())?;
        self.literal(':').map_err(|_| wrong.clone())?;
        let minutes = self.number(2, "UTC offset").map_err(|_| wrong.clone())?;
        if !self.rest.is_empty() || hours > 23 || minutes > 59 {
            return Err(wrong);
        }
        let seconds = hours * 3_600 + minutes * 60;
        Ok(if negative { -seconds } else { seconds })
    }
}

/// A duration as Go writes it, in nanoseconds: `1h30m`, `-1.5s`, `0`.
fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0i128;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (amount, after) = rest.split_at(end);
        let unit_end = after
            .find(|letter: char| letter.is_ascii_digit() || letter == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
        // More digits than this make no difference.
        let fraction = &fraction[..fraction.len().min(18)];
        let scale = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? };
        total = total.checked_add(i128::from(whole).checked_mul(unit)?)?;
        total = total.checked_add(i128::from(fraction).checked_mul(unit)? / scale)?;
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

fn format_date(format: &str, time: &Time) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|letter| letter != first).unwrap_or(rest.len());
            out.push_str(&verb(&rest[..end], time)?);
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(out)
}

/// Writes a literal whose opening quote is passed, and gives what follows it.
fn quoted<'t>(text: &'t str, out: &mut String) -> Result<&'t str, String> {
    if let Some(rest) = text.strip_prefix('\'') {
        out.push('\'');
        return Ok(rest);
    }
    let mut rest = text;
    loop {
        let end = rest.find('\'').ok_or("unterminated literal '")?;
        out.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Ok(rest),
        }
    }
}

/// A letter, repeated, as what it stands for.
fn verb(verb: &str, time: &Time) -> Result<String, String> {
    let (year, month, day) = time.date();
    let (hour, minute, second) = time.clock();
    let half_day = if hour % 12 == 0 { 12 } else { hour % 12 };
    let invalid = |reason: &str| Err(format!("there is no verb {verb:?} for dates: {reason}"));
    let name = |names: &[&str], at: i64| -> String {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at))
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    let weekday = time.local.div_euclid(86_400).rem_euclid(7);
    Ok(match verb {
        "YY" => format!("{:02}", year % 100),
        "YYYY" => format!("{year:04}"),
        "M" => month.to_string(),
        "MM" => format!("{month:02}"),
        "MMM" => name(&MONTHS, month - 1)[..3].to_owned(),
        "MMMM" => name(&MONTHS, month - 1),
        "D" => day.to_string(),
        "DD" => format!("{day:02}"),
        "EEE" => name(&DAYS, weekday)[..3].to_owned(),
        "EEEE" => name(&DAYS, weekday),
        "h" => hour.to_string(),
        "hh" => format!("{hour:02}"),
        "H" => half_day.to_string(),
        "HH" => format!("{half_day:02}"),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "m" => minute.to_string(),
        "mm" => format!("{minute:02}"),
        "s" => second.to_string(),
        "ss" => format!("{second:02}"),
        "Z" => time.short_zone(),
        "ZZZ" if time.offset == 0 => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => time.zone(""),
        "ZZZZZ" => time.zone(":"),
        _ => {
            return match &verb[..1] {
                "Y" => invalid("a year is \"YY\" or \"YYYY\""),
                "M" => invalid("a month is \"M\" up to \"MMMM\""),
                "D" => invalid("a day is \"D\" or \"DD\""),
                "E" => invalid("a day of the week is \"EEE\" or \"EEEE\""),
                "h" => invalid("an hour of 24 is \"h\" or \"hh\""),
                "H" => invalid("an hour of 12 is \"H\" or \"HH\""),
                "A" => invalid("a half of the day is \"AA\""),
                "a" => invalid("a half of the day is \"aa\""),
                "m" => invalid("a minute is \"m\" or \"mm\""),
                "s" => invalid("a second is \"s\" or \"ss\""),
                "Z" => invalid("a zone is \"Z\", \"ZZZ\", \"ZZZZ\" or \"ZZZZZ\""),
                _ => Err(format!("there is no verb {verb:?} for dates")),
            };
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let add = |text: &str, by: &str| {
            let time = Time::parse(text).expect("a time");
            time.plus(duration(by).expect("a duration")).to_string()
        };
        let check = |text: &str, by: &str, expect: &str| assert_eq!(add(text, by), expect);
        check("2024-02-28T23:00:00Z", "24h", "2024-02-29T23:00:00Z");
        check("2023-02-28T23:59:59Z", "1s", "2023-03-01T00:00:00Z");
        check("2024-02-28T23:00:00Z", "876000h", "2124-02-04T23:00:00Z");
        check("0001-01-01T00:00:00Z", "-720h", "0000-12-02T00:00:00Z");
        check("2024-07-04T09:08:07.654321+05:45", "1h30m", "2024-07-04T10:38:07+05:45");
        for wrong in ["", "1", "h", "1x", "99999999h", ".h", "1..2h", "-"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
        for wrong in
            ["", "2024", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z"]
        {
            assert!(Time::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn formats() {
        let time = Time::parse("1999-12-31T12:34:56-08:00").expect("a time");
        let check = |format: &str, expect: &str| {
            assert_eq!(format_date(format, &time).as_deref(), Ok(expect));
        };
        check("EEE D/M/YY H:m:s aa", "Fri 31/12/99 12:34:56 pm");
        check("YYYY-MM-DD'T'hh:mm:ssZ", "1999-12-31T12:34:56-08:00");
        check("'it''s' '' ZZZ", "it's ' -0800");
        assert!(format_date("'x", &time).is_err() && format_date("MMMMM", &time).is_err());
    }
}
