//! What a job tells the creator by itself.

/// After a copy that failed.
pub const ENCODED_ANEW: &str = "All of it is encoded, not copied: a copy would not show what the file shows";
