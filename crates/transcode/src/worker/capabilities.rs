//! Which encoders work here, and which cage holds.

use crate::cage::Cage;
use crate::video::hardware;
use screener_wire::Failure;
use serde_json::{Value, json};

/// `{"encoders": […], "cage": {…}}`.
pub fn capabilities(held: &Cage) -> Result<Value, Failure> {
    let working = hardware::working();
    let encoders: Vec<&str> = working.iter().map(|hardware| hardware.name).chain(["x264"]).collect();
    Ok(json!({ "encoders": encoders, "cage": held }))
}
