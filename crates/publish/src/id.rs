//! Names: videos, jobs, objects.

use std::fmt;
use std::str::FromStr;

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};

fn base32() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification
        .encoding()
        .expect("32 distinct symbols are a valid base32 alphabet")
}

fn random(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    getrandom::fill(&mut buffer).expect("the operating system has random numbers");
    base32().encode(&buffer)
}

fn is_base32(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
}

/// A name that is not of the right form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of a {1}")]
pub struct NotAnId(String, &'static str);

/// A video's name: 128 random bits in lower-case base32, 26 characters. Never derived from a file's name, never reused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VideoId(String);

impl VideoId {
    /// A new one.
    pub fn random() -> Self {
        Self(random(16))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A job's name: 80 random bits in lower-case base32, 16 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(String);

impl JobId {
    /// A new one.
    pub fn random() -> Self {
        Self(random(10))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! name {
    ($name:ident, $length:literal, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if is_base32(text, $length) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAnId(text.to_owned(), $what))
                }
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}
name!(VideoId, 26, "video");
name!(JobId, 16, "job");

/// The key of an object in a bucket: `videos/<id>/index.m3u8`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The key of `path` below a video's folder.
    pub fn of(prefix: &str, video: &VideoId, path: &str) -> Self {
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
    fn ids_are_random_and_parse_back() {
        let (a, b) = (VideoId::random(), VideoId::random());
        assert_ne!(a, b);
        assert_eq!(a.as_str().len(), 26);
        assert_eq!(a.as_str().parse::<VideoId>().unwrap(), a);
        assert!("../../etc".parse::<VideoId>().is_err());
        assert_eq!(JobId::random().as_str().len(), 16);
    }

    #[test]
    fn content_types_and_cache_headers_follow_the_protocol() {
        let id = VideoId::random();
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
            let key = ObjectKey::of("videos", &id, path);
            assert_eq!(key.content_type(), kind, "{path}");
            assert_eq!(key.cache_control().contains("immutable"), immutable, "{path}");
        }
    }
}
