//! How identities are written: as their author would in HCL, with parentheses where they are
//! needed. What may not be shown is `(sensitive value)`.

use std::fmt::{self, Write};

use crate::Value;
use crate::identity::{Derivation, Identity, Operand, Written};

/// How tightly what follows binds: an operand in the place of another operator's is put in
/// parentheses when it binds less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Whole,
    Or,
    And,
    Equality,
    Order,
    Sum,
    Product,
    Unary,
    Part,
}

/// At most this many characters of an identity are shown.
const WIDTH: usize = 120;

impl fmt::Display for Identity {
    /// As Terraform writes it: `var.env == "prod"`. Cut when it is very long.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write_identity(&mut text, self, Level::Whole)?;
        short(f, &text)
    }
}

impl Derivation {
    /// The comparison as it was written, which is true when this is false if
    /// [`Written::negated`] is set.
    pub fn as_written(&self) -> impl fmt::Display {
        struct AsWritten<'a>(&'a Derivation);
        impl fmt::Display for AsWritten<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = String::new();
                match self.0.written() {
                    Some(written) => write_comparison(&mut text, self.0, written, Level::Whole)?,
                    None => write_derived(&mut text, self.0, Level::Whole)?,
                }
                short(f, &text)
            }
        }
        AsWritten(self)
    }
}

fn short(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => write!(f, "{}…", &text[..at]),
        None => f.write_str(text),
    }
}

fn write_identity(out: &mut String, identity: &Identity, least: Level) -> fmt::Result {
    match identity {
        Identity::Address(address) => out.write_str(in_its_block(address)),
        Identity::Call(..) => out.write_str("(call)"),
        Identity::Single(_) => out.write_str("(unknown)"),
        Identity::Derived(derivation) => write_derived(out, derivation, least),
    }
}

/// What `each` and `count` stand for is told in the words of the block that they stand in.
fn in_its_block(address: &str) -> &str {
    let names = ["each.key", "each.value", "count.index"];
    let starts = names.iter().filter_map(|name| address.find(&format!(".{name}")));
    starts.min().map_or(address, |at| &address[at + 1..])
}

fn write_operand(out: &mut String, operand: &Operand, least: Level) -> fmt::Result {
    match operand {
        Operand::Unknown(unknown) => match &unknown.identity {
            Some(identity) => write_identity(out, identity, least),
            None => out.write_str("(unknown)"),
        },
        Operand::Known(constant) => write_constant(out, constant.value()),
    }
}

fn write_constant(out: &mut String, value: &Value) -> fmt::Result {
    // Of a value with a secret in it nothing is shown, not even how it is made.
    if value.marks_deep().is_printable() {
        write!(out, "{value}")
    } else {
        out.write_str("(sensitive value)")
    }
}

fn write_derived(out: &mut String, derivation: &Derivation, least: Level) -> fmt::Result {
    match (derivation.operation(), derivation.operands()) {
        ("!", [operand]) => {
            let inner = operand.identity().and_then(Identity::derivation);
            if let Some(inner) = inner
                && let Some(written) = inner.written().filter(|written| written.negated)
            {
                return write_comparison(out, inner, written, least);
            }
            write_unary(out, "!", operand, least)
        }
        ("-", [operand]) => write_unary(out, "-", operand, least),
        (".", [target, name]) => {
            write_operand(out, target, Level::Part)?;
            match name.known().and_then(Value::as_str) {
                Some(name) if is_name(name) => write!(out, ".{name}"),
                _ => write_key(out, name),
            }
        }
        ("[]", [target, key]) => {
            write_operand(out, target, Level::Part)?;
            write_key(out, key)
        }
        ("convert", [target, _]) => write_operand(out, target, least),
        (operator, [left, right]) if level(operator).is_some() => {
            match derivation.written() {
                Some(written) if !written.negated => {
                    write_comparison(out, derivation, written, least)
                }
                // `a != b` and the like as what they are not.
                Some(Written { swapped, .. }) => {
                    let operator = if swapped && operator == "<" { ">" } else { operator };
                    let written = Written { operator, swapped, negated: false };
                    write_comparison(out, derivation, written, least)
                }
                None => write_binary(out, operator, [left, right], least),
            }
        }
        (function, arguments) => {
            write!(out, "{function}(")?;
            for (at, argument) in arguments.iter().enumerate() {
                out.write_str(if at == 0 { "" } else { ", " })?;
                write_operand(out, argument, Level::Whole)?;
            }
            out.write_str(")")
        }
    }
}

fn write_key(out: &mut String, key: &Operand) -> fmt::Result {
    out.write_str("[")?;
    write_operand(out, key, Level::Whole)?;
    out.write_str("]")
}

fn write_unary(out: &mut String, operator: &str, operand: &Operand, least: Level) -> fmt::Result {
    in_parentheses(out, least > Level::Unary, |out| {
        out.write_str(operator)?;
        write_operand(out, operand, Level::Unary)
    })
}

fn write_comparison(
    out: &mut String,
    derivation: &Derivation,
    written: Written,
    least: Level,
) -> fmt::Result {
    match derivation.operands() {
        [left, right] if written.swapped => {
            write_binary(out, written.operator, [right, left], least)
        }
        [left, right] => write_binary(out, written.operator, [left, right], least),
        _ => write_derived(out, derivation, least),
    }
}

fn write_binary(
    out: &mut String,
    operator: &str,
    operands: [&Operand; 2],
    least: Level,
) -> fmt::Result {
    let (own, next) = level(operator).unwrap_or((Level::Whole, Level::Unary));
    in_parentheses(out, least > own, |out| {
        write_operand(out, operands[0], own)?;
        write!(out, " {operator} ")?;
        write_operand(out, operands[1], next)
    })
}

fn in_parentheses(
    out: &mut String,
    are_needed: bool,
    write: impl FnOnce(&mut String) -> fmt::Result,
) -> fmt::Result {
    out.write_str(if are_needed { "(" } else { "" })?;
    write(out)?;
    out.write_str(if are_needed { ")" } else { "" })
}

/// How tightly a binary operator binds, and how tightly what is right of it must.
fn level(operator: &str) -> Option<(Level, Level)> {
    Some(match operator {
        "||" => (Level::Or, Level::And),
        "&&" => (Level::And, Level::Equality),
        "==" | "!=" => (Level::Equality, Level::Order),
        "<" | "<=" | ">" | ">=" => (Level::Order, Level::Sum),
        "+" | "-" => (Level::Sum, Level::Product),
        "*" | "/" | "%" => (Level::Product, Level::Unary),
        _ => return None,
    })
}

/// Whether a key can be written behind a dot.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Marks, Reason, Type, Unknown};

    fn open(address: &str) -> Operand {
        let identity = Identity::Address(address.into());
        Operand::Unknown(Arc::new(Unknown::new(Type::Bool, Reason::Variable).identified(identity)))
    }

    fn of(identity: Option<Identity>) -> Operand {
        let unknown = Unknown::new(Type::Bool, Reason::Derived);
        Operand::Unknown(Arc::new(unknown.identified(identity.expect("small"))))
    }

    fn known(value: &Value) -> Operand {
        Operand::new(value).expect("small and known")
    }

    fn check(identity: Option<Identity>, expect: &str) {
        assert_eq!(identity.expect("small").to_string(), expect);
    }

    #[test]
    fn as_its_author_would_write_it() {
        let (a, b) = (open("var.a"), open("var.b"));
        let derived = |operation, operands: &[Operand]| Identity::derived(operation, operands);
        let or = of(derived("||", &[a.clone(), b.clone()]));
        check(derived("&&", &[or.clone(), b.clone()]), "(var.a || var.b) && var.b");
        check(derived("||", &[or.clone(), b.clone()]), "var.a || var.b || var.b");
        check(derived("||", &[b.clone(), or.clone()]), "var.b || (var.a || var.b)");
        check(derived("!", std::slice::from_ref(&or)), "!(var.a || var.b)");
        check(derived("!", std::slice::from_ref(&a)), "!var.a");
        let list = known(&Value::tuple([Value::string("a"), Value::string("b")]));
        check(derived("contains", &[list, b.clone()]), "contains([\"a\", \"b\"], var.b)");
        let name = known(&Value::string("name"));
        check(derived(".", &[or.clone(), name]), "(var.a || var.b).name");
        check(derived("[]", &[a.clone(), known(&Value::number(0))]), "var.a[0]");
        check(derived(".", &[a.clone(), known(&Value::string("a b"))]), "var.a[\"a b\"]");
        let sum = of(derived("+", &[a.clone(), b.clone()]));
        check(derived("-", &[b.clone(), sum.clone()]), "var.b - (var.a + var.b)");
        check(derived("-", &[sum]), "-(var.a + var.b)");
    }

    #[test]
    fn comparisons_as_written() {
        let (a, b) = (open("var.a"), open("var.b"));
        let written = |operator, swapped, negated| Written { operator, swapped, negated };
        let check = |operation, written: Written, plain: &str, whole: &str| {
            let identity = Identity::compared(operation, [a.clone(), b.clone()], written);
            let identity = identity.expect("small");
            assert_eq!(identity.to_string(), plain);
            let derivation = identity.derivation().expect("derived");
            assert_eq!(derivation.as_written().to_string(), whole);
            if written.negated {
                let not = Identity::derived("!", [of(Some(identity))]).expect("small");
                assert_eq!(not.to_string(), whole);
            }
        };
        check("==", written("==", false, false), "var.a == var.b", "var.a == var.b");
        check("==", written("!=", true, true), "var.b == var.a", "var.b != var.a");
        check("<", written(">", true, false), "var.b > var.a", "var.b > var.a");
        check("<", written(">=", false, true), "var.a < var.b", "var.a >= var.b");
        check("<", written("<=", true, true), "var.b > var.a", "var.b <= var.a");
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = Value::tuple([Value::string("hunter2").marked(Marks::SENSITIVE)]);
        let identity = Identity::derived("contains", [known(&secret), open("var.a")]);
        check(identity, "contains((sensitive value), var.a)");
    }

    #[test]
    fn identities_are_bounded() {
        let mut identity = Some(Identity::Address("var.a".into()));
        let mut count = 0;
        while let Some(inner) = identity {
            count += 1;
            assert!(count < 1_000, "without end");
            let operand = of(Some(inner));
            identity = Identity::derived("+", [operand.clone(), operand]);
        }
        let long = Identity::Address("a".repeat(500).into());
        assert_eq!(long.to_string().chars().count(), WIDTH + 1);
    }
}
