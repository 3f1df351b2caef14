//! The window's menus, with the shortcuts of the system. What is chosen is told to the pages, which do the same for a key or a button.

use tauri::menu::{AboutMetadata, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Wry};

use crate::news::{self, Choice};
use crate::wording::word;
use crate::{leaving, window};

/// Everything a menu holds: its id, its words in English and German, its shortcut, what it asks for.
const CHOICES: [(&str, &str, &str, Option<&str>, Choice); 8] = [
    (
        "films",
        "Choose films…",
        "Filme wählen …",
        Some("CmdOrCtrl+O"),
        Choice::Films,
    ),
    (
        "folder",
        "Choose a folder…",
        "Ordner wählen …",
        Some("CmdOrCtrl+Shift+O"),
        Choice::Folder,
    ),
    ("library", "Library", "Mediathek", Some("CmdOrCtrl+1"), Choice::Library),
    (
        "activity",
        "Activity",
        "Aktivität",
        Some("CmdOrCtrl+2"),
        Choice::Activity,
    ),
    (
        "destinations",
        "Destinations",
        "Ziele",
        Some("CmdOrCtrl+3"),
        Choice::Destinations,
    ),
    ("links", "Links", "Links", Some("CmdOrCtrl+5"), Choice::Links),
    (
        "settings",
        "Settings…",
        "Einstellungen …",
        Some("CmdOrCtrl+,"),
        Choice::Settings,
    ),
    ("diagnostics", "Diagnostics", "Diagnose", None, Choice::Diagnostics),
];

/// Puts the menus there, in the language that is spoken now.
pub fn raise(handle: &AppHandle) -> tauri::Result<()> {
    let item = |id: &str| -> tauri::Result<MenuItem<Wry>> {
        let (id, english, german, keys, _) = CHOICES
            .into_iter()
            .find(|(known, ..)| *known == id)
            .unwrap_or(CHOICES[0]);
        MenuItem::with_id(handle, id, word(handle, english, german), true, keys)
    };
    let quit = MenuItem::with_id(
        handle,
        "quit",
        word(handle, "Quit Screener", "Screener beenden"),
        true,
        Some("CmdOrCtrl+Q"),
    )?;
    let line = PredefinedMenuItem::separator(handle)?;
    let file = Submenu::with_items(
        handle,
        word(handle, "&File", "&Datei"),
        true,
        &[&item("films")?, &item("folder")?],
    )?;
    let zoom = |id: &str, english: &str, german: &str, keys: &str| {
        MenuItem::with_id(handle, id, word(handle, english, german), true, Some(keys))
    };
    let view = Submenu::with_items(
        handle,
        word(handle, "&View", "&Ansicht"),
        true,
        &[
            &item("library")?,
            &item("activity")?,
            &item("destinations")?,
            &item("links")?,
            &line,
            &zoom("larger", "Larger", "Größer", "CmdOrCtrl+=")?,
            &zoom("smaller", "Smaller", "Kleiner", "CmdOrCtrl+-")?,
            &zoom("whole", "Actual size", "Originalgröße", "CmdOrCtrl+0")?,
        ],
    )?;
    let help = Submenu::with_items(handle, word(handle, "&Help", "&Hilfe"), true, &[&item("diagnostics")?])?;
    let about = PredefinedMenuItem::about(
        handle,
        Some(&word(handle, "About Screener", "Über Screener")),
        Some(AboutMetadata {
            name: Some("Screener".into()),
            version: Some(env!("CARGO_PKG_VERSION").into()),
            license: Some("GPL-3.0-or-later".into()),
            icon: handle.default_window_icon().cloned(),
            ..AboutMetadata::default()
        }),
    )?;
    let menu = Menu::new(handle)?;
    if cfg!(target_os = "macos") {
        // The first menu is the application's there, and cut, copy and paste work only from a menu.
        let app = Submenu::with_items(
            handle,
            "Screener",
            true,
            &[
                &about,
                &line,
                &item("settings")?,
                &line,
                &PredefinedMenuItem::hide(handle, None)?,
                &PredefinedMenuItem::hide_others(handle, None)?,
                &line,
                &quit,
            ],
        )?;
        let edit = Submenu::with_items(
            handle,
            word(handle, "&Edit", "&Bearbeiten"),
            true,
            &[
                &PredefinedMenuItem::undo(handle, None)?,
                &PredefinedMenuItem::redo(handle, None)?,
                &line,
                &PredefinedMenuItem::cut(handle, None)?,
                &PredefinedMenuItem::copy(handle, None)?,
                &PredefinedMenuItem::paste(handle, None)?,
                &PredefinedMenuItem::select_all(handle, None)?,
            ],
        )?;
        menu.append_items(&[&app, &file, &edit, &view, &help])?;
    } else {
        file.append_items(&[&line, &item("settings")?, &line, &quit])?;
        help.append(&about)?;
        menu.append_items(&[&file, &view, &help])?;
    }
    handle.set_menu(menu)?;
    Ok(())
}

/// Something was chosen.
pub fn chosen(handle: &AppHandle, id: &str) {
    match id {
        "quit" => return leaving::ask(handle),
        "larger" => return window::zoom(handle, Some(0.1)),
        "smaller" => return window::zoom(handle, Some(-0.1)),
        "whole" => return window::zoom(handle, None),
        _ => {}
    }
    let Some((.., choice)) = CHOICES.into_iter().find(|(known, ..)| *known == id) else {
        return;
    };
    window::show(handle);
    news::tell(handle, &news::Chosen(choice));
}
