//! What the desktop does for the pages: clipboard, browser, file browser, updates, leaving.

use screener_app::view::SpokenView;
use screener_app::{AppError, Cause};
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_opener::OpenerExt as _;

use crate::desk::Desk;
use crate::leaving::{self, Leave};
use crate::logs;
use crate::update::{self, UpdateView};

type Answer<T> = Result<T, AppError>;

/// What errors and notes say in a language; nothing where they say it themselves.
#[tauri::command]
#[specta::specta]
#[expect(clippy::needless_pass_by_value, reason = "what a page sends arrives owned")]
pub fn spoken_in(language: String) -> SpokenView {
    screener_app::spoken_in(&language)
}

/// Puts text on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy(handle: AppHandle, text: String) -> Answer<()> {
    handle.clipboard().write_text(text).map_err(|error| {
        Cause::Clipboard {
            error: error.to_string(),
        }
        .into()
    })
}

/// Opens a page in the system's browser. Only web addresses.
#[tauri::command]
#[specta::specta]
pub async fn browse(handle: AppHandle, url: String) -> Answer<()> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Cause::NotAPage.into());
    }
    handle.opener().open_url(url, None::<&str>).map_err(|error| {
        Cause::NoBrowser {
            error: error.to_string(),
        }
        .into()
    })
}

/// Shows the folder of the logs.
#[tauri::command]
#[specta::specta]
pub async fn reveal_logs(handle: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let places = desk.app().await?.places().await?;
    handle
        .opener()
        .open_path(places.log_dir.clone(), None::<&str>)
        .map_err(|error| {
            Cause::NoFileBrowser {
                error: error.to_string(),
                folder: places.log_dir.clone(),
            }
            .into()
        })
}

/// Where updates stand: whether this build knows a feed, and whether the feed has a newer version.
#[tauri::command]
#[specta::specta]
pub async fn updates(handle: AppHandle) -> Answer<UpdateView> {
    update::look(&handle).await
}

/// Fetches the newer version, checks its signature, installs it, and starts it.
#[tauri::command]
#[specta::specta]
pub async fn update(handle: AppHandle) -> Answer<()> {
    update::install(&handle).await
}

/// The first screen can be used.
#[tauri::command]
#[specta::specta]
pub async fn ready() {
    logs::usable();
}

/// Leaves, with what was chosen for the jobs.
#[tauri::command]
#[specta::specta]
pub async fn leave(handle: AppHandle, how: Leave) -> Answer<()> {
    leaving::leave(&handle, how).await
}
