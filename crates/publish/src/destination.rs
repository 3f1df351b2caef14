//! Where videos are published: what is known of each place, and the port through which its bucket is reached.

use async_trait::async_trait;
use screener_store::Store;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Name of the destination that needs no set-up.
pub const LOCAL: &str = "local";

/// Folder of the videos in a bucket, unless the destination says otherwise.
pub const PREFIX: &str = "videos";

/// A place to publish to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// Name, unique, chosen by the creator. [`LOCAL`] is always there.
    pub name: String,
    /// Folder of the videos in the bucket, without slashes at its ends.
    pub prefix: String,
    /// What it is.
    pub place: Place,
}

/// What a destination is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// The local edge on loopback.
    Local,
    /// A bucket behind a CloudFront distribution.
    Aws {
        /// Bucket.
        bucket: String,
        /// Its region.
        region: String,
        /// The distribution's domain.
        domain: String,
        /// The distribution's id, for invalidations.
        distribution: Option<String>,
        /// Id of the public key in the trusted key group.
        key_pair_id: String,
        /// Digest that links are signed with.
        #[serde(default)]
        hash: Digest,
        /// Where credentials come from.
        credentials: Credentials,
        /// Whether it knows links by their names, as a test of it found.
        #[serde(default)]
        names: bool,
        /// What is known of the stack that Screener made it with; `None` where it did not.
        #[serde(default)]
        deployed: Option<Deployed>,
    },
    /// Any store that speaks S3.
    S3 {
        /// `https://host[:port]`.
        endpoint: String,
        /// Bucket in the path instead of in the host's name.
        path_style: bool,
        /// Bucket.
        bucket: String,
        /// Region to sign for.
        region: String,
        /// Where credentials come from.
        credentials: Credentials,
        /// Through what its videos are watched.
        watched: Watched,
    },
}

/// What is known of a stack that Screener deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// ARN of the stack.
    pub stack: String,
    /// ARN of the key value store that is told what is taken back; `None` where the stack has none.
    pub link_store: Option<String>,
    /// This computer's slot among the public keys, from 1 on.
    pub slot: u8,
}

/// Digest of a link's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    /// What every distribution accepts.
    #[default]
    Sha1,
    /// With `Hash-Algorithm=SHA256`.
    Sha256,
}

/// Where credentials come from. Secrets are never part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Credentials {
    /// The AWS default chain: environment, shared profile, SSO, `credential_process`.
    #[default]
    Chain,
    /// A named profile of the shared configuration (SSO and `credential_process` included).
    Profile {
        /// Name.
        name: String,
    },
    /// An access key whose secret is in the key store, under [`Destination::secret_name`].
    Keys {
        /// Access key id.
        access_key_id: String,
    },
}

/// Through what the videos of an S3-compatible store are watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "through", rename_all = "snake_case")]
pub enum Watched {
    /// The local edge, in front of that store.
    Edge,
    /// A CDN that checks signatures as CloudFront does.
    Domain {
        /// Its domain.
        domain: String,
        /// Id of the public key it trusts.
        key_pair_id: String,
        /// Whether it knows links by their names, as a test of it found.
        #[serde(default)]
        names: bool,
    },
}

impl Destination {
    /// The destination that needs no set-up.
    pub fn local() -> Self {
        Self {
            name: LOCAL.into(),
            prefix: PREFIX.into(),
            place: Place::Local,
        }
    }

    /// Name of the secret access key in the key store.
    pub fn secret_name(&self) -> String {
        format!("destination/{}/secret-access-key", self.name)
    }

    /// Whether its links have names of their own: the local edge's do, others' as a test of them found.
    pub fn names_links(&self) -> bool {
        match &self.place {
            Place::Local
            | Place::S3 {
                watched: Watched::Edge, ..
            } => true,
            Place::Aws { names, .. }
            | Place::S3 {
                watched: Watched::Domain { names, .. },
                ..
            } => *names,
        }
    }

    /// What a test of it found.
    pub fn learn_names(&mut self, found: bool) {
        match &mut self.place {
            Place::Aws { names, .. }
            | Place::S3 {
                watched: Watched::Domain { names, .. },
                ..
            } => *names = found,
            Place::Local
            | Place::S3 {
                watched: Watched::Edge, ..
            } => {}
        }
    }

    /// Whether it is watched through the local edge.
    pub fn through_edge(&self) -> bool {
        self.front().is_none()
    }

    /// Domain and key pair id of the destination's own front, where it has one; the local edge's are the edge's to tell.
    pub fn front(&self) -> Option<(&str, &str)> {
        match &self.place {
            Place::Aws {
                domain, key_pair_id, ..
            }
            | Place::S3 {
                watched: Watched::Domain {
                    domain, key_pair_id, ..
                },
                ..
            } => Some((domain, key_pair_id)),
            Place::Local
            | Place::S3 {
                watched: Watched::Edge, ..
            } => None,
        }
    }
}

/// Opens a destination's bucket. The shells' common floor supplies it, because the local edge's address and the key store are known there.
#[async_trait]
pub trait Access: Send + Sync + 'static {
    /// The bucket of a destination. Called again when credentials have ended; must then look for fresh ones.
    async fn store(&self, destination: &Destination) -> Result<Store, Error>;

    /// Asks the destination's CDN to forget what lies below `paths` (`/videos/<id>/*`). Where there is none, nothing is to do.
    async fn invalidate(&self, destination: &Destination, paths: &[String]) -> Result<(), Error> {
        let _ = (destination, paths);
        Ok(())
    }
}
