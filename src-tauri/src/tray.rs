//! The icon beside the clock: progress in words, show, leave.

use std::sync::{Mutex, PoisonError};

use screener_app::view::{JobState, JobView};
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::wording::word;
use crate::{leaving, window};

const ID: &str = "screener";

/// The lines of the tray's menu, whose words change.
struct Lines {
    progress: MenuItem<Wry>,
    show: MenuItem<Wry>,
    quit: MenuItem<Wry>,
    /// What was said last: the system is only asked where there is news.
    said: Mutex<String>,
}

/// Puts the icon there.
pub fn raise(handle: &AppHandle) -> tauri::Result<()> {
    let lines = Lines {
        progress: MenuItem::with_id(handle, "progress", "", false, None::<&str>)?,
        show: MenuItem::with_id(handle, "show", "", true, None::<&str>)?,
        quit: MenuItem::with_id(handle, "tray-quit", "", true, None::<&str>)?,
        said: Mutex::default(),
    };
    let menu = Menu::with_items(handle, &[&lines.progress, &lines.show, &lines.quit])?;
    handle.manage(lines);
    name(handle)?;
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip("Screener")
        .menu(&menu)
        .on_menu_event(|handle, event| match event.id().as_ref() {
            "show" => window::show(handle),
            "tray-quit" => leaving::ask(handle),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::DoubleClick { .. } = event {
                window::show(tray.app_handle());
            }
        });
    if let Some(icon) = handle.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(handle)?;
    Ok(())
}

/// Says everything again, in the language that is spoken now.
pub fn name(handle: &AppHandle) -> tauri::Result<()> {
    let Some(lines) = handle.try_state::<Lines>() else {
        return Ok(());
    };
    lines.said.lock().unwrap_or_else(PoisonError::into_inner).clear();
    lines.progress.set_text(idle(handle))?;
    lines.show.set_text(word(handle, "Show Screener", "Screener zeigen"))?;
    lines.quit.set_text(word(handle, "Quit Screener", "Screener beenden"))
}

fn idle(handle: &AppHandle) -> String {
    word(handle, "Nothing is being made", "Gerade entsteht nichts")
}

/// Says how far the jobs are, in the tray and on the task bar.
pub fn show(handle: &AppHandle, jobs: &[JobView]) {
    let running: Vec<&JobView> = jobs
        .iter()
        .filter(|job| matches!(job.state, JobState::Running | JobState::Queued))
        .collect();
    let share = percent(&running);
    let (title, words) = match share {
        Some(percent) => (
            Some(format!("{percent} %")),
            word(
                handle,
                &format!("Films under way: {}, {percent} %", running.len()),
                &format!("Filme in Arbeit: {}, {percent} %", running.len()),
            ),
        ),
        None => (None, idle(handle)),
    };
    let Some(lines) = handle.try_state::<Lines>() else {
        return;
    };
    {
        let mut last = lines.said.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == words {
            return;
        }
        last.clone_from(&words);
    }
    said(lines.progress.set_text(&words));
    if let Some(tray) = handle.tray_by_id(ID) {
        // Linux shows a title beside the icon and no tooltip; Windows a tooltip and no title.
        said(tray.set_title(title));
        said(tray.set_tooltip(Some(format!("Screener: {words}"))));
    }
    if let Some(window) = window::find(handle) {
        said(window.set_progress_bar(tauri::window::ProgressBarState {
            status: Some(if share.is_some() {
                tauri::window::ProgressBarStatus::Normal
            } else {
                tauri::window::ProgressBarStatus::None
            }),
            progress: share,
        }));
    }
}

fn said(result: tauri::Result<()>) {
    if let Err(error) = result {
        tracing::debug!("tray: {error}");
    }
}

/// How far they are together, 0 to 100; `None` without any.
fn percent(running: &[&JobView]) -> Option<u64> {
    if running.is_empty() {
        return None;
    }
    let share = running.iter().map(|job| job.done).sum::<f64>() / running.len() as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100 before"
    )]
    let percent = (share * 100.0).clamp(0.0, 100.0) as u64;
    Some(percent)
}
