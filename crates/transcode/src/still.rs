//! One JPEG at a time of a film.

use screener_ladder::wire::Failure;
use serde_json::Value;

use crate::failure::internal;

/// Writes the picture at `at` seconds to `out`: `{"file", "width", "height"}`.
pub fn still(file: &str, at: f64, out: &str) -> Result<Value, Failure> {
    Err(internal(format!("{file}: no still at {at} into {out} yet")))
}

/// The path that a still of `file` reads.
pub fn reads(file: &str) -> String {
    file.to_owned()
}
