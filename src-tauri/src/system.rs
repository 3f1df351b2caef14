//! What belongs to the system: the window, logs, second starts, links, notifications.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use screener_app::Options;
use screener_app::view::{Appearance, SettingsView};
use tauri::{AppHandle, DragDropEvent, Manager, Window, WindowEvent};
use tauri_plugin_deep_link::DeepLinkExt as _;
use tauri_plugin_notification::NotificationExt as _;
use tauri_specta::Event as _;

use crate::desk::Desk;
use crate::queue::Ended;
use crate::{menu, news, tray};

/// Makes the one window. It is shown once the settings are read, in their colours, so that no others flash.
pub fn make_window(handle: &AppHandle) -> tauri::Result<()> {
    tauri::WebviewWindowBuilder::new(handle, "main", tauri::WebviewUrl::default())
        .title("Screener")
        .inner_size(1120.0, 760.0)
        .min_inner_size(640.0, 480.0)
        .visible(false)
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

/// Draws the pages larger or smaller by a step, between half and three times; `None`: as they are.
pub fn zoom(handle: &AppHandle, step: Option<f64>) {
    let factor = handle.state::<Desk>().zoom(step);
    if let Some(window) = handle.get_webview_window("main")
        && let Err(error) = window.set_zoom(factor)
    {
        tracing::debug!("zoom: {error}");
    }
}

/// How long the pages may be silent when they are asked to leave.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the pages to leave: they may have to ask the creator, or to finish a removal that could still be taken back. Pages
/// that do not answer are left when they are asked again.
pub fn ask_to_leave(handle: &AppHandle) {
    let desk = handle.state::<Desk>();
    if desk.opened().is_none() || desk.asked_in_vain(PATIENCE) {
        stop_and_exit(handle.clone());
        return;
    }
    if desk.unfinished() > 0 {
        show_window(handle);
    }
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

/// What the system tells the application rather than a window.
#[cfg_attr(
    not(target_os = "macos"),
    expect(unused_variables, reason = "files to open come as arguments elsewhere")
)]
pub fn run_event(handle: &AppHandle, event: &tauri::RunEvent) {
    #[cfg(target_os = "macos")]
    if let tauri::RunEvent::Opened { urls } = event {
        let files = paths(urls.iter().filter_map(|url| url.to_file_path().ok()), None);
        if !files.is_empty() {
            // Before the pages listen, or after: they take from both.
            handle.state::<Desk>().keep_given(&files);
            if let Err(error) = (news::Given { paths: files }).emit(handle) {
                tracing::warn!("the window was not told: {error}");
            }
        }
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
    if let Ok(Some(urls)) = handle.deep_link().get_current()
        && let Some(video) = urls.iter().find_map(video_of)
    {
        handle.state::<Desk>().keep_opened(video);
    }
    let hearer = handle.clone();
    handle.deep_link().on_open_url(move |event| {
        show_window(&hearer);
        for url in event.urls() {
            let video = video_of(&url);
            if let Err(error) = (news::Opened { video }).emit(&hearer) {
                tracing::warn!("the window was not told: {error}");
            }
        }
    });
}

/// The video that a link names: `screener://video/ID`.
fn video_of(url: &url::Url) -> Option<String> {
    (url.host_str() == Some("video"))
        .then(|| url.path().trim_matches('/').to_owned())
        .filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Dresses what stands outside the pages as the settings say: the window's frame, its menus, what is behind the pages, the tray.
pub fn wear(handle: &AppHandle, settings: &SettingsView) {
    colour(handle, settings.appearance);
    if handle.state::<Desk>().speak(settings.language.clone()) {
        let handle = handle.clone();
        let dressed = handle.clone().run_on_main_thread(move || {
            for done in [menu::raise(&handle), tray::name(&handle)] {
                if let Err(error) = done {
                    tracing::debug!("menus: {error}");
                }
            }
        });
        if let Err(error) = dressed {
            tracing::debug!("menus: {error}");
        }
    }
}

/// Paper and ink as `ui/src/theme/tokens.css` has them: what is seen where the pages have not drawn yet.
const PAPER: tauri::webview::Color = tauri::webview::Color(250, 248, 245, 255);
const INK: tauri::webview::Color = tauri::webview::Color(16, 17, 20, 255);

fn colour(handle: &AppHandle, appearance: Appearance) {
    let Some(window) = handle.get_webview_window("main") else {
        return;
    };
    let chosen = match appearance {
        Appearance::System => None,
        Appearance::Light => Some(tauri::Theme::Light),
        Appearance::Dark => Some(tauri::Theme::Dark),
    };
    let system = || window.theme().unwrap_or(tauri::Theme::Light);
    // Without a change the window keeps what it was made with: what the system has, in whatever way the system says it.
    if handle.state::<Desk>().dress(appearance) {
        // "As the system" means light to GTK.
        handle.set_theme(if cfg!(target_os = "linux") {
            Some(chosen.unwrap_or_else(system))
        } else {
            chosen
        });
    }
    let colour = match chosen.unwrap_or_else(system) {
        tauri::Theme::Dark => INK,
        _ => PAPER,
    };
    // The webview alone: the window's own colour would be that of its menus too.
    let pages: &tauri::Webview = window.as_ref();
    if let Err(error) = pages.set_background_color(Some(colour)) {
        tracing::debug!("colour: {error}");
    }
}

/// Says when the first screen could be used, so that it can be measured.
pub fn usable(_handle: &AppHandle) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    tracing::info!("usable at {} ms", now.as_millis());
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
pub fn notify(handle: &AppHandle, Ended { live, failed }: Ended) {
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
pub fn word(handle: &AppHandle, english: &str, german: &str) -> String {
    let chosen = handle.try_state::<Desk>().and_then(|desk| desk.language());
    if chosen
        .or_else(sys_locale::get_locale)
        .is_some_and(|value| value.starts_with("de"))
    {
        german.to_owned()
    } else {
        english.to_owned()
    }
}
