//! Of which resource type the objects are that functions of a check give, so that the names behind
//! them can be looked up.

use syntax::Expr;
use syntax::view::{Call, ExprKind};

use crate::names::Names;

/// The attributes of what `refers_to` gives.
pub(crate) const REFERRED: [&str; 6] = ["address", "attribute", "kind", "module", "name", "type"];

/// Functions that give one of their arguments, or what is in it.
const PASSING: [&str; 8] =
    ["coalesce", "concat", "distinct", "flatten", "reverse", "tolist", "toset", "try"];

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A block of that type, or the nested block in it that the path names. The type is empty where
    /// it is not said.
    One(String, String),
    /// A list of such, or an argument.
    Many(String, String),
    /// What `refers_to` gives.
    Referred,
}

impl Shape {
    /// That of an element.
    pub(crate) fn item(self) -> Option<Self> {
        match self {
            Self::Many(of, path) => Some(Self::One(of, path)),
            _ => None,
        }
    }

    /// The name of an attribute with what it is in, as [`crate::UseKind::ArgumentOf`] has it.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        match self {
            Self::One(of, path) if path.is_empty() => Some(format!("{of}/{name}")),
            Self::One(of, path) | Self::Many(of, path) if !path.is_empty() => {
                Some(format!("{of}/{path}.{name}"))
            }
            _ => None,
        }
    }
}

impl Names<'_, '_> {
    /// The shape of an expression, where that follows from the functions in it.
    pub(crate) fn shape(&self, expr: Expr<'_>) -> Option<Shape> {
        match expr.kind() {
            ExprKind::Paren(inner) => self.shape(inner),
            ExprKind::Call(call) => self.shape_of_call(call),
            ExprKind::Variable(name) => self.shape_of_name(name),
            ExprKind::SplatItem => self.splat.last().cloned().flatten(),
            ExprKind::GetAttr { target, name, .. } => {
                let path = self.shape(target)?.attribute(name)?;
                let (of, path) = path.split_once('/')?;
                Some(Shape::Many(of.to_owned(), path.to_owned()))
            }
            ExprKind::Index { target, .. } | ExprKind::LegacyIndex { target, .. } => {
                self.shape(target)?.item()
            }
            ExprKind::Splat { target, each, .. } => {
                let item = self.shape(target)?.item()?;
                match (each.kind(), item) {
                    (ExprKind::SplatItem, Shape::One(of, path)) => Some(Shape::Many(of, path)),
                    (ExprKind::GetAttr { target, name, .. }, item)
                        if matches!(target.kind(), ExprKind::SplatItem) =>
                    {
                        let path = item.attribute(name)?;
                        let (of, path) = path.split_once('/')?;
                        Some(Shape::Many(of.to_owned(), path.to_owned()))
                    }
                    _ => None,
                }
            }
            ExprKind::Conditional { yes, no, .. } => self.shape(yes).or_else(|| self.shape(no)),
            ExprKind::For(each) => {
                let parts = each.parts();
                let item = self.shape(parts.collection)?.item()?;
                match (parts.value.kind(), item) {
                    (ExprKind::Variable(name), Shape::One(of, path))
                        if parts.key.is_none() && name == parts.value_name =>
                    {
                        Some(Shape::Many(of, path))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn shape_of_call(&self, call: Call<'_>) -> Option<Shape> {
        let arguments: Vec<_> = call.arguments().collect();
        let text = |at: usize| arguments.get(at).and_then(|argument| argument.as_plain_string());
        match &*call.name() {
            "refers_to" => Some(Shape::Referred),
            "resource_of" => Some(Shape::One(text(1).unwrap_or_default(), String::new())),
            "others" | "known_others" => Some(Shape::Many(text(0)?, String::new())),
            "one" | "element" => self.shape(*arguments.first()?)?.item(),
            name if PASSING.contains(&name) => {
                arguments.iter().find_map(|argument| self.shape(*argument))
            }
            _ => None,
        }
    }
}
