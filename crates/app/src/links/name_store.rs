//! The store of names that a destination's distribution asks before it serves a link: the local edge's is a file, a stack's is
//! CloudFront's key value store.

use std::collections::BTreeMap;

use screener_account::Pace;
use screener_edge::{Entries, LinkStore};
use screener_publish::{Destination, Place};
use screener_stack::stack_parts::link_entries::{LinkEntries, client};

use crate::cause::Cause;
use crate::destinations::access::Buckets;
use crate::{App, AppError, Result};

/// Addresses of the key value store that stand for AWS's own, as every tool of AWS obeys them; the first that is set counts.
const ADDRESSES: [&str; 2] = ["AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE", "AWS_ENDPOINT_URL"];

/// Where it is said what is taken back.
pub(super) enum NameStore {
    /// The edge's file.
    Edge(LinkStore),
    /// A stack's key value store.
    Stack(Box<LinkEntries>),
}

impl NameStore {
    /// The value of an entry.
    pub(super) async fn get(&self, key: &str) -> Result<Option<String>> {
        match self {
            Self::Edge(_) => Ok(self.all().await?.remove(key)),
            Self::Stack(entries) => Ok(entries.get(key).await?),
        }
    }

    /// All entries.
    pub(super) async fn all(&self) -> Result<Entries> {
        match self {
            Self::Edge(store) => {
                let store = store.clone();
                let read = tokio::task::spawn_blocking(move || store.entries()).await;
                read.map_err(AppError::internal)?.map_err(|error| not_written(&error))
            }
            Self::Stack(entries) => Ok(entries.all().await?),
        }
    }

    /// Writes entries and takes others away.
    pub(super) async fn change(&self, puts: Entries, deletes: Vec<String>) -> Result<()> {
        match self {
            Self::Edge(store) => {
                let store = store.clone();
                let changed = tokio::task::spawn_blocking(move || {
                    store.change(|kept| {
                        kept.retain(|name, _| !deletes.contains(name));
                        kept.extend(puts);
                    })
                });
                let changed = changed.await.map_err(AppError::internal)?;
                changed.map_err(|error| not_written(&error))
            }
            Self::Stack(entries) => Ok(entries.change(&puts, &deletes).await?),
        }
    }
}

/// The entry of a link. Its value says nothing; it is not empty, because not every store keeps empty values.
pub(super) fn taken_back(links: impl IntoIterator<Item = String>) -> BTreeMap<String, String> {
    links.into_iter().map(|link| (link, "1".to_owned())).collect()
}

fn not_written(error: &screener_edge::Error) -> AppError {
    Cause::NotTakenBack {
        error: error.to_string(),
    }
    .into()
}

impl App {
    /// What a destination's distribution asks.
    pub(super) async fn name_store(&self, destination: &Destination) -> Result<NameStore> {
        if destination.through_edge() {
            return Ok(NameStore::Edge(LinkStore::at(self.local().folder())));
        }
        let Some(arn) = link_store_of(destination) else {
            return Err(Cause::CannotTakeBack {
                destination: destination.name.clone(),
            }
            .into());
        };
        let buckets = Buckets {
            local: self.inner.local.clone(),
            keys: self.inner.keys.clone(),
        };
        let credentials = buckets.credentials(destination).await?;
        let address = ADDRESSES.iter().find_map(|name| std::env::var(name).ok());
        let client = client(credentials, address.filter(|set| !set.is_empty()).as_deref());
        Ok(NameStore::Stack(Box::new(LinkEntries::of(
            client,
            arn,
            Pace::default(),
        ))))
    }
}

/// ARN of the key value store of a destination's stack, where it has one.
pub(super) fn link_store_of(destination: &Destination) -> Option<&str> {
    match &destination.place {
        Place::Aws {
            deployed: Some(deployed),
            ..
        } => deployed.link_store.as_deref(),
        _ => None,
    }
}
