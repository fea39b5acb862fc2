//! Reads what is known of values, and hands it to the attributes that it is about. Never judges
//! whether it is right.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{AttributeModel, BodyModel, ConstraintModel, Model, ModelError, TypeModel};
use crate::constraint::{Demand, Format};
use crate::provider::Kind;

/// Constraints by type, then by the names that lead to the attribute, joined by dots.
type ByType = BTreeMap<String, BTreeMap<String, Entry>>;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    resource: ByType,
    #[serde(default)]
    data: ByType,
    #[serde(default)]
    ephemeral: ByType,
    #[serde(default)]
    provider: ByType,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    r#enum: Vec<Value>,
    open: bool,
    ignore_case: bool,
    /// Who was seen to refuse what does not meet all demands.
    checked: Option<String>,
    /// The keys of those demands of which that is true, where it is not true of all.
    checked_keys: Vec<String>,
    pattern: Option<String>,
    format: Option<String>,
    arn_service: Option<String>,
    confidence: u8,
    min_length: Option<f64>,
    max_length: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    min_items: Option<f64>,
    max_items: Option<f64>,
}

impl Model {
    /// Reads constraints and gives them to the attributes. Tells the paths that lead to none.
    pub fn set_constraints(&mut self, json: &[u8]) -> Result<Vec<String>, ModelError> {
        let document: Document =
            serde_json::from_slice(json).map_err(|error| ModelError(error.to_string()))?;
        let kinds = [
            (Kind::Resource, document.resource),
            (Kind::Data, document.data),
            (Kind::Ephemeral, document.ephemeral),
            (Kind::Provider, document.provider),
        ];
        let mut lost = Vec::new();
        for (kind, types) in kinds {
            for (name, constraints) in types {
                let mut found = self.types.get_mut(&(kind, name.clone()));
                for (path, entry) in constraints {
                    let constraint = entry.read()?;
                    let names: Vec<&str> = path.split('.').collect();
                    let body = found.as_deref_mut().map(|found| &mut found.body);
                    if !body.is_some_and(|body| body.constrain(&names, &constraint)) {
                        lost.push(format!("{name}.{path}"));
                    }
                }
            }
        }
        Ok(lost)
    }
}

impl Entry {
    fn read(self) -> Result<ConstraintModel, ModelError> {
        if let Some(format) = &self.format
            && let Format::Other(other) = Format::of(format, None)
        {
            return Err(ModelError(format!("unknown format `{other}`")));
        }
        let enforced = self.enforced();
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(ConstraintModel {
            values: self.r#enum.into_iter().map(text).collect(),
            is_open: self.open,
            ignores_case: self.ignore_case,
            enforced,
            pattern: self.pattern.filter(|pattern| !pattern.is_empty()),
            format: self.format,
            service: self.arn_service,
            confidence: self.confidence,
            numbers: [
                self.min_length,
                self.max_length,
                self.min,
                self.max,
                self.min_items,
                self.max_items,
            ],
        })
    }
}

impl Entry {
    /// The bits of the demands that are checked.
    fn enforced(&self) -> u8 {
        let is_checked = |(key, is_there): &(&str, bool)| {
            !is_there || self.checked.is_some() || self.checked_keys.iter().any(|it| it == key)
        };
        let demands = Demand::ALL.into_iter().filter(|demand| {
            let keys: &[(&str, bool)] = match demand {
                Demand::Choice => &[("enum", !self.r#enum.is_empty())],
                Demand::Form => {
                    &[("pattern", self.pattern.is_some()), ("format", self.format.is_some())]
                }
                Demand::Length => &[
                    ("min_length", self.min_length.is_some()),
                    ("max_length", self.max_length.is_some()),
                ],
                Demand::Range => &[("min", self.min.is_some()), ("max", self.max.is_some())],
                Demand::Items => &[
                    ("min_items", self.min_items.is_some()),
                    ("max_items", self.max_items.is_some()),
                ],
            };
            keys.iter().any(|(_, is_there)| *is_there) && keys.iter().all(is_checked)
        });
        demands.fold(0, |bits, demand| bits | demand.bit())
    }
}

impl BodyModel {
    /// Sets the constraint of the attribute that `names` lead to, in all its variants. Whether there
    /// is one.
    fn constrain(&mut self, names: &[&str], constraint: &ConstraintModel) -> bool {
        let Some((name, rest)) = names.split_first() else { return false };
        let mut is_found = false;
        for attribute in self.attributes.iter_mut().filter(|one| one.name == *name) {
            is_found |= attribute.constrain(rest, constraint);
        }
        for block in self.blocks.iter_mut().filter(|one| one.name == *name) {
            is_found |= block.body.constrain(rest, constraint);
        }
        is_found
    }
}

impl AttributeModel {
    fn constrain(&mut self, names: &[&str], constraint: &ConstraintModel) -> bool {
        if names.is_empty() {
            self.constraint = Some(constraint.clone());
            return true;
        }
        match &mut self.ty {
            TypeModel::List(of) | TypeModel::Set(of) | TypeModel::Map(of) => match &mut **of {
                TypeModel::Object(body) => body.constrain(names, constraint),
                _ => false,
            },
            TypeModel::Object(body) => body.constrain(names, constraint),
            _ => false,
        }
    }
}
