//! Whether to colour. Knows no terminal and no environment: it is told.

use clap::ValueEnum;

/// `--color`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    // No documentation here: clap would spread the help of all options for it.
    #[default]
    Auto,
    Always,
    Never,
}

/// `--color`, else `NO_COLOR`, else `CLICOLOR_FORCE` and `FORCE_COLOR`, else whether it is a
/// terminal that is not dumb.
pub(crate) fn is_wanted(
    choice: ColorChoice,
    is_terminal: bool,
    environment: impl Fn(&str) -> Option<String>,
) -> bool {
    let is_set = |name| environment(name).is_some_and(|value| !value.is_empty());
    let is_forced = |name| is_set(name) && environment(name).as_deref() != Some("0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if is_forced("CLICOLOR_FORCE") || is_forced("FORCE_COLOR") => true,
        ColorChoice::Auto => is_terminal && environment("TERM").as_deref() != Some("dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(choice: ColorChoice, is_terminal: bool, variables: &[(&str, &str)], expect: bool) {
        let environment = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let found = is_wanted(choice, is_terminal, environment);
        assert_eq!(found, expect, "{choice:?} {is_terminal} {variables:?}");
    }

    #[test]
    fn the_option_wins() {
        check(ColorChoice::Always, false, &[("NO_COLOR", "1")], true);
        check(ColorChoice::Never, true, &[("FORCE_COLOR", "1")], false);
    }

    #[test]
    fn then_the_environment_then_the_terminal() {
        let auto = ColorChoice::Auto;
        check(auto, true, &[], true);
        check(auto, false, &[], false);
        check(auto, true, &[("TERM", "dumb")], false);
        check(auto, true, &[("TERM", "xterm-256color")], true);
        check(auto, true, &[("NO_COLOR", "1")], false);
        check(auto, true, &[("NO_COLOR", "")], true);
        check(auto, false, &[("CLICOLOR_FORCE", "1")], true);
        check(auto, false, &[("CLICOLOR_FORCE", "0")], false);
        check(auto, false, &[("FORCE_COLOR", "3")], true);
        check(auto, false, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false);
        check(auto, true, &[("TERM", "dumb"), ("FORCE_COLOR", "1")], true);
    }
}
