//! Finds attributes of a user pool whose constraints Cognito will fill in, so that the next plan
//! differs.

use engine::{BlockContext, Reporter};
use value::Value;

use crate::pool_text::is_ignored;

/// Reports texts and numbers among the attributes without the block with their bounds, and with
/// providers before 5.9 also those whose block is empty.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let attributes = cx.elements("schema");
    if attributes.is_empty() || is_ignored(cx, "schema") {
        return;
    }
    for attribute in attributes {
        let part = |name: &str| attribute.as_entries()?.get(name).cloned();
        let Some(kind) = part("attribute_data_type") else { continue };
        let (block, bounds) = match kind.as_str() {
            Some("String") => ("string_attribute_constraints", ["min_length", "max_length"]),
            Some("Number") => ("number_attribute_constraints", ["min_value", "max_value"]),
            _ => continue,
        };
        let Some(constraints) = part(block) else { continue };
        let Some(blocks) = constraints.as_elements() else { continue };
        if blocks.is_empty() {
            let message = format!(
                "without `{block}` the next plan wants to change this attribute, and fails"
            );
            reporter.report(&attribute, message).because(&[&kind]).emit();
        }
        if cx.provider_is("< 5.9") == Some(true) {
            for empty in blocks.iter().filter(|it| bounds.iter().all(|name| is_absent(it, name))) {
                let [least, most] = bounds;
                let message = format!(
                    "before version 5.9 of the provider `{block}` needs `{least}` and `{most}`, or the \
                     next plan wants to change this attribute"
                );
                reporter.report(empty, message).because(&[&kind]).emit();
            }
        }
    }
}

fn is_absent(block: &Value, name: &str) -> bool {
    block.as_entries().and_then(|entries| entries.get(name)).is_some_and(Value::is_null)
}
