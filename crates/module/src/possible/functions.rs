//! What calls of functions may come to.

use syntax::Expr;
use syntax::view::Call;
use value::{Type, Value};

use super::path::{Path, Step};
use super::{At, Parts, Possible, Visitor};

/// Functions that give a string, sorted.
const TEXTS: &[&str] = &[
    "abspath",
    "base64decode",
    "base64encode",
    "base64gzip",
    "base64sha256",
    "base64sha512",
    "basename",
    "bcrypt",
    "chomp",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "csvencode",
    "dirname",
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "format",
    "formatdate",
    "indent",
    "join",
    "jsonencode",
    "lower",
    "md5",
    "pathexpand",
    "plantimestamp",
    "replace",
    "rsadecrypt",
    "sha1",
    "sha256",
    "sha512",
    "strrev",
    "substr",
    "templatestring",
    "textdecodebase64",
    "textencodebase64",
    "timeadd",
    "timestamp",
    "title",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
    "urlencode",
    "uuid",
    "uuidv5",
    "yamlencode",
];
/// Functions that give a number, sorted.
const NUMBERS: &[&str] = &[
    "abs", "ceil", "floor", "index", "length", "log", "max", "min", "parseint", "pow", "signum",
    "strlen", "sum", "timecmp",
];
/// Functions that give a bool, sorted.
const BOOLS: &[&str] = &[
    "alltrue",
    "anytrue",
    "can",
    "contains",
    "endswith",
    "fileexists",
    "issensitive",
    "startswith",
    "strcontains",
];

impl<'m> At<'_, 'm> {
    /// Tells what a call may come to.
    pub(super) fn call(
        self,
        call: Call<'m>,
        expr: Expr<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let name = call.name();
        let name = name.strip_prefix("core::").unwrap_or(&name);
        if let Some(ty) = scalar(name) {
            return self.evaluated(expr, &ty, path, visitor);
        }
        let arguments: Vec<Expr<'m>> = call.arguments().collect();
        if call.is_expanded() {
            return self.expanded(name, (&arguments, expr), path, visitor);
        }
        match (name, &*arguments) {
            ("tomap" | "sensitive" | "nonsensitive", [of]) => self.visit(*of, path, visitor),
            ("toset", [_]) if path.is_none() => {
                // It has less elements where some are the same.
                visitor(Possible::Elements(Parts { at: self, of: expr }))
            }
            ("tolist" | "toset", [of]) => self.listed(*of, path, visitor),
            ("one", [of]) => {
                visitor(Possible::Value(&Value::null(Type::Dynamic)))
                    || self.visit(*of, Some(&any_of(path)), visitor)
            }
            ("element", [of, _]) => self.visit(*of, Some(&any_of(path)), visitor),
            ("try", [first, others @ ..]) => self.first_valid(*first, others, path, visitor),
            ("merge", [_, _, ..]) if path.is_none() => {
                visitor(Possible::Entries(Parts { at: self, of: expr }))
            }
            ("coalesce" | "coalescelist" | "merge", all) => {
                all.iter().any(|of| self.visit(*of, path, visitor))
            }
            ("lookup", [map, key, default @ ..]) => {
                self.lookup((*map, *key), default, path, visitor)
            }
            (
                "values" | "compact" | "distinct" | "reverse" | "sort" | "slice" | "setsubtract"
                | "concat" | "setunion" | "flatten" | "keys" | "split" | "cidrsubnets" | "fileset",
                all,
            ) => match path {
                None => visitor(Possible::Elements(Parts { at: self, of: expr })),
                Some(Path { rest, .. }) => self.elements(name, all, *rest, visitor),
            },
            _ => self.evaluated(expr, &Type::Dynamic, path, visitor),
        }
    }

    /// The elements of a list or set as a list.
    fn listed(self, of: Expr<'m>, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        match path {
            // A set has an order of its own.
            Some(Path { step: Step::Index(_), rest }) => {
                self.visit(of, Some(&any_of(*rest)), visitor)
            }
            _ => self.visit(of, path, visitor),
        }
    }

    /// A call with a list of arguments.
    fn expanded(
        self,
        name: &str,
        (arguments, expr): (&[Expr<'m>], Expr<'m>),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let is_joined = match name {
            "merge" | "concat" | "setunion" => path.is_some(),
            "coalesce" => true,
            _ => false,
        };
        let rest = path.and_then(|path| path.rest);
        match arguments {
            // At which place an element stands in its own list is not known.
            [lists] if is_joined && name != "merge" && path.is_some() => {
                self.visit(*lists, Some(&any_of(Some(&any_of(rest)))), visitor)
            }
            [lists] if is_joined => self.visit(*lists, Some(&any_of(path)), visitor),
            _ => self.evaluated(expr, &Type::Dynamic, path, visitor),
        }
    }

    /// The elements of the list that a function makes.
    fn elements(
        self,
        name: &str,
        arguments: &[Expr<'m>],
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        match (name, arguments) {
            ("keys" | "split" | "cidrsubnets" | "fileset", _) => {
                visitor(Possible::Any(Type::String))
            }
            ("concat" | "setunion", all) => {
                all.iter().any(|of| self.visit(*of, Some(&any_of(path)), visitor))
            }
            ("flatten", [of]) => self.visit(*of, Some(&any_of(None)), &mut |possible| {
                self.flat(possible, path, visitor)
            }),
            (_, [of, ..]) => self.visit(*of, Some(&any_of(path)), visitor),
            _ => false,
        }
    }

    /// `try`: the others are for what the first one cannot be.
    fn first_valid(
        self,
        first: Expr<'m>,
        others: &[Expr<'m>],
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let mut other = |possible: Possible<'_, 'm>| match possible {
            Possible::Value(value) => visitor(Possible::like(value)),
            Possible::Invalid => false,
            possible => visitor(possible),
        };
        if others.iter().any(|of| self.visit(*of, path, &mut other)) {
            return true;
        }
        self.visit(first, path, &mut |possible| match possible {
            Possible::Invalid => false,
            possible => visitor(possible),
        })
    }

    /// `lookup`: where the key is there for certain the default is of no use.
    fn lookup(
        self,
        (map, key): (Expr<'m>, Expr<'m>),
        default: &[Expr<'m>],
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let within = Path { step: Step::of(key), rest: path };
        let mut may_lack = true;
        if let Step::Name(name) = &within.step {
            may_lack = self.visit(map, None, &mut |possible| match possible {
                Possible::Value(value) => {
                    value.as_entries().is_none_or(|entries| !entries.contains_key(&**name))
                }
                _ => true,
            });
        }
        let mut entry = |possible: Possible<'_, 'm>| match possible {
            // Then it is the default.
            Possible::Invalid if !default.is_empty() => false,
            possible => visitor(possible),
        };
        if self.visit(map, Some(&within), &mut entry) {
            return true;
        }
        may_lack && default.iter().any(|of| self.visit(*of, path, visitor))
    }

    /// Tells what comes out of a list in which `possible` is an element or a list of some.
    fn flat(
        self,
        possible: Possible<'_, 'm>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        match possible {
            Possible::Elements(parts) => {
                parts.visit(&mut |possible| self.flat(possible, path, visitor))
            }
            Possible::Value(value) if value.as_elements().is_some() => value
                .as_elements()
                .into_iter()
                .flatten()
                .any(|element| self.flat(Possible::Value(element), path, visitor)),
            Possible::Value(value) => super::path::of_value(value, path, self, visitor),
            Possible::Entries(parts) => parts.visit_at(path, visitor),
            Possible::Any(_) => visitor(Possible::Any(Type::Dynamic)),
            Possible::Invalid => visitor(Possible::Invalid),
        }
    }
}

/// Any element or entry, and the steps into it.
fn any_of<'p>(path: Option<&'p Path<'p>>) -> Path<'p> {
    Path { step: Step::Element, rest: path }
}

/// The type of what a function gives, when that is no collection.
fn scalar(name: &str) -> Option<Type> {
    let gives = |functions: &[&str]| functions.binary_search(&name).is_ok();
    if gives(TEXTS) {
        Some(Type::String)
    } else if gives(NUMBERS) {
        Some(Type::Number)
    } else {
        gives(BOOLS).then_some(Type::Bool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        for functions in [TEXTS, NUMBERS, BOOLS] {
            assert!(functions.is_sorted());
            assert!(functions.iter().all(|name| scalar(name).is_some()));
        }
        assert_eq!(scalar("merge"), None);
    }
}
