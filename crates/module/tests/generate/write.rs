//! Modules as text, in equivalent ways. Never changes what they mean.

use std::collections::BTreeMap;
use std::fmt::Write;

use testkit::Random;

use super::{Expr, Kind, Module, Project, Repeat, Resource, Variable};

/// How modules are written.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "ways that do not depend on each other")]
pub struct Style {
    /// Locals are replaced by what they are, in parentheses.
    pub inlines: bool,
    /// Locals have other names.
    pub renames: bool,
    /// Conditionals are turned round.
    pub turns: bool,
    /// Declarations and arguments stand in another order: that of this seed.
    pub order: Option<u64>,
    /// Each declaration stands in one of so many files.
    pub files: usize,
    /// All that the root declares stands in a module that it calls.
    pub wraps: bool,
    /// What only the provider knows is replaced by what it may be.
    pub is_world: bool,
}

/// The name of the call that everything is wrapped in.
pub const WRAPPER: &str = "wrapper";

impl Project {
    /// The files: path and text.
    pub fn files(&self, style: &Style) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for (at, module) in self.modules.iter().enumerate() {
            let directory = match at {
                0 if style.wraps => WRAPPER.to_owned(),
                0 => ".".to_owned(),
                _ => format!("m{at}"),
            };
            let mut writer = Writer { module, style, random: style.order.map(Random::new) };
            let is_below = directory != ".";
            let backend = "terraform {\n  backend \"local\" {}\n}\n".to_owned();
            let mut blocks = writer.blocks(is_below);
            if at == 0 {
                blocks.extend((self.has_backend && !style.wraps).then(|| backend.clone()));
            }
            writer.shuffle(&mut blocks);
            for (number, block) in blocks.iter().enumerate() {
                let file = number % style.files.max(1);
                let path = if is_below {
                    format!("{directory}/f{file}.tf")
                } else {
                    format!("f{file}.tf")
                };
                files.entry(path).or_insert_with(String::new).push_str(block);
            }
            if at == 0 && style.wraps {
                let mut text = wrapper(module);
                text.push_str(if self.has_backend { &backend } else { "" });
                files.insert("f0.tf".to_owned(), text);
            }
        }
        files
    }
}

/// A root that hands all on.
fn wrapper(module: &Module) -> String {
    let mut text = String::new();
    for (name, variable) in &module.variables {
        text.push_str(&declaration(name, variable));
    }
    let _ = writeln!(text, "module \"{WRAPPER}\" {{\n  source = \"./{WRAPPER}\"");
    for name in module.variables.keys() {
        let _ = writeln!(text, "  {name} = var.{name}");
    }
    text.push_str("}\n");
    for (name, output) in &module.outputs {
        let sensitive = if output.is_sensitive { "  sensitive = true\n" } else { "" };
        let value = format!("module.{WRAPPER}.{name}");
        let _ = writeln!(text, "output \"{name}\" {{\n  value = {value}\n{sensitive}}}");
    }
    text
}

fn declaration(name: &str, variable: &Variable) -> String {
    let mut text = format!("variable \"{name}\" {{\n");
    if variable.has_type {
        let _ = writeln!(text, "  type = {}", variable.kind.constraint());
    }
    if let Some(default) = &variable.default {
        let _ = writeln!(text, "  default = {default}");
    }
    if variable.is_sensitive {
        text.push_str("  sensitive = true\n");
    }
    if !variable.is_nullable {
        text.push_str("  nullable = false\n");
    }
    if !variable.listed.is_empty() {
        let listed = variable.listed.join(", ");
        let condition = format!("contains([{listed}], var.{name})");
        let _ = write!(
            text,
            "  validation {{\n    condition = {condition}\n    error_message = \"No.\"\n  }}\n"
        );
    }
    text.push_str("}\n");
    text
}

struct Writer<'a> {
    module: &'a Module,
    style: &'a Style,
    random: Option<Random>,
}

impl Writer<'_> {
    fn shuffle<T>(&mut self, items: &mut [T]) {
        if let Some(random) = &mut self.random {
            for at in (1..items.len()).rev() {
                items.swap(at, random.below(at + 1));
            }
        }
    }

    /// The declarations. What `is_below` other directories finds modules beside itself.
    fn blocks(&mut self, is_below: bool) -> Vec<String> {
        let module = self.module;
        let mut blocks: Vec<String> =
            module.variables.iter().map(|(name, variable)| declaration(name, variable)).collect();
        if !self.style.inlines {
            for (name, _, value) in &module.locals {
                let (name, value) = (self.local(name), self.expr(value));
                blocks.push(format!("locals {{\n  {name} = {value}\n}}\n"));
            }
        }
        for (name, resource) in &module.resources {
            blocks.push(self.resource(name, resource));
        }
        for (name, call) in &module.calls {
            let up = if is_below { "../" } else { "./" };
            let mut lines = vec![format!("  source = \"{up}m{}\"\n", call.module)];
            lines.extend(self.repeat(&call.repeat));
            for (name, value) in &call.arguments {
                lines.push(format!("  {name} = {}\n", self.expr(value)));
            }
            self.shuffle(&mut lines);
            blocks.push(format!("module \"{name}\" {{\n{}}}\n", lines.concat()));
        }
        for (name, output) in &module.outputs {
            let mut lines = vec![format!("  value = {}\n", self.expr(&output.value))];
            if output.is_sensitive {
                lines.push("  sensitive = true\n".to_owned());
            }
            self.shuffle(&mut lines);
            blocks.push(format!("output \"{name}\" {{\n{}}}\n", lines.concat()));
        }
        blocks
    }

    fn resource(&mut self, name: &str, resource: &Resource) -> String {
        let mut lines: Vec<String> = self.repeat(&resource.repeat).into_iter().collect();
        for (name, value) in &resource.arguments {
            lines.push(format!("  {name} = {}\n", self.expr(value)));
        }
        if let Some((over, arguments)) = &resource.store {
            let mut inner: Vec<_> = arguments
                .iter()
                .map(|(name, value)| format!("      {name} = {}\n", self.expr(value)))
                .collect();
            self.shuffle(&mut inner);
            let over = self.expr(over);
            lines.push(format!(
                "  dynamic \"store\" {{\n    for_each = {over}\n    content {{\n{}    }}\n  }}\n",
                inner.concat()
            ));
        }
        self.shuffle(&mut lines);
        format!("resource \"terraform_data\" \"{name}\" {{\n{}}}\n", lines.concat())
    }

    fn repeat(&self, repeat: &Repeat) -> Option<String> {
        match repeat {
            Repeat::Once => None,
            Repeat::Count(expr) => Some(format!("  count = {}\n", self.expr(expr))),
            Repeat::ForEach(expr) => Some(format!("  for_each = {}\n", self.expr(expr))),
        }
    }

    fn local(&self, name: &str) -> String {
        if self.style.renames { format!("x_{name}_y") } else { name.to_owned() }
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::All(parts) => parts.iter().map(|part| self.expr(part)).collect(),
            Expr::Local(name) if self.style.inlines => {
                let found = self.module.locals.iter().find(|(local, ..)| local == name);
                let value = found.map_or_else(String::new, |(.., value)| self.expr(value));
                format!("({value})")
            }
            Expr::Local(name) => format!("local.{}", self.local(name)),
            Expr::If(parts) => {
                let [condition, yes, no] = parts.each_ref().map(|part| self.expr(part));
                if self.style.turns {
                    format!("(!({condition}) ? {no} : {yes})")
                } else {
                    format!("(({condition}) ? {yes} : {no})")
                }
            }
            Expr::Computed(_, world) if self.style.is_world => world.clone(),
            Expr::Text(text) | Expr::Computed(text, _) => text.clone(),
        }
    }
}

/// A literal of that kind.
pub fn literal(kind: Kind, random: &mut Random) -> String {
    let text = |random: &mut Random| {
        let texts = ["a", "b", "prod", "dev", "", "1", "true", "x-y", "a"];
        format!("\"{}\"", texts[random.below(texts.len())])
    };
    match kind {
        Kind::Text => text(random),
        Kind::Number => {
            let numbers = ["0", "1", "2", "3", "5", "-1", "0.5"];
            numbers[random.below(numbers.len())].to_owned()
        }
        Kind::Bool => ["true", "false"][random.below(2)].to_owned(),
        Kind::List => {
            let all: Vec<_> = (0..random.below(4)).map(|_| text(random)).collect();
            format!("[{}]", all.join(", "))
        }
        Kind::Map => {
            let names = ["a", "b", "c"].into_iter().filter(|_| random.below(2) == 0);
            let names: Vec<_> = names.collect();
            let all: Vec<_> =
                names.into_iter().map(|name| format!("{name} = {}", text(random))).collect();
            format!("{{ {} }}", all.join(", "))
        }
        Kind::Object => {
            let [number, bool] = [Kind::Number, Kind::Bool].map(|kind| literal(kind, random));
            format!("{{ a = {}, n = {number}, f = {bool} }}", text(random))
        }
    }
}
