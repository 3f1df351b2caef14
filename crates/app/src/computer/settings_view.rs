//! This computer: keys, encoders, settings, folders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::WishesView;
use crate::AppError;

/// One key pair, its public side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyView {
    /// Key pair id.
    pub id: String,
    /// `RSA 2048` or `ECDSA P-256`.
    pub kind: String,
    /// SHA-256 of the public half.
    pub fingerprint: String,
    /// RFC 3339, where known.
    pub created: Option<String>,
    /// New links are signed with it.
    pub current: bool,
    /// The destination it signs for.
    pub destination: Option<String>,
}

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

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a creator may choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct SettingsView {
    /// Colours.
    pub appearance: Appearance,
    /// BCP 47; `None` is the system's.
    pub language: Option<String>,
    /// Defaults of a publish.
    pub wishes: WishesView,
    /// Dropped files are published without the sheet.
    pub publish_at_once: bool,
    /// Default end of a link, days.
    pub link_days: u32,
    /// Bytes per second; `None`: no limit.
    pub upload_limit: Option<f64>,
    /// At most so many uploads at a time.
    pub parallel_uploads: u32,
    /// Say when a queue is done.
    pub notifications: bool,
}

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlacesView {
    /// Screener's version.
    pub version: String,
    /// All state.
    pub data_dir: String,
    /// Logs.
    pub log_dir: String,
    /// `keychain` or `file`.
    pub key_store: String,
    /// Address of the local edge, when it runs.
    pub edge: Option<String>,
}

/// The local edge, running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServingView {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// Port.
    pub port: u16,
    /// It runs in this process.
    pub own: bool,
}

/// What is said in another language than English.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpokenView {
    /// Errors, by their codes.
    pub errors: Vec<AppError>,
    /// Notes and steps, by their English sentences with `{}` for each gap; `{1}` and `{2}` stand for these in the answer.
    pub phrases: BTreeMap<String, String>,
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            appearance: Appearance::System,
            language: None,
            wishes: WishesView::default(),
            publish_at_once: false,
            link_days: 7,
            upload_limit: None,
            parallel_uploads: 8,
            notifications: true,
        }
    }
}
