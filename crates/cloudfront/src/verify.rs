//! CloudFront's side: may this request pass?

use std::net::IpAddr;

use crate::encoding;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::policy::{self, Policy, PolicyError};

/// A request as it arrived, nothing decoded.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Value of `Host`.
    pub host: &'a str,
    /// Path as it stood in the request line, with its first slash.
    pub path: &'a str,
    /// What followed the first `?`; empty where there was none.
    pub query: &'a str,
    /// The viewer's address.
    pub client: IpAddr,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// Why a request may not pass. [`Refusal::code`] is what CloudFront answers; the rest it keeps to itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No `Key-Pair-Id`: the URL is not signed.
    #[error("the URL is not signed: it has no Key-Pair-Id")]
    MissingKey,
    /// A key that is in no trusted key group.
    #[error("no trusted key group holds the key {0:?}")]
    UnknownKey(String),
    /// `Key-Pair-Id` without `Signature`.
    #[error("the URL has a Key-Pair-Id but no Signature")]
    MissingSignature,
    /// Neither `Policy` nor `Expires`.
    #[error("the URL has neither Policy nor Expires")]
    MissingPolicy,
    /// A signature that is not CloudFront's Base64.
    #[error("the Signature is not Base64 as CloudFront writes it")]
    MalformedSignature,
    /// A policy that cannot be read.
    #[error("the Policy cannot be read: {0}")]
    MalformedPolicy(String),
    /// `Hash-Algorithm` with a value that CloudFront does not know.
    #[error("Hash-Algorithm is {0:?}, and CloudFront knows SHA1 and SHA256")]
    UnknownHash(String),
    /// A parameter of the signature stands twice.
    #[error("{0} stands more than once in the URL")]
    Repeated(&'static str),
    /// The signature is not that key's over that policy.
    #[error("the signature does not match the policy and the key")]
    BadSignature,
    /// Another URL than the policy covers.
    #[error("the policy covers {resource}, and the request is for {url}")]
    OtherResource {
        /// The policy's resource.
        resource: String,
        /// The URL that was asked for, without signing parameters.
        url: String,
    },
    /// Past the end.
    #[error("the link ended at {ends}, and it is {now} (seconds since 1970)")]
    Ended {
        /// Seconds since 1970.
        ends: i64,
        /// Seconds since 1970.
        now: i64,
    },
    /// Before the opening.
    #[error("the link opens after {opens}, and it is {now} (seconds since 1970)")]
    NotOpenYet {
        /// Seconds since 1970.
        opens: i64,
        /// Seconds since 1970.
        now: i64,
    },
    /// Another network.
    #[error("the link is for viewers in {network}, and this one comes from {client}")]
    OtherNetwork {
        /// The range that the policy names.
        network: String,
        /// The viewer's address.
        client: IpAddr,
    },
}

impl Refusal {
    /// CloudFront's `<Code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingKey => "MissingKey",
            Self::UnknownKey(_) => "InvalidKey",
            Self::MissingSignature => "MissingSignature",
            Self::MissingPolicy => "MissingPolicy",
            Self::MalformedSignature => "MalformedSignature",
            Self::MalformedPolicy(_) => "MalformedPolicy",
            _ => "AccessDenied",
        }
    }

    /// CloudFront's `<Message>`.
    pub fn message(&self) -> &'static str {
        match self {
            Self::MissingKey => "Missing Key-Pair-Id query parameter or cookie value",
            Self::UnknownKey(_) => "Unknown Key",
            Self::MissingSignature => "Missing Signature query parameter or cookie value",
            Self::MissingPolicy => "Missing Policy or Expires query parameter or cookie value",
            Self::MalformedSignature => "Could not unencode Signature",
            Self::MalformedPolicy(_) => "Malformed Policy",
            _ => "Access denied",
        }
    }

    /// The body that goes with the 403.
    pub fn body(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{}</Code><Message>{}</Message></Error>",
            self.code(),
            self.message()
        )
    }
}

/// The names that CloudFront takes off a request before any origin sees it.
pub const PARAMETERS: [&str; 5] = ["Policy", "Signature", "Key-Pair-Id", "Expires", "Hash-Algorithm"];

/// The query without the signing parameters; order and everything else stay.
pub fn stripped(query: &str) -> String {
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            !PARAMETERS.contains(&name)
        })
        .collect();
    kept.join("&")
}

/// Judges a request by its signed URL. `keys` knows the keys of the trusted key groups by their ids: as many as there
/// are, so that a key can be replaced while links under the old one still live.
pub fn verify(request: &Request<'_>, keys: impl Fn(&str) -> Option<PublicKey>) -> Result<(), Refusal> {
    verify_reading(request, Reading::default(), keys)
}

/// The same under one of the [`Reading`]s of a resource's pattern.
pub fn verify_reading(
    request: &Request<'_>,
    reading: Reading,
    keys: impl Fn(&str) -> Option<PublicKey>,
) -> Result<(), Refusal> {
    let find = |name| single(request.query, name);
    judge(request, reading, find, keys)
}

/// How the `?` in a policy's `Resource` is understood. The Developer Guide says "any one character", and shows resources
/// whose `?` begins a query; what a link is holds under each of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Any one character, as the Developer Guide says.
    #[default]
    Wildcard,
    /// Itself.
    Literal,
    /// The first one parts path from query, and each is held against its own part of the URL.
    Sections,
}

impl Reading {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Wildcard, Self::Literal, Self::Sections];

    /// Whether a resource covers a URL.
    pub fn covers(self, resource: &str, url: &str) -> bool {
        match self {
            Self::Wildcard => matches(resource, url),
            Self::Literal => matches_with(resource, url, None),
            Self::Sections => match (resource.split_once('?'), url.split_once('?')) {
                // A resource without a query covers every query of what it covers.
                (None, _) => matches(resource, url),
                (Some(_), None) => false,
                (Some((path, query)), Some((asked, its))) => matches(path, asked) && matches(query, its),
            },
        }
    }
}

/// The same for a viewer who may have signed cookies. `cookies` is the value of `Cookie`; where the URL is signed, it
/// alone counts (Developer Guide, "Decide to use signed URLs or signed cookies").
pub fn verify_with_cookies(
    request: &Request<'_>,
    cookies: &str,
    keys: impl Fn(&str) -> Option<PublicKey>,
) -> Result<(), Refusal> {
    let cookie = |wanted: &str| {
        cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| name.strip_prefix("CloudFront-") == Some(wanted))
            .map(|(_, value)| value)
    };
    if single(request.query, "Key-Pair-Id") == Ok(None) && cookie("Key-Pair-Id").is_some() {
        judge(request, Reading::default(), |name| Ok(cookie(name)), keys)
    } else {
        verify(request, keys)
    }
}

/// `find` gives the signing parameters by their names.
fn judge<'a>(
    request: &Request<'_>,
    reading: Reading,
    find: impl Fn(&'static str) -> Result<Option<&'a str>, Refusal>,
    keys: impl Fn(&str) -> Option<PublicKey>,
) -> Result<(), Refusal> {
    let key_id = find("Key-Pair-Id")?.ok_or(Refusal::MissingKey)?;
    let key = keys(key_id).ok_or_else(|| Refusal::UnknownKey(key_id.to_owned()))?;
    let signature = find("Signature")?.ok_or(Refusal::MissingSignature)?;
    let signature = encoding::from_query(signature).ok_or(Refusal::MalformedSignature)?;
    let hash = match find("Hash-Algorithm")? {
        None | Some("SHA1") => Hash::Sha1,
        Some("SHA256") => Hash::Sha256,
        Some(other) => return Err(Refusal::UnknownHash(other.to_owned())),
    };
    let url = asked(request);
    let json = match (find("Policy")?, find("Expires")?) {
        (Some(policy), _) => decoded_policy(policy)?,
        (None, Some(ends)) => {
            let ends = ends
                .parse()
                .map_err(|_| Refusal::MalformedPolicy("Expires is no number".to_owned()))?;
            policy::canned(&url, ends)
        }
        (None, None) => return Err(Refusal::MissingPolicy),
    };
    let policy = checked(&json, &signature, hash, &key)?;
    permits(&policy, reading, &url, request)
}

/// Reads the values of `Policy` and `Signature` and checks the one against the other. The conditions are not judged.
pub fn signed_policy(policy: &str, signature: &str, hash: Hash, key: &PublicKey) -> Result<Policy, Refusal> {
    let signature = encoding::from_query(signature).ok_or(Refusal::MalformedSignature)?;
    checked(&decoded_policy(policy)?, &signature, hash, key)
}

fn decoded_policy(encoded: &str) -> Result<String, Refusal> {
    encoding::from_query(encoded)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Refusal::MalformedPolicy("not Base64 of UTF-8".to_owned()))
}

fn checked(json: &str, signature: &[u8], hash: Hash, key: &PublicKey) -> Result<Policy, Refusal> {
    let policy = Policy::from_json(json).map_err(|error: PolicyError| Refusal::MalformedPolicy(error.to_string()))?;
    if key.verifies(hash, json.as_bytes(), signature) {
        Ok(policy)
    } else {
        Err(Refusal::BadSignature)
    }
}

/// The conditions of a policy whose signature holds.
fn permits(policy: &Policy, reading: Reading, url: &str, request: &Request<'_>) -> Result<(), Refusal> {
    if !reading.covers(&policy.resource, url) {
        return Err(Refusal::OtherResource {
            resource: policy.resource.clone(),
            url: url.to_owned(),
        });
    }
    if request.now >= policy.ends {
        return Err(Refusal::Ended {
            ends: policy.ends,
            now: request.now,
        });
    }
    if let Some(opens) = policy.opens.filter(|opens| request.now <= *opens) {
        return Err(Refusal::NotOpenYet {
            opens,
            now: request.now,
        });
    }
    match policy.network {
        Some(network) if !network.contains(request.client) => Err(Refusal::OtherNetwork {
            network: network.to_string(),
            client: request.client,
        }),
        _ => Ok(()),
    }
}

/// The URL that a policy is held against: as it was asked for, without the signing parameters.
fn asked(request: &Request<'_>) -> String {
    let query = stripped(request.query);
    let joint = if query.is_empty() { "" } else { "?" };
    format!("{}://{}{}{joint}{query}", request.scheme, request.host, request.path)
}

fn single<'a>(query: &'a str, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut found = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| *key == name);
    match (found.next(), found.next()) {
        (first, None) => Ok(first.map(|(_, value)| value)),
        _ => Err(Refusal::Repeated(name)),
    }
}

/// CloudFront's patterns: `*` stands for any characters and none, `?` for exactly one; case counts. Linear in the
/// product of the lengths at worst, and without recursion.
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_with(pattern, text, Some(b'?'))
}

/// `one` stands for exactly one character.
fn matches_with(pattern: &str, text: &str, one: Option<u8>) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == text[t] || Some(*byte) == one => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}
