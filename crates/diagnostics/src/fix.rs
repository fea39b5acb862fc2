//! How a diagnostic can be mended.

use source::Location;

/// A set of edits that mends one diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// What it does, as an imperative: "add `generate_secret = true`".
    pub title: String,
    /// Edits that do not overlap, sorted by place.
    pub edits: Vec<Edit>,
}

/// Whether a fix keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Keeps the meaning, or turns what cannot be applied into the evident.
    Safe,
    /// May change what is deployed: only on request.
    Unsafe,
}

/// Replaces the bytes at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty range inserts.
    pub location: Location,
    /// What stands there afterwards; empty deletes.
    pub text: String,
}
