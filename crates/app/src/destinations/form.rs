//! A destination as it is entered, and what is missing or wrong in it. Another kind of store begins here.

use screener_cloudfront::KeyPairId;
use screener_publish::destination::{Credentials, Digest, PREFIX, Watched};
use screener_publish::{Destination, Place};
use serde::{Deserialize, Serialize};

use super::destination_view::DestinationKind;
use crate::Result;
use crate::cause::Cause;
use crate::key_pairs::private_key::key_pair_id;

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

/// What was entered, without blanks around it; `missing` where it is nothing.
fn wanted(value: Option<&String>, missing: Cause) -> Result<String> {
    value
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| missing.into())
}

/// The destination that a form describes.
pub(super) fn destination(form: &DestinationForm) -> Result<Destination> {
    let bucket = wanted(form.bucket.as_ref(), Cause::NeedsBucket)?;
    let credentials = match (&form.access_key_id, &form.profile) {
        (Some(id), _) => {
            wanted(form.secret_access_key.as_ref(), Cause::NeedsSecret)?;
            Credentials::Keys {
                access_key_id: id.clone(),
            }
        }
        (None, Some(name)) => Credentials::Profile { name: name.clone() },
        (None, None) => Credentials::Chain,
    };
    let key_pair_id = form
        .key_pair_id
        .as_deref()
        .map(self::key_pair_id)
        .transpose()?
        .map(|id: KeyPairId| id.to_string());
    let place = match form.kind {
        DestinationKind::Local => {
            return Err(Cause::AlreadyADestination.into());
        }
        DestinationKind::Aws => Place::Aws {
            bucket,
            region: wanted(form.region.as_ref(), Cause::NeedsRegion)?,
            domain: domain(&wanted(form.domain.as_ref(), Cause::NeedsDomain)?)?,
            distribution: form.distribution.as_deref().map(distribution_id).transpose()?,
            key_pair_id: wanted(key_pair_id.as_ref(), Cause::NeedsIdToSign)?,
            hash: if form.sha256 { Digest::Sha256 } else { Digest::Sha1 },
            credentials,
            names: false,
            deployed: None,
        },
        DestinationKind::S3 => {
            let endpoint = wanted(form.endpoint.as_ref(), Cause::NeedsEndpoint)?;
            let valid = url::Url::parse(&endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !valid {
                return Err(Cause::WrongEndpoint { endpoint }.into());
            }
            Place::S3 {
                endpoint: endpoint.trim_end_matches('/').to_owned(),
                path_style: form.path_style,
                bucket,
                region: form.region.clone().unwrap_or_else(|| "us-east-1".into()),
                credentials,
                watched: match &form.domain {
                    Some(name) => Watched::Domain {
                        domain: domain(name)?,
                        key_pair_id: wanted(key_pair_id.as_ref(), Cause::NeedsTrustedId)?,
                        names: false,
                    },
                    None => Watched::Edge,
                },
            }
        }
    };
    let edge = matches!(
        &place,
        Place::S3 {
            watched: Watched::Edge,
            ..
        }
    );
    let prefix = form.prefix.as_deref().unwrap_or(PREFIX).trim_matches('/').to_owned();
    if edge && prefix != PREFIX {
        return Err(Cause::WrongPrefix { served: PREFIX, prefix }.into());
    }
    Ok(Destination {
        name: form.name.trim().to_owned(),
        prefix,
        place,
    })
}

/// A distribution's id, such as `E2QWRUHAPOMQZL`.
fn distribution_id(text: &str) -> Result<String> {
    let id = text.trim();
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Err(Cause::WrongDistribution { id: text.to_owned() }.into());
    }
    Ok(id.to_owned())
}

/// A host, with its port where it has one.
fn domain(text: &str) -> Result<String> {
    let host = text.trim().trim_start_matches("https://").trim_end_matches('/');
    let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
    if !plain {
        return Err(Cause::WrongDomain {
            domain: text.to_owned(),
        }
        .into());
    }
    Ok(host.to_owned())
}
