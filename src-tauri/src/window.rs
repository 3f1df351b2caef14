//! The one window: made hidden, brought to the front, hidden again, drawn larger or smaller.

use tauri::{AppHandle, Manager, WebviewWindow};

use crate::desk::Desk;

const LABEL: &str = "main";

/// Makes it. It is shown once the settings are read, in their colours, so that no others flash.
pub fn make(handle: &AppHandle) -> tauri::Result<()> {
    tauri::WebviewWindowBuilder::new(handle, LABEL, tauri::WebviewUrl::default())
        .title("Screener")
        .inner_size(1120.0, 760.0)
        .min_inner_size(640.0, 480.0)
        .visible(false)
        .build()?;
    Ok(())
}

/// The window, while there is one.
pub fn find(handle: &AppHandle) -> Option<WebviewWindow> {
    handle.get_webview_window(LABEL)
}

/// Brings it to the front.
pub fn show(handle: &AppHandle) {
    if let Some(window) = find(handle) {
        for done in [window.show(), window.unminimize(), window.set_focus()] {
            if let Err(error) = done {
                tracing::debug!("window: {error}");
            }
        }
    }
}

/// Leaves it behind the tray.
pub fn hide(handle: &AppHandle) -> tauri::Result<()> {
    find(handle).map_or(Ok(()), |window| window.hide())
}

/// Draws the pages larger or smaller by a step, between half and three times; `None`: as they are.
pub fn zoom(handle: &AppHandle, step: Option<f64>) {
    let factor = handle.state::<Desk>().zoom(step);
    if let Some(window) = find(handle)
        && let Err(error) = window.set_zoom(factor)
    {
        tracing::debug!("zoom: {error}");
    }
}
