//! The jobs of the queue.

use screener_app::AppError;
use screener_app::view::JobView;
use tauri::State;

use crate::desk::Desk;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// Every job, in the queue's order.
#[tauri::command]
#[specta::specta]
pub async fn jobs(desk: App<'_>) -> Answer<Vec<JobView>> {
    desk.app().await?.jobs().await
}

/// Pauses a job.
#[tauri::command]
#[specta::specta]
pub async fn pause(desk: App<'_>, job: String) -> Answer<()> {
    desk.app().await?.pause(job).await
}

/// Lets a paused job go on.
#[tauri::command]
#[specta::specta]
pub async fn resume(desk: App<'_>, job: String) -> Answer<()> {
    desk.app().await?.resume(job).await
}

/// Cancels a job and removes what it left.
#[tauri::command]
#[specta::specta]
pub async fn cancel(desk: App<'_>, job: String) -> Answer<()> {
    desk.app().await?.cancel(job).await
}

/// Tries a failed job again.
#[tauri::command]
#[specta::specta]
pub async fn retry(desk: App<'_>, job: String) -> Answer<()> {
    desk.app().await?.retry(job).await
}

/// Moves a waiting job to a place of the queue, 0 is next.
#[tauri::command]
#[specta::specta]
pub async fn move_to(desk: App<'_>, job: String, place: u32) -> Answer<()> {
    desk.app().await?.move_to(job, place).await
}

/// Forgets an ended job.
#[tauri::command]
#[specta::specta]
pub async fn forget(desk: App<'_>, job: String) -> Answer<()> {
    desk.app().await?.forget(job).await
}
