//! Links that were made: kept in the journal at once, and as private records in the destination's bucket, so that two computers of
//! one creator agree. Where the bucket cannot be reached the journal remembers what it has to be told.

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use screener_store::{Class, Condition, ObjectKey, Store};

use super::base::{Engine, Update};
use crate::destination::Destination;
use crate::error::Error;
use crate::ids::VideoId;
use crate::journal::{library_rows, link_rows, to_json};
use crate::link_record::{self, LinkRecord, Stored};

/// Records that are read or written at once.
const AT_ONCE: usize = 16;

impl Engine {
    /// Keeps links that were made, or what has changed of them. [`Engine::tell_links`] brings it into the bucket.
    pub async fn keep_links(&self, links: Vec<LinkRecord>) -> Result<(), Error> {
        self.inner
            .journal
            .call(move |t| links.iter().try_for_each(|link| link_rows::keep_link(t, link, true)))
            .await?;
        self.tell(Update::Links);
        // The library says when a video's newest link ends.
        self.tell(Update::Library);
        Ok(())
    }

    /// Links that were made, the latest end first.
    pub async fn links(&self, video: Option<&VideoId>) -> Result<Vec<LinkRecord>, Error> {
        let video = video.cloned();
        self.inner
            .journal
            .read(move |t| link_rows::links(t, video.as_ref()))
            .await
    }

    /// The link of a name.
    pub async fn link(&self, link: &str) -> Result<Option<LinkRecord>, Error> {
        let link = link.to_owned();
        self.inner.journal.read(move |t| link_rows::by_link(t, &link)).await
    }

    /// Writes the records that a destination's bucket does not have yet; how many are left to say.
    pub async fn tell_links(&self, destination: &Destination) -> Result<usize, Error> {
        let waiting = self.unsaid(destination).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let store = self.store(destination).await?;
        let written = stream::iter(waiting).map(|link| {
            let store = &store;
            async move { self.tell_link(store, &link).await }
        });
        let mut left = 0;
        let mut written = written.buffer_unordered(AT_ONCE);
        while let Some(told) = written.next().await {
            if let Err(error) = told {
                tracing::warn!(%error, "a link's record waits for the next time");
                left += 1;
            }
        }
        Ok(left)
    }

    async fn tell_link(&self, store: &Store, link: &LinkRecord) -> Result<(), Error> {
        let Some(path) = link.path() else { return Ok(()) };
        let text = Bytes::from(to_json(&link.stored())?);
        let key = ObjectKey::raw(path);
        let put = self
            .ask(store, || store.put(&key, text.clone(), &Condition::Any))
            .await?;
        let link = link.clone();
        self.inner
            .journal
            .call(move |t| link_rows::said(t, &link, &put.etag))
            .await
    }

    /// Those of the journal that its bucket has to be told.
    async fn unsaid(&self, destination: &Destination) -> Result<Vec<LinkRecord>, Error> {
        let name = destination.name.clone();
        self.inner
            .journal
            .read(move |t| {
                let homes = library_rows::homes(t)?;
                let mut waiting = link_rows::unsaid(t)?;
                waiting.retain(|link| homes.get(link.video.as_str()).is_some_and(|home| *home == name));
                Ok(waiting)
            })
            .await
    }

    /// Tells a destination's bucket what it does not know, and reads what other computers said there; of one video or of all. Of
    /// two records of one link the one that was changed later counts.
    pub async fn sync_links(&self, destination: &Destination, video: Option<&VideoId>) -> Result<(), Error> {
        self.tell_links(destination).await?;
        let store = self.store(destination).await?;
        let below = match video {
            Some(video) => format!("{}{video}/", link_record::FOLDER),
            None => link_record::FOLDER.to_owned(),
        };
        let listing = self.ask(&store, || store.list(&below, None)).await?;
        let wanted = video.cloned();
        let known = self
            .inner
            .journal
            .read(move |t| link_rows::etags(t, wanted.as_ref()))
            .await?;
        let changed: Vec<String> = listing
            .objects
            .into_iter()
            .filter(|object| {
                link_record::parse_path(&object.key)
                    .is_some_and(|(video, link)| known.get(&(video.to_string(), link)) != Some(&object.etag))
            })
            .map(|object| object.key)
            .collect();
        let store = &store;
        let read = stream::iter(changed).map(|key| async move {
            let key = ObjectKey::raw(key);
            match self.ask(store, || store.get(&key)).await {
                Ok(object) => Ok(parsed(key.as_str(), &object.bytes).map(|record| (record, object.etag))),
                // Removed meanwhile, with its video.
                Err(error) if error.class == Class::NotFound => Ok(None),
                Err(error) => Err(Error::from(error)),
            }
        });
        let read: Vec<_> = read.buffer_unordered(AT_ONCE).collect().await;
        let read = read.into_iter().collect::<Result<Vec<_>, _>>()?;
        let news: Vec<_> = read.into_iter().flatten().collect();
        if news.is_empty() {
            return Ok(());
        }
        self.inner
            .journal
            .call(move |t| {
                for (record, etag) in news {
                    let link = record.link.clone().unwrap_or_default();
                    let ours = link_rows::by_link(t, &link)?;
                    // What is newer here is told the next time.
                    if ours.is_none_or(|ours| ours.changed <= record.changed) {
                        link_rows::keep_link(t, &record, false)?;
                        link_rows::said(t, &record, &etag)?;
                    }
                }
                Ok(())
            })
            .await?;
        self.tell(Update::Links);
        self.tell(Update::Library);
        Ok(())
    }
}

/// A record as it lies in a bucket; what is none is passed over.
fn parsed(key: &str, bytes: &[u8]) -> Option<LinkRecord> {
    let record = serde_json::from_slice::<Stored>(bytes).ok().map(|stored| stored.record);
    let record = record.filter(|record| record.path().as_deref() == Some(key));
    if record.is_none() {
        tracing::warn!(key, "is no record of this link");
    }
    record
}
