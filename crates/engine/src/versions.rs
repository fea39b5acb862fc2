//! What rules may ask of the versions of a block's provider.

use module::ProviderInUse;
use version::{Constraints, Version};

use crate::BlockContext;

/// Why a condition on versions can be read: rules hold it as text, and their tests run it.
const READABLE: &str = "invariant: the conditions of rules are such as `>= 4.62, < 5`";

impl BlockContext<'_> {
    /// Whether all versions of the block's provider that may be met are such as `condition` asks
    /// for, `>= 4.62`; `None` where only some are. Without a lock file and constraints it is the
    /// newest version that is known, or a later one.
    ///
    /// # Panics
    /// When `condition` is not one on versions.
    pub fn provider_is(&self, condition: &str) -> Option<bool> {
        let wanted = Constraints::parse(condition).expect(READABLE);
        let ProviderInUse { provider, admitted, .. } = self.provider()?;
        let newest = provider.newest().and_then(|newest| newest.parse::<Version>().ok());
        admitted.all_satisfy(&wanted, newest.as_ref())
    }

    /// The provider of the block and its versions in words: `hashicorp/aws ~> 5.0`.
    pub fn provider_in_words(&self) -> Option<String> {
        Some(self.provider()?.words())
    }

    /// Whether some version of the block's provider that may be met is such as `condition` asks for.
    ///
    /// # Panics
    /// When `condition` is not one on versions.
    pub fn provider_may_be(&self, condition: &str) -> bool {
        self.provider_is(condition) != Some(false)
    }
}
