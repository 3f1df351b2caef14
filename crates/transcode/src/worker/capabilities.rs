//! Which encoders work here, and which cage holds.

use serde_json::{Value, json};

use crate::cage::Cage;
use crate::video::hardware;

/// `{"encoders": […], "cage": {…}}`.
pub fn capabilities(held: &Cage) -> Value {
    let working = hardware::working();
    let encoders: Vec<&str> = working.iter().map(|hardware| hardware.name).chain(["x264"]).collect();
    json!({ "encoders": encoders, "cage": held })
}
