//! What the playlist endpoint does to a playlist, by hand and without any state.

use std::fmt::Write as _;

use screener_cloudfront::link_id::PARAMETER;

use crate::Result;
use crate::cause::Cause;
use crate::key_pairs::private_key::key_pair_id;
use crate::typed_ids::link_id;

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
    /// Value of `l`, the link's own name, where it has one.
    pub l: Option<String>,
    /// The distribution's host: absolute URIs below it are signed as well.
    pub distribution: Option<String>,
}

impl RewriteRequest {
    /// The values, each held to the characters that it can have: they become part of a playlist's text.
    fn check(&self) -> Result<()> {
        let wrong = |name: &str| Err(Cause::WrongSignature { name: name.to_owned() }.into());
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
        key_pair_id(&self.key_pair_id)?;
        if self
            .hash_algorithm
            .as_deref()
            .is_some_and(|hash| !matches!(hash, "SHA1" | "SHA256"))
        {
            return wrong("hash-algorithm");
        }
        if let Some(name) = &self.l {
            link_id(name)?;
        }
        match &self.distribution {
            Some(host) if host.is_empty() || host.contains(['/', '@', '?', '#', ' ']) => {
                Err(Cause::WrongDomain { domain: host.clone() }.into())
            }
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
    let first = request
        .l
        .as_ref()
        .map(|name| format!("{PARAMETER}={name}"))
        .unwrap_or_default();
    let parameters = screener_hls::rewrite::Parameters {
        first: &first,
        playlist: &both,
        other: &other,
        distribution: request.distribution.as_deref(),
    };
    let mut out = Vec::new();
    screener_hls::rewrite::rewrite(playlist, &parameters, &mut out);
    Ok(out)
}
