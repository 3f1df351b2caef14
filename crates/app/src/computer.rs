//! This computer: where things lie on it, what it can do, what the creator chose on it.
//!
//! `options` say how Screener is opened and `disk` keeps its own files; `settings` are the creator's choices, `readiness` is what the
//! encoder and the key store answer, `diagnostics` is a bundle for the makers, `sample_film` the film for whoever has none, and
//! `spoken` what the window says in another language.

pub(crate) mod diagnostics;
pub(crate) mod options;
pub(crate) mod own_files;
pub(crate) mod readiness;
pub(crate) mod sample_film;
pub(crate) mod settings;
pub(crate) mod settings_view;
pub(crate) mod spoken;

use serde::{Deserialize, Serialize};

use crate::{App, Result};

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

impl App {
    /// Where things lie.
    ///
    /// # Errors
    /// None today.
    pub async fn places(&self) -> Result<PlacesView> {
        Ok(PlacesView {
            version: env!("CARGO_PKG_VERSION").into(),
            data_dir: self.data_dir().display().to_string(),
            log_dir: self.data_dir().join("logs").display().to_string(),
            key_store: self.key_store_name().into(),
            edge: self
                .local()
                .find()
                .await
                .map(|running| format!("http://{}", running.domain())),
        })
    }
}
