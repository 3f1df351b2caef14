//! The viewer's link, as its `cf-` copies tell it.
//!
//! CloudFront has checked the link and taken its own parameters off. What arrives here under `cf-` names becomes part of
//! a playlist's text, so each value is held to the characters that it can have. A named link's own name (`l`) is no parameter of
//! CloudFront's, so it comes as it was sent.

use screener_cloudfront::{LinkId, link_id};

use crate::response::Problem;

/// The texts that go behind URIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// What every query begins with: `l=…`; empty for a plain link.
    pub first: String,
    /// Behind URIs of playlists: both copies.
    pub playlist: String,
    /// Behind all others: CloudFront's names alone.
    pub other: String,
}

/// Longest value of each: policies with every condition have under 400 bytes, RSA signatures 344.
const LONGEST: usize = 4096;

const NAMES: [&str; 5] = [
    "cf-Policy",
    "cf-Signature",
    "cf-Key-Pair-Id",
    "cf-Hash-Algorithm",
    "cf-Expires",
];

/// Reads the copies of a query.
pub fn forwarded(query: &[(String, String)]) -> Result<Forwarded, Problem> {
    let [policy, signature, key, hash, expires] = NAMES.map(|name| single(query, name));
    let (policy, signature, key, hash) = (policy?, signature?, key?, hash?);
    if policy.is_none() && expires?.is_some() {
        return Err(Problem::CannedLink);
    }
    let (Some(policy), Some(signature), Some(key)) = (policy, signature, key) else {
        return Err(Problem::NoLink);
    };
    let sound = is_base64(policy)
        && is_base64(signature)
        && !key.is_empty()
        && key.len() <= 128
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && hash.is_none_or(|hash| matches!(hash, "SHA1" | "SHA256"));
    if !sound {
        return Err(Problem::BadLink);
    }
    let written = |prefix: &str| {
        let mut text = format!("{prefix}Policy={policy}&{prefix}Signature={signature}&{prefix}Key-Pair-Id={key}");
        if let Some(hash) = hash {
            text.push('&');
            text.push_str(prefix);
            text.push_str("Hash-Algorithm=");
            text.push_str(hash);
        }
        text
    };
    let other = written("");
    Ok(Forwarded {
        first: named(query)?.map(|link| link.query()).unwrap_or_default(),
        playlist: format!("{}&{other}", written("cf-")),
        other,
    })
}

/// The link's own name, where it has one.
pub(crate) fn named(query: &[(String, String)]) -> Result<Option<LinkId>, Problem> {
    single(query, link_id::PARAMETER)?
        .map(|name| name.parse().map_err(|_| Problem::BadLink))
        .transpose()
}

/// CloudFront's Base64.
fn is_base64(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte))
}

fn single<'a>(query: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, Problem> {
    let mut found = query
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err(Problem::BadLink),
    }
}
