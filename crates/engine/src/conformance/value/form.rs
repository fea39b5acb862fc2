//! Whether texts have the form that is wanted: an ARN, addresses, JSON, a policy, a pattern.

use diagnostics::Level;
use schema::Format;
use value::Value;

use super::arn;
use super::certainty::Certainty;
use super::cidr;
use super::json::{Json, JsonError};
use super::pattern::matches;
use super::policy::{self, PolicyKind};
use super::words::shown;
use super::{Fault, Replacement};
use crate::SchemaRule;

/// Longest pattern that is shown.
const MAX_PATTERN: usize = 80;
/// A time stamp after RFC 3339.
const TIMESTAMP: &str = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)";

/// What is wrong with a value that is to have a form; `None` for forms of which nothing is known.
pub(super) fn judge(
    value: &Value,
    format: Format<'_>,
    (name, kind): (&str, PolicyKind),
    certainty: Certainty,
) -> Option<Vec<Fault>> {
    if let Format::Other(_) = format {
        return None;
    }
    let Some(text) = value.as_str() else {
        return Some(Vec::from_iter(beginning(value, format, certainty)));
    };
    // Empty text is taken for none at all.
    if text.is_empty() {
        return Some(Vec::new());
    }
    let level = certainty.of_form();
    let one = |rule, message: String| Fault::plain(rule, level, value, message);
    Some(match format {
        Format::Arn { service } => Vec::from_iter(arn(value, text, service, certainty)),
        Format::Cidr | Format::CidrNetwork | Format::Ipv4CidrNetwork | Format::Ipv6CidrNetwork => {
            let found = cidr::fault_of_range(value, text, format);
            let fault = found.map(|(message, replacement): (_, Option<Replacement>)| Fault {
                replacement,
                ..one(SchemaRule::MalformedCidr, message)
            });
            Vec::from_iter(fault)
        }
        Format::IpAddress | Format::Ipv4Address | Format::Ipv6Address => {
            let message = cidr::fault_of_address(value, text, format);
            Vec::from_iter(message.map(|message| one(SchemaRule::ValuePattern, message)))
        }
        Format::Timestamp => {
            let is_one = matches(TIMESTAMP, text) != Some(false);
            let message =
                format!("{} is not a time stamp like `2030-01-31T12:00:00Z`", shown(value));
            Vec::from_iter((!is_one).then(|| one(SchemaRule::ValuePattern, message)))
        }
        Format::Json => {
            json(value, text, name, level).err().flatten().map(|it| *it).into_iter().collect()
        }
        Format::Policy => policy(value, text, (name, kind), level),
        Format::Other(_) => return None,
    })
}

/// What is wrong with a text of which only the beginning is known.
fn beginning(value: &Value, format: Format<'_>, certainty: Certainty) -> Option<Fault> {
    let Format::Arn { service } = format else { return None };
    let prefix = value.as_unknown()?.refinement.prefix.as_deref()?;
    let fault = arn::judge(prefix, service, false)?;
    let is_printable = value.marks_deep().is_printable();
    let words = fault.words(service, is_printable);
    let message = if is_printable {
        format!("text that begins with {} {words}", shown(&Value::string(prefix)))
    } else {
        format!("{} {words}", shown(value))
    };
    Some(Fault::plain(SchemaRule::MalformedArn, certainty.if_enforced(), value, message))
}

/// What is wrong with an ARN. Where a name does as well, and what service it is of, only the provider
/// knows.
fn arn(value: &Value, text: &str, service: Option<&str>, certainty: Certainty) -> Option<Fault> {
    let fault = arn::judge(text, service, true)?;
    let is_arn = text.starts_with("arn:");
    let level =
        if is_arn && fault.is_malformed() { certainty.of_form() } else { certainty.if_enforced() };
    let words = fault.words(service, value.marks_deep().is_printable());
    let message = format!("{} {words}", shown(value));
    Some(Fault::plain(SchemaRule::MalformedArn, level, value, message))
}

/// The JSON document that a text is; else what is wrong with it, if that can be said.
fn json<'t>(
    value: &Value,
    text: &'t str,
    name: &str,
    level: Level,
) -> Result<Json<'t>, Option<Box<Fault>>> {
    Json::parse(text).map_err(|error| match error {
        JsonError::Invalid(message, line, column) => {
            // The place is that in the text, which a template or a function may have made.
            let place = if text.contains('\n') {
                format!("line {line}, column {column} of the text")
            } else {
                format!("character {column} of the text")
            };
            let message = format!("`{name}` is not valid JSON: {message} ({place})");
            Some(Box::new(Fault::plain(SchemaRule::MalformedJson, level, value, message)))
        }
        JsonError::TooDeep => None,
    })
}

fn policy(value: &Value, text: &str, (name, kind): (&str, PolicyKind), level: Level) -> Vec<Fault> {
    let document = match json(value, text, name, level) {
        Ok(document) => document,
        Err(fault) => return fault.map(|it| *it).into_iter().collect(),
    };
    if let Some(twice) = document.repeated_name().filter(|_| value.marks_deep().is_printable()) {
        let twice = shown(&Value::string(twice));
        let message = format!("`{name}` has the name {twice} twice in one object");
        // For policies of other services the provider does not look at it.
        let level = level.min(kind.in_iam());
        return vec![Fault::plain(SchemaRule::MalformedPolicy, level, value, message)];
    }
    let is_printable = value.marks_deep().is_printable();
    let mut problems = policy::judge(&document, kind);
    if !is_printable && let Some(worst) = problems.iter().map(|problem| problem.level).max() {
        let message =
            format!("`{name}`, which is not shown, is not a policy in the language of IAM");
        problems = vec![policy::Problem { level: worst, message }];
    }
    let fault = |problem: policy::Problem| {
        Fault::plain(SchemaRule::MalformedPolicy, problem.level, value, problem.message)
    };
    problems.into_iter().map(fault).collect()
}

/// What is wrong with a text that is to match a pattern.
pub(super) fn pattern(
    value: &Value,
    text: &str,
    pattern: &str,
    name: &str,
    level: Level,
) -> Option<Fault> {
    if matches(pattern, text) != Some(false) {
        return None;
    }
    let is_short = pattern.chars().count() <= MAX_PATTERN && !pattern.contains('`');
    let message = if is_short && !pattern.contains(char::is_control) {
        format!("{} is not a value of `{name}`, which matches `{pattern}`", shown(value))
    } else {
        format!("{} does not have the form of `{name}`", shown(value))
    };
    Some(Fault::plain(SchemaRule::ValuePattern, level, value, message))
}

impl Fault {
    fn plain(rule: SchemaRule, level: Level, value: &Value, message: String) -> Self {
        Self { rule, level, value: value.clone(), message, replacement: None }
    }
}
