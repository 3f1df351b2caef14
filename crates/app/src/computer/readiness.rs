//! What this computer can do: what the encoder and the key store answer.

use screener_wire::{Event, Task, VERSION};
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::{App, AppError, Result};

/// One thing that a start looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReadyView {
    /// `keychain`, `encoder`, …
    pub name: String,
    /// Works.
    pub ok: bool,
    /// In words.
    pub message: String,
    /// What to do when not.
    pub mend: Option<String>,
}

/// One encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EncoderView {
    /// `x264`, `videotoolbox`, …
    pub name: String,
    /// Passed its self-test.
    pub works: bool,
    /// Why not.
    pub why: Option<String>,
}

/// What this computer can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CapabilitiesView {
    /// Screener's version.
    pub version: String,
    /// Encoders.
    pub encoders: Vec<EncoderView>,
    /// What holds the worker, in words.
    pub cage: Vec<String>,
    /// What a start looks at.
    pub checks: Vec<ReadyView>,
}

impl App {
    /// What this computer can do.
    ///
    /// # Errors
    /// None: what does not work is part of the answer.
    pub async fn capabilities(&self) -> Result<CapabilitiesView> {
        let answer = self.worker().ask(Task::Capabilities { version: VERSION }).await;
        let (encoders, cage, ready) = match answer {
            Ok(Event::Answer { value }) => {
                let (encoders, cage) = (encoders(&value), cage(&value));
                let ready = ReadyView {
                    name: "encoder".into(),
                    ok: true,
                    message: "The encoder works.".into(),
                    mend: None,
                };
                (encoders, cage, ready)
            }
            Ok(_) => (Vec::new(), Vec::new(), not_ready("encoder", &Cause::OtherAnswer.into())),
            Err(failure) => (Vec::new(), Vec::new(), not_ready("encoder", &failure.into())),
        };
        let keys = match self.keystore().await {
            Ok(store) => ReadyView {
                name: "keychain".into(),
                ok: true,
                message: match store.kind() {
                    "file" => "Private keys are kept in an encrypted file.".into(),
                    _ => "Private keys are kept in the keychain.".into(),
                },
                mend: None,
            },
            Err(error) => not_ready("keychain", &error),
        };
        Ok(CapabilitiesView {
            version: env!("CARGO_PKG_VERSION").into(),
            encoders,
            cage,
            checks: vec![keys, ready],
        })
    }
}

/// Names alone, or names with what the self-test said.
fn encoders(value: &serde_json::Value) -> Vec<EncoderView> {
    let list = value
        .get("encoders")
        .and_then(serde_json::Value::as_array)
        .cloned()
        .unwrap_or_default();
    list.into_iter()
        .filter_map(|one| match one {
            serde_json::Value::String(name) => Some(EncoderView {
                name,
                works: true,
                why: None,
            }),
            one => serde_json::from_value(one).ok(),
        })
        .collect()
}

/// What holds the worker, a line each.
fn cage(value: &serde_json::Value) -> Vec<String> {
    let Some(cage) = value.get("cage").and_then(serde_json::Value::as_object) else {
        return Vec::new();
    };
    cage.iter()
        .filter(|(_, held)| !held.is_null())
        .map(|(name, held)| {
            let held = held.as_str().map_or_else(|| held.to_string(), str::to_owned);
            format!("{}: {held}", name.replace('_', " "))
        })
        .collect()
}

fn not_ready(name: &str, error: &AppError) -> ReadyView {
    ReadyView {
        name: name.into(),
        ok: false,
        message: error.message.clone(),
        mend: Some(error.mend.clone()),
    }
}
