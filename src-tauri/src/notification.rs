//! What is said outside of the window: one notification when the whole queue is done, not one per film; and, if the creator wants it,
//! one when a link for somebody is opened for the first time.

use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt as _;

use crate::desk::Desk;
use crate::queue::Ended;
use crate::wording::word;

/// Shows it, unless the creator wants none.
pub fn show(handle: &AppHandle, Ended { live, failed }: Ended) {
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

/// Says that somebody has opened their link, where the creator wants to hear of it.
pub fn opened(handle: &AppHandle, name: &str, title: &str) {
    let body = word(
        handle,
        &format!("{name} has opened \u{201c}{title}\u{201d}."),
        &format!("{name} hat \u{201e}{title}\u{201c} geöffnet."),
    );
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let Some(app) = handle.state::<Desk>().opened() else {
            return;
        };
        if !app.settings().await.is_ok_and(|settings| settings.first_views) {
            return;
        }
        if let Err(error) = handle.notification().builder().title("Screener").body(body).show() {
            tracing::info!("no notification: {error}");
        }
    });
}
