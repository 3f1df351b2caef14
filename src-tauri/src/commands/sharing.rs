//! Links, and how they are handed on.

use screener_app::AppError;
use screener_app::view::{AudienceView, LinkRecordView, LinkRequest, LinkView, QrView, TakenBackView};
use tauri::State;
use tauri_plugin_dialog::DialogExt as _;

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

/// Makes one link for each of the names, on the same conditions.
#[tauri::command]
#[specta::specta]
pub async fn link_many(desk: App<'_>, request: LinkRequest, names: Vec<String>) -> Answer<Vec<LinkView>> {
    desk.app().await?.link_many(request, names).await
}

/// Reads what other computers said of links; of one video or of all.
#[tauri::command]
#[specta::specta]
pub async fn sync_links(desk: App<'_>, id: Option<String>) -> Answer<()> {
    desk.app().await?.sync_links(id).await
}

/// The names of a pasted list or table.
#[tauri::command]
#[specta::specta]
#[expect(clippy::needless_pass_by_value, reason = "what a page sends arrives owned")]
pub fn names(text: String) -> Answer<Vec<String>> {
    screener_app::names(text.as_bytes())
}

/// A pass phrase to propose.
#[tauri::command]
#[specta::specta]
pub fn pass_phrase() -> Answer<String> {
    screener_app::pass_phrase()
}

/// Takes links back.
#[tauri::command]
#[specta::specta]
pub async fn take_back(desk: App<'_>, links: Vec<String>) -> Answer<Vec<TakenBackView>> {
    desk.app().await?.take_back(links).await
}

/// Takes every link of a video back that was made so far.
#[tauri::command]
#[specta::specta]
pub async fn take_back_all(desk: App<'_>, id: String) -> Answer<TakenBackView> {
    desk.app().await?.take_back_all(id).await
}

/// Makes what was taken back as it was before.
#[tauri::command]
#[specta::specta]
pub async fn give_back(desk: App<'_>, taken: TakenBackView) -> Answer<()> {
    desk.app().await?.give_back(taken).await
}

/// Saves links as a table where the creator says; the file's path, or nothing where none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn save_links(handle: tauri::AppHandle, links: Vec<LinkView>) -> Answer<Option<String>> {
    let (chosen, choice) = tokio::sync::oneshot::channel();
    handle
        .dialog()
        .file()
        .add_filter("CSV", &["csv"])
        .set_file_name("links.csv")
        .save_file(move |path| drop(chosen.send(path)));
    let path = choice.await.ok().flatten().and_then(|path| path.into_path().ok());
    let Some(path) = path else { return Ok(None) };
    screener_app::save_links(&path, &links).await?;
    Ok(Some(path.display().to_string()))
}

/// Who has watched a video.
#[tauri::command]
#[specta::specta]
pub async fn audience(desk: App<'_>, id: String) -> Answer<AudienceView> {
    desk.app().await?.audience(id).await
}

/// A link as a QR code.
#[tauri::command]
#[specta::specta]
#[expect(clippy::needless_pass_by_value, reason = "what a page sends arrives owned")]
pub fn qr(text: String) -> Answer<QrView> {
    screener_app::qr(&text)
}
