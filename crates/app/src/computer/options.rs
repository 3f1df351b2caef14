//! Where the state lies and where private keys are kept.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::AppError;
use crate::cause::Cause;

/// Where private keys are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStoreChoice {
    /// The operating system's keychain.
    #[default]
    Keychain,
    /// A file in the data folder, encrypted with a passphrase. Never chosen silently.
    File,
}

/// How an [`App`](crate::App) is opened.
#[derive(Clone, Default)]
pub struct Options {
    /// Holds all state; `None` is the platform's data folder.
    pub data_dir: Option<PathBuf>,
    /// Where private keys are kept.
    pub key_store: KeyStoreChoice,
    /// Passphrase of [`KeyStoreChoice::File`].
    pub passphrase: Option<Zeroizing<String>>,
    /// The worker's executable; `None`: `SCREENER_WORKER`, else beside this executable.
    pub worker: Option<PathBuf>,
}

impl Options {
    /// Options from the environment: `SCREENER_HOME`, `SCREENER_KEY_STORE`, `SCREENER_KEY_PASSPHRASE`, `SCREENER_WORKER`.
    pub fn from_environment() -> Self {
        Self {
            data_dir: std::env::var_os("SCREENER_HOME")
                .filter(|v| !v.is_empty())
                .map(PathBuf::from),
            key_store: match std::env::var("SCREENER_KEY_STORE").as_deref() {
                Ok("file") => KeyStoreChoice::File,
                _ => KeyStoreChoice::Keychain,
            },
            passphrase: std::env::var("SCREENER_KEY_PASSPHRASE")
                .ok()
                .filter(|v| !v.is_empty())
                .map(Zeroizing::new),
            worker: std::env::var_os("SCREENER_WORKER")
                .filter(|v| !v.is_empty())
                .map(PathBuf::from),
        }
    }

    /// The data folder these options mean, absolute.
    ///
    /// # Errors
    /// `no_data_folder` where neither the options nor the platform name one.
    pub fn data_folder(&self) -> Result<PathBuf, AppError> {
        let folder = match &self.data_dir {
            Some(folder) => folder.clone(),
            None => platform_folder().ok_or(Cause::NoHomeFolder)?,
        };
        std::path::absolute(&folder).map_err(|e| {
            Cause::NoUsableFolder {
                folder: folder.display().to_string(),
                error: e.to_string(),
            }
            .into()
        })
    }
}

fn platform_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = if cfg!(target_os = "windows") {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("screener"))
}
