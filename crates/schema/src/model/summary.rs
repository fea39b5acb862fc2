//! Writes a model of one version as text: a line for every different body, then a line for every block
//! type. It is made from the model and not from compact data, so that a test may compare the two.

use std::collections::HashMap;
use std::fmt::Write;

use super::{AttributeModel, BlockModel, BodyModel, Model, TypeModel};
use crate::attribute::Mode;
use crate::body::Nesting;
use crate::provider::Kind;

impl Model {
    /// The model as text. A body is a line of attributes and blocks that refer to earlier bodies by
    /// number: `name flags type` or `name nesting min max body`, separated by commas. A block type is
    /// a line of its kind, name and body.
    pub fn summary(&self) -> String {
        let mut summary = Summary::default();
        let mut types = String::new();
        for ((kind, name), found) in &self.types {
            let kind = match kind {
                Kind::Resource => "resource",
                Kind::Data => "data",
                Kind::Ephemeral => "ephemeral",
                Kind::Provider => "provider",
            };
            let body = summary.body(&found.body);
            let deprecated = if found.deprecated == 0 { "" } else { " deprecated" };
            let name = if name.is_empty() { "-" } else { name };
            let _ = writeln!(types, "{kind} {name} {body}{deprecated}");
        }
        summary.lines + &types
    }
}

/// The lines of bodies so far.
#[derive(Default)]
struct Summary {
    numbers: HashMap<String, usize>,
    lines: String,
}

impl Summary {
    fn body(&mut self, body: &BodyModel) -> usize {
        let attributes: Vec<String> =
            body.attributes.iter().map(|attribute| self.attribute(attribute)).collect();
        let blocks = body.blocks.iter().map(|block| self.block(block));
        let parts: Vec<String> = attributes.into_iter().chain(blocks).collect();
        let line = parts.join(",");
        let next = self.numbers.len();
        *self.numbers.entry(line).or_insert_with_key(|line| {
            let _ = writeln!(self.lines, "body {line}");
            next
        })
    }

    fn attribute(&mut self, attribute: &AttributeModel) -> String {
        let mut flags = match attribute.mode {
            Mode::Required => "r",
            Mode::Optional => "o",
            Mode::OptionalComputed => "oc",
            Mode::Computed => "c",
        }
        .to_owned();
        for (is_set, flag) in [
            (attribute.is_sensitive, 's'),
            (attribute.is_write_only, 'w'),
            (attribute.is_deprecated, 'd'),
            (attribute.is_nested, 'n'),
        ] {
            flags.extend(is_set.then_some(flag));
        }
        format!("{} {flags} {}", attribute.name, self.ty(&attribute.ty))
    }

    fn block(&mut self, block: &BlockModel) -> String {
        let body = self.body(&block.body);
        let mut text = String::new();
        for variant in &block.variants {
            let nesting = match variant.nesting {
                Nesting::Single => "single",
                Nesting::Group => "group",
                Nesting::List => "list",
                Nesting::Set => "set",
                Nesting::Map => "map",
            };
            let deprecated = if variant.is_deprecated { " d" } else { "" };
            let (min, max) = (variant.min_items, variant.max_items);
            let _ = write!(text, "{} {nesting} {min} {max} {body}{deprecated}", block.name);
        }
        text
    }

    fn ty(&mut self, ty: &TypeModel) -> String {
        match ty {
            TypeModel::Dynamic => "any".to_owned(),
            TypeModel::String => "string".to_owned(),
            TypeModel::Number => "number".to_owned(),
            TypeModel::Bool => "bool".to_owned(),
            TypeModel::List(of) => format!("list({})", self.ty(of)),
            TypeModel::Set(of) => format!("set({})", self.ty(of)),
            TypeModel::Map(of) => format!("map({})", self.ty(of)),
            TypeModel::Object(of) => format!("object({})", self.body(of)),
            TypeModel::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|of| self.ty(of)).collect();
                format!("tuple({})", of.join(" "))
            }
        }
    }
}
