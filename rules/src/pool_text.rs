//! What the text of a block of a user pool says beyond its values.

use engine::BlockContext;
use value::{Origin, Value};

/// Whether changes of the argument or nested block `name` may be ignored. Says yes where it is not
/// sure.
pub(crate) fn is_ignored(cx: &BlockContext<'_>, name: &str) -> bool {
    let lifecycle = cx.block().body().blocks_of("lifecycle").next();
    let Some(ignored) = lifecycle.and_then(|block| block.body().attribute("ignore_changes")) else {
        return false;
    };
    let list = ignored.expr();
    let text = String::from_utf8_lossy(list.range().slice(list.tree().text()));
    let is_name = |char: char| char.is_alphanumeric() || char == '_' || char == '-';
    text.split(|char| !is_name(char)).any(|word| word == name || word == "all")
}

/// Values that stand for the name of the argument `argument`, where it is written in nested blocks of
/// type `kind`, be they `dynamic`. What override files say is not seen.
pub(crate) fn written_in(cx: &BlockContext<'_>, kind: &str, argument: &str) -> Vec<Value> {
    let body = cx.block().body();
    let dynamic = body
        .blocks_of("dynamic")
        .filter(|block| block.label(0).as_deref() == Some(kind))
        .flat_map(|block| block.body().blocks_of("content"));
    let elements = cx.elements(kind);
    let first = elements.first().and_then(|element| element.origin().last());
    let Some(mut location) = first.map(|step| step.location) else { return Vec::new() };
    if !cx.block().range().contains(location.range) {
        return Vec::new();
    }
    let mut names = Vec::new();
    for block in body.blocks_of(kind).chain(dynamic) {
        if let Some(attribute) = block.body().attribute(argument) {
            location.range = attribute.name_range();
            names.push(Value::bool(true).with_origin(Origin::made(location)));
        }
    }
    names
}
