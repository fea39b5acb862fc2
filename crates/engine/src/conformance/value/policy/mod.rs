//! Whether JSON documents are policies in the language of IAM, after its grammar
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>). Never says
//! what a policy should allow.

mod statement;

use diagnostics::Level;
use rulebook::did_you_mean;

use super::json::Json;

/// Which policies a document is one of, as far as it matters what has to stand in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyKind {
    /// Who may assume a role.
    Trust,
    /// What somebody may do: of a user, group, role or permission set.
    Identity,
    /// Of a resource, or of something else; `certain` when it is known to be in this language.
    Other { certain: bool },
}

/// Types of resources that hold policies of identities.
const IDENTITY_TYPES: [&str; 6] = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_iam_role",
    "aws_ssoadmin_permission_set_inline_policy",
];

impl PolicyKind {
    /// The kind of what an argument takes.
    pub(super) fn of(block_type: &str, argument: &str, certain: bool) -> Self {
        match argument {
            "assume_role_policy" => Self::Trust,
            "policy" | "inline_policy" if IDENTITY_TYPES.contains(&block_type) => Self::Identity,
            _ => Self::Other { certain },
        }
    }

    /// The level of what all services refuse.
    fn everywhere(self) -> Level {
        if self == (Self::Other { certain: false }) { Level::Warning } else { Level::Error }
    }

    /// The level of what IAM refuses and other services may take.
    pub(super) fn in_iam(self) -> Level {
        if matches!(self, Self::Other { .. }) { Level::Warning } else { Level::Error }
    }
}

/// Something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) level: Level,
    pub(super) message: String,
}

/// Where problems are collected.
struct Policy {
    kind: PolicyKind,
    problems: Vec<Problem>,
}

const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// What is wrong with a policy.
pub(super) fn judge(document: &Json<'_>, kind: PolicyKind) -> Vec<Problem> {
    let mut policy = Policy { kind, problems: Vec::new() };
    policy.document(document);
    policy.problems
}

impl Policy {
    /// All services refuse it.
    fn refused(&mut self, message: impl Into<String>) {
        let level = self.kind.everywhere();
        self.problems.push(Problem { level, message: message.into() });
    }

    /// IAM refuses it.
    fn refused_by_iam(&mut self, message: impl Into<String>) {
        let level = self.kind.in_iam();
        self.problems.push(Problem { level, message: message.into() });
    }

    fn document(&mut self, document: &Json<'_>) {
        let Json::Object(members) = document else {
            // The provider refuses it before any service is asked.
            let message = format!("a policy is an object, not {}", document.kind());
            return self.refused(message);
        };
        let Some(statement) = get(members, "Statement") else {
            let near = did_you_mean("Statement", members.iter().map(|(name, _)| &**name));
            return match near {
                Some(near) => {
                    let near = name_of(near);
                    self.refused_by_iam(format!(
                        "a policy has no element {near}; did you mean `Statement`?"
                    ));
                }
                // It may be a document of another kind.
                None => self.refused_by_iam("a policy without `Statement` says nothing"),
            };
        };
        self.names(members, &ELEMENTS, "a policy");
        match get(members, "Version") {
            Some(Json::String(version)) if VERSIONS.contains(&&**version) => {}
            Some(Json::String(version)) => self.refused(format!(
                "{} is not a version of the policy language; use `2012-10-17`",
                name_of(version)
            )),
            Some(other) => {
                self.refused(format!("`Version` must be a string, not {}", other.kind()));
            }
            None => {}
        }
        match statement {
            Json::Array(statements) if statements.is_empty() => {
                self.refused_by_iam("`Statement` is empty");
            }
            Json::Array(statements) => {
                for (at, statement) in statements.iter().enumerate() {
                    self.statement(statement, &format!("Statement[{at}]"));
                }
                self.repeated_ids(statements);
            }
            statement => self.statement(statement, "Statement"),
        }
    }

    /// Names of elements that there are not.
    fn names(&mut self, members: &Members<'_>, known: &[&str], what: &str) {
        for (name, _) in members.iter().filter(|(name, _)| !known.contains(&&**name)) {
            let near = did_you_mean(name, known.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("{what} has no element {}{hint}", name_of(name));
            // It is not documented that services read names in one case only.
            if known.iter().any(|one| one.eq_ignore_ascii_case(name)) {
                self.problems.push(Problem { level: Level::Warning, message });
            } else {
                self.refused(message);
            }
        }
    }

    /// IAM takes every `Sid` once.
    fn repeated_ids(&mut self, statements: &[Json<'_>]) {
        if self.kind != PolicyKind::Identity {
            return;
        }
        let id = |statement: &Json<'_>| match statement {
            Json::Object(members) => get(members, "Sid")?.as_str().map(ToOwned::to_owned),
            _ => None,
        };
        let mut seen = std::collections::HashSet::new();
        let ids = statements.iter().filter_map(id).filter(|id| !id.is_empty());
        let repeated: Vec<String> = ids.filter(|id| !seen.insert(id.clone())).collect();
        for id in repeated {
            self.refused_by_iam(format!("several statements have the `Sid` {}", name_of(&id)));
        }
    }
}

type Members<'t> = [(std::borrow::Cow<'t, str>, Json<'t>)];

fn get<'j, 't>(members: &'j Members<'t>, name: &str) -> Option<&'j Json<'t>> {
    // The last one counts, as in Go.
    members.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value)
}

/// A text of the document in backticks, on one line and not too long.
fn name_of(text: &str) -> String {
    let shown = value::Value::string(text).to_string().replace('`', "'");
    let inner = shown.strip_prefix('"').and_then(|shown| shown.strip_suffix('"'));
    format!("`{}`", inner.filter(|inner| !inner.is_empty()).unwrap_or(&shown))
}

#[cfg(test)]
mod tests;
