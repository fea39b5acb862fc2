//! Reads Amazon Resource Names: `arn:partition:service:region:account:resource`. Never reports.

/// What is wrong with a text where an ARN is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ArnFault {
    /// It does not start with `arn:`.
    NoArn,
    /// It has fewer than six parts.
    TooShort,
    /// A part does not have the form that all such parts have: its name and its text.
    Part(&'static str, String),
    /// It is of another service than the one that is wanted.
    Service(String),
}

/// The names of the parts before the resource.
const PARTS: [&str; 5] = ["arn", "partition", "service", "region", "account"];

/// What is wrong with `text` as an ARN of `service`. Where it is not `whole`, only its beginning is
/// known.
pub(super) fn judge(text: &str, service: Option<&str>, whole: bool) -> Option<ArnFault> {
    if !whole && text.len() < 4 && "arn:".starts_with(text) {
        return None;
    }
    if !text.starts_with("arn:") {
        return Some(ArnFault::NoArn);
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    if whole && parts.len() < 6 {
        return Some(ArnFault::TooShort);
    }
    // Of a beginning the last part may go on.
    let known = if whole { PARTS.len() } else { (parts.len() - 1).min(PARTS.len()) };
    for (name, part) in PARTS.iter().zip(&parts).take(known).skip(1) {
        if !fits(name, part) {
            return Some(ArnFault::Part(name, (*part).to_owned()));
        }
    }
    if whole && parts[5].is_empty() {
        return Some(ArnFault::Part("resource", String::new()));
    }
    let other = parts.get(2).filter(|_| known > 2)?;
    let is_other = service.is_some_and(|service| !is_same_service(service, other));
    is_other.then(|| ArnFault::Service((*other).to_owned()))
}

/// Whether a part has the form that the AWS provider asks for, where `*` may stand for anything.
fn fits(name: &str, part: &str) -> bool {
    let lower = |byte: u8| byte.is_ascii_lowercase();
    // What a tool or somebody is to fill in later has no form.
    if part.contains(['*', '?', '$', '{', '<', '%']) {
        return true;
    }
    match name {
        "partition" => {
            let mut words = part.split('-');
            words.next() == Some("aws")
                && words.all(|word| !word.is_empty() && word.bytes().all(lower))
        }
        "region" => part.is_empty() || is_region(part),
        "account" => {
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            // Accounts of AWS itself have names: `aws`, `aws-managed`, `third-party`, `cloudfront`.
            let is_name = part.bytes().all(|byte| lower(byte) || byte == b'-');
            let is_dashboard = part.len() == 12 && part.starts_with("cw");
            part.is_empty() || is_number && part.len() == 12 || is_name || is_dashboard
        }
        // Nobody checks the service.
        _ => true,
    }
}

/// Whether a text has the form of a region: `eu-central-1`, `us-gov-west-1`, `eusc-de-east-1`.
fn is_region(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let [first, middle @ .., number] = words.as_slice() else { return false };
    let lower = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    lower(first)
        && (2..=4).contains(&first.len())
        && !middle.is_empty()
        && middle.iter().all(|word| lower(word))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two names are of one service; a wildcard is any.
fn is_same_service(wanted: &str, found: &str) -> bool {
    let has_hole = found.contains(['*', '?', '$', '{', '<', '%']);
    found.is_empty() || has_hole || wanted.eq_ignore_ascii_case(found)
}

impl ArnFault {
    /// Whether a text with it is no ARN at all, rather than one of something else.
    pub(super) fn is_malformed(&self) -> bool {
        !matches!(self, Self::Service(_))
    }

    /// What is wrong, as the end of a sentence about the text.
    pub(super) fn words(&self, service: Option<&str>, is_printable: bool) -> String {
        let service = service.filter(|service| !service.is_empty());
        let example = format!("arn:aws:{}:…", service.unwrap_or("SERVICE"));
        match self {
            Self::NoArn => format!("is not an ARN like `{example}`"),
            Self::TooShort => "is not an ARN: it has fewer than six parts".to_owned(),
            Self::Part("account", text) if is_digits(text) && is_printable => {
                format!("is not an ARN: an account has 12 digits, not {}", text.len())
            }
            Self::Part(name, text) if text.is_empty() => {
                format!("is not an ARN: it has no {name}")
            }
            Self::Part(name, text) if is_printable => {
                format!("is not an ARN: `{}` is no {name}", text.replace('`', "'"))
            }
            Self::Part(name, _) => format!("is not an ARN: its {name} is wrong"),
            Self::Service(found) if is_printable => format!(
                "is of the service `{found}`, where one of `{}` is wanted",
                service.unwrap_or_default()
            ),
            Self::Service(_) => {
                format!("is not of the service `{}`", service.unwrap_or_default())
            }
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names() {
        let check = |text: &str, service: Option<&str>, expect: Option<&str>| {
            let fault = judge(text, service, true);
            assert_eq!(fault.map(|it| it.words(service, true)).as_deref(), expect, "{text}");
        };
        for right in [
            "arn:aws:iam::123456789012:role/x",
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "arn:aws-us-gov:iam::123456789012:role/x:y",
            "arn:aws-iso-b:iam::123456789012:role/x",
            "arn:*:iam::*:role/*",
            "arn:aws:iam::${account}:role/x",
            "arn:aws:iam::cloudfront:user/x",
        ] {
            check(right, Some("iam"), None);
        }
        check("arn:aws:s3:::bucket", None, None);
        check("arn:aws:sns:eusc-de-east-1:123456789012:x", Some("SNS"), None);
        check("arn:aws:lambda:us-gov-west-1:123456789012:function:x", None, None);
        check("foo", Some("iam"), Some("is not an ARN like `arn:aws:iam:…`"));
        check("arn:aws:iam", None, Some("is not an ARN: it has fewer than six parts"));
        check("arn:aws:s3:::", None, Some("is not an ARN: it has no resource"));
        check("arn::s3:::x", None, Some("is not an ARN: it has no partition"));
        check("arn:AWS:s3:::x", None, Some("is not an ARN: `AWS` is no partition"));
        check(
            "arn:aws:sns:euwest1:123456789012:x",
            None,
            Some("is not an ARN: `euwest1` is no region"),
        );
        let message = "is not an ARN: an account has 12 digits, not 3";
        check("arn:aws:iam::123:role/x", None, Some(message));
        check("arn:aws:iam::ACCOUNT:role/x", None, Some("is not an ARN: `ACCOUNT` is no account"));
        let message = "is of the service `s3`, where one of `iam` is wanted";
        check("arn:aws:s3:::x", Some("iam"), Some(message));
    }

    #[test]
    fn beginnings() {
        let check = |text: &str, expect: Option<ArnFault>| {
            assert_eq!(judge(text, Some("iam"), false), expect, "{text}");
        };
        for right in
            ["", "a", "arn:", "arn:aws", "arn:aws:i", "arn:aws:iam::1", "arn:aws:iam::aws:x"]
        {
            check(right, None);
        }
        check("x", Some(ArnFault::NoArn));
        check("arnx", Some(ArnFault::NoArn));
        check("arn:aws:s3:", Some(ArnFault::Service("s3".to_owned())));
        check("arn:aws:iam::12:", Some(ArnFault::Part("account", "12".to_owned())));
    }
}
