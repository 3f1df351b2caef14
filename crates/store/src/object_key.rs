//! Names of objects, and what a browser must be told about each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The key of an object in a bucket: `videos/<id>/index.m3u8`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The key of `path` below a video's folder.
    pub fn of(prefix: &str, video: impl fmt::Display, path: &str) -> Self {
        Self(format!("{prefix}/{video}/{path}"))
    }

    /// A key as a bucket lists it.
    pub fn raw(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a browser must be told it is; see the list in the delivery protocol.
    pub fn content_type(&self) -> &'static str {
        match self.0.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "m3u8" => "application/vnd.apple.mpegurl",
            "mp4" => "video/mp4",
            "m4s" => "video/iso.segment",
            "ts" => "video/mp2t",
            "vtt" => "text/vtt",
            "jpg" => "image/jpeg",
            "json" => "application/json",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript",
            "css" => "text/css",
            "svg" => "image/svg+xml",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }

    /// Media below a generation never changes; playlists, the catalog record and pages do.
    pub fn cache_control(&self) -> &'static str {
        match self.content_type() {
            "application/vnd.apple.mpegurl" | "application/json" | "text/html; charset=utf-8" => "no-cache",
            _ => "public, max-age=31536000, immutable",
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_and_cache_headers_follow_the_protocol() {
        for (path, kind, immutable) in [
            ("index.m3u8", "application/vnd.apple.mpegurl", false),
            ("video.json", "application/json", false),
            ("1/1080p/index.m3u8", "application/vnd.apple.mpegurl", false),
            ("1/1080p/init.mp4", "video/mp4", true),
            ("1/1080p/00001.m4s", "video/iso.segment", true),
            ("1/1080p/00001.ts", "video/mp2t", true),
            ("1/storyboard.vtt", "text/vtt", true),
            ("1/poster.jpg", "image/jpeg", true),
        ] {
            let key = ObjectKey::of("videos", "abc", path);
            assert_eq!(key.content_type(), kind, "{path}");
            assert_eq!(key.cache_control().contains("immutable"), immutable, "{path}");
        }
    }
}
