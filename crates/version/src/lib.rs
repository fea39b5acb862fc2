//! Versions and version constraints as Terraform reads them. Never asks which versions there are.

mod admitted;
mod constraints;
mod interval;
mod version;

pub use admitted::Admitted;
pub use constraints::Constraints;
pub use version::{NotAVersion, Version};
