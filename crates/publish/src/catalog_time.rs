//! Moments as text.

/// A moment as the catalog and the shells write it: RFC 3339, UTC, whole seconds.
pub fn rfc3339(milliseconds: i64) -> String {
    jiff::Timestamp::from_second(milliseconds.div_euclid(1000)).map_or_else(|_| String::new(), |t| t.to_string())
}
