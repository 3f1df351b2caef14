//! Answers, and what can be wrong, in words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An answer in the shape that API Gateway (both payloads) and function URLs take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// HTTP status.
    pub status_code: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body: text, or Base64.
    pub body: String,
    /// Is the body Base64?
    pub is_base64_encoded: bool,
}

/// What can be wrong with a request, or on the way of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The event is none that is known.
    BadEvent,
    /// The path is not written plainly.
    BadPath,
    /// No copies of the link.
    NoLink,
    /// A link with a canned policy.
    CannedLink,
    /// A copy twice, or with characters that it cannot have.
    BadLink,
    /// Not through CloudFront.
    NotThroughCloudFront,
    /// No such playlist.
    NotFound,
    /// Another method.
    BadMethod,
    /// The playlist is larger than may be read.
    TooLarge,
    /// The answer is larger than can be carried.
    AnswerTooLarge,
    /// The object is no playlist.
    NotAPlaylist,
    /// The origin failed.
    OriginFailed,
    /// The origin took too long.
    OriginTimedOut,
    /// Signing failed.
    SigningFailed,
    /// Sign mode knows no distribution.
    NoDomain,
}

impl Problem {
    /// HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::BadEvent | Self::BadPath | Self::NoLink | Self::CannedLink | Self::BadLink => 400,
            Self::NotThroughCloudFront => 403,
            Self::NotFound => 404,
            Self::BadMethod => 405,
            Self::TooLarge | Self::AnswerTooLarge => 413,
            Self::NotAPlaylist | Self::OriginFailed | Self::SigningFailed | Self::NoDomain => 502,
            Self::OriginTimedOut => 504,
        }
    }

    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadEvent => "bad_event",
            Self::BadPath => "bad_path",
            Self::NoLink => "no_link",
            Self::CannedLink => "canned_link",
            Self::BadLink => "bad_link",
            Self::NotThroughCloudFront => "not_through_cloudfront",
            Self::NotFound => "not_found",
            Self::BadMethod => "bad_method",
            Self::TooLarge => "playlist_too_large",
            Self::AnswerTooLarge => "answer_too_large",
            Self::NotAPlaylist => "not_a_playlist",
            Self::OriginFailed => "origin_failed",
            Self::OriginTimedOut => "origin_timed_out",
            Self::SigningFailed => "signing_failed",
            Self::NoDomain => "no_domain",
        }
    }

    /// What happened and why.
    pub fn message(self) -> &'static str {
        match self {
            Self::BadEvent => {
                "The event is neither a REST API proxy event, an HTTP API event nor a function URL event."
            }
            Self::BadPath => {
                "The path is not written plainly: escapes, `..`, empty names and control characters are refused."
            }
            Self::NoLink => "The link's copies (cf-Policy, cf-Signature, cf-Key-Pair-Id) did not reach the endpoint.",
            Self::CannedLink => {
                "The link has a canned policy, which covers one URL and none of the segments behind it."
            }
            Self::BadLink => "A copy of the link stands twice, or has characters that it cannot have.",
            Self::NotThroughCloudFront => "The request did not come through the distribution.",
            Self::NotFound => "There is no such playlist.",
            Self::BadMethod => "Playlists can be read, and nothing else.",
            Self::TooLarge => "The playlist is larger than this endpoint reads.",
            Self::AnswerTooLarge => {
                "With the link behind every URI the playlist is larger than Lambda can answer (6 MB)."
            }
            Self::NotAPlaylist => "The stored object does not begin with #EXTM3U.",
            Self::OriginFailed => "The bucket could not be read.",
            Self::OriginTimedOut => "The bucket did not answer in time.",
            Self::SigningFailed => "The playlist could not be signed.",
            Self::NoDomain => "The request does not tell whose distribution it came through, and links name it.",
        }
    }

    /// What to do next.
    pub fn mend(self) -> &'static str {
        match self {
            Self::BadEvent => {
                "Connect the function to API Gateway with a proxy integration, or give it a function URL."
            }
            Self::BadPath => "Ask for /<prefix>/<video-id>/….m3u8 with letters, digits, `.`, `_` and `-`.",
            Self::NoLink => {
                "Send each parameter under its cf- name too, and let the cache policy of *.m3u8 forward the cf- names."
            }
            Self::CannedLink => "Make a link with a custom policy over the video's folder, or set SCREENER_MODE=sign.",
            Self::BadLink => "Copy the link again, whole.",
            Self::NotThroughCloudFront => {
                "Use the distribution's address; on the origin, set x-origin-verify to the secret."
            }
            Self::NotFound => {
                "Check the link; the video may have been removed. The function's role needs s3:GetObject on <prefix>/*.m3u8."
            }
            Self::BadMethod => "Use GET, HEAD or OPTIONS.",
            Self::TooLarge => "Use longer segments, or raise SCREENER_LARGEST_PLAYLIST.",
            Self::AnswerTooLarge => "Ask with `Accept-Encoding: gzip`; where that was done, use longer segments.",
            Self::NotAPlaylist => "Publish the video again.",
            Self::OriginFailed => "Try again; where it stays, look for this request's id in the function's log.",
            Self::OriginTimedOut => "Try again in a moment.",
            Self::NoDomain => {
                "Set SCREENER_DISTRIBUTION, or let the viewer-request function set x-screener-host and the origin request policy forward it."
            }
            Self::SigningFailed => "Look for this request's id in the function's log; check the private key.",
        }
    }
}
