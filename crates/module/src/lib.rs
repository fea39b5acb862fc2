//! Module assembly: declarations, references, values and instances of a root module and of all that
//! it calls. Never reads files.

mod address_steps;
mod assumptions;
mod calls;
mod certain;
mod consequences;
mod declare;
mod evaluation;
mod facts;
mod fast;
mod files;
mod ignored;
mod imports;
mod in_use;
mod instance;
mod instances;
mod memo;
mod merged;
mod modules;
mod no_names;
mod node;
mod order;
mod overrides;
mod plan;
mod possible;
mod providers;
mod question;
mod resource;
mod scenario;
mod scope;
mod shape;
mod survey;
mod validation;
mod validation_walk;
mod values;
mod variables;
mod when;

pub use assumptions::Assumptions;
pub use calls::local_directory;
pub use certain::holes;
pub use declare::{Duplicate, Local, Module, Name, Resource, ResourceMode};
pub use evaluation::Evaluation;
pub use files::{Absence, Assignment, ModuleFiles, Settings, Sources};
pub use imports::Import;
pub use in_use::ProviderInUse;
pub use instance::Key;
pub use instances::{Repetition, repetition};
pub use merged::{Argument, Declared, MergedBody, Placed};
pub use modules::{Callee, ModuleId, Modules};
pub use no_names::NoNames;
pub use overrides::{Refused, RefusedReason};
pub use plan::{Plan, PlannedResource};
pub use possible::{Parts, Possible, Standing, Visitor, narrows};
pub use providers::{PlacedText, RequiredProvider};
pub use question::Question;
pub use scenario::scenarios;
pub use shape::{NestedBlocks, Shaper};
pub use survey::{Causes, Survey};
pub use values::{Bindings, ModuleValues, Problem, Remembered};
pub use when::when;

#[cfg(test)]
mod scenario_tests;
