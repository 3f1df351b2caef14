//! The library: published videos, looked at, changed, removed.

use screener_app::AppError;
use screener_app::view::{AcceptedView, CheckView, CostView, VideoView, WishesView};
use tauri::State;

use crate::desk::Desk;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// Every video, newest first.
#[tauri::command]
#[specta::specta]
pub async fn library(desk: App<'_>) -> Answer<Vec<VideoView>> {
    desk.app().await?.library().await
}

/// Looks at every destination again.
#[tauri::command]
#[specta::specta]
pub async fn refresh(desk: App<'_>) -> Answer<Vec<VideoView>> {
    desk.app().await?.refresh().await
}

/// One video.
#[tauri::command]
#[specta::specta]
pub async fn show(desk: App<'_>, id: String) -> Answer<VideoView> {
    desk.app().await?.show(id).await
}

/// The poster as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub async fn poster(desk: App<'_>, id: String) -> Answer<Option<String>> {
    desk.app().await?.poster(id).await
}

/// Gives a video another title.
#[tauri::command]
#[specta::specta]
pub async fn rename(desk: App<'_>, id: String, title: String) -> Answer<VideoView> {
    desk.app().await?.rename(id, title).await
}

/// Replaces the file behind a video; links stay.
#[tauri::command]
#[specta::specta]
pub async fn replace(desk: App<'_>, id: String, file: String, wishes: WishesView) -> Answer<AcceptedView> {
    desk.app().await?.replace(id, file.into(), wishes).await
}

/// Makes the frame at a time the poster.
#[tauri::command]
#[specta::specta]
pub async fn set_poster(desk: App<'_>, id: String, at: f64) -> Answer<()> {
    desk.app().await?.set_poster(id, at).await
}

/// Removes a video.
#[tauri::command]
#[specta::specta]
pub async fn remove(desk: App<'_>, id: String) -> Answer<()> {
    desk.app().await?.remove(id).await
}

/// What a video costs, or all of them and the month so far.
#[tauri::command]
#[specta::specta]
pub async fn cost(desk: App<'_>, id: Option<String>, views: Option<u32>) -> Answer<CostView> {
    desk.app().await?.cost(id, views).await
}

/// Apple's rules against a playlist.
#[tauri::command]
#[specta::specta]
pub async fn check(desk: App<'_>, target: String) -> Answer<CheckView> {
    desk.app().await?.check(target).await
}
