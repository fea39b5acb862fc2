//! Looks for access and ID tokens that live longer than they do by default.

use engine::{BlockContext, Reporter};

use crate::duration::{ACCESS, HOUR, ID, Lifetime};

/// Reports access and ID tokens that live for more than an hour.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for token in [&ACCESS, &ID] {
        let legal = Lifetime::legal(cx, token);
        let Some((lifetime, _)) = legal.filter(|(_, lives)| *lives > HOUR) else { continue };
        let (name, lives) = (token.name, lifetime.shown());
        let message = format!(
            "the {name} lives {lives}; what checks it without asking Cognito takes it until then, even \
             after it was revoked"
        );
        let unit: Vec<_> = lifetime.written_unit().into_iter().collect();
        reporter.report(&lifetime.number, message).because(&unit).emit();
    }
}
