//! Which cache behavior answers a request: CloudFront's path patterns in their order of precedence.
//!
//! Source: Amazon CloudFront Developer Guide, "Cache behavior settings", path pattern: patterns know `*` and `?`, count
//! case, and are held against the *normalised* path, while the origin gets the path as it was sent.

use std::borrow::Cow;

pub use screener_cloudfront::verify::matches;

/// Where a behavior's answers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The playlist endpoint, behind API Gateway.
    Endpoint,
    /// The bucket.
    Bucket,
    /// The viewer's page; the bucket has it on AWS.
    Page,
}

/// One cache behavior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// The path pattern, without the first slash as CloudFront allows.
    pub pattern: &'static str,
    /// Who answers.
    pub origin: Origin,
    /// Whether a signature by the trusted key group is needed.
    pub restricted: bool,
    /// Whether CloudFront may compress what the origin sent plain.
    pub compress: bool,
}

/// In order of precedence; the last takes what is left.
pub const BEHAVIORS: [Behavior; 3] = [
    Behavior {
        pattern: "*.m3u8",
        origin: Origin::Endpoint,
        restricted: true,
        compress: true,
    },
    Behavior {
        pattern: "watch/*",
        origin: Origin::Page,
        restricted: false,
        compress: true,
    },
    Behavior {
        pattern: "*",
        origin: Origin::Bucket,
        restricted: true,
        compress: true,
    },
];

/// A behavior with its place in the order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// 0 is asked first.
    pub precedence: usize,
    /// The behavior.
    pub behavior: Behavior,
}

/// The behavior for a raw request path.
pub fn matched(path: &str) -> Matched {
    let path = normalize(path);
    let bare = path.strip_prefix('/').unwrap_or(&path);
    let precedence = BEHAVIORS
        .iter()
        .position(|behavior| matches(behavior.pattern, bare))
        .unwrap_or(BEHAVIORS.len() - 1);
    Matched {
        precedence,
        behavior: BEHAVIORS[precedence],
    }
}

/// A path as patterns see it: percent-encoded unreserved characters decoded, dot segments resolved (RFC 3986, 6.2.2),
/// runs of slashes made one.
pub fn normalize(path: &str) -> Cow<'_, str> {
    if !path.contains('%') && !path.contains("//") && !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let decoded = decode_unreserved(path);
    let mut parts: Vec<&str> = Vec::new();
    let mut ends_in_folder = false;
    for part in decoded.split('/') {
        ends_in_folder = matches!(part, "" | "." | "..");
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let end = if ends_in_folder && !parts.is_empty() { "/" } else { "" };
    Cow::Owned(format!("/{}{end}", parts.join("/")))
}

fn decode_unreserved(path: &str) -> String {
    let mut decoded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        let byte = rest
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                decoded.push(char::from(byte));
                rest = &rest[at + 3..];
            }
            _ => {
                decoded.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}
