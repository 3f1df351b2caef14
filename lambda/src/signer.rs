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

/// Signs playlists.
pub struct Signer {
    /// The private key.
    pub key: PrivateKey,
    /// Its id.
    pub key_pair_id: KeyPairId,
    /// The digest.
    pub hash: Hash,
    /// Host of the distribution, which policies name.
    pub domain: String,
    /// How long a link out of a playlist lives, at most.
    pub lifetime: Duration,
    made: Mutex<BTreeMap<(String, i64), Signature>>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, {}, {:?})", self.domain, self.key_pair_id, self.lifetime)
    }
}

impl Signer {
    /// A signer with SHA-1.
    pub fn new(key: PrivateKey, key_pair_id: KeyPairId, domain: impl Into<String>, lifetime: Duration) -> Self {
        Self {
            key,
            key_pair_id,
            hash: Hash::Sha1,
            domain: domain.into(),
            lifetime,
            made: Mutex::new(BTreeMap::new()),
        }
    }

    /// The texts for a video's playlist at `now` (seconds since 1970). Where the request carries copies of a link that
    /// this key signed, the new one does not outlive it.
    pub(crate) fn parameters(&self, folder: &str, query: &[(String, String)], now: i64) -> Result<Forwarded, Problem> {
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
        let signature = self.signature(folder, link, ends).map_err(|_| Problem::SigningFailed)?;
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

    fn signature(&self, folder: &str, link: Option<LinkId>, ends: i64) -> Result<Signature, KeyError> {
        let resource = covering(&format!("https://{}/{folder}", self.domain), link);
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
