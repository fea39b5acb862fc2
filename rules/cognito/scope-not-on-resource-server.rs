//! Compares custom scopes with those that the resource servers of the user pool have.

use engine::{BlockContext, Reporter};
use value::{Marks, Value};

/// So many scopes of a resource server are told.
const MAX_SHOWN: usize = 6;

/// Reports scopes of resource servers in sight that have no such scope.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let scopes = cx.elements("allowed_oauth_scopes");
    // Scopes of Cognito's own have no slash.
    let is_custom = |scope: &Value| scope.as_str().is_some_and(|scope| scope.contains('/'));
    if !scopes.iter().any(is_custom) {
        return;
    }
    let pool = cx.get("user_pool_id");
    let servers = cx.known_others("aws_cognito_resource_server", "user_pool_id", &pool);
    for scope in &scopes {
        let text = scope.as_str().and_then(|scope| scope.rsplit_once('/'));
        let Some((identifier, name)) =
            text.filter(|(identifier, name)| !identifier.is_empty() && !name.is_empty())
        else {
            continue;
        };
        let mut of_it = servers.iter().map(|server| (server, server.get("identifier")));
        if let Some((server, found)) = of_it.find(|(_, found)| found.as_str() == Some(identifier)) {
            judge(scope, name, (server, &found), reporter);
        }
    }
}

/// Reports the scope if the resource server has none of that name.
fn judge(
    scope: &Value,
    name: &str,
    (server, identifier): (&BlockContext<'_>, &Value),
    reporter: &mut Reporter<'_>,
) {
    let all = server.get("scope");
    let names: Option<Vec<Value>> = all.as_elements().map(|blocks| {
        let names = blocks.iter().filter_map(|block| block.get_attr("scope_name").cloned());
        names.collect()
    });
    let Some(names) = names else { return };
    let known: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
    let Some(known) = known.filter(|known| !known.contains(&name)) else { return };
    let marks = names
        .iter()
        .fold(scope.marks() | identifier.marks(), |marks: Marks, name| marks | name.marks());
    let message = match server.address().filter(|_| marks.is_printable()) {
        Some(address) => format!("`{address}` has no scope `{name}`; it has {}", shown(&known)),
        None => "the resource server has no scope of that name".to_owned(),
    };
    let mut because = vec![identifier, &all];
    because.extend(&names);
    let finding = reporter.report(scope, message).because(&because);
    finding.related(identifier, "this is the resource server").emit();
}

fn shown(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let mut text: Vec<String> =
        names.iter().take(MAX_SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > MAX_SHOWN {
        text.push("more".to_owned());
    }
    text.join(", ")
}
