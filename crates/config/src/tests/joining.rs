//! Tests of what holds when files and the command line are joined.

use diagnostics::{Level, RuleId};
use rulebook::{RuleEntry, RulePattern};

use super::{config, index};
use crate::{Choice, FailOn, Overrides, Policy, Preset, Setting};

const IMPLICIT: &str = "cognito/oauth-implicit-flow";
const UNKNOWN: &str = "cognito/oauth-flow-unknown";

fn pattern(text: &str) -> RulePattern {
    index().pattern(text).expect("there is such a rule")
}

fn policy(files: &[&str], overrides: &Overrides) -> Policy {
    let files: Vec<_> = files.iter().map(|text| config(text)).collect();
    Policy::new(&files.iter().collect::<Vec<_>>(), overrides, &index())
}

fn choice(policy: &Policy, rule: &str) -> Choice {
    policy.choice(&RuleId::new(rule))
}

/// The rules that are on, in the order of their ids.
fn on(policy: &Policy) -> Vec<&'static str> {
    let index = index();
    let ids = index.iter().map(|rule| rule.id);
    ids.filter(|id| policy.is_on(&RuleId::new(id))).collect()
}

/// What the files, the outermost first, make of `rule`.
fn check(files: &[&str], rule: &str, expect: Choice) {
    assert_eq!(choice(&policy(files, &Overrides::default()), rule), expect, "{files:?}");
}

#[test]
fn presets_choose_by_page() {
    let with = |preset| on(&policy(&[], &Overrides { preset, ..Overrides::default() }));
    let core = ["core/config", "core/limit"];
    let minimal = [&[UNKNOWN][..], &core, &["other/thing"]].concat();
    assert_eq!(with(Some(Preset::Minimal)), minimal);
    let recommended = [&[UNKNOWN, IMPLICIT][..], &core, &["other/thing"]].concat();
    assert_eq!(with(Some(Preset::Recommended)), recommended);
    assert_eq!(with(None), recommended);
    assert_eq!(with(Some(Preset::Strict)).len(), 7);
}

#[test]
fn a_page_may_ask_for_a_larger_preset() {
    let presets = |level, group, preset| {
        let rule = RuleEntry { id: "cognito/a", level, group, preset, aliases: &[] };
        let of = |preset: &Preset| preset.includes(&rule);
        Preset::ALL.iter().filter(|preset| of(preset)).count()
    };
    assert_eq!(presets(Level::Error, "api", None), 3);
    assert_eq!(presets(Level::Error, "api", Some("recommended")), 2);
    assert_eq!(presets(Level::Error, "api", Some("strict")), 1);
    assert_eq!(presets(Level::Warning, "api", None), 2);
    assert_eq!(presets(Level::Warning, "api", Some("strict")), 1);
    assert_eq!(presets(Level::Warning, "style", None), 1);
    assert_eq!(presets(Level::Note, "api", None), 1);
    let core = RuleEntry {
        id: "core/limit",
        level: Level::Note,
        group: "core",
        preset: Some("strict"),
        aliases: &[],
    };
    assert!(Preset::Minimal.includes(&core));
}

#[test]
fn the_most_specific_pattern_wins_in_a_file() {
    let file = "rule \"cognito/oauth-implicit-flow\" { level = \"note\" }\n\
                rule \"*\" { level = \"off\" }\nrule \"cognito/*\" { level = \"error\" }\n";
    check(&[file], IMPLICIT, Choice::Level(Level::Note));
    check(&[file], UNKNOWN, Choice::Level(Level::Error));
    check(&[file], "other/thing", Choice::Off);
    check(&[file], "core/config", Choice::Page);
}

#[test]
fn the_inner_file_wins_key_by_key() {
    let specific = "rule \"cognito/oauth-implicit-flow\" { level = \"error\" }";
    let all = "rule \"*\" { level = \"note\" }";
    check(&[specific, all], IMPLICIT, Choice::Level(Level::Note));
    check(&[all, specific], IMPLICIT, Choice::Level(Level::Error));
    check(&[all, specific], UNKNOWN, Choice::Level(Level::Note));
    let outer = "preset = \"strict\"\nfail_on = \"never\"\n";
    let joined = policy(&[outer, "fail_on = \"note\""], &Overrides::default());
    assert_eq!((on(&joined).len(), joined.fail_on()), (7, FailOn::Note));
    let preset = policy(&[outer, "preset = \"minimal\""], &Overrides::default());
    assert_eq!((on(&preset).len(), preset.fail_on()), (4, FailOn::Never));
}

#[test]
fn a_level_turns_a_rule_on() {
    let file = "preset = \"minimal\"\nrule \"cognito/scope-hint\" { level = \"warning\" }";
    check(&[file], "cognito/scope-hint", Choice::Level(Level::Warning));
    check(&[file], IMPLICIT, Choice::Off);
}

#[test]
fn the_core_is_touched_only_by_its_name() {
    check(&["rule \"*\" { level = \"note\" }"], "core/limit", Choice::Page);
    check(&["rule \"core/*\" { level = \"note\" }"], "core/limit", Choice::Level(Level::Note));
    let all = Overrides {
        only: vec![pattern("other/thing")],
        skip: vec![pattern("*")],
        levels: vec![(pattern("*"), Setting::Off)],
        ..Overrides::default()
    };
    let policy = policy(&["preset = \"minimal\""], &all);
    assert_eq!(on(&policy), ["core/config", "core/limit"]);
}

#[test]
fn the_command_line_wins() {
    let file = "rule \"cognito/oauth-flow-unknown\" { level = \"off\" }\n\
                rule \"other/thing\" { level = \"note\" }\n";
    let with = |overrides: Overrides| policy(&[file], &overrides);
    let only = |text| Overrides { only: vec![pattern(text)], ..Overrides::default() };
    // Whoever asks for a rule gets it, with the level that the file gives.
    let asked = with(only(UNKNOWN));
    assert_eq!(on(&asked), [UNKNOWN, "core/config", "core/limit"]);
    assert_eq!(choice(&asked, UNKNOWN), Choice::Page);
    assert_eq!(choice(&with(only("other/*")), "other/thing"), Choice::Level(Level::Note));
    assert_eq!(choice(&with(only("*")), "cognito/scope-hint"), Choice::Page);
    // `--skip` wins over `--only`, and no level brings back what they leave out.
    let skip = Overrides { skip: vec![pattern(UNKNOWN)], ..only("cognito/*") };
    assert_eq!(choice(&with(skip.clone()), UNKNOWN), Choice::Off);
    let error = (pattern(UNKNOWN), Setting::Level(Level::Error));
    let levels = vec![error];
    assert_eq!(choice(&with(Overrides { levels: levels.clone(), ..skip }), UNKNOWN), Choice::Off);
    let other = Overrides { levels: levels.clone(), ..only("other/*") };
    assert_eq!(choice(&with(other), UNKNOWN), Choice::Off);
    let chosen = Overrides { levels, ..only("cognito/*") };
    assert_eq!(choice(&with(chosen), UNKNOWN), Choice::Level(Level::Error));
    let levels = vec![
        (pattern("cognito/oauth-implicit-flow"), Setting::Level(Level::Error)),
        (pattern("cognito/oauth-implicit-flow"), Setting::Level(Level::Note)),
        (pattern("cognito/*"), Setting::Off),
    ];
    let levels = with(Overrides { levels, ..Overrides::default() });
    assert_eq!(choice(&levels, IMPLICIT), Choice::Level(Level::Note));
    assert_eq!(choice(&levels, UNKNOWN), Choice::Off);
    let fail_on = Some(FailOn::Error);
    let overrides = Overrides { fail_on, ..Overrides::default() };
    assert_eq!(policy(&["fail_on = \"note\""], &overrides).fail_on(), FailOn::Error);
}

#[test]
fn levels_fail_from_theirs_on() {
    let failing = |fail_on: FailOn| {
        [Level::Note, Level::Warning, Level::Error].map(|level| fail_on.includes(level))
    };
    assert_eq!(failing(FailOn::Never), [false, false, false]);
    assert_eq!(failing(FailOn::Error), [false, false, true]);
    assert_eq!(failing(FailOn::Warning), [false, true, true]);
    assert_eq!(failing(FailOn::Note), [true, true, true]);
}
