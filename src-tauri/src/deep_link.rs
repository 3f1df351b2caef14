//! Links into the window, `screener://video/ID`. They only show; they never publish or change anything.

use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::desk::Desk;
use crate::{news, window};

/// Keeps the link of this start until the pages listen, and listens for more.
pub fn hear(handle: &AppHandle) {
    if let Ok(Some(urls)) = handle.deep_link().get_current()
        && let Some(video) = urls.iter().find_map(video_of)
    {
        handle.state::<Desk>().keep_opened(video);
    }
    let hearer = handle.clone();
    handle.deep_link().on_open_url(move |event| {
        window::show(&hearer);
        for url in event.urls() {
            let video = video_of(&url);
            news::tell(&hearer, &news::Opened { video });
        }
    });
}

/// The video that a link names.
fn video_of(url: &url::Url) -> Option<String> {
    (url.host_str() == Some("video"))
        .then(|| url.path().trim_matches('/').to_owned())
        .filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_a_video_and_nothing_else() {
        let video = |url: &str| super::video_of(&url.parse().unwrap());
        assert_eq!(video("screener://video/k3v9q2xw"), Some("k3v9q2xw".to_owned()));
        assert_eq!(video("screener://video/k3v9q2xw/"), Some("k3v9q2xw".to_owned()));
        assert_eq!(video("screener://video/"), None);
        assert_eq!(video("screener://video/a.b"), None);
        assert_eq!(video("screener://video/a/b"), None);
        assert_eq!(video("screener://remove/k3v9q2xw"), None);
    }
}
