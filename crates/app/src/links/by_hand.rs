//! Signing by hand: what a creator with a distribution of their own needs, without any state.

use std::path::PathBuf;

use screener_cloudfront::{Hash, sign_url};

use super::conditions::terms;
use crate::Result;
use crate::cause::Cause;
use crate::key_pairs::private_key::{key_error, key_pair_id, read_key};

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
fn check_url(url: &str) -> Result<(), Cause> {
    let whole = || url.to_owned();
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let Some(rest) = rest else {
        return Err(Cause::UrlWithoutScheme { url: whole() });
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty()
        || host
            .bytes()
            .any(|byte| byte <= b' ' || byte == 0x7f || b"\"\\<>^`{|}@".contains(&byte))
    {
        return Err(Cause::UrlWithoutHost { url: whole() });
    }
    if url.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err(Cause::UrlWithControl { url: whole() });
    }
    if url.contains('#') {
        return Err(Cause::UrlWithFragment { url: whole() });
    }
    if let Some((_, query)) = url.split_once('?')
        && let Some(name) = query
            .split('&')
            .map(|pair| pair.split('=').next().unwrap_or_default())
            .find(|name| screener_cloudfront::verify::PARAMETERS.contains(name))
    {
        let name = name.to_owned();
        return Err(Cause::UrlSignedAlready { url: whole(), name });
    }
    Ok(())
}
