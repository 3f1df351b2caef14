//! What a link is, from both ends.
#![expect(clippy::unwrap_used, reason = "a test's own words may fail loudly")]

mod link;
