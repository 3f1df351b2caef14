//! PEM as people have it: any line width, CRLF, blocks before the one that counts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// The first block whose label ends with `ending`, as (label, DER).
pub(crate) fn block<'a>(text: &'a str, ending: &str) -> Option<(&'a str, Zeroizing<Vec<u8>>)> {
    blocks(text)
        .find(|(label, _)| label.ends_with(ending))
        .and_then(|(label, body)| {
            let mut clean = Zeroizing::new(Vec::with_capacity(body.len()));
            clean.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
            let der = STANDARD.decode(&*clean).ok()?;
            Some((label, Zeroizing::new(der)))
        })
}

/// Labels of all blocks, for words about what was given instead.
pub(crate) fn labels(text: &str) -> Vec<&str> {
    blocks(text).map(|(label, _)| label).collect()
}

/// Has the first private key a passphrase in the old OpenSSL manner?
pub(crate) fn is_encrypted(text: &str) -> bool {
    blocks(text).any(|(label, body)| label.starts_with("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED"))
}

fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find("-----BEGIN ")? + "-----BEGIN ".len();
        let label_end = begin + rest[begin..].find("-----")?;
        let label = &rest[begin..label_end];
        let body = &rest[label_end + 5..];
        let end = body.find("-----END ")?;
        let found = (label, &body[..end]);
        rest = &body[end + "-----END ".len()..];
        Some(found)
    })
}
