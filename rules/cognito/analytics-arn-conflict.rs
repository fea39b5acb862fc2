//! Judges which arguments stand beside the ARN of the analytics application, be they not known yet.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::{Reason, Value};

/// Reports each argument for the way by id in a block that goes by ARN.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for block in cx.elements("analytics_configuration") {
        let Some(arn) = block.get_attr("application_arn").filter(|arn| is_set(arn)) else {
            continue;
        };
        for name in ["external_id", "role_arn"] {
            let Some(other) = block.get_attr(name).filter(|other| is_set(other)) else {
                continue;
            };
            let message = format!(
                "`{name}` cannot stand beside `application_arn`, which uses the service-linked role"
            );
            // The provider compares what it knows at plan; what AWS says to both was not seen.
            let is_certain = !arn.is_unknown() && !other.is_unknown();
            let level = if is_certain { Level::Error } else { Level::Warning };
            reporter
                .report(other, message)
                .level(level)
                .because(&[arn])
                .related(arn, "`application_arn` is set here")
                .delete_argument(Safety::Unsafe, format!("remove `{name}`"), Some(&block), name)
                .emit();
        }
    }
}

/// Whether a value is set: what a resource will have counts, what a variable holds may be `null`.
fn is_set(value: &Value) -> bool {
    match value.as_unknown() {
        Some(unknown) => unknown.refinement.not_null || unknown.reason == Reason::Attribute,
        None => !value.is_null(),
    }
}
