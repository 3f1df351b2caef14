//! Signing by hand: what a creator with a distribution of their own needs, without any state.

use std::path::PathBuf;

use screener_cloudfront::{Hash, sign_url};

use super::conditions::terms;
use crate::key_pairs::private_key::{key_error, key_pair_id, read_key};
use crate::{AppError, Result};

/// What to sign, and on which conditions. Moments as [`crate::view::LinkRequest`] has them.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// URL.
    pub url: String,
    /// Private key, PEM or DER.
    pub key: PathBuf,
    /// CloudFront's id of the public key.
    pub key_pair_id: String,
    /// When it ends.
    pub expires: String,
    /// When it opens.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// What the policy allows, instead of the URL.
    pub resource: Option<String>,
    /// SHA-256 rather than SHA-1.
    pub sha256: bool,
}

/// Signs one URL as AWS's own tools do: a canned policy where an end is the only condition, a custom one otherwise.
///
/// # Errors
/// What is wrong with the key, the id or a condition.
pub async fn sign(request: SignRequest) -> Result<String> {
    let SignRequest {
        url,
        key,
        key_pair_id,
        expires,
        opens,
        ip,
        resource,
        sha256,
    } = request;
    check_url(&url)?;
    let key = read_key(&key).await?;
    let key_pair_id = self::key_pair_id(&key_pair_id)?;
    let terms = terms(&expires, opens.as_deref(), ip.as_deref())?;
    let hash = if sha256 { Hash::Sha256 } else { Hash::Sha1 };
    let signed = sign_url(&key, &key_pair_id, hash, &url, &terms, resource.as_deref()).map_err(|e| key_error(&e))?;
    Ok(signed.into_exposed())
}

/// Could a viewer ask for this URL? A fragment never reaches CloudFront, and what comes behind it is no query.
fn check_url(url: &str) -> Result<()> {
    let wrong = |what: &str, mend: &str| Err(AppError::new("wrong_url", format!("`{url}` {what}."), mend));
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let Some(rest) = rest else {
        return wrong("is no http(s) URL", "Write it whole, from https:// on.");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty()
        || host
            .bytes()
            .any(|byte| byte <= b' ' || byte == 0x7f || b"\"\\<>^`{|}@".contains(&byte))
    {
        return wrong("names no host", "Write the distribution's domain behind https://.");
    }
    if url.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return wrong(
            "holds a control character",
            "Write line ends and tabs as %0A and %09, or leave them out.",
        );
    }
    if url.contains('#') {
        return wrong(
            "has a fragment, which browsers keep to themselves",
            "Leave out what stands from # on, and put it behind the signed URL.",
        );
    }
    if let Some((_, query)) = url.split_once('?')
        && let Some(name) = query
            .split('&')
            .map(|pair| pair.split('=').next().unwrap_or_default())
            .find(|name| screener_cloudfront::verify::PARAMETERS.contains(name))
    {
        return wrong(
            &format!("has a parameter {name} already, which is CloudFront's own"),
            "Sign the URL as it was before it was signed.",
        );
    }
    Ok(())
}
