//! Compares the ids of imported clients with the form that they have.

use engine::{ModuleContext, Reporter};

/// Reports each known id of an `import` of a client that is not a pool and a client.
pub(crate) fn check(cx: &ModuleContext<'_>, reporter: &mut Reporter<'_>) {
    for id in cx.ids_of_imports("aws_cognito_user_pool_client") {
        let Some(fault) = id.as_str().and_then(fault) else { continue };
        let message = format!("the import id of a client is `<user_pool_id>/<client_id>`; {fault}");
        reporter.report(&id, message).emit();
    }
}

/// What is wrong with an id, if anything.
fn fault(id: &str) -> Option<&'static str> {
    let parts: Vec<&str> = id.split('/').collect();
    match parts.as_slice() {
        [_] => Some("this one has no `/`"),
        ["", _] => Some("this one has no pool before the `/`"),
        [_, ""] => Some("this one has no client behind the `/`"),
        [pool, _] if !is_pool(pool) => Some("before the `/` of this one stands no id of a pool"),
        [_, _] => None,
        _ => Some("this one has more than one `/`"),
    }
}

/// Whether a text is the id of a pool as the API describes it: a region, `_`, letters and digits.
fn is_pool(text: &str) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    text.rsplit_once('_').is_some_and(|(region, id)| {
        let is_filled = !region.is_empty() && !id.is_empty();
        is_filled && region.chars().all(is_name) && id.chars().all(|it| it.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn ids() {
        let check = |id: &str, expect: Option<&str>| {
            let found = fault(id);
            assert_eq!(found.is_some(), expect.is_some(), "{id}: {found:?}");
            assert!(
                found.unwrap_or_default().contains(expect.unwrap_or_default()),
                "{id}: {found:?}"
            );
        };
        check("us-east-1_AbC123/3ho4ek12345678909nh3fmhpko", None);
        check("3ho4ek12345678909nh3fmhpko", Some("no `/`"));
        check("us-east-1_AbC123/3ho4/x", Some("more than one"));
        check("/3ho4", Some("no pool before"));
        check("us-east-1_AbC123/", Some("no client behind"));
        check("3ho4/us-east-1_AbC123", Some("stands no id of a pool"));
        check("us-east-1/3ho4", Some("stands no id of a pool"));
        check("us-east-1_/3ho4", Some("stands no id of a pool"));
    }
}
