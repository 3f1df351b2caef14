//! What the creator chose.

use super::own_files::file_error;
use super::settings_view::SettingsView;
use crate::cause::Cause;
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
    pub async fn set_settings(&self, mut settings: SettingsView) -> Result<SettingsView> {
        if !(1..=3650).contains(&settings.link_days) {
            return Err(Cause::WrongLinkDays.into());
        }
        if !(1..=64).contains(&settings.parallel_uploads) {
            return Err(Cause::WrongUploads.into());
        }
        if settings
            .upload_limit
            .is_some_and(|limit| !limit.is_finite() || limit < 1000.0)
        {
            return Err(Cause::WrongUploadLimit.into());
        }
        // A part of one film is no default.
        (settings.wishes.from, settings.wishes.to) = (None, None);
        self.set_counting(settings.count_views).await?;
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

    /// Without counting the local edge writes no log, and the numbers go.
    async fn set_counting(&self, on: bool) -> Result<()> {
        let folder = self.local().folder();
        let off = folder.join(screener_edge::access_log::OFF);
        if on {
            return match tokio::fs::remove_file(&off).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(file_error(&off, &error)),
                _ => Ok(()),
            };
        }
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|error| file_error(folder, &error))?;
        tokio::fs::write(&off, "")
            .await
            .map_err(|error| file_error(&off, &error))?;
        self.engine().forget_views().await?;
        Ok(())
    }
}
