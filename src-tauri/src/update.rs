//! Updates: off until a build is told its feed and the key that the feed's packages are signed with.

use screener_app::{AppError, Cause};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Wry};
use tauri_plugin_updater::UpdaterExt as _;

/// Address of the feed, as Tauri's updater reads it, and the public half of its key: said when Screener is built.
const FEED: Option<&str> = option_env!("SCREENER_UPDATE_FEED");
const KEY: Option<&str> = option_env!("SCREENER_UPDATE_KEY");

/// Where updates stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct UpdateView {
    /// This build knows a feed.
    pub configured: bool,
    /// A newer version that the feed has.
    pub version: Option<String>,
}

/// The updater, where this build knows a feed and its key.
pub fn plugin() -> Option<tauri::plugin::TauriPlugin<Wry, tauri_plugin_updater::Config>> {
    let (_, key) = configured()?;
    Some(tauri_plugin_updater::Builder::new().pubkey(key).build())
}

fn configured() -> Option<(url::Url, &'static str)> {
    let feed = FEED?.parse::<url::Url>().ok().filter(|feed| feed.scheme() == "https")?;
    Some((feed, KEY.filter(|key| !key.is_empty())?))
}

/// Asks the feed.
pub async fn look(handle: &AppHandle) -> Result<UpdateView, AppError> {
    let found = newer(handle).await?;
    Ok(UpdateView {
        configured: configured().is_some(),
        version: found.map(|update| update.version),
    })
}

/// Takes over what the feed has.
pub async fn install(handle: &AppHandle) -> Result<(), AppError> {
    let Some(update) = newer(handle).await? else {
        return Ok(());
    };
    update
        .download_and_install(|_, _| {}, || {})
        .await
        .map_err(|error| Cause::UpdateFailed {
            error: error.to_string(),
        })?;
    handle.restart();
}

async fn newer(handle: &AppHandle) -> Result<Option<tauri_plugin_updater::Update>, AppError> {
    let Some((feed, _)) = configured() else {
        return Ok(None);
    };
    let unreachable = |error: tauri_plugin_updater::Error| Cause::NoUpdateFeed {
        error: error.to_string(),
    };
    let updater = handle
        .updater_builder()
        .endpoints(vec![feed])
        .and_then(tauri_plugin_updater::UpdaterBuilder::build)
        .map_err(unreachable)?;
    Ok(updater.check().await.map_err(unreachable)?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_build_that_was_told_no_feed_asks_nobody() {
        if super::FEED.is_none() || super::KEY.is_none() {
            assert!(super::configured().is_none());
            assert!(super::plugin().is_none());
        }
    }
}
