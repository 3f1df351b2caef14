//! What the shell tells the pages.

use screener_app::view::Update;
use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_specta::Event;

/// Tells the pages.
pub fn tell(handle: &AppHandle, news: &(impl Event + Clone + Serialize)) {
    if let Err(error) = news.emit(handle) {
        tracing::warn!("the window was not told: {error}");
    }
}

/// A whole view model has changed.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Changed(pub Update);

/// Files are dragged over the window.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Dragged {
    /// They are over it now.
    pub over: bool,
}

/// Files were given: dropped, opened with Screener, or handed over by a second start.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Given {
    /// Absolute paths of files and folders.
    pub paths: Vec<String>,
}

/// What a menu may ask the pages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Choose films.
    Films,
    /// Choose a folder of films.
    Folder,
    /// Show the library.
    Library,
    /// Show the jobs.
    Activity,
    /// Show the destinations.
    Destinations,
    /// Show the links of all films.
    Links,
    /// Show the settings.
    Settings,
    /// Show what was found on this computer.
    Diagnostics,
}

/// Something was chosen from a menu.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Chosen(pub Choice);

/// The creator wants to leave: the pages ask about jobs that run, finish what they put off, and leave.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Asked;

/// A `screener://` link was opened.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Opened {
    /// The video it names; none: the library.
    pub video: Option<String>,
}
