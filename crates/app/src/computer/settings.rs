//! What the creator chose.

use std::io::ErrorKind;
use std::path::Path;

use crate::view::{PlacesView, SettingsView};
use crate::{App, AppError, Result};

/// Name of the setting that holds them all.
const NAME: &str = "shells";

impl App {
    /// What the creator chose.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn settings(&self) -> Result<SettingsView> {
        let Some(kept) = self.engine().setting(NAME).await? else {
            return Ok(SettingsView::default());
        };
        // Of another version: what is not understood is as if it had never been chosen.
        Ok(serde_json::from_str(&kept).unwrap_or_default())
    }

    /// Keeps what the creator chose.
    ///
    /// # Errors
    /// `wrong_setting`, or where the journal cannot be written.
    pub async fn set_settings(&self, settings: SettingsView) -> Result<SettingsView> {
        if !(1..=3650).contains(&settings.link_days) {
            return Err(AppError::new(
                "wrong_setting",
                "A link lasts between one day and ten years.",
                "Choose a number of days between 1 and 3650.",
            ));
        }
        if !(1..=64).contains(&settings.parallel_uploads) {
            return Err(AppError::new(
                "wrong_setting",
                "Between 1 and 64 uploads may run at a time.",
                "Choose a number between 1 and 64.",
            ));
        }
        if settings
            .upload_limit
            .is_some_and(|limit| !limit.is_finite() || limit < 1000.0)
        {
            return Err(AppError::new(
                "wrong_setting",
                "The upload limit is below 1 kB/s.",
                "Choose a higher limit, or none.",
            ));
        }
        let text = serde_json::to_string(&settings).map_err(AppError::internal)?;
        self.engine().set_setting(NAME, Some(&text)).await?;
        let mut limits = self.engine().limits().await?;
        limits.uploads = settings.parallel_uploads;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above to be at least 1000"
        )]
        let bandwidth = settings.upload_limit.map(|limit| limit as u64);
        limits.bandwidth = bandwidth;
        self.engine().set_limits(limits).await?;
        Ok(settings)
    }

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

/// Writes beside, then renames: a kill leaves the old file or the new one.
pub(crate) async fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let (path, bytes) = (path.to_owned(), bytes.to_vec());
    tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}.new", std::process::id()));
        let beside = std::path::PathBuf::from(beside);
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = std::fs::File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &path)
        };
        write().map_err(|e| {
            let _ = std::fs::remove_file(&beside);
            file_error(&path, &e)
        })
    })
    .await
    .map_err(AppError::internal)?
}

pub(crate) fn file_error(path: &Path, error: &std::io::Error) -> AppError {
    let (code, mend) = match error.kind() {
        ErrorKind::NotFound => ("no_such_file", "Check the name; it may have been moved or renamed."),
        ErrorKind::PermissionDenied => (
            "not_readable",
            "Give your user the right to it, or use a copy that you own.",
        ),
        ErrorKind::StorageFull => ("disk_full", "Free some room and try again."),
        _ => ("file", "Check the disk and the folder's permissions."),
    };
    AppError::new(code, format!("{} could not be used: {error}.", path.display()), mend)
}
