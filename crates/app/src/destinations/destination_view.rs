//! Destinations.

use serde::{Deserialize, Serialize};

/// Kind of destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// This computer: plays without an account.
    #[default]
    Local,
    /// A bucket behind CloudFront.
    Aws,
    /// Any S3-compatible store.
    S3,
}

/// Where videos are published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DestinationView {
    /// Unique.
    pub name: String,
    /// Kind.
    pub kind: DestinationKind,
    /// Bucket.
    pub bucket: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// S3 endpoint, S3-compatible only.
    pub endpoint: Option<String>,
    /// Where viewers fetch from.
    pub domain: Option<String>,
    /// Folder of the bucket.
    pub prefix: String,
    /// CloudFront's id of the public key.
    pub key_pair_id: Option<String>,
    /// AWS profile.
    pub profile: Option<String>,
    /// Used when none is named.
    pub default: bool,
}

/// A destination as it is entered. Secrets go to the keychain and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DestinationForm {
    /// Unique.
    pub name: String,
    /// Kind.
    pub kind: DestinationKind,
    /// Bucket.
    pub bucket: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// S3 endpoint, S3-compatible only.
    pub endpoint: Option<String>,
    /// Bucket in the path rather than in the host.
    pub path_style: bool,
    /// Where viewers fetch from; `None` for an S3-compatible store is the local edge.
    pub domain: Option<String>,
    /// The distribution's id; found by its domain when `None`. AWS only.
    pub distribution: Option<String>,
    /// Folder of the bucket; `videos` when `None`.
    pub prefix: Option<String>,
    /// CloudFront's id of the public key.
    pub key_pair_id: Option<String>,
    /// Private key to take into the key store, PEM or DER.
    pub key_file: Option<String>,
    /// Sign with SHA-256 rather than SHA-1.
    pub sha256: bool,
    /// AWS profile.
    pub profile: Option<String>,
    /// Access key, where no profile is used.
    pub access_key_id: Option<String>,
    /// Its secret half.
    pub secret_access_key: Option<String>,
    /// Use it when none is named.
    pub default: bool,
}
