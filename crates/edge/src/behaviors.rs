//! CloudFront's path patterns, and a path as they see it.
//!
//! Source: Amazon CloudFront Developer Guide, "Cache behavior settings", path pattern: patterns know `*` and `?`, count
//! case, and are held against the *normalised* path, while the origin gets the path as it was sent.

use std::borrow::Cow;

pub use screener_cloudfront::verify::matches;

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
