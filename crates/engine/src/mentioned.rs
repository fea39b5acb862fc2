//! What the unknown values that a judgement saw are made of: only conditions among that matter to it.

use std::collections::HashSet;

use value::{Identity, Operand, Value};

/// Identities of unknown values, and of all that they are made of.
#[derive(Debug, Default)]
pub(crate) struct Mentioned {
    identities: HashSet<Identity>,
    /// Whether some value does not say what it is made of.
    is_open: bool,
}

impl Mentioned {
    /// Everything: any condition may matter.
    pub(crate) fn all() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    /// Adds what is unknown in `value`.
    pub(crate) fn add(&mut self, value: &Value) {
        if self.is_open || value.is_wholly_known() {
            return;
        }
        if let Some(unknown) = value.as_unknown() {
            match &unknown.identity {
                Some(identity) => self.add_identity(identity),
                None => self.is_open = true,
            }
        }
        let elements = value.as_elements().into_iter().flatten();
        let entries = value.as_entries().into_iter().flat_map(|entries| entries.values());
        elements.chain(entries).for_each(|value| self.add(value));
    }

    fn add_identity(&mut self, identity: &Identity) {
        if !self.identities.insert(identity.clone()) {
            return;
        }
        match identity {
            Identity::Address(_) | Identity::Call(..) => {}
            Identity::Single(_) => self.is_open = true,
            Identity::Derived(derivation) => {
                let operands = derivation.operands().iter().filter_map(Operand::identity);
                operands.for_each(|identity| self.add_identity(identity));
            }
        }
    }

    /// Whether a value that was seen may rest on that of `identity`.
    pub(crate) fn holds(&self, identity: &Identity) -> bool {
        self.is_open || self.identities.contains(identity)
    }
}
