//! Choosing films: which there are, what would be made of them, into the queue.

use std::path::PathBuf;

use screener_app::AppError;
use screener_app::view::{AcceptedView, FilmView, PlanView, PublishRequest, WishesView};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tokio::sync::oneshot;

use crate::desk::{Desk, Early};
use crate::given;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// What is to be chosen in the system's own dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Choosing {
    /// Any number of files.
    Files,
    /// Any number of folders.
    Folders,
    /// One file.
    File,
}

/// Lets the creator choose files or folders in the system's own dialog, which has this title and belongs to this window.
#[tauri::command]
#[specta::specta]
pub async fn choose(window: WebviewWindow, what: Choosing, title: String) -> Answer<Vec<String>> {
    let (chosen, choice) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(&window).set_title(title);
    let answer = move |paths: Option<Vec<FilePath>>| {
        // The window may be gone by the time of the answer.
        let _ = chosen.send(paths.unwrap_or_default());
    };
    match what {
        Choosing::Files => dialog.pick_files(answer),
        Choosing::Folders => dialog.pick_folders(answer),
        Choosing::File => dialog.pick_file(|path| answer(path.map(|path| vec![path]))),
    }
    let paths = choice.await.map_err(AppError::internal)?;
    Ok(paths
        .into_iter()
        .filter_map(|path| path.into_path().ok())
        .map(|path| path.to_string_lossy().into_owned())
        .collect())
}

/// The films that files and folders mean, each once, with what stands in the way of one.
#[tauri::command]
#[specta::specta]
pub async fn films(desk: App<'_>, paths: Vec<String>) -> Answer<Vec<FilmView>> {
    desk.app()
        .await?
        .films(paths.into_iter().map(PathBuf::from).collect())
        .await
}

/// The sample film that comes with Screener.
#[tauri::command]
#[specta::specta]
pub async fn sample(desk: App<'_>) -> Answer<String> {
    desk.app().await?.sample()
}

/// What was given before the pages listened.
#[tauri::command]
#[specta::specta]
pub async fn given(desk: App<'_>) -> Answer<Early> {
    Ok(desk.take_given())
}

/// Files whose paths are on the clipboard, as text or as `file://` addresses, one a line.
#[tauri::command]
#[specta::specta]
pub async fn pasted(handle: AppHandle) -> Vec<String> {
    // An empty clipboard, or one that holds a picture, names no file.
    let text = handle.clipboard().read_text().unwrap_or_default();
    given::paths(text.lines().map(str::trim).filter_map(path_of), None)
}

fn path_of(line: &str) -> Option<PathBuf> {
    let path = match url::Url::parse(line) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok()?,
        _ => PathBuf::from(line),
    };
    path.is_absolute().then_some(path)
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

#[cfg(test)]
mod tests {
    use super::path_of;
    use std::path::PathBuf;

    #[test]
    fn names_files_and_nothing_else() {
        if cfg!(unix) {
            assert_eq!(
                path_of("/films/my clip é.mp4"),
                Some(PathBuf::from("/films/my clip é.mp4"))
            );
            assert_eq!(
                path_of("file:///films/my%20clip%20%C3%A9.mp4"),
                Some(PathBuf::from("/films/my clip é.mp4"))
            );
        }
        assert_eq!(path_of("clip.mp4"), None);
        assert_eq!(path_of("https://example.com/clip.mp4"), None);
        assert_eq!(path_of(""), None);
    }
}
