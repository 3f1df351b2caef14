//! Which encoders work here, and which cage holds.

use screener_ladder::wire::Failure;
use serde_json::{Value, json};

/// `{"encoders": […], "cage": {…}}`.
pub fn capabilities() -> Result<Value, Failure> {
    Ok(json!({ "encoders": ["x264"], "cage": {} }))
}
