//! Looks for imported clients that say whether they have a secret.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};
use value::{Origin, Type, Value};

const SECRET: &str = "generate_secret";
const MESSAGE: &str = "an import leaves `generate_secret` empty, so that the next plan replaces this imported \
                       client; ignore changes of the argument";

/// Reports `generate_secret` in a client that is imported, unless changes of it are ignored.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let secret = cx.get(SECRET);
    let is_set = match secret.as_unknown() {
        Some(unknown) => unknown.refinement.not_null,
        None => !secret.is_null(),
    };
    let Some(place) = is_set.then(|| cx.imported_at()).flatten() else { return };
    let is_ignored = |name: &str| name == SECRET || name == "all";
    if cx.ignored_changes().iter().any(|(name, _)| is_ignored(name)) {
        return;
    }
    let import = Value::null(Type::Dynamic).with_origin(Origin::made(place));
    let title = "ignore changes of `generate_secret`";
    let finding = reporter.report(&secret, MESSAGE).related(&import, "the client is imported here");
    finding.ignore_changes(Safety::Safe, title, SECRET).emit();
}
