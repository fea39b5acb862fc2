//! The statements of policies. Never says what they should allow.

use std::borrow::Cow;

use rulebook::did_you_mean;

use super::super::json::Json;
use super::super::words::listed;
use super::{Members, Policy, PolicyKind, Problem, get, name_of};
use diagnostics::Level;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

const PRINCIPALS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// Condition operators, without `IfExists` and the qualifiers of sets.
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

impl Policy {
    pub(super) fn statement(&mut self, statement: &Json<'_>, path: &str) {
        let Json::Object(members) = statement else {
            let kind = statement.kind();
            return self.refused(format!("`{path}` must be an object, not {kind}"));
        };
        let members = &*self.without_nulls(members, path);
        self.names(members, &ELEMENTS, &format!("`{path}`"));
        self.effect(members, path);
        self.id(members, path);
        self.one_of(members, path, "Action", "NotAction");
        for name in ["Action", "NotAction"] {
            self.actions(members, path, name);
        }
        self.principals(members, path);
        self.resources(members, path);
        if let Some(condition) = get(members, "Condition") {
            self.condition(condition, &format!("{path}.Condition"));
        }
    }

    /// The members that are not null. It is not documented what services make of a null.
    fn without_nulls<'m, 't>(
        &mut self,
        members: &'m Members<'t>,
        path: &str,
    ) -> Cow<'m, Members<'t>> {
        let is_null = |value: &Json<'_>| matches!(value, Json::Null);
        let (nulls, others): (Vec<_>, Vec<_>) =
            members.iter().partition(|(_, value)| is_null(value));
        if nulls.is_empty() {
            return Cow::Borrowed(members);
        }
        for (name, _) in nulls {
            let name = name_of(name);
            let message = format!("{name} of `{path}` is null; leave it out");
            self.problems.push(Problem { level: Level::Warning, message });
        }
        Cow::Owned(others.into_iter().cloned().collect())
    }

    /// Whether a member is there, in whatever case: other cases are told as wrong names.
    fn effect(&mut self, members: &Members<'_>, path: &str) {
        match get(members, "Effect") {
            Some(Json::String(effect)) if matches!(&**effect, "Allow" | "Deny") => {}
            Some(Json::String(effect)) => {
                let effect = name_of(effect);
                let message = "`Effect` is `Allow` or `Deny`";
                self.refused(format!("{effect} is not an effect in `{path}`; {message}"));
            }
            Some(other) => {
                let kind = other.kind();
                self.refused(format!("`{path}.Effect` must be `Allow` or `Deny`, not {kind}"));
            }
            None if has_like(members, "Effect") => {}
            None => self.refused(format!("`{path}` lacks `Effect`, which is `Allow` or `Deny`")),
        }
    }

    fn id(&mut self, members: &Members<'_>, path: &str) {
        let Some(id) = get(members, "Sid") else { return };
        let Some(text) = id.as_str() else {
            return self.refused(format!("`{path}.Sid` must be a string, not {}", id.kind()));
        };
        // Services other than IAM take more characters.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if self.kind == PolicyKind::Identity && !is_plain {
            let id = name_of(text);
            self.refused_by_iam(format!(
                "the `Sid` {id} of `{path}` may hold letters and digits of ASCII only"
            ));
        }
    }

    /// One of two elements has to be there, and not both.
    fn one_of(&mut self, members: &Members<'_>, path: &str, name: &str, inverse: &str) {
        match (has_like(members, name), has_like(members, inverse)) {
            (true, true) => {
                self.refused(format!(
                    "`{path}` has both `{name}` and `{inverse}`; only one may be there"
                ));
            }
            (false, false) => {
                self.refused(format!("`{path}` has neither `{name}` nor `{inverse}`"));
            }
            _ => {}
        }
    }

    fn actions(&mut self, members: &Members<'_>, path: &str, name: &str) {
        let Some(actions) = get(members, name) else { return };
        let Some(actions) = texts(actions) else {
            let kind = actions.kind();
            let message = if matches!(actions, Json::Array(_)) {
                format!("`{path}.{name}` must hold strings only")
            } else {
                format!("`{path}.{name}` must be a string or a list of strings, not {kind}")
            };
            return self.refused(message);
        };
        if actions.is_empty() {
            return self.refused_by_iam(format!("`{path}.{name}` is empty"));
        }
        for action in actions {
            let is_any = action.bytes().all(|byte| byte == b'*');
            if !is_any && !action.contains([':', '$']) || action.is_empty() {
                let action = name_of(action);
                self.refused_by_iam(format!(
                    "{action} is not an action: `{path}.{name}` takes `service:Action` or `*`"
                ));
            }
        }
    }

    fn principals(&mut self, members: &Members<'_>, path: &str) {
        let (principal, inverse) = ("Principal", "NotPrincipal");
        let has = has_like(members, principal) || has_like(members, inverse);
        match self.kind {
            PolicyKind::Identity if has => self.refused_by_iam(format!(
                "`{path}` has a `Principal`, which a policy of an identity may not have"
            )),
            PolicyKind::Trust if !has => {
                self.refused_by_iam(format!("`{path}` lacks `Principal`: who may assume the role"));
            }
            _ => {}
        }
        if has_like(members, principal) && has_like(members, inverse) {
            self.refused(format!(
                "`{path}` has both `Principal` and `NotPrincipal`; only one may be there"
            ));
        }
        for name in [principal, inverse] {
            match get(members, name) {
                Some(Json::Object(kinds)) => self.principal_kinds(kinds, &format!("{path}.{name}")),
                Some(Json::String(text)) if text == "*" => {}
                Some(Json::String(text)) => {
                    let text = name_of(text);
                    self.refused_by_iam(format!(
                        "{text} is not a principal: `{path}.{name}` is `*` or an object like \
                         `{{ AWS = \"…\" }}`"
                    ));
                }
                Some(other) => {
                    let kind = other.kind();
                    self.refused(format!("`{path}.{name}` must be `*` or an object, not {kind}"));
                }
                None => {}
            }
        }
    }

    fn principal_kinds(&mut self, kinds: &Members<'_>, path: &str) {
        for (kind, principals) in kinds {
            if !PRINCIPALS.contains(&&**kind) {
                let known = listed(PRINCIPALS, "or");
                self.refused_by_iam(format!(
                    "{} is not a kind of principal in `{path}`; use {known}",
                    name_of(kind)
                ));
            } else if texts(principals).is_none() {
                let message = format!("`{path}.{kind}` must be a string or a list of strings");
                // It is not documented what services make of an account that is a number.
                match principals {
                    Json::Number(_) => {
                        self.problems.push(Problem { level: Level::Warning, message });
                    }
                    _ => self.refused(message),
                }
            }
        }
    }

    fn resources(&mut self, members: &Members<'_>, path: &str) {
        let (resource, inverse) = ("Resource", "NotResource");
        let (one, other) = (has_like(members, resource), has_like(members, inverse));
        let has_principal = has_like(members, "Principal") || has_like(members, "NotPrincipal");
        if one && other {
            self.refused(format!(
                "`{path}` has both `Resource` and `NotResource`; only one may be there"
            ));
        } else if self.kind == PolicyKind::Trust && (one || other) {
            self.refused_by_iam(format!(
                "`{path}` has a `Resource`, which a trust policy may not have: it is about its role"
            ));
        } else if !one && !other && self.kind == PolicyKind::Identity {
            self.refused_by_iam(format!("`{path}` has neither `Resource` nor `NotResource`"));
        } else if !one && !other && !has_principal && self.kind != PolicyKind::Trust {
            // Policies of resources have a principal, and in some the resource goes without saying.
            self.refused_by_iam(format!("`{path}` has neither `Resource` nor `Principal`"));
        }
        for name in [resource, inverse] {
            let Some(resources) = get(members, name) else { continue };
            let Some(resources) = texts(resources) else {
                self.refused(format!("`{path}.{name}` must be a string or a list of strings"));
                continue;
            };
            if resources.is_empty() {
                self.refused_by_iam(format!("`{path}.{name}` is empty"));
            }
            let is_wrong = |text: &&str| !text.starts_with("arn:") && !text.starts_with(['*', '$']);
            let wrong = resources.into_iter().filter(is_wrong);
            for text in wrong.filter(|_| self.kind == PolicyKind::Identity).collect::<Vec<_>>() {
                let text = name_of(text);
                self.refused_by_iam(format!("{text} in `{path}.{name}` is neither an ARN nor `*`"));
            }
        }
    }

    fn condition(&mut self, condition: &Json<'_>, path: &str) {
        let Json::Object(operators) = condition else {
            let kind = condition.kind();
            return self.refused(format!("`{path}` must be an object, not {kind}"));
        };
        for (operator, keys) in operators {
            self.operator(operator, path);
            let Json::Object(keys) = keys else {
                let kind = keys.kind();
                let operator = name_of(operator);
                self.refused(format!("{operator} in `{path}` must be an object, not {kind}"));
                continue;
            };
            for (key, values) in keys {
                let is_value = |value: &Json<'_>| {
                    matches!(value, Json::String(_) | Json::Number(_) | Json::Bool(_))
                };
                let is_right = match values {
                    Json::Array(values) => values.iter().all(is_value),
                    value => is_value(value),
                };
                if !is_right {
                    self.refused(format!(
                        "{} in `{path}.{}` must be a string or a list of strings",
                        name_of(key),
                        name_of(operator).trim_matches('`'),
                    ));
                }
            }
        }
    }

    fn operator(&mut self, operator: &str, path: &str) {
        let plain = operator.strip_prefix("ForAllValues:").unwrap_or(operator);
        let plain = plain.strip_prefix("ForAnyValue:").unwrap_or(plain);
        let plain = plain.strip_suffix("IfExists").unwrap_or(plain);
        // It is not documented that case counts here.
        if OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(plain)) {
            return;
        }
        let near = did_you_mean(plain, OPERATORS);
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("{} is not an operator in `{path}`{hint}", name_of(operator));
        // One that nothing is like may be new.
        let level = if near.is_some() { self.kind.everywhere() } else { Level::Warning };
        self.problems.push(Problem { level, message });
    }
}

/// Whether an element is there, in whatever case: names in another case are told on their own.
fn has_like(members: &Members<'_>, name: &str) -> bool {
    members.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
}

/// The texts of a string or of a list of strings.
fn texts<'j>(value: &'j Json<'_>) -> Option<Vec<&'j str>> {
    match value {
        Json::String(text) => Some(vec![&**text]),
        Json::Array(elements) => elements.iter().map(Json::as_str).collect(),
        _ => None,
    }
}
