//! Follows the steps of a traversal through the schema of a resource. Never looks at configuration.

use rulebook::did_you_mean;
use schema::{Attribute, BlockSchema, NestedBlock, Nesting, Snapshots};
use source::TextRange;
use value::Type;

use super::references_walk::Step;

/// A step that leads nowhere.
pub(super) struct Astray<'t> {
    pub(super) range: TextRange,
    /// What is called so far: `root_block_device`; `None` for the resource itself.
    pub(super) owner: Option<String>,
    /// Whether a splat comes before it, so that Terraform looks only where there are elements.
    pub(super) after_splat: bool,
    /// Whether it leads into a value rather than a block: an evaluation shows that, too.
    pub(super) is_in_value: bool,
    pub(super) why: Why<'t>,
}

/// Why a step leads nowhere.
pub(super) enum Why<'t> {
    /// There is no attribute or block of that name.
    Unknown { name: &'t str, meant: Option<String> },
    /// Only versions have it that are not selected.
    OtherVersions { name: &'t str, presence: Snapshots },
    /// It is a list: which element is meant.
    NotIndexed { name: &'t str },
    /// It is a set: its elements have no index.
    Set,
    /// It is a string, number or bool: nothing is in it.
    Leaf { kind: &'static str },
}

/// Where steps have led.
enum At<'d> {
    /// A block or object.
    Body(BlockSchema<'d>),
    /// Several of them.
    Bodies(Nesting, BlockSchema<'d>),
    /// A value of a type.
    Type(Type),
    /// Something of which nothing is known.
    Open,
}

/// The first step that leads nowhere, of those that are taken from an instance of a resource.
pub(super) fn first_astray<'t>(schema: BlockSchema<'_>, steps: &[Step<'t>]) -> Option<Astray<'t>> {
    let mut at = At::Body(schema);
    let (mut owner, mut after_splat) = (None, false);
    for step in steps {
        let is_in_value = matches!(at, At::Type(_));
        let next = match step {
            Step::Attribute(name, range) => {
                at.attribute(name).map_err(|why| (why.named(name), *range))
            }
            Step::Index(key, range) => at.index(key.as_deref()).map_err(|why| (why, *range)),
            Step::Splat => {
                after_splat = true;
                Ok(at.each())
            }
        };
        at = match next {
            Ok(At::Open) => return None,
            Ok(next) => next,
            Err((why, range)) => {
                return Some(Astray { range, owner, after_splat, is_in_value, why });
            }
        };
        if let Step::Attribute(name, _) = step {
            owner = Some((*name).to_owned());
        }
    }
    None
}

impl Why<'_> {
    /// The same with the name of the step.
    fn named(self, name: &str) -> Why<'_> {
        match self {
            Why::Unknown { meant, .. } => Why::Unknown { name, meant },
            Why::OtherVersions { presence, .. } => Why::OtherVersions { name, presence },
            Why::NotIndexed { .. } => Why::NotIndexed { name },
            Why::Set => Why::Set,
            Why::Leaf { kind } => Why::Leaf { kind },
        }
    }
}

impl At<'_> {
    fn attribute(self, name: &str) -> Result<Self, Why<'static>> {
        match self {
            Self::Body(schema) => member(schema, name),
            Self::Bodies(Nesting::Map, schema) => Ok(Self::Body(schema)),
            Self::Bodies(Nesting::Set, _) => Err(Why::Set),
            Self::Bodies(..) => Err(Why::NotIndexed { name: "" }),
            Self::Type(ty) => attribute_of_type(&ty, name).map(Self::of_type),
            Self::Open => Ok(Self::Open),
        }
    }

    fn index(self, key: Option<&str>) -> Result<Self, Why<'static>> {
        match self {
            // An object takes the names of its attributes as keys.
            Self::Body(schema) => key.map_or(Ok(Self::Open), |key| member(schema, key)),
            Self::Bodies(Nesting::Set, _) => Err(Why::Set),
            Self::Bodies(_, schema) => Ok(Self::Body(schema)),
            Self::Type(ty) => index_of_type(&ty).map(Self::of_type),
            Self::Open => Ok(Self::Open),
        }
    }

    /// An element, as a splat goes through them; what has none counts as the only one.
    fn each(self) -> Self {
        match self {
            Self::Bodies(Nesting::Map, _) | Self::Type(Type::Tuple(_)) => Self::Open,
            Self::Bodies(_, schema) => Self::Body(schema),
            Self::Type(Type::List(element) | Type::Set(element)) => {
                Self::of_type(Type::clone(&element))
            }
            other => other,
        }
    }

    fn of_type(ty: Type) -> Self {
        if ty == Type::Dynamic { Self::Open } else { Self::Type(ty) }
    }
}

/// What is called `name` in a block.
fn member<'d>(schema: BlockSchema<'d>, name: &str) -> Result<At<'d>, Why<'static>> {
    let selected = schema.selection.snapshots;
    if schema.body.is_open() {
        return Ok(At::Open);
    }
    let is_met = |presence: Snapshots| presence.intersects(selected);
    let attributes = || schema.body.attributes_named(name);
    let blocks = || schema.body.blocks_named(name);
    let mut met_attributes = attributes().filter(|one| is_met(one.presence()));
    let mut met_blocks = blocks().filter(|one| is_met(one.presence()));
    let attribute = (met_attributes.next(), met_attributes.next());
    match (attribute, met_blocks.next()) {
        ((None, _), None) => {}
        ((Some(attribute), None), None) => return Ok(of_attribute(schema, attribute)),
        ((None, _), Some(first)) => return Ok(of_blocks(schema, first, met_blocks)),
        // The versions do not agree on what it is.
        _ => return Ok(At::Open),
    }
    let presence = attributes().map(Attribute::presence).chain(blocks().map(NestedBlock::presence));
    let presence = presence.fold(Snapshots::NONE, Snapshots::union);
    let name_of_step = "";
    if !presence.is_empty() {
        return Err(Why::OtherVersions { name: name_of_step, presence });
    }
    let names = schema.attributes().map(Attribute::name);
    let names = names.chain(schema.blocks().map(NestedBlock::name));
    let meant = did_you_mean(name, names).map(ToOwned::to_owned);
    Err(Why::Unknown { name: name_of_step, meant })
}

fn of_attribute<'d>(schema: BlockSchema<'d>, attribute: Attribute<'d>) -> At<'d> {
    match schema.object(attribute) {
        Some((Nesting::Single | Nesting::Group, body)) => At::Body(body),
        Some((nesting, body)) => At::Bodies(nesting, body),
        None => At::of_type(attribute.ty()),
    }
}

fn of_blocks<'d>(
    schema: BlockSchema<'d>,
    first: NestedBlock<'d>,
    others: impl Iterator<Item = NestedBlock<'d>>,
) -> At<'d> {
    let (mut block, nesting) = (first, first.nesting());
    for other in others {
        if other.nesting() != nesting {
            return At::Open;
        }
        block = other;
    }
    let body = schema.nested(block);
    match nesting {
        Nesting::Single | Nesting::Group => At::Body(body),
        // What is known of old versions has a list here; in no version of any provider it is one.
        _ if block.name() == "timeouts" => At::Body(body),
        nesting => At::Bodies(nesting, body),
    }
}

fn attribute_of_type(ty: &Type, name: &str) -> Result<Type, Why<'static>> {
    match ty {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::Map(element) => Ok(Type::clone(element)),
        Type::Object(object) => object.attributes.get(name).cloned().ok_or_else(|| {
            let names = object.attributes.keys().map(AsRef::as_ref);
            let meant = did_you_mean(name, names).map(ToOwned::to_owned);
            Why::Unknown { name: "", meant }
        }),
        Type::Set(_) => Err(Why::Set),
        Type::List(_) | Type::Tuple(_) => Err(Why::NotIndexed { name: "" }),
        Type::String | Type::Number | Type::Bool => Err(leaf(ty)),
    }
}

fn index_of_type(ty: &Type) -> Result<Type, Why<'static>> {
    match ty {
        Type::List(element) | Type::Map(element) => Ok(Type::clone(element)),
        Type::Set(_) => Err(Why::Set),
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) => Ok(Type::Dynamic),
        Type::String | Type::Number | Type::Bool => Err(leaf(ty)),
    }
}

fn leaf(ty: &Type) -> Why<'static> {
    let kind = match ty {
        Type::Number => "number",
        Type::Bool => "bool",
        _ => "string",
    };
    Why::Leaf { kind }
}
