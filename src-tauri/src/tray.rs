//! The icon beside the clock: progress in words, show, leave.

use screener_app::view::{JobState, JobView};
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager};

use crate::system;

const ID: &str = "screener";

/// Puts the icon there.
pub fn raise(handle: &AppHandle) -> tauri::Result<()> {
    let show = MenuItem::with_id(handle, "show", "Screener", true, None::<&str>)?;
    let quit = MenuItem::with_id(
        handle,
        "quit",
        system::word(handle, "Quit", "Beenden"),
        true,
        None::<&str>,
    )?;
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip("Screener")
        .menu(&Menu::with_items(handle, &[&show, &quit])?)
        .on_menu_event(|handle, event| match event.id().as_ref() {
            "show" => system::show_window(handle),
            "quit" => system::ask_to_leave(handle),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::DoubleClick { .. } = event {
                system::show_window(tray.app_handle());
            }
        });
    if let Some(icon) = handle.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(handle)?;
    Ok(())
}

/// Says how far the jobs are, in the tray and on the task bar.
pub fn show(handle: &AppHandle, jobs: &[JobView]) {
    let running: Vec<&JobView> = jobs
        .iter()
        .filter(|job| matches!(job.state, JobState::Running | JobState::Queued))
        .collect();
    let share = if running.is_empty() {
        None
    } else {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=100 before"
        )]
        let percent =
            (running.iter().map(|job| job.done).sum::<f64>() / running.len() as f64 * 100.0).clamp(0.0, 100.0) as u64;
        Some(percent)
    };
    let words = share.map_or_else(|| "Screener".to_owned(), |percent| format!("Screener: {percent} %"));
    if let Some(tray) = handle.tray_by_id(ID)
        && let Err(error) = tray.set_tooltip(Some(&words))
    {
        tracing::debug!("tray: {error}");
    }
    if let Some(window) = handle.get_webview_window("main") {
        let state = tauri::window::ProgressBarState {
            status: Some(if share.is_some() {
                tauri::window::ProgressBarStatus::Normal
            } else {
                tauri::window::ProgressBarStatus::None
            }),
            progress: share,
        };
        if let Err(error) = window.set_progress_bar(state) {
            tracing::debug!("task bar: {error}");
        }
    }
}
