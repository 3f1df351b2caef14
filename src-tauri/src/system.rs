//! What belongs to the system: the window, logs, second starts, links, notifications.

use std::path::{Path, PathBuf};

use screener_app::Options;
use screener_app::view::{JobState, JobView};
use tauri::{AppHandle, DragDropEvent, Manager, Window, WindowEvent};
use tauri_plugin_deep_link::DeepLinkExt as _;
use tauri_plugin_notification::NotificationExt as _;
use tauri_specta::Event as _;

use crate::desk::Desk;
use crate::news;

/// Opens the one window.
pub fn open_window(handle: &AppHandle) -> tauri::Result<()> {
    tauri::WebviewWindowBuilder::new(handle, "main", tauri::WebviewUrl::default())
        .title("Screener")
        .inner_size(1120.0, 760.0)
        .min_inner_size(640.0, 480.0)
        .background_color(tauri::webview::Color(16, 17, 20, 255))
        .build()?;
    let files = paths(std::env::args_os().skip(1).map(PathBuf::from), None);
    if !files.is_empty() {
        handle.state::<Desk>().keep_given(&files);
    }
    Ok(())
}

/// Brings the window to the front.
pub fn show_window(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window("main") {
        for done in [window.show(), window.unminimize(), window.set_focus()] {
            if let Err(error) = done {
                tracing::debug!("window: {error}");
            }
        }
    }
}

/// Leaves, or asks first while jobs run.
pub fn ask_to_leave(handle: &AppHandle) {
    if handle.state::<Desk>().unfinished() == 0 {
        stop_and_exit(handle.clone());
        return;
    }
    show_window(handle);
    if let Err(error) = news::Asked.emit(handle) {
        tracing::warn!("the window was not asked: {error}");
    }
}

fn stop_and_exit(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Some(app) = handle.state::<Desk>().opened() {
            app.stop().await;
        }
        handle.exit(0);
    });
}

/// Drags, drops and the window's close button.
pub fn window_event(window: &Window, event: &WindowEvent) {
    let handle = window.app_handle();
    let told = match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            ask_to_leave(handle);
            Ok(())
        }
        WindowEvent::DragDrop(DragDropEvent::Enter { .. }) => news::Dragged { over: true }.emit(handle),
        WindowEvent::DragDrop(DragDropEvent::Leave) => news::Dragged { over: false }.emit(handle),
        WindowEvent::DragDrop(DragDropEvent::Drop { paths: dropped, .. }) => {
            let given = news::Given {
                paths: paths(dropped.iter().cloned(), None),
            };
            news::Dragged { over: false }
                .emit(handle)
                .and_then(|()| given.emit(handle))
        }
        _ => Ok(()),
    };
    if let Err(error) = told {
        tracing::warn!("the window was not told: {error}");
    }
}

/// A second start hands over its files and ends.
pub fn second_start(handle: &AppHandle, arguments: &[String], folder: &str) {
    show_window(handle);
    let files = paths(arguments.iter().skip(1).map(PathBuf::from), Some(Path::new(folder)));
    if !files.is_empty()
        && let Err(error) = (news::Given { paths: files }).emit(handle)
    {
        tracing::warn!("the window was not told: {error}");
    }
}

/// Listens for `screener://` links. They only show; they never publish or change anything.
pub fn hear_links(handle: &AppHandle) {
    let hearer = handle.clone();
    handle.deep_link().on_open_url(move |event| {
        show_window(&hearer);
        for url in event.urls() {
            let video = (url.host_str() == Some("video"))
                .then(|| url.path().trim_matches('/').to_owned())
                .filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()));
            if let Err(error) = (news::Opened { video }).emit(&hearer) {
                tracing::warn!("the window was not told: {error}");
            }
        }
    });
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
        .filter_map(|path| path.into_os_string().into_string().ok())
        .collect()
}

/// Writes what happens into the data folder, five files of 2 MB at most.
pub fn keep_logs(handle: &AppHandle) -> anyhow::Result<()> {
    use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind};
    let mut targets = vec![Target::new(TargetKind::Stderr).filter(|metadata| metadata.level() <= log::Level::Warn)];
    if let Ok(data) = Options::from_environment().data_folder() {
        targets.push(Target::new(TargetKind::Folder {
            path: data.join("logs"),
            file_name: Some("window".into()),
        }));
    }
    handle.plugin(
        Builder::new()
            .targets(targets)
            .level(log::LevelFilter::Warn)
            .level_for("screener_desktop", log::LevelFilter::Info)
            .level_for("screener_app", log::LevelFilter::Info)
            .level_for("screener_publish", log::LevelFilter::Info)
            .max_file_size(2_000_000)
            .rotation_strategy(RotationStrategy::KeepSome(5))
            .build(),
    )?;
    Ok(())
}

/// One notification when the whole queue is done, not one per film.
pub fn queue_changed(handle: &AppHandle, before: &[JobView], now: &[JobView]) {
    let busy = |jobs: &[JobView]| {
        jobs.iter()
            .any(|job| matches!(job.state, JobState::Running | JobState::Queued))
    };
    if !busy(before) || busy(now) {
        return;
    }
    let ended = |state: JobState| {
        now.iter()
            .filter(|job| job.state == state)
            .filter(|job| before.iter().any(|was| was.job == job.job && was.state != state))
            .count()
    };
    let (live, failed) = (ended(JobState::Live), ended(JobState::Failed));
    if live + failed == 0 {
        return;
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let Some(app) = handle.state::<Desk>().opened() else {
            return;
        };
        if !app.settings().await.is_ok_and(|settings| settings.notifications) {
            return;
        }
        let body = if failed == 0 {
            word(
                &handle,
                &format!("Published: {live}"),
                &format!("Veröffentlicht: {live}"),
            )
        } else {
            word(
                &handle,
                &format!("Published: {live}. Failed: {failed}."),
                &format!("Veröffentlicht: {live}. Fehlgeschlagen: {failed}."),
            )
        };
        if let Err(error) = handle.notification().builder().title("Screener").body(body).show() {
            tracing::info!("no notification: {error}");
        }
    });
}

/// One of two languages, for the few words that stand outside the pages.
pub fn word(_handle: &AppHandle, english: &str, german: &str) -> String {
    let system = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    if system.is_some_and(|value| value.starts_with("de")) {
        german.to_owned()
    } else {
        english.to_owned()
    }
}
