//! What is seen on the way: compression, types, TLS, redirects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::findings::Level::{Must, Should};
use super::findings::{Judge, Rule};

/// How one resource came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact, seen or not")]
pub struct Delivered {
    /// `Content-Encoding` was gzip.
    pub gzip: bool,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// It came over TLS.
    pub tls: bool,
    /// It came from this machine: TLS has no use there.
    pub loopback: bool,
    /// A redirect led to it.
    pub redirected: bool,
}

const GZIP: Rule = (
    "10.1",
    Must,
    "Playlists are delivered with gzip.",
    "Answer `Accept-Encoding: gzip` with gzip; on CloudFront, let the cache policy compress.",
);
const TYPES: Rule = (
    "10.4",
    Should,
    "Content has the recommended MIME type.",
    "Store the object with its type: application/vnd.apple.mpegurl, video/mp4, video/iso.segment, video/mp2t, text/vtt.",
);
const INDEX_TLS: Rule = ("11.1", Should, "Multivariant playlists come over TLS.", "Use https.");
const MEDIA_TLS: Rule = ("11.2", Should, "Media playlists come over TLS.", "Use https.");
const SEGMENT_TLS: Rule = ("11.3", Should, "Media segments come over TLS.", "Use https.");
const REDIRECT: Rule = (
    "8.18",
    Must,
    "Media requests are not redirected.",
    "Name the final address in the playlist.",
);

pub(super) fn judge(judge: &mut Judge, delivery: &BTreeMap<String, Delivered>) {
    for (name, seen) in delivery {
        let path = name.split(['?', '#']).next().unwrap_or_default();
        let ending = path.rsplit('.').next().unwrap_or_default();
        let playlist = ending == "m3u8";
        if playlist {
            judge.expect(GZIP, name, seen.gzip, || "it came plain".to_owned());
        }
        let wanted: &[&str] = match ending {
            "m3u8" => &["application/vnd.apple.mpegurl", "audio/mpegurl"],
            "ts" => &["video/mp2t"],
            "m4s" => &["video/iso.segment", "video/mp4", "audio/mp4"],
            "mp4" => &["video/mp4", "audio/mp4", "application/mp4"],
            "vtt" => &["text/vtt", "text/plain"],
            "aac" => &["audio/aac"],
            _ => &[],
        };
        if !wanted.is_empty() {
            let given = seen.content_type.as_deref().unwrap_or_default();
            let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            judge.expect(TYPES, name, wanted.contains(&kind.as_str()), || {
                if given.is_empty() {
                    "no type".to_owned()
                } else {
                    format!("the type {given:?}")
                }
            });
        }
        let rule = match (playlist, name == "index.m3u8") {
            (true, true) => INDEX_TLS,
            (true, false) => MEDIA_TLS,
            (false, _) => SEGMENT_TLS,
        };
        judge.expect(rule, name, seen.tls || seen.loopback, || {
            "it came over plain http".to_owned()
        });
        judge.expect(REDIRECT, name, !seen.redirected, || "a redirect led to it".to_owned());
    }
}
