//! The ids of what cfglint itself reports, and those that were released.

use std::collections::BTreeSet;
use std::fs;

use super::root;

#[test]
fn core_ids_and_their_pages_go_together() {
    let path = root().join("crates/diagnostics/src/rule_id.rs");
    let source = fs::read_to_string(path).expect("the source is there");
    let mut ids = BTreeSet::new();
    for rest in source.split("from_static(\"core/").skip(1) {
        ids.extend(rest.split('"').next().map(str::to_owned));
    }
    assert!(ids.len() > 5, "the ids were not found");
    let pages = fs::read_dir(root().join("rules/core")).expect("the pages are there");
    let pages: BTreeSet<String> = pages
        .filter_map(|entry| {
            let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
            name.strip_suffix(".md").map(str::to_owned)
        })
        .collect();
    assert_eq!(ids, pages);
}

/// Who silenced or configured a rule by an id must not find it gone after an update.
#[test]
fn released_ids_never_vanish() {
    let list = fs::read_to_string(root().join("rules/released.txt")).expect("the list is there");
    let released: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(
        released.is_sorted_by(|one, two| one < two),
        "`cargo xtask release-ids` sorts the list"
    );
    assert!(released.contains(&"core/syntax-error"), "the list is empty");
    for id in released {
        let is_known = rules::RULES.iter().any(|rule| rule.id == id || rule.aliases.contains(&id));
        assert!(is_known, "`{id}` was released; its page must keep it under `aliases`");
    }
}
