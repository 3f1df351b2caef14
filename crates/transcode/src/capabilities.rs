//! Which encoders work here, and which cage holds.

use crate::cage::Cage;
use screener_ladder::wire::Failure;
use serde_json::{Value, json};

/// `{"encoders": […], "cage": {…}}`.
pub fn capabilities(held: &Cage) -> Result<Value, Failure> {
    Ok(json!({ "encoders": ["x264"], "cage": held }))
}
