//! Signing and rewriting by hand: what a creator with a distribution of their own needs, without any state.

use std::fmt::Write as _;
use std::path::PathBuf;

use screener_cloudfront::{Hash, Ipv4Network, KeyPairId, PrivateKey, Terms, sign_url};
use zeroize::Zeroizing;

use crate::{AppError, Result, when};

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
    let key_pair_id = key_pair(&key_pair_id)?;
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

pub(crate) fn key_error(error: &screener_cloudfront::KeyError) -> AppError {
    AppError::new(
        "wrong_key",
        format!("The key cannot be used: {error}."),
        "Use the private half of the key pair that CloudFront knows: RSA 2048 or ECDSA P-256, as PEM or DER.",
    )
}

pub(crate) fn key_pair(id: &str) -> Result<KeyPairId> {
    KeyPairId::new(id).map_err(|e| {
        AppError::new(
            "wrong_key_pair_id",
            e,
            "Copy the id of the public key from CloudFront's key management; it looks like K2JCJMDEHXQW5F.",
        )
    })
}

/// Reads a private key that somebody else made.
pub(crate) async fn read_key(path: &std::path::Path) -> Result<PrivateKey> {
    let bytes = Zeroizing::new(tokio::fs::read(path).await.map_err(|e| {
        AppError::new(
            "key_file",
            format!("The key file {} cannot be read: {e}.", path.display()),
            "Check its name and that you may read it.",
        )
    })?);
    let key = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => PrivateKey::from_pem(text),
        _ => PrivateKey::from_der(&bytes),
    };
    key.map_err(|e| key_error(&e))
}

/// The conditions of a link from their words.
pub(crate) fn terms(expires: &str, opens: Option<&str>, ip: Option<&str>) -> Result<Terms> {
    let now = when::now();
    let ends = when::parse(expires, now)?;
    let opens = opens.map(|opens| when::parse(opens, now)).transpose()?;
    if opens.is_some_and(|opens| opens >= ends) {
        return Err(AppError::new(
            "wrong_time",
            "The link would end before it opens.",
            "Let it open earlier, or end later.",
        ));
    }
    let network = ip
        .map(|ip| {
            ip.parse::<Ipv4Network>().map_err(|e| {
                AppError::new(
                    "wrong_network",
                    format!("`{ip}` is no network that a link can be bound to: {e}."),
                    "Write an IPv4 network such as 203.0.113.0/24. CloudFront's policies know no IPv6.",
                )
            })
        })
        .transpose()?;
    Ok(Terms { ends, opens, network })
}

/// The viewer's own signature, as the endpoint gets it.
#[derive(Clone, Debug)]
pub struct RewriteRequest {
    /// Value of `Policy`.
    pub policy: String,
    /// Value of `Signature`.
    pub signature: String,
    /// Value of `Key-Pair-Id`.
    pub key_pair_id: String,
    /// Value of `Hash-Algorithm`.
    pub hash_algorithm: Option<String>,
    /// The distribution's host: absolute URIs below it are signed as well.
    pub distribution: Option<String>,
}

impl RewriteRequest {
    /// The values, each held to the characters that it can have: they become part of a playlist's text.
    fn check(&self) -> Result<()> {
        let wrong = |name: &str| {
            Err(AppError::new(
                "wrong_signature",
                format!("The value of --{name} is none that a signed URL has."),
                "Copy it from a signed URL as it stands there, between its = and the next &.",
            ))
        };
        // CloudFront's Base64 and the dot: all of what needs no escape in a query.
        let plain = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        if !plain(&self.policy) {
            return wrong("policy");
        }
        if !plain(&self.signature) {
            return wrong("signature");
        }
        key_pair(&self.key_pair_id)?;
        if self
            .hash_algorithm
            .as_deref()
            .is_some_and(|hash| !matches!(hash, "SHA1" | "SHA256"))
        {
            return wrong("hash-algorithm");
        }
        match &self.distribution {
            Some(host) if host.is_empty() || host.contains(['/', '@', '?', '#', ' ']) => Err(AppError::new(
                "wrong_domain",
                format!("`{host}` is no domain."),
                "Write the host alone, such as d111111abcdef8.cloudfront.net.",
            )),
            _ => Ok(()),
        }
    }
}

/// What the playlist endpoint does: every URI of a playlist gets the viewer's signature; no other byte changes.
///
/// # Errors
/// `wrong_signature`, `wrong_key_pair_id` or `wrong_domain` for a value that no signed URL has.
pub fn rewrite(request: &RewriteRequest, playlist: &[u8]) -> Result<Vec<u8>> {
    request.check()?;
    let written = |prefix: &str| {
        let RewriteRequest {
            policy,
            signature,
            key_pair_id,
            hash_algorithm,
            ..
        } = request;
        let mut query =
            format!("{prefix}Policy={policy}&{prefix}Signature={signature}&{prefix}Key-Pair-Id={key_pair_id}");
        if let Some(hash) = hash_algorithm {
            let _ = write!(query, "&{prefix}Hash-Algorithm={hash}");
        }
        query
    };
    let other = written("");
    let both = format!("{}&{other}", written("cf-"));
    let parameters = screener_hls::rewrite::Parameters {
        playlist: &both,
        other: &other,
        distribution: request.distribution.as_deref(),
    };
    let mut out = Vec::new();
    screener_hls::rewrite::rewrite(playlist, &parameters, &mut out);
    Ok(out)
}
