//! Looks for tokens that end before the session of managed login does.

use engine::{BlockContext, Reporter};

use crate::duration::{ACCESS, HOUR, ID, Lifetime};

/// Reports access and ID tokens that live for less than an hour where users sign in by OAuth.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for token in [&ACCESS, &ID] {
        let legal = Lifetime::legal(cx, token);
        let Some((lifetime, _)) = legal.filter(|(_, lives)| *lives < HOUR) else { continue };
        if !signs_users_in(cx) {
            return;
        }
        let (name, lives) = (token.name, lifetime.shown());
        let message = format!(
            "the {name} lives {lives}, but managed login gives new ones for an hour without asking who is \
             there"
        );
        let unit: Vec<_> = lifetime.written_unit().into_iter().collect();
        reporter.report(&lifetime.number, message).because(&unit).emit();
    }
}

fn signs_users_in(cx: &BlockContext<'_>) -> bool {
    let is_user_flow = |flow: &value::Value| matches!(flow.as_str(), Some("code" | "implicit"));
    cx.get("allowed_oauth_flows_user_pool_client").as_bool() == Some(true)
        && cx.elements("allowed_oauth_flows").iter().any(is_user_flow)
}
