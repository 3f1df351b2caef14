//! One notification when the whole queue is done, not one per film.

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
