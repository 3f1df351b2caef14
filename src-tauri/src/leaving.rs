//! Leaving while jobs run: finish, pause, or stop.

use screener_app::AppError;
use screener_app::view::JobState;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};

use crate::desk::Desk;

/// What becomes of the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// They go on behind the tray; the window closes.
    Finish,
    /// They stop at the last finished segment and go on at the next start.
    Pause,
    /// They are cancelled, and what they left is removed.
    Stop,
}

/// Does what was chosen.
pub async fn leave(handle: &AppHandle, how: Leave) -> Result<(), AppError> {
    handle.state::<Desk>().answered();
    if how == Leave::Finish {
        if let Some(window) = handle.get_webview_window("main") {
            window.hide().map_err(AppError::internal)?;
        }
        return Ok(());
    }
    if let Some(app) = handle.state::<Desk>().opened() {
        if how == Leave::Stop {
            for job in app.jobs().await? {
                if matches!(job.state, JobState::Running | JobState::Queued | JobState::Paused) {
                    app.cancel(job.job).await?;
                }
            }
        }
        app.stop().await;
    }
    handle.exit(0);
    Ok(())
}
