//! What every user pool has: the names of standard attributes.

use rulebook::is_slip;

/// The attributes that every pool has. That `identities` is one is not documented, but pools list it.
const STANDARD: [&str; 21] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "identities",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// What attributes begin with that were added to a pool.
const PREFIXES: [&str; 2] = ["custom:", "dev:"];

/// Other words for standard attributes, without anything but letters.
const SYNONYMS: [(&str, &str); 22] = [
    ("avatar", "picture"),
    ("birthday", "birthdate"),
    ("dateofbirth", "birthdate"),
    ("dob", "birthdate"),
    ("emailaddress", "email"),
    ("firstname", "given_name"),
    ("fullname", "name"),
    ("forename", "given_name"),
    ("language", "locale"),
    ("lastname", "family_name"),
    ("mail", "email"),
    ("middlename", "middle_name"),
    ("mobile", "phone_number"),
    ("phone", "phone_number"),
    ("phoneverified", "phone_number_verified"),
    ("photo", "picture"),
    ("sex", "gender"),
    ("surname", "family_name"),
    ("telephone", "phone_number"),
    ("timezone", "zoneinfo"),
    ("url", "website"),
    ("userid", "sub"),
];

/// Whether a name is that of a standard attribute, or one of the pool's own with its prefix.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    STANDARD.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a name of an attribute may begin with `start`.
pub(crate) fn may_begin_attribute(start: &str) -> bool {
    STANDARD.iter().any(|name| name.starts_with(start))
        || PREFIXES.iter().any(|own| own.starts_with(start) || start.starts_with(own))
}

/// The standard attribute that is most likely meant by another name.
pub(crate) fn near_attribute(name: &str) -> Option<&'static str> {
    let letters = letters(name);
    let same = STANDARD.iter().copied().find(|standard| self::letters(standard) == letters);
    let synonym = || SYNONYMS.iter().find(|(word, _)| *word == letters).map(|(_, name)| *name);
    let slip = || STANDARD.iter().copied().find(|standard| is_slip(name, standard));
    same.or_else(synonym).or_else(slip)
}

/// The letters of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["email", "sub", "identities", "custom:a", "dev:custom:a"] {
            assert!(is_attribute_name(name), "{name}");
        }
        for name in ["", "Email", "tenant", "custom", "cognito:username", "username"] {
            assert!(!is_attribute_name(name), "{name}");
        }
    }

    #[test]
    fn beginnings() {
        for start in ["", "e", "email_verified", "cust", "custom:", "custom:x", "dev", "dev:"] {
            assert!(may_begin_attribute(start), "{start}");
        }
        for start in ["E", "user", "emails", "custom-", "devs"] {
            assert!(!may_begin_attribute(start), "{start}");
        }
    }

    #[test]
    fn names_that_are_meant() {
        let check = |name, expect| assert_eq!(near_attribute(name), expect, "{name}");
        check("first_name", Some("given_name"));
        check("FirstName", Some("given_name"));
        check("e-mail", Some("email"));
        check("Email", Some("email"));
        check("phoneNumber", Some("phone_number"));
        check("phone", Some("phone_number"));
        check("prefered_username", Some("preferred_username"));
        check("tenant", None);
        check("role", None);
        check("", None);
    }
}
