//! The facts of a source, and the plan that follows from them.

use screener_ladder::wire::Failure;
use screener_ladder::{Plan, SourceInfo, Wishes};

use crate::failure::internal;

/// Facts of a file.
pub fn probe(path: &str) -> Result<SourceInfo, Failure> {
    Err(internal(format!("{path}: probing is not there yet")))
}

/// The plan for a file.
pub fn plan(path: &str, wishes: &Wishes) -> Result<Plan, Failure> {
    let _ = wishes;
    Err(internal(format!("{path}: planning is not there yet")))
}
