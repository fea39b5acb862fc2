//! Looks for refresh tokens that live for months.

use engine::{BlockContext, Reporter};

use crate::duration::{DAY, Lifetime, REFRESH, in_words};

/// So long they may live where the client has a secret, or may have one.
const WITH_SECRET: i128 = 90 * DAY;
/// So long in a client without.
const WITHOUT_SECRET: i128 = 30 * DAY;

/// Reports refresh tokens that live for more than 90 days, and 30 where there is no secret.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((lifetime, lives)) = Lifetime::legal(cx, &REFRESH) else { return };
    if lives <= WITHOUT_SECRET {
        return;
    }
    let secret = cx.get("generate_secret");
    let is_public = secret.is_null() || secret.as_bool() == Some(false);
    let limit = if is_public { WITHOUT_SECRET } else { WITH_SECRET };
    if lives <= limit {
        return;
    }
    let client = if is_public { "a client without a secret" } else { "a client" };
    let (shown, limit) = (lifetime.shown(), in_words(limit));
    let message = format!("refresh tokens live {shown}; {limit} are long for {client}");
    let mut because = vec![&secret];
    because.extend(lifetime.written_unit());
    reporter.report(&lifetime.number, message).because(&because).emit();
}
