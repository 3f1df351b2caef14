//! Links, and how they are handed on.

use screener_app::AppError;
use screener_app::view::{LinkRecordView, LinkRequest, LinkView, QrView};
use tauri::State;

use crate::desk::Desk;

type Answer<T> = Result<T, AppError>;
type App<'a> = State<'a, Desk>;

/// A short link that the window's own player uses; it is not recorded.
#[tauri::command]
#[specta::specta]
pub async fn watch(desk: App<'_>, id: String) -> Answer<LinkView> {
    desk.app().await?.watch(id).await
}

/// Makes a link.
#[tauri::command]
#[specta::specta]
pub async fn link(desk: App<'_>, request: LinkRequest) -> Answer<LinkView> {
    desk.app().await?.link(request).await
}

/// Links made, newest first; of one video or of all.
#[tauri::command]
#[specta::specta]
pub async fn links(desk: App<'_>, id: Option<String>) -> Answer<Vec<LinkRecordView>> {
    desk.app().await?.links(id).await
}

/// A link as a QR code.
#[tauri::command]
#[specta::specta]
#[expect(clippy::needless_pass_by_value, reason = "what a page sends arrives owned")]
pub fn qr(text: String) -> Answer<QrView> {
    screener_app::qr(&text)
}
