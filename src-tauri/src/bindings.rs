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
            commands::choosing::choose,
            commands::choosing::films,
            commands::choosing::sample,
            commands::choosing::given,
            commands::choosing::pasted,
            commands::choosing::plan,
            commands::choosing::still,
            commands::choosing::publish,
            commands::activity::jobs,
            commands::activity::pause,
            commands::activity::resume,
            commands::activity::cancel,
            commands::activity::retry,
            commands::activity::move_to,
            commands::activity::forget,
            commands::collection::library,
            commands::collection::refresh,
            commands::collection::show,
            commands::collection::poster,
            commands::collection::rename,
            commands::collection::replace,
            commands::collection::set_poster,
            commands::collection::remove,
            commands::collection::cost,
            commands::collection::check,
            commands::sharing::watch,
            commands::sharing::link,
            commands::sharing::link_many,
            commands::sharing::links,
            commands::sharing::sync_links,
            commands::sharing::names,
            commands::sharing::pass_phrase,
            commands::sharing::take_back,
            commands::sharing::take_back_all,
            commands::sharing::give_back,
            commands::sharing::save_links,
            commands::sharing::audience,
            commands::sharing::qr,
            commands::setup::destinations,
            commands::setup::add_destination,
            commands::setup::remove_destination,
            commands::setup::set_default_destination,
            commands::setup::test_destination,
            commands::setup::keys,
            commands::setup::settings,
            commands::setup::set_settings,
            commands::setup::places,
            commands::setup::capabilities,
            commands::setup::diagnostics,
            commands::desktop::spoken_in,
            commands::desktop::copy,
            commands::desktop::browse,
            commands::desktop::reveal_logs,
            commands::desktop::leave,
            commands::desktop::updates,
            commands::desktop::update,
            commands::desktop::ready,
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
