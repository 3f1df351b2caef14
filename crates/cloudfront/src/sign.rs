//! Signatures, as the query parameters that CloudFront reads.

use std::fmt;
use std::str::FromStr;

use crate::encoding;
use crate::hash::Hash;
use crate::key::{KeyError, PrivateKey};
use crate::policy::{self, Policy};

/// The name under which CloudFront knows a public key: `K2JCJMDEHXQW5F`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPairId(String);

/// A text that is no key pair id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key pair id: letters, digits, `-` and `_`, 1 to 128 of them")]
pub struct KeyPairIdError(String);

impl KeyPairId {
    /// Checks the text: it becomes part of URLs and of file names.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyPairIdError> {
        let text = text.into();
        let fits = (1..=128).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if fits {
            Ok(Self(text))
        } else {
            Err(KeyPairIdError(text))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyPairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyPairId {
    type Err = KeyPairIdError;

    fn from_str(text: &str) -> Result<Self, KeyPairIdError> {
        Self::new(text)
    }
}

/// The signing parameters of one link. Whoever holds them may watch: they are not printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    policy: SignedPolicy,
    encoded: String,
    key: KeyPairId,
    hash: Hash,
}

#[derive(Clone, PartialEq, Eq)]
enum SignedPolicy {
    Canned { ends: i64 },
    Custom { encoded: String },
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({}, hidden)", self.key)
    }
}

impl Signature {
    /// `Policy=…&Signature=…&Key-Pair-Id=…[&Hash-Algorithm=SHA256]`; a canned one has `Expires=…` in place of `Policy=…`.
    pub fn query(&self) -> String {
        self.written("")
    }

    /// The same parameters under their `cf-` names: CloudFront takes the others off before it calls an origin.
    pub fn forwarded_query(&self) -> String {
        self.written("cf-")
    }

    /// Value of `Policy`; `None` for a canned policy.
    pub fn policy(&self) -> Option<&str> {
        match &self.policy {
            SignedPolicy::Custom { encoded } => Some(encoded),
            SignedPolicy::Canned { .. } => None,
        }
    }

    /// Value of `Signature`.
    pub fn signature(&self) -> &str {
        &self.encoded
    }

    /// Value of `Key-Pair-Id`.
    pub fn key_pair_id(&self) -> &KeyPairId {
        &self.key
    }

    /// The digest.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    fn written(&self, prefix: &str) -> String {
        let (name, value) = match &self.policy {
            SignedPolicy::Canned { ends } => ("Expires", ends.to_string()),
            SignedPolicy::Custom { encoded } => ("Policy", encoded.clone()),
        };
        let mut query = format!(
            "{prefix}{name}={value}&{prefix}Signature={}&{prefix}Key-Pair-Id={}",
            self.encoded, self.key
        );
        if self.hash == Hash::Sha256 {
            query.push('&');
            query.push_str(prefix);
            query.push_str("Hash-Algorithm=SHA256");
        }
        query
    }
}

/// Signs a custom policy.
pub fn sign_custom(private: &PrivateKey, key: &KeyPairId, hash: Hash, policy: &Policy) -> Result<Signature, KeyError> {
    sign_json(private, key, hash, &policy.to_json())
}

/// Signs a policy that somebody else wrote, byte for byte.
pub fn sign_json(private: &PrivateKey, key: &KeyPairId, hash: Hash, json: &str) -> Result<Signature, KeyError> {
    Ok(Signature {
        encoded: encoding::to_query(&private.sign(hash, json.as_bytes())?),
        policy: SignedPolicy::Custom {
            encoded: encoding::to_query(json.as_bytes()),
        },
        key: key.clone(),
        hash,
    })
}

/// Signs the canned policy of one URL, which must be written as it will be asked for (see [`crate::encode`]) and
/// without signing parameters.
pub fn sign_canned(
    private: &PrivateKey,
    key: &KeyPairId,
    hash: Hash,
    url: &str,
    ends: i64,
) -> Result<Signature, KeyError> {
    let json = policy::canned(url, ends);
    Ok(Signature {
        encoded: encoding::to_query(&private.sign(hash, json.as_bytes())?),
        policy: SignedPolicy::Canned { ends },
        key: key.clone(),
        hash,
    })
}
