//! CloudFront's URL-safe Base64: `+`, `=` and `/` become `-`, `_` and `~`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Encodes as CloudFront expects it in a query string.
pub(crate) fn to_query(bytes: &[u8]) -> String {
    STANDARD
        .encode(bytes)
        .chars()
        .map(|character| match character {
            '+' => '-',
            '=' => '_',
            '/' => '~',
            other => other,
        })
        .collect()
}

/// Decodes what [`to_query`] makes. `None` for anything else.
pub(crate) fn from_query(text: &str) -> Option<Vec<u8>> {
    let standard: String = text
        .chars()
        .map(|character| match character {
            '-' => '+',
            '_' => '=',
            '~' => '/',
            // Not of the alphabet: keeps the plain forms from being a second spelling of the same value.
            '+' | '=' | '/' => ' ',
            other => other,
        })
        .collect();
    STANDARD.decode(standard).ok()
}
