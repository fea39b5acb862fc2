//! `fileset`: the regular files below a directory that a pattern matches. Never reads what stands
//! in them.

use source::EntryKind;
use value::{MAX_ELEMENTS, Type, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType, Surroundings};
use super::files::place;
use super::glob::{Search, Stop};
use super::paths::{clean, relative, unread};
use super::text;

pub(super) static FUNCTIONS: &[Function] = &[Function::asking(
    "fileset",
    &[
        Parameter::new("path", ParameterType::String),
        Parameter::new("pattern", ParameterType::String),
    ],
    |_| Ok(Type::set(Type::String)),
    fileset,
)
.quoting()];

fn fileset(arguments: &[Value], around: &Surroundings<'_>) -> Outcome {
    let ty = || Type::set(Type::String);
    let path = text(arguments, 0);
    // A home directory is not put in here: `~` is a name like others.
    let place = place("", around).map_err(FunctionError::new)?;
    let Some(place) = place else {
        return Ok(unread(ty()));
    };
    let directory = clean(path);
    let pattern = clean(&format!("{directory}/{}", text(arguments, 1)));
    let mut search =
        Search { files: place.files, base: place.base, budget: around.budget, found: Vec::new() };
    match search.run(&pattern) {
        Ok(()) => {}
        Err(Stop::Limit) => return Ok(Value::limit(ty())),
        Err(Stop::Unread) => return Ok(unread(ty())),
        Err(Stop::Pattern) => {
            let detail = format!("the pattern {pattern:?} is malformed");
            return Err(FunctionError::new(detail));
        }
    }
    if search.found.len() > MAX_ELEMENTS {
        return Ok(Value::limit(ty()));
    }
    let mut names = Vec::new();
    for (found, kind) in &search.found {
        match kind {
            EntryKind::Directory => {}
            EntryKind::Other | EntryKind::Outside => return Ok(unread(ty())),
            EntryKind::File => match relative(&directory, found) {
                Some(name) => names.push(Value::string(name)),
                None => return Ok(unread(ty())),
            },
        }
    }
    Ok(Value::set(Type::String, names))
}
