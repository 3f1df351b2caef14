//! Playlists: written, rewritten, judged.
#![expect(clippy::unwrap_used, reason = "a test's own words may fail loudly")]

mod fuzzed;
mod judged;
mod rewrite;
mod rules;
mod writing;
