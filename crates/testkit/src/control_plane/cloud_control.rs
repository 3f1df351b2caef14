//! Cloud Control, as far as resources are looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::exchange::{Answer, Asked};
use super::{Service, World};

/// How a resource answers.
#[derive(Clone, Debug)]
pub enum LiveResource {
    /// With its properties.
    Seen(Value),
    /// With an error of this code.
    Refused(&'static str),
}

/// Resources by type and identifier. A clone is the same. What it does not hold is not found.
#[derive(Clone, Debug, Default)]
pub struct CloudControl(Arc<Mutex<BTreeMap<(String, String), LiveResource>>>);

impl CloudControl {
    /// Those there are; to be looked at or changed.
    pub fn resources(&self) -> MutexGuard<'_, BTreeMap<(String, String), LiveResource>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for CloudControl {
    fn name(&self) -> &'static str {
        "cloudcontrolapi"
    }

    fn answer(&self, asked: &Asked, _: &mut World) -> Option<Answer> {
        if asked.call != "GetResource" {
            return None;
        }
        let body = asked.json();
        let of = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (kind, identifier) = (of("TypeName"), of("Identifier"));
        Some(match self.resources().get(&(kind.clone(), identifier.clone())) {
            Some(LiveResource::Seen(properties)) => {
                let seen = json!({ "Identifier": identifier, "Properties": properties.to_string() });
                asked.result(&json!({ "TypeName": kind, "ResourceDescription": seen }).to_string())
            }
            Some(LiveResource::Refused(code)) => asked.error(400, code, "not for you"),
            None => asked.error(400, "ResourceNotFoundException", "it is not there"),
        })
    }
}
