//! What the pages may call and hear, in one list, and its TypeScript.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::{commands, news};

/// Every command and event of the window.
pub fn all() -> Builder<tauri::Wry> {
    Builder::new()
        .disable_serde_phases()
        // A refused command rejects with `{code, message, mend}`.
        .error_handling(ErrorHandlingMode::Throw)
        .commands(collect_commands![
            commands::files::choose,
            commands::files::films,
            commands::files::sample,
            commands::files::given,
            commands::files::pasted,
            commands::files::plan,
            commands::files::still,
            commands::files::publish,
            commands::jobs::jobs,
            commands::jobs::pause,
            commands::jobs::resume,
            commands::jobs::cancel,
            commands::jobs::retry,
            commands::jobs::move_to,
            commands::jobs::forget,
            commands::library::library,
            commands::library::refresh,
            commands::library::show,
            commands::library::poster,
            commands::library::rename,
            commands::library::replace,
            commands::library::set_poster,
            commands::library::remove,
            commands::library::check,
            commands::links::watch,
            commands::links::link,
            commands::links::links,
            commands::links::qr,
            commands::places::destinations,
            commands::places::add_destination,
            commands::places::remove_destination,
            commands::places::set_default_destination,
            commands::places::test_destination,
            commands::places::keys,
            commands::places::settings,
            commands::places::set_settings,
            commands::places::places,
            commands::places::capabilities,
            commands::places::diagnostics,
            commands::system::spoken_in,
            commands::system::copy,
            commands::system::browse,
            commands::system::reveal_logs,
            commands::system::leave,
            commands::system::updates,
            commands::system::update,
            commands::system::ready,
        ])
        .events(collect_events![
            news::Changed,
            news::Dragged,
            news::Given,
            news::Asked,
            news::Chosen,
            news::Opened
        ])
}

/// Where the generated TypeScript lies in the source tree.
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/bindings/index.ts")
}

/// Writes the TypeScript of [`all`] to a path.
///
/// # Errors
/// Where a type does not cross, or the file cannot be written.
pub fn write(path: &Path) -> anyhow::Result<()> {
    let typescript = specta_typescript::Typescript::default()
        .header("// Generated from src-tauri by `cargo test -p screener-desktop`. Do not edit.\n");
    all()
        .export(typescript, path)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("writing the bindings")
}
