//! Module assembly: declarations, references, values and instances of one directory. Never reads
//! files.

mod calls;
mod declare;
mod files;
mod instances;
mod no_names;
mod order;
mod values;
mod variables;

pub use calls::CallIndex;
pub use declare::{Declared, Duplicate, Local, Module, Name, Resource, ResourceMode};
pub use files::{Assignment, ModuleFiles, Settings, Sources};
pub use instances::{Instance, Repetition, instances, repetition};
pub use no_names::NoNames;
pub use values::{Bindings, ModuleValues, Problem};
