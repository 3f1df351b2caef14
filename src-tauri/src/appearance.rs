//! What stands outside the pages, dressed as the settings say: the window's frame, its menus, what is behind the pages, the tray.

use screener_app::view::{Appearance, SettingsView};
use tauri::{AppHandle, Manager};

use crate::desk::Desk;
use crate::{menu, tray, window};

/// Dresses it.
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
    let Some(window) = window::find(handle) else {
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
