//! Files that the system hands over: arguments of this start and of a second one, drops, what was opened with Screener.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, DragDropEvent, Manager};

use crate::desk::Desk;
use crate::{news, window};

/// Keeps the files that this start was given until the pages listen.
pub fn at_start(handle: &AppHandle) {
    let files = paths(std::env::args_os().skip(1).map(PathBuf::from), None);
    if !files.is_empty() {
        handle.state::<Desk>().keep_given(&files);
    }
}

/// A second start hands over its files and ends.
pub fn by_second_start(handle: &AppHandle, arguments: &[String], folder: &str) {
    window::show(handle);
    let files = paths(arguments.iter().skip(1).map(PathBuf::from), Some(Path::new(folder)));
    if !files.is_empty() {
        news::tell(handle, &news::Given { paths: files });
    }
}

/// Files are dragged over the window, or dropped on it.
pub fn by_drag(handle: &AppHandle, event: &DragDropEvent) {
    match event {
        DragDropEvent::Enter { .. } => news::tell(handle, &news::Dragged { over: true }),
        DragDropEvent::Leave => news::tell(handle, &news::Dragged { over: false }),
        DragDropEvent::Drop { paths: dropped, .. } => {
            news::tell(handle, &news::Dragged { over: false });
            let files = paths(dropped.iter().cloned(), None);
            news::tell(handle, &news::Given { paths: files });
        }
        _ => {}
    }
}

/// Files that were opened with Screener, where the system tells the application of them.
#[cfg_attr(
    not(target_os = "macos"),
    expect(unused_variables, reason = "files to open come as arguments elsewhere")
)]
pub fn by_system(handle: &AppHandle, event: &tauri::RunEvent) {
    #[cfg(target_os = "macos")]
    if let tauri::RunEvent::Opened { urls } = event {
        let files = paths(urls.iter().filter_map(|url| url.to_file_path().ok()), None);
        if !files.is_empty() {
            // Before the pages listen, or after: they take from both.
            handle.state::<Desk>().keep_given(&files);
            news::tell(handle, &news::Given { paths: files });
        }
    }
}

/// Absolute paths of what exists; options and links are not files. A desktop hands over what is opened as `file://` addresses.
pub fn paths(given: impl Iterator<Item = PathBuf>, folder: Option<&Path>) -> Vec<String> {
    given
        .map(|path| {
            let url = path.to_str().and_then(|text| url::Url::parse(text).ok());
            url.filter(|url| url.scheme() == "file")
                .and_then(|url| url.to_file_path().ok())
                .unwrap_or(path)
        })
        .map(|path| match folder {
            Some(folder) => folder.join(path),
            None => std::path::absolute(&path).unwrap_or(path),
        })
        .filter(|path| path.exists())
        .map(|path| path.to_string_lossy().into_owned())
        .collect()
}
