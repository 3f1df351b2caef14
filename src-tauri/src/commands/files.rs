//! Files and plans.

use screener_app::AppError;
use screener_app::view::{AcceptedView, PlanView, PublishRequest, WishesView};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

use crate::desk::Desk;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// Lets the creator choose films, or folders of films, in the system's own dialog.
#[tauri::command]
#[specta::specta]
pub async fn choose(handle: AppHandle, folders: bool) -> Answer<Vec<String>> {
    let (chosen, choice) = oneshot::channel();
    let dialog = handle.dialog().file();
    let answer = move |paths: Option<Vec<tauri_plugin_dialog::FilePath>>| {
        // The window may be gone by the time of the answer.
        let _ = chosen.send(paths.unwrap_or_default());
    };
    if folders {
        dialog.pick_folders(answer);
    } else {
        dialog.pick_files(answer);
    }
    let paths = choice.await.map_err(AppError::internal)?;
    Ok(paths
        .into_iter()
        .filter_map(|path| path.into_path().ok())
        .filter_map(|path| path.into_os_string().into_string().ok())
        .collect())
}

/// Files that were given before the pages listened.
#[tauri::command]
#[specta::specta]
pub fn given(desk: App<'_>) -> Vec<String> {
    desk.take_given()
}

/// What would be made of a file.
#[tauri::command]
#[specta::specta]
pub async fn plan(desk: App<'_>, file: String, wishes: WishesView) -> Answer<PlanView> {
    desk.app().await?.plan(file.into(), wishes).await
}

/// A frame of a file as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub async fn still(desk: App<'_>, file: String, at: f64) -> Answer<String> {
    desk.app().await?.still(file.into(), at).await
}

/// Puts files into the queue.
#[tauri::command]
#[specta::specta]
pub async fn publish(desk: App<'_>, request: PublishRequest) -> Answer<Vec<AcceptedView>> {
    desk.app().await?.publish(request).await
}
