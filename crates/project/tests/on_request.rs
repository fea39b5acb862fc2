//! Files on request: inside the project only, with the texts of the run.
#![allow(clippy::disallowed_methods, reason = "tests make files")]

mod support;

use std::fs;

use cfglint_project::{Disk, Setup, find};
use source::{Entry, EntryKind, Files, ReadError};
use support::tree;

fn entry(name: &str, kind: EntryKind, is_link: bool) -> Entry {
    Entry { name: name.to_owned(), kind, is_link }
}

#[test]
fn they_stay_in_the_project() {
    let tree = tree(&[
        ("p/m/a.tf", "text"),
        ("p/m/out", "-> ../../other"),
        ("p/m/secret", "-> ../../other/b.tf"),
        ("other/b.tf", "secret"),
    ]);
    let disk = Disk::new(tree.path().join("p"), [tree.path().join("p")]);
    assert_eq!(disk.read("m", "a.tf", 4).as_deref(), Ok(&b"text"[..]));
    assert_eq!(disk.read("m", "../m/a.tf", 3), Err(ReadError::TooLarge(4)));
    assert_eq!(disk.read("m", "b.tf", 9), Err(ReadError::NotFound));
    let absolute = tree.path().join("p/m/a.tf");
    assert!(disk.read("m", absolute.to_str().expect("is UTF-8"), 4).is_ok());
    for path in ["../../other/b.tf", "out/b.tf", "secret", "../..", "/etc/passwd", "/", "out"] {
        assert_eq!(disk.read("m", path, 9), Err(ReadError::OutsideProject), "{path}");
        assert_eq!(disk.kind("m", path), Err(ReadError::OutsideProject), "{path}");
        assert_eq!(disk.list("m", path), Err(ReadError::OutsideProject), "{path}");
    }
    // Not even whether something is there is told of what lies outside.
    for path in ["../../other/none", "out/none", "/none/such", "out/none/../none"] {
        assert_eq!(disk.kind("m", path), Err(ReadError::OutsideProject), "{path}");
    }
}

#[test]
fn entries_tell_what_they_lead_to() {
    let tree = tree(&[
        ("p/d/x.txt", ""),
        ("p/out", "-> /"),
        ("p/broken", "-> nowhere"),
        ("p/round", "-> round"),
        ("p/to-d", "-> d"),
        ("p/to-x", "-> to-d/x.txt"),
        ("p/x.txt", ""),
    ]);
    let disk = Disk::new(tree.path().join("p"), [tree.path().join("p")]);
    let expect = vec![
        entry("broken", EntryKind::Other, true),
        entry("d", EntryKind::Directory, false),
        entry("out", EntryKind::Outside, true),
        entry("round", EntryKind::Other, true),
        entry("to-d", EntryKind::Directory, true),
        entry("to-x", EntryKind::File, true),
        entry("x.txt", EntryKind::File, false),
    ];
    assert_eq!(disk.list(".", "."), Ok(expect));
    assert_eq!(disk.kind(".", "d/"), Ok(EntryKind::Directory));
    assert_eq!(disk.kind(".", "to-x"), Ok(EntryKind::File));
    assert_eq!(disk.kind(".", "broken"), Err(ReadError::NotFound));
    assert!(matches!(disk.list(".", "x.txt"), Err(ReadError::Io(_))));
    assert!(matches!(disk.read(".", "d", 9), Err(ReadError::Io(_))));
    assert!(matches!(disk.read(".", "a\0b", 9), Err(ReadError::Io(_))));
    assert!(matches!(disk.kind(".", &"x".repeat(100_000)), Err(ReadError::Io(_))));
}

#[test]
fn going_up_is_by_words_but_for_the_base() {
    let tree = tree(&[
        ("a/link", "-> ../real/deep"),
        ("a/x", "beside the link"),
        ("real/deep/y", ""),
        ("real/x", "beside the directory"),
    ]);
    let disk = Disk::new(tree.path(), [tree.path().to_owned()]);
    assert_eq!(disk.read("a", "link/../x", 99).as_deref(), Ok(&b"beside the link"[..]));
    assert_eq!(disk.read("a/link", "../x", 99).as_deref(), Ok(&b"beside the directory"[..]));
    assert_eq!(disk.read("a", "none/.././x", 99).as_deref(), Ok(&b"beside the link"[..]));
}

#[test]
fn texts_of_the_run_stand_in_for_those_on_the_disk() {
    let tree = tree(&[
        ("m/a.tf", "old"),
        ("m/b.txt", "plain"),
        ("m/link.txt", "-> a.tf"),
        ("m/broken.tf", "-> nowhere"),
    ]);
    let found = find(&["m".into()], tree.path(), Setup::default()).expect("is there");
    let discovery = found.load();
    let mut files = discovery.files.clone();
    files.set_text(discovery.modules[0].config[0], &b"edited"[..]);
    let overlay = discovery.overlay(&files);
    assert_eq!(overlay.read("m", "a.tf", 6).as_deref(), Ok(&b"edited"[..]));
    assert_eq!(overlay.read("m", "link.txt", 6).as_deref(), Ok(&b"edited"[..]));
    assert_eq!(overlay.read("m", "a.tf", 5), Err(ReadError::TooLarge(6)));
    assert_eq!(overlay.read("m", "b.txt", 9).as_deref(), Ok(&b"plain"[..]));
    assert_eq!(overlay.read("m", "broken.tf", 9), Err(ReadError::NotFound));
    assert_eq!(overlay.read("m", "../../none", 9), Err(ReadError::OutsideProject));
    assert_eq!(overlay.list("m", ".").map(|entries| entries.len()), Ok(4));
    assert_eq!(overlay.kind("m", "a.tf"), Ok(EntryKind::File));
}

#[test]
fn many_threads_may_ask() {
    let tree = tree(&[("a.tf", "text"), ("b.txt", "more")]);
    let found = find(&[".".into()], tree.path(), Setup::default()).expect("is there");
    let discovery = found.load();
    fs::write(tree.path().join("a.tf"), "other by now").expect("is written");
    let overlay = discovery.overlay(&discovery.files);
    let files: &dyn Files = &overlay;
    std::thread::scope(|scope| {
        let ask = || [files.read(".", "a.tf", 99), files.read(".", "b.txt", 99)];
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        for thread in threads {
            let [a, b] = thread.join().expect("no panic");
            assert_eq!((a.as_deref(), b.as_deref()), (Ok(&b"text"[..]), Ok(&b"more"[..])));
        }
    });
}
