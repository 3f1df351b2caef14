//! Leaving: the pages are asked first, and say what becomes of jobs that run: finish, pause, or stop.

use std::time::Duration;

use screener_app::AppError;
use screener_app::view::JobState;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};

use crate::desk::Desk;
use crate::{news, window};

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

/// How long the pages may be silent when they are asked to leave.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the pages to leave: they may have to ask the creator, or to finish a removal that could still be taken back. Pages
/// that do not answer are left when they are asked again.
pub fn ask(handle: &AppHandle) {
    let desk = handle.state::<Desk>();
    if desk.opened().is_none() || desk.asked_in_vain(PATIENCE) {
        stop_and_exit(handle.clone());
        return;
    }
    if desk.unfinished() > 0 {
        window::show(handle);
    }
    news::tell(handle, &news::Asked);
}

fn stop_and_exit(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Some(app) = handle.state::<Desk>().opened() {
            app.stop().await;
        }
        handle.exit(0);
    });
}

/// Does what was chosen.
pub async fn leave(handle: &AppHandle, how: Leave) -> Result<(), AppError> {
    handle.state::<Desk>().answered();
    if how == Leave::Finish {
        return window::hide(handle).map_err(AppError::internal);
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
