//! Reads what `terraform providers schema -json` prints, of either protocol. Unknown keys are passed
//! over. Beside `deprecated` there may be `replaced_by`, and `open` in a block whose content is not
//! described; both are our own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{
    AttributeModel, BlockModel, BlockTypeModel, BlockVariant, BodyModel, Model, ModelError,
    TypeModel,
};
use crate::attribute::Mode;
use crate::body::Nesting;
use crate::provider::Kind;

type Named<T> = Option<BTreeMap<String, T>>;

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "format_version")]
    _format_version: String,
    provider_schemas: Named<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    #[serde(rename = "provider")]
    own: Option<Schema>,
    resource_schemas: Named<Schema>,
    data_source_schemas: Named<Schema>,
    ephemeral_resource_schemas: Named<Schema>,
}

#[derive(Deserialize)]
struct Schema {
    #[serde(default)]
    block: Block,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    attributes: Named<Attribute>,
    #[serde(rename = "block_types")]
    nested: Named<NestedBlock>,
    deprecated: bool,
    replaced_by: Option<String>,
    open: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the keys of the format")]
struct Attribute {
    r#type: Option<Value>,
    nested_type: Option<NestedType>,
    required: bool,
    optional: bool,
    computed: bool,
    sensitive: bool,
    write_only: bool,
    deprecated: bool,
    replaced_by: Option<String>,
}

#[derive(Deserialize)]
struct NestedType {
    attributes: Named<Attribute>,
    nesting_mode: String,
}

#[derive(Deserialize)]
struct NestedBlock {
    nesting_mode: String,
    #[serde(default)]
    block: Block,
    min_items: Option<u64>,
    max_items: Option<u64>,
}

/// The presence of what one document says.
const HERE: u32 = 1;

impl Model {
    /// Reads what `terraform providers schema -json` prints: a model for each provider in it.
    pub fn from_terraform_json(bytes: &[u8]) -> Result<Vec<Self>, ModelError> {
        // PowerShell writes a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| ModelError(error.to_string()))?;
        let providers = document.provider_schemas.unwrap_or_default();
        providers.into_iter().map(|(source, provider)| provider.read(source)).collect()
    }
}

impl Provider {
    fn read(self, source: String) -> Result<Model, ModelError> {
        let own = self.own.map(|schema| BTreeMap::from([(String::new(), schema)]));
        let kinds = [
            (Kind::Resource, self.resource_schemas),
            (Kind::Data, self.data_source_schemas),
            (Kind::Ephemeral, self.ephemeral_resource_schemas),
            (Kind::Provider, own),
        ];
        let mut types = BTreeMap::new();
        for (kind, schemas) in kinds {
            for (name, mut schema) in schemas.unwrap_or_default() {
                let found = BlockTypeModel {
                    presence: HERE,
                    deprecated: u32::from(schema.block.deprecated),
                    replaced_by: schema.block.replaced_by.take(),
                    body: schema.block.read().map_err(|error| error.within(&name))?,
                };
                types.insert((kind, name), found);
            }
        }
        Ok(Model { source, versions: Vec::new(), types })
    }
}

impl ModelError {
    /// The error with the name of what it was found in.
    fn within(self, name: &str) -> Self {
        Self(format!("{} in `{name}`", self.0))
    }
}

impl Block {
    fn read(self) -> Result<BodyModel, ModelError> {
        let mut blocks = Vec::new();
        for (name, block) in self.nested.unwrap_or_default() {
            let read = block.read(name.clone()).map_err(|error| error.within(&name))?;
            blocks.push(read);
        }
        let attributes = read_attributes(self.attributes)?;
        Ok(BodyModel { attributes, blocks, is_open: self.open })
    }
}

impl NestedBlock {
    fn read(self, name: String) -> Result<BlockModel, ModelError> {
        let count = |limit: Option<u64>| u16::try_from(limit.unwrap_or(0));
        let variant = BlockVariant {
            presence: HERE,
            nesting: nesting(&self.nesting_mode)?,
            min_items: count(self.min_items).unwrap_or(u16::MAX),
            // A limit that is too great to be kept is none.
            max_items: count(self.max_items).unwrap_or(0),
            is_deprecated: self.block.deprecated,
            replaced_by: self.block.replaced_by.clone(),
        };
        Ok(BlockModel { name, variants: vec![variant], body: self.block.read()? })
    }
}

fn read_attributes(attributes: Named<Attribute>) -> Result<Vec<AttributeModel>, ModelError> {
    let attributes = attributes.unwrap_or_default().into_iter();
    attributes
        .map(|(name, attribute)| attribute.read(name.clone()).map_err(|error| error.within(&name)))
        .collect()
}

impl Attribute {
    fn read(self, name: String) -> Result<AttributeModel, ModelError> {
        let is_nested = self.nested_type.is_some();
        let ty = match (self.nested_type, &self.r#type) {
            (Some(nested), _) => nested.read()?,
            (None, Some(ty)) => read_type(ty)?,
            (None, None) => return Err(ModelError("an attribute without a type".to_owned())),
        };
        let mode = match (self.required, self.optional, self.computed) {
            (true, ..) => Mode::Required,
            (_, true, true) => Mode::OptionalComputed,
            (_, true, false) => Mode::Optional,
            (_, false, _) => Mode::Computed,
        };
        Ok(AttributeModel {
            name,
            presence: HERE,
            mode,
            ty,
            is_sensitive: self.sensitive,
            is_write_only: self.write_only,
            is_deprecated: self.deprecated,
            is_nested,
            replaced_by: self.replaced_by,
            constraint: None,
        })
    }
}

impl NestedType {
    fn read(self) -> Result<TypeModel, ModelError> {
        let attributes = read_attributes(self.attributes)?;
        let object = TypeModel::Object(BodyModel { attributes, ..BodyModel::default() });
        Ok(match nesting(&self.nesting_mode)? {
            Nesting::Single | Nesting::Group => object,
            Nesting::List => TypeModel::List(Box::new(object)),
            Nesting::Set => TypeModel::Set(Box::new(object)),
            Nesting::Map => TypeModel::Map(Box::new(object)),
        })
    }
}

fn nesting(mode: &str) -> Result<Nesting, ModelError> {
    Ok(match mode {
        "single" => Nesting::Single,
        "group" => Nesting::Group,
        "list" => Nesting::List,
        "set" => Nesting::Set,
        "map" => Nesting::Map,
        other => return Err(ModelError(format!("unknown nesting mode `{other}`"))),
    })
}

/// Reads a type as cty writes it: `"string"`, `["list", "string"]`, `["object", {…}, ["optional"]]`.
fn read_type(ty: &Value) -> Result<TypeModel, ModelError> {
    let fault = || ModelError(format!("unknown type `{ty}`"));
    if let Value::String(name) = ty {
        return Ok(match name.as_str() {
            "dynamic" => TypeModel::Dynamic,
            "string" => TypeModel::String,
            "number" => TypeModel::Number,
            "bool" => TypeModel::Bool,
            _ => return Err(fault()),
        });
    }
    let Some([Value::String(name), of, rest @ ..]) = ty.as_array().map(Vec::as_slice) else {
        return Err(fault());
    };
    Ok(match (name.as_str(), of) {
        ("list", of) => TypeModel::List(Box::new(read_type(of)?)),
        ("set", of) => TypeModel::Set(Box::new(read_type(of)?)),
        ("map", of) => TypeModel::Map(Box::new(read_type(of)?)),
        ("tuple", Value::Array(of)) => {
            TypeModel::Tuple(of.iter().map(read_type).collect::<Result<_, _>>()?)
        }
        ("object", Value::Object(of)) => {
            let optional = rest.first().and_then(Value::as_array);
            let is_optional =
                |name: &str| optional.is_some_and(|names| names.iter().any(|one| one == name));
            let mut attributes = Vec::new();
            for (name, ty) in of {
                let mode = if is_optional(name) { Mode::Optional } else { Mode::Required };
                attributes.push(AttributeModel::plain(name.clone(), mode, read_type(ty)?));
            }
            attributes.sort_by(|one, two| one.name.cmp(&two.name));
            TypeModel::Object(BodyModel { attributes, ..BodyModel::default() })
        }
        _ => return Err(fault()),
    })
}

impl AttributeModel {
    /// An attribute of which only the type is known.
    pub(super) fn plain(name: String, mode: Mode, ty: TypeModel) -> Self {
        Self {
            name,
            presence: HERE,
            mode,
            ty,
            is_sensitive: false,
            is_write_only: false,
            is_deprecated: false,
            is_nested: false,
            replaced_by: None,
            constraint: None,
        }
    }
}
