//! All providers whose schema is known: those that are built in, and those that were loaded. Never
//! reads files.

use std::fmt;

use crate::bytes::{CHECKSUM_AT, HEADER, MAGIC, SECTIONS_AT, Sections, u32_at};
use crate::provider::Provider;

/// The source address of the provider that is built into Terraform.
pub const TERRAFORM: &str = "terraform.io/builtin/terraform";

/// Compact data of one provider that is built in.
struct Builtin {
    source: &'static str,
    bytes: &'static [u8],
    sections: Sections,
}

impl Builtin {
    const fn new(source: &'static str, bytes: &'static [u8]) -> Self {
        Self { source, bytes, sections: Sections::of(bytes) }
    }

    const fn provider(&'static self) -> Provider<'static> {
        Provider::new(self.bytes, &self.sections)
    }
}

/// The built-in data by source address, written by `cargo xtask schemas`.
static BUILTIN: [Builtin; 8] = [
    Builtin::new("registry.terraform.io/hashicorp/aws", include_bytes!("../data/aws.bin")),
    Builtin::new("registry.terraform.io/hashicorp/azurerm", include_bytes!("../data/azurerm.bin")),
    Builtin::new("registry.terraform.io/hashicorp/google", include_bytes!("../data/google.bin")),
    Builtin::new(
        "registry.terraform.io/hashicorp/kubernetes",
        include_bytes!("../data/kubernetes.bin"),
    ),
    Builtin::new("registry.terraform.io/hashicorp/null", include_bytes!("../data/null.bin")),
    Builtin::new("registry.terraform.io/hashicorp/random", include_bytes!("../data/random.bin")),
    Builtin::new(TERRAFORM, include_bytes!("../data/terraform.bin")),
    Builtin::new("registry.terraform.io/hashicorp/tls", include_bytes!("../data/tls.bin")),
];

/// The scope of what counts everywhere.
const EVERYWHERE: u32 = 0;

/// Compact data of one provider that was loaded.
#[derive(Clone)]
pub struct Data {
    bytes: Vec<u8>,
    sections: Sections,
}

impl Data {
    /// Takes the bytes that [`crate::Model::encode`] made; `None` where they are others.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let is_whole = bytes.starts_with(MAGIC)
            && bytes.len() >= HEADER
            && u32_at(&bytes, CHECKSUM_AT) == crc32fast::hash(&bytes[SECTIONS_AT..]);
        is_whole.then(|| Self { sections: Sections::of(&bytes), bytes })
    }

    /// The provider that it describes.
    pub fn provider(&self) -> Provider<'_> {
        Provider::new(&self.bytes, &self.sections)
    }

    /// The bytes that it is made of.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Data").field(&self.provider().source()).finish()
    }
}

/// The providers whose schema is known.
#[derive(Clone, Debug, Default)]
pub struct Catalog<'d> {
    /// Each with the scope in which it counts.
    loaded: Vec<(u32, Provider<'d>)>,
}

impl<'d> Catalog<'d> {
    /// The providers that are built in.
    pub const fn builtin() -> Self {
        Self { loaded: Vec::new() }
    }

    /// Adds loaded data, which goes before the built-in data of its provider and before what was added
    /// earlier.
    #[must_use]
    pub fn with(self, data: &'d Data) -> Self {
        self.with_in(EVERYWHERE, data)
    }

    /// The same for one scope, a number that its user gives to a part of the configuration; 0 is
    /// everywhere. What counts everywhere goes before what counts in one scope.
    #[must_use]
    pub fn with_in(mut self, scope: u32, data: &'d Data) -> Self {
        self.loaded.push((scope, data.provider()));
        self
    }

    /// A provider by its source address, `registry.terraform.io/hashicorp/aws`.
    pub fn provider(&self, source: &str) -> Option<Provider<'d>> {
        self.provider_in(EVERYWHERE, source)
    }

    /// The same as one scope sees it.
    pub fn provider_in(&self, scope: u32, source: &str) -> Option<Provider<'d>> {
        let find = |scope: u32| {
            let of_scope = self.loaded.iter().rev().filter(|(of, _)| *of == scope);
            let mut providers = of_scope.map(|(_, provider)| *provider);
            providers.find(|provider| is_same(provider.source(), source))
        };
        if let Some(found) = find(EVERYWHERE).or_else(|| find(scope)) {
            return Some(found);
        }
        let found = BUILTIN.iter().find(|known| is_same(known.source, source));
        found.map(Builtin::provider)
    }

    /// Whether it has the provider in some scope.
    pub fn knows(&self, source: &str) -> bool {
        self.loaded.iter().any(|(_, provider)| is_same(provider.source(), source))
            || self.provider(source).is_some()
    }

    /// All providers that are built in.
    pub fn builtins() -> impl Iterator<Item = Provider<'static>> {
        BUILTIN.iter().map(Builtin::provider)
    }
}

/// Whether two source addresses mean one provider: the registries of Terraform and `OpenTofu` have the
/// same ones.
fn is_same(one: &str, other: &str) -> bool {
    one == other || public_name(one).is_some_and(|name| public_name(other) == Some(name))
}

/// The namespace and name of a provider of the public registries, given its source address.
pub fn public_name(source: &str) -> Option<&str> {
    let registries = ["registry.terraform.io/", "registry.opentofu.org/"];
    registries.into_iter().find_map(|registry| source.strip_prefix(registry))
}
