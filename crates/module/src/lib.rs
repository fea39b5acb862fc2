//! Module assembly: declarations, references, values and instances of one directory. Never reads
//! files.

mod calls;
mod declare;
mod files;
mod instances;
mod merged;
mod no_names;
mod order;
mod overrides;
mod values;
mod variables;

pub use calls::CallIndex;
pub use declare::{Duplicate, Local, Module, Name, Resource, ResourceMode};
pub use files::{Assignment, ModuleFiles, Settings, Sources};
pub use instances::{Instance, Repetition, instances, repetition};
pub use merged::{Argument, Declared, MergedBody, Placed};
pub use no_names::NoNames;
pub use overrides::{Refused, RefusedReason};
pub use values::{Bindings, ModuleValues, Problem};
