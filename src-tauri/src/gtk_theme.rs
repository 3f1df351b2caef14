//! Keeps GTK's own parts, the menus above all, in the colours that were chosen.
//!
//! When the system's colours change, the windowing library dresses all of GTK like the system, whatever was chosen here: the menus
//! would be light above dark pages. It tells no window of it, so the setting itself is listened to.

use gtk::prelude::GtkSettingsExt as _;
use screener_app::view::Appearance;
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;

/// Listens from now on. On the main thread, once.
pub fn keep(handle: &AppHandle) {
    let Some(settings) = gtk::Settings::default() else {
        return;
    };
    let handle = handle.clone();
    settings.connect_gtk_application_prefer_dark_theme_notify(move |settings| {
        let dark = match handle.state::<Desk>().dressed() {
            Appearance::System => return,
            Appearance::Light => false,
            Appearance::Dark => true,
        };
        if settings.is_gtk_application_prefer_dark_theme() != dark {
            settings.set_gtk_application_prefer_dark_theme(dark);
        }
    });
}
