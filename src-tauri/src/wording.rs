//! The language of the few words that stand outside the pages: the one that was chosen, or the system's.

use tauri::{AppHandle, Manager};

use crate::desk::Desk;

/// One of two languages.
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
