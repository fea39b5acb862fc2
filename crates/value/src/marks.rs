//! Marks that travel with values.

use std::ops::BitOr;

/// What must be minded when a value is shown or stored. Marks add up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Marks(u8);

impl Marks {
    /// No mark.
    pub const NONE: Self = Self(0);
    /// Terraform's sensitive mark: never printed.
    pub const SENSITIVE: Self = Self(1);
    /// Terraform's ephemeral mark: may not be stored.
    pub const EPHEMERAL: Self = Self(2);
    /// Came from the environment or the command line: never printed, though Terraform would.
    pub const CONCEALED: Self = Self(4);
    /// Rests on the default of a variable, which callers may override. Travels like every mark,
    /// so that a finding can say so; Terraform knows nothing of it.
    pub const DEFAULT: Self = Self(8);

    /// Whether all marks of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the value may be shown to people.
    pub const fn is_printable(self) -> bool {
        self.0 & (Self::SENSITIVE.0 | Self::EPHEMERAL.0 | Self::CONCEALED.0) == 0
    }

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The marks that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Marks {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
