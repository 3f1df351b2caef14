//! Sign mode: one custom policy over the video's folder, signed once a minute and video.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use screener_cloudfront::{
    Hash, KeyError, KeyPairId, LinkId, Policy, PrivateKey, Signature, covering, sign_custom, verify,
};

use crate::forwarded::{Forwarded, named};
use crate::response::Problem;

/// Signatures that are kept: more videos than one process serves in a minute.
const KEPT: usize = 64;

/// In which CloudFront's viewer-request function tells the distribution's host, over whatever the viewer sent. It is believed of a
/// request that showed the origin secret, and of no other.
pub const HOST_HEADER: &str = "x-screener-host";

/// Signs playlists.
pub struct Signer {
    /// The private key.
    pub key: PrivateKey,
    /// Its id.
    pub key_pair_id: KeyPairId,
    /// The digest.
    pub hash: Hash,
    /// Host of the distribution, which policies name. `None`: each request tells it in [`HOST_HEADER`].
    pub domain: Option<String>,
    /// How long a link out of a playlist lives, at most.
    pub lifetime: Duration,
    made: Mutex<BTreeMap<(String, i64), Signature>>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.domain.as_deref().unwrap_or("as told");
        write!(f, "Signer({domain}, {}, {:?})", self.key_pair_id, self.lifetime)
    }
}

impl Signer {
    /// A signer with SHA-1.
    pub fn new(key: PrivateKey, key_pair_id: KeyPairId, domain: Option<String>, lifetime: Duration) -> Self {
        Self {
            key,
            key_pair_id,
            hash: Hash::Sha1,
            domain,
            lifetime,
            made: Mutex::new(BTreeMap::new()),
        }
    }

    /// The texts for a video's playlist at `now` (seconds since 1970). Where the request carries copies of a link that
    /// this key signed, the new one does not outlive it.
    /// `told` is the host that the request names, of which it is known that it came through CloudFront.
    pub(crate) fn parameters(
        &self,
        told: Option<&str>,
        folder: &str,
        query: &[(String, String)],
        now: i64,
    ) -> Result<Forwarded, Problem> {
        let domain = match &self.domain {
            Some(domain) => domain.as_str(),
            None => told.filter(|host| is_host(host)).ok_or(Problem::NoDomain)?,
        };
        let link = named(query)?;
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX / 2);
        // Whole minutes, so that one signature serves many requests and an ETag means something; never later than told.
        let mut ends = now.saturating_add(lifetime);
        if lifetime > 120 {
            ends -= ends.rem_euclid(60);
        }
        if let Some(earlier) = self.earlier_end(query) {
            ends = ends.min(earlier);
        }
        let signature = self
            .signature(domain, folder, link, ends)
            .map_err(|_| Problem::SigningFailed)?;
        let other = signature.query();
        Ok(Forwarded {
            first: link.map(|link| link.query()).unwrap_or_default(),
            playlist: format!("{}&{other}", signature.forwarded_query()),
            other,
        })
    }

    /// End of the link that the request's own copies carry.
    fn earlier_end(&self, query: &[(String, String)]) -> Option<i64> {
        let value = |name: &str| {
            query
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let hash = if value("cf-Hash-Algorithm") == Some("SHA256") {
            Hash::Sha256
        } else {
            Hash::Sha1
        };
        verify::signed_policy(value("cf-Policy")?, value("cf-Signature")?, hash, &self.key.public())
            .ok()
            .map(|policy| policy.ends)
    }

    fn signature(&self, domain: &str, folder: &str, link: Option<LinkId>, ends: i64) -> Result<Signature, KeyError> {
        let resource = covering(&format!("https://{domain}/{folder}"), link);
        let name = (resource, ends);
        if let Some(signature) = self.kept().get(&name) {
            return Ok(signature.clone());
        }
        let policy = Policy {
            resource: name.0.clone(),
            ends,
            opens: None,
            network: None,
        };
        let signature = sign_custom(&self.key, &self.key_pair_id, self.hash, &policy)?;
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(name, signature.clone());
        Ok(signature)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, i64), Signature>> {
        // A panic elsewhere leaves a map of whole entries.
        self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A host name: what else would stand in a policy, a wildcard above all, would open more than it should.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}
