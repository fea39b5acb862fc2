//! Looks the names of attributes up in the list of standard ones, and for what was meant.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::pool::{is_attribute_name, may_begin_attribute, near_attribute};
use crate::url::KnownText;

/// Reports each name that is neither standard nor has the prefix of an own attribute.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for list in ["read_attributes", "write_attributes"] {
        for name in cx.elements(list) {
            check_name(&name, reporter);
        }
    }
}

fn check_name(value: &Value, reporter: &mut Reporter<'_>) {
    let Some(text) = KnownText::of(value) else {
        return;
    };
    if !text.is_whole {
        if !may_begin_attribute(&text.start) {
            let message = "no standard attribute begins like this, nor does a custom one";
            reporter.report(value, message).emit();
        }
        return;
    }
    let name = text.start.as_str();
    if is_attribute_name(name) {
        return;
    }
    if name.is_empty() {
        reporter.report(value, "the name of an attribute must not be empty").emit();
        return;
    }
    let shown = if value.marks().is_printable() { format!("`{name}`") } else { "this".to_owned() };
    let near = near_attribute(name);
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "one of the pool's own has the prefix `custom:`".to_owned(),
    };
    let finding = reporter.report(value, format!("{shown} is no standard attribute; {hint}"));
    // Pools have names with other prefixes that are not documented.
    let finding = if name.contains(':') { finding.level(Level::Warning) } else { finding };
    if let Some(near) = near {
        let with = Value::string(near).marked(value.marks());
        finding.replace(Safety::Unsafe, format!("write `{near}`"), &with).emit();
    }
}
