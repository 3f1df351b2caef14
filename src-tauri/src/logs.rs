//! What happens, written into the data folder.

use std::time::{SystemTime, UNIX_EPOCH};

use screener_app::Options;
use tauri::AppHandle;

/// Keeps five files of 2 MB at most.
pub fn keep(handle: &AppHandle) -> anyhow::Result<()> {
    use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind};
    let mut targets = vec![Target::new(TargetKind::Stderr).filter(|metadata| metadata.level() <= log::Level::Warn)];
    if let Ok(data) = Options::from_environment().data_folder() {
        targets.push(Target::new(TargetKind::Folder {
            path: data.join("logs"),
            file_name: Some("window".into()),
        }));
    }
    handle.plugin(
        Builder::new()
            .targets(targets)
            .level(log::LevelFilter::Warn)
            .level_for("screener_desktop", log::LevelFilter::Info)
            .level_for("screener_app", log::LevelFilter::Info)
            .level_for("screener_publish", log::LevelFilter::Info)
            .max_file_size(2_000_000)
            .rotation_strategy(RotationStrategy::KeepSome(5))
            .build(),
    )?;
    Ok(())
}

/// Says when the first screen could be used, so that it can be measured.
pub fn usable() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    tracing::info!("usable at {} ms", now.as_millis());
}
