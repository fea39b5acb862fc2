//! What is known of the types of the resources of one module, kept as long as that is judged. Never says
//! what is wrong.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use module::{ModuleValues, ProviderInUse, Resource, ResourceMode};
use schema::BlockSchema;

/// The types that were asked for so far.
#[derive(Default)]
pub(super) struct KnownTypes<'m> {
    types: Vec<KnownType<'m>>,
    /// By mode, type and the name of the provider, which tell the schema.
    by_name: BTreeMap<(ResourceMode, &'m str, Option<Cow<'m, str>>), usize>,
    /// By the address in memory, which stays: most resources are referred to more than once.
    by_resource: BTreeMap<*const Resource<'m>, usize>,
}

/// A type of resources as one provider has it.
pub(super) struct KnownType<'m> {
    /// Its schema, where its provider is known in the versions that may be met.
    pub(super) schema: Option<BlockSchema<'m>>,
    /// The first steps that lead somewhere.
    pub(super) right: BTreeSet<&'m str>,
}

impl<'m> KnownTypes<'m> {
    /// The type of a resource.
    pub(super) fn of(
        &mut self,
        values: &ModuleValues<'m>,
        resource: &'m Resource<'m>,
    ) -> &mut KnownType<'m> {
        let Self { types, by_name, by_resource } = self;
        let at = by_resource.entry(std::ptr::from_ref(resource)).or_insert_with(|| {
            let name = (resource.mode, &*resource.block_type, resource.provider_name());
            *by_name.entry(name).or_insert_with(|| {
                types.push(KnownType {
                    schema: schema_of(values, resource),
                    right: BTreeSet::new(),
                });
                types.len() - 1
            })
        });
        &mut types[*at]
    }
}

fn schema_of<'m>(values: &ModuleValues<'m>, resource: &Resource<'_>) -> Option<BlockSchema<'m>> {
    values.provider(resource).filter(ProviderInUse::is_described)?;
    values.schema_of(resource)
}
