//! Compares how long refresh tokens live with what access and ID tokens do.

use engine::{BlockContext, Reporter};

use crate::duration::{ACCESS, ID, Lifetime, REFRESH};

/// Reports a refresh token that ends before the tokens that it should renew. The defaults, 30 days
/// and an hour, are never to blame: both numbers have to be written for that.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((refresh, ends)) = Lifetime::legal(cx, &REFRESH) else { return };
    for token in [&ACCESS, &ID] {
        let legal = Lifetime::legal(cx, token);
        let Some((renewed, _)) = legal.filter(|(_, lives)| ends < *lives) else {
            continue;
        };
        let (name, refreshing, longer) = (token.name, refresh.shown(), renewed.shown());
        let message = format!(
            "the refresh token ends after {refreshing}, before the {name} that it should renew, which \
             lives {longer}"
        );
        let units = [refresh.written_unit(), renewed.written_unit()];
        let units: Vec<_> = units.into_iter().flatten().chain([&renewed.number]).collect();
        let finding = reporter.report(&refresh.number, message).because(&units);
        finding.related(&renewed.number, format!("the {name} is set here")).emit();
    }
}
