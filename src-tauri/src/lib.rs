//! The window's shell: the window, its tray, its dialogs, and commands that only call [`screener_app`].
//!
//! Owns what is the system's: where a window stands, what the tray says, what is asked on leaving. Knows no job, no key and
//! no file format: commands parse, call the app, answer. State reaches the pages as whole view models.

mod appearance;
pub mod bindings;
mod commands;
mod deep_link;
mod desk;
mod given;
#[cfg(target_os = "linux")]
mod gtk_theme;
mod leaving;
mod logs;
mod menu;
mod news;
mod notification;
mod opening;
mod queue;
mod tray;
mod update;
mod window;
mod wording;

use std::process::ExitCode;

use tauri::{Manager, Window, WindowEvent};
use tauri_plugin_window_state::StateFlags;

/// Opens the window and stays until it is left.
pub fn run() -> ExitCode {
    let bindings = bindings::all();
    let mut builder = tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            given::by_second_start(app, &arguments, &folder);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                // Whether it can be seen is not where it stands: one that was left behind the tray comes back.
                .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
                .build(),
        );
    if let Some(updater) = update::plugin() {
        builder = builder.plugin(updater);
    }
    let built = builder
        .on_menu_event(|handle, event| menu::chosen(handle, event.id().as_ref()))
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            app.manage(desk::Desk::new());
            logs::keep(app.handle())?;
            if let Err(error) = menu::raise(app.handle()) {
                tracing::warn!("no menus: {error}");
            }
            given::at_start(app.handle());
            window::make(app.handle())?;
            #[cfg(target_os = "linux")]
            gtk_theme::keep(app.handle());
            deep_link::hear(app.handle());
            if let Err(error) = tray::raise(app.handle()) {
                tracing::warn!("no tray: {error}");
            }
            opening::open(app.handle().clone());
            Ok(())
        })
        .on_window_event(window_event)
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|handle, event| given::by_system(handle, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("the window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

fn window_event(window: &Window, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            leaving::ask(window.app_handle());
        }
        WindowEvent::DragDrop(drag) => given::by_drag(window.app_handle(), drag),
        _ => {}
    }
}
