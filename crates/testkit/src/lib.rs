//! Helpers that tests share.
