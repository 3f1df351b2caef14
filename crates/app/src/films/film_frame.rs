//! One frame of a film, as a JPEG.

use std::path::{Path, PathBuf};

use screener_wire::{Task, VERSION};

use super::text;
use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::publishing::intake;
use crate::{App, Result};

impl App {
    /// A frame of a file, `at` seconds from its start, as a `data:image/jpeg` URL.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub async fn still(&self, file: PathBuf, at: f64) -> Result<String> {
        let jpeg = self.still_bytes(&file, at).await?;
        Ok(data_url(&jpeg))
    }

    pub(crate) async fn still_bytes(&self, file: &Path, at: f64) -> Result<Vec<u8>> {
        let file = intake::film(file)?;
        if !at.is_finite() || at < 0.0 {
            return Err(Cause::BeforeTheStart.into());
        }
        let folder = self.scratch()?;
        let out = folder.path().join("still.jpg");
        let task = Task::Still {
            version: VERSION,
            file: text(&file),
            at,
            out: text(&out),
        };
        self.worker().ask(task).await?;
        tokio::fs::read(&out).await.map_err(|e| file_error(&out, &e))
    }

    /// A folder for one question, gone when it is dropped.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir> {
        let below = self.data_dir().join("work");
        std::fs::create_dir_all(&below).map_err(|e| file_error(&below, &e))?;
        tempfile::Builder::new()
            .prefix("scratch-")
            .tempdir_in(&below)
            .map_err(|e| file_error(&below, &e))
    }
}

/// Bytes of a JPEG as a URL.
pub(crate) fn data_url(jpeg: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", data_encoding::BASE64.encode(jpeg))
}
