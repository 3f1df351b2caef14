//! A destination, as it is shown.

use screener_publish::destination::Credentials;
use screener_publish::{Destination, Place};
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

/// How its store is reached, where it is not this computer's.
pub(super) fn credentials(destination: &Destination) -> Option<&Credentials> {
    match &destination.place {
        Place::Aws { credentials, .. } | Place::S3 { credentials, .. } => Some(credentials),
        Place::Local => None,
    }
}

pub(super) fn view(destination: &Destination, default: &str) -> DestinationView {
    let mut view = DestinationView {
        name: destination.name.clone(),
        kind: DestinationKind::Local,
        bucket: None,
        region: None,
        endpoint: None,
        domain: None,
        prefix: destination.prefix.clone(),
        key_pair_id: None,
        profile: None,
        default: destination.name == default,
    };
    match &destination.place {
        Place::Local => {}
        Place::Aws { bucket, region, .. } => {
            view.kind = DestinationKind::Aws;
            (view.bucket, view.region) = (Some(bucket.clone()), Some(region.clone()));
        }
        Place::S3 {
            endpoint,
            bucket,
            region,
            ..
        } => {
            view.kind = DestinationKind::S3;
            (view.bucket, view.region) = (Some(bucket.clone()), Some(region.clone()));
            view.endpoint = Some(endpoint.clone());
        }
    }
    if let Some((domain, id)) = destination.front() {
        view.domain = Some(domain.to_owned());
        view.key_pair_id = Some(id.to_owned());
    }
    if let Some(Credentials::Profile { name }) = credentials(destination) {
        view.profile = Some(name.clone());
    }
    view
}
