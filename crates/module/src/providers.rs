//! Which providers a module asks for, in which versions, and which of them a resource is of. Never
//! says what a provider has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use eval::references;
use source::{FileId, Location};
use syntax::view::{ExprKind, ObjectKey};
use syntax::{Attribute, Block, Expr};

use crate::{Argument, Module, Name, Resource};

/// The registry of providers whose source names none.
const DEFAULT_HOST: &str = "registry.terraform.io";
/// Who publishes providers whose source does not say it.
const DEFAULT_NAMESPACE: &str = "hashicorp";
/// The local name and the source of the provider that is a part of Terraform.
const BUILTIN: (&str, &str) = ("terraform", "terraform.io/builtin/terraform");

/// An entry of `required_providers`.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// Its name and where that stands.
    pub location: Location,
    /// Its source as it is written, where it is text.
    pub source: Option<PlacedText>,
    /// Its version constraint as it is written, where it is text.
    pub version: Option<PlacedText>,
    /// Its source in full, with the host; `None` where what is written is none.
    pub address: Option<String>,
}

/// Text that is written out in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedText {
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub location: Location,
}

impl PlacedText {
    fn of(Argument { file, attribute }: Argument<'_>) -> Option<Self> {
        Self::read(attribute.expr(), file)
    }

    fn read(expr: Expr<'_>, file: FileId) -> Option<Self> {
        Some(Self { text: expr.as_plain_string()?, location: Location::new(file, expr.range()) })
    }
}

impl<'a> Module<'a> {
    /// The entries of `required_providers` by local name. Those of override files stand for those
    /// before.
    pub fn required_providers(&self) -> &BTreeMap<Name<'a>, RequiredProvider> {
        &self.required_providers
    }

    /// The source in full of the provider that the module calls `local_name`, such as
    /// `registry.terraform.io/hashicorp/aws`; `None` where the text that says it is none.
    pub fn provider_source(&self, local_name: &str) -> Option<Cow<'_, str>> {
        match self.required_providers.get(local_name) {
            Some(required) => required.address.as_deref().map(Cow::Borrowed),
            None => implied(local_name),
        }
    }

    /// The source in full of the provider of a resource.
    pub fn provider_of(&self, resource: &Resource<'_>) -> Option<Cow<'_, str>> {
        self.provider_source(&resource.provider_name()?)
    }

    /// What the module says of the versions of providers: source in full and constraint. Older
    /// configurations say it in `provider` blocks.
    pub fn version_constraints(&self) -> impl Iterator<Item = (Cow<'_, str>, PlacedText)> {
        let required = self.required_providers.values();
        let required = required.filter_map(|required| {
            Some((required.address.as_deref()?.into(), required.version.clone()?))
        });
        let configured = self.providers.iter().filter_map(|provider| {
            let version = PlacedText::of(provider.argument("version")?)?;
            Some((self.provider_source(&provider.block.label(0)?)?, version))
        });
        required.chain(configured)
    }

    /// Reads the `required_providers` blocks in a `terraform` block.
    pub(crate) fn add_required_providers(
        &mut self,
        file: FileId,
        terraform: Block<'a>,
        is_override: bool,
    ) {
        for block in terraform.body().blocks_of("required_providers") {
            for attribute in block.body().attributes() {
                let required = RequiredProvider::read(attribute, file);
                if is_override {
                    self.required_providers.insert(attribute.name(), required);
                } else {
                    self.required_providers.entry(attribute.name()).or_insert(required);
                }
            }
        }
    }
}

impl Resource<'_> {
    /// What the module calls the provider of this resource: what `provider` names, else the first
    /// word of the type. `None` where `provider` does not name one.
    pub fn provider_name(&self) -> Option<Cow<'_, str>> {
        match self.declared.argument("provider") {
            Some(argument) => named_by(argument.expr()).map(Cow::Owned),
            None => Some(first_word(&self.block_type).into()),
        }
    }
}

impl RequiredProvider {
    fn read(attribute: Attribute<'_>, file: FileId) -> Self {
        let name = attribute.name();
        let location = Location::new(file, attribute.name_range());
        let expr = attribute.expr().without_parens();
        let (mut source, mut version, mut is_said) = (None, None, false);
        if let ExprKind::Object(object) = expr.kind() {
            for (key, value) in object.items() {
                match key_text(&key).as_deref() {
                    Some("source") => {
                        is_said = true;
                        source = PlacedText::read(value, file);
                    }
                    Some("version") => version = PlacedText::read(value, file),
                    _ => {}
                }
            }
        } else {
            version = PlacedText::read(expr, file);
        }
        let address = match &source {
            Some(source) => full_source(&source.text),
            None if is_said => None,
            None => implied(&name).map(Cow::into_owned),
        };
        Self { location, source, version, address }
    }
}

/// The text of a key of an object, where that is written out.
fn key_text(key: &ObjectKey<'_>) -> Option<String> {
    match key {
        ObjectKey::Name(name, _) => Some((*name).to_owned()),
        ObjectKey::Expr(expr) => expr.as_plain_string(),
    }
}

/// The local name in the value of `provider`: `aws` of `aws.east`, which older configurations quote.
fn named_by(expr: Expr<'_>) -> Option<String> {
    let name = match expr.as_plain_string() {
        Some(text) => text.split(['.', '[']).next()?.to_owned(),
        None => references(expr).first()?.root.to_owned(),
    };
    (!name.is_empty()).then_some(name)
}

fn first_word(block_type: &str) -> &str {
    block_type.split('_').next().unwrap_or(block_type)
}

/// The source of a provider of which only the local name is known.
fn implied(local_name: &str) -> Option<Cow<'static, str>> {
    match local_name {
        // Most configurations have nothing else.
        "aws" => Some("registry.terraform.io/hashicorp/aws".into()),
        name if name == BUILTIN.0 => Some(BUILTIN.1.into()),
        name => full_source(name).map(Cow::Owned),
    }
}

/// The source in full that a text means, in lower case as Terraform reads it; `None` when it is
/// none.
fn full_source(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (host, namespace, name) = match *parts.as_slice() {
        [name] => (DEFAULT_HOST, DEFAULT_NAMESPACE, name),
        [namespace, name] => (DEFAULT_HOST, namespace, name),
        [host, namespace, name] => (host, namespace, name),
        _ => return None,
    };
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let is_host = !host.is_empty()
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | ':'));
    (is_host && is_word(namespace) && is_word(name))
        .then(|| format!("{host}/{namespace}/{name}").to_lowercase())
}
