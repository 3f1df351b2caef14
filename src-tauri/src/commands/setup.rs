//! What Screener is set up with: destinations, keys, settings, places, this computer.

use screener_app::AppError;
use screener_app::view::{
    CapabilitiesView, DestinationForm, DestinationView, DoctorView, KeyView, PlacesView, SettingsView,
};
use tauri::{AppHandle, State};

use crate::appearance;
use crate::desk::Desk;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// Every destination.
#[tauri::command]
#[specta::specta]
pub async fn destinations(desk: App<'_>) -> Answer<Vec<DestinationView>> {
    desk.app().await?.destinations().await
}

/// Adds a destination.
#[tauri::command]
#[specta::specta]
pub async fn add_destination(desk: App<'_>, form: DestinationForm) -> Answer<DestinationView> {
    desk.app().await?.add_destination(form).await
}

/// Forgets a destination; what is stored there stays.
#[tauri::command]
#[specta::specta]
pub async fn remove_destination(desk: App<'_>, name: String) -> Answer<()> {
    desk.app().await?.remove_destination(name).await
}

/// Makes a destination the one that is used when none is named.
#[tauri::command]
#[specta::specta]
pub async fn set_default_destination(desk: App<'_>, name: String) -> Answer<()> {
    desk.app().await?.set_default_destination(name).await
}

/// Walks a destination as a viewer would.
#[tauri::command]
#[specta::specta]
pub async fn test_destination(desk: App<'_>, name: String) -> Answer<DoctorView> {
    desk.app().await?.test_destination(name).await
}

/// Keys, their public side.
#[tauri::command]
#[specta::specta]
pub async fn keys(desk: App<'_>) -> Answer<Vec<KeyView>> {
    desk.app().await?.keys().await
}

/// What the creator chose.
#[tauri::command]
#[specta::specta]
pub async fn settings(desk: App<'_>) -> Answer<SettingsView> {
    desk.app().await?.settings().await
}

/// Keeps what the creator chose.
#[tauri::command]
#[specta::specta]
pub async fn set_settings(handle: AppHandle, desk: App<'_>, settings: SettingsView) -> Answer<SettingsView> {
    let kept = desk.app().await?.set_settings(settings).await?;
    appearance::wear(&handle, &kept);
    Ok(kept)
}

/// Where things lie.
#[tauri::command]
#[specta::specta]
pub async fn places(desk: App<'_>) -> Answer<PlacesView> {
    desk.app().await?.places().await
}

/// What this computer can do.
#[tauri::command]
#[specta::specta]
pub async fn capabilities(desk: App<'_>) -> Answer<CapabilitiesView> {
    desk.app().await?.capabilities().await
}

/// Writes a bundle for the makers, without secrets, into the folder of the data, and answers its path.
#[tauri::command]
#[specta::specta]
pub async fn diagnostics(desk: App<'_>) -> Answer<String> {
    let app = desk.app().await?;
    app.diagnostics(app.data_dir().join("diagnostics.txt")).await
}
