//! The viewer's page, embedded when the program was built: the built `watch/` of the user interface where there is one,
//! else a plain page that leaves playing to the browser.

use std::hash::{DefaultHasher, Hasher as _};

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// One file of the viewer's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFile {
    /// Its key in a bucket: `watch/index.html`.
    pub key: String,
    /// Its bytes.
    pub bytes: &'static [u8],
    /// `Content-Type`
    pub content_type: &'static str,
    /// `Cache-Control`
    pub cache_control: &'static str,
    /// `ETag` of these bytes, with its quotes.
    pub tag: String,
}

/// All files of the page, `index.html` last, so that whoever uploads them in this order never shows a page whose parts
/// are missing.
pub fn files() -> Vec<PageFile> {
    let mut files: Vec<_> = FILES.iter().filter_map(|(name, _)| file(name)).collect();
    files.sort_by_key(|file| file.key == "watch/index.html");
    files
}

/// Changes with any byte of the page; the same page has the same version on every computer.
pub fn version() -> String {
    let mut hasher = DefaultHasher::new();
    for file in files() {
        hasher.write(file.key.as_bytes());
        hasher.write(file.tag.as_bytes());
    }
    format!("{:016x}", hasher.finish())
}

/// The file under a path below `watch/`.
pub(crate) fn file(name: &str) -> Option<PageFile> {
    let (name, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    // Vite puts a digest into the names of what it bundles, so those may be kept for good.
    let cache_control = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Some(PageFile {
        key: format!("watch/{name}"),
        bytes,
        content_type: content_type(name),
        cache_control,
        tag: format!("\"{:016x}\"", hasher.finish()),
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_is_always_a_page() {
        assert!(super::file("index.html").is_some());
        assert!(super::file("").is_none());
        assert_eq!(super::files().last().unwrap().key, "watch/index.html");
        assert_eq!(super::version(), super::version());
    }
}
