//! Taking links back, and giving them back again.
//!
//! What a distribution asks before it serves a link is a store of names: the local edge's is a file ([`screener_edge::LinkStore`]).
//! Which one it is, is decided here; a destination that has none cannot take links back, and says so.

use screener_cloudfront::link_id::minute_of;
use screener_edge::LinkStore;
use screener_publish::{Destination, LinkRecord, Place, VideoId};

use super::link_view::TakenBackView;
use crate::cause::Cause;
use crate::typed_ids::{link_id, video_id};
use crate::{App, AppError, Result, moment};

impl App {
    /// Takes links back: the next request of each is refused.
    ///
    /// # Errors
    /// `wrong_id`, `no_such_link`, `cannot_take_back`; nothing is taken back then.
    pub async fn take_back(&self, links: Vec<String>) -> Result<Vec<TakenBackView>> {
        let mut found: Vec<(Destination, Vec<LinkRecord>)> = Vec::new();
        for link in links {
            let (destination, record) = self.known_link(&link).await?;
            self.link_store(&destination)?;
            match found.iter_mut().find(|(_, records)| records[0].video == record.video) {
                Some((_, records)) => records.push(record),
                None => found.push((destination, vec![record])),
            }
        }
        let mut taken = Vec::new();
        for (destination, records) in found {
            let names: Vec<String> = records.iter().filter_map(|record| record.link.clone()).collect();
            let video = records[0].video.clone();
            let store = self.link_store(&destination)?;
            let entries = names.clone();
            change(store, move |kept| {
                kept.extend(entries.into_iter().map(|name| (name, String::new())));
            })
            .await?;
            self.mark(&destination, records, Some(moment::now())).await?;
            taken.push(TakenBackView {
                id: video.to_string(),
                links: names,
                all: false,
                before: None,
            });
        }
        Ok(taken)
    }

    /// Takes every link of a video back that was made so far, by whichever computer.
    ///
    /// # Errors
    /// `no_such_video`, `cannot_take_back`.
    pub async fn take_back_all(&self, id: String) -> Result<TakenBackView> {
        let video = video_id(&id)?;
        let (destination, _) = self.home(&video).await?;
        let store = self.link_store(&destination)?;
        self.sync_quietly(&destination, Some(&video)).await;
        let now = moment::now();
        // Those of this minute, too: the next link of this video carries the next one.
        let minute = minute_of(now) + 1;
        let under_way: Vec<_> = self
            .engine()
            .links(Some(&video))
            .await?
            .into_iter()
            .filter(|record| record.taken_back.is_none() && record.expires > now && record.link.is_some())
            .collect();
        let names = under_way.iter().filter_map(|record| record.link.clone()).collect();
        let key = video.to_string();
        let before = change(store, move |kept| kept.insert(key, minute.to_string())).await?;
        self.mark(&destination, under_way, Some(now)).await?;
        Ok(TakenBackView {
            id,
            links: names,
            all: true,
            before,
        })
    }

    /// Makes what was taken back as it was before.
    ///
    /// # Errors
    /// As [`App::take_back`].
    pub async fn give_back(&self, taken: TakenBackView) -> Result<()> {
        let video = video_id(&taken.id)?;
        let (destination, _) = self.home(&video).await?;
        let store = self.link_store(&destination)?;
        let mut records = Vec::new();
        for link in &taken.links {
            records.push(self.known_link(link).await?.1);
        }
        let TakenBackView { links, all, before, .. } = taken;
        change(store, move |kept| {
            if all {
                match before {
                    Some(minute) => drop(kept.insert(video.to_string(), minute)),
                    None => drop(kept.remove(video.as_str())),
                }
            }
            kept.retain(|name, _| !links.contains(name));
        })
        .await?;
        self.mark(&destination, records, None).await
    }

    /// Gives links back that were taken back one by one.
    ///
    /// # Errors
    /// As [`App::take_back`].
    pub async fn give_back_links(&self, links: Vec<String>) -> Result<Vec<TakenBackView>> {
        let mut given: Vec<TakenBackView> = Vec::new();
        for link in links {
            let (_, record) = self.known_link(&link).await?;
            let id = record.video.to_string();
            match given.iter_mut().find(|one| one.id == id) {
                Some(one) => one.links.push(link),
                None => given.push(TakenBackView {
                    id,
                    links: vec![link],
                    ..TakenBackView::default()
                }),
            }
        }
        for one in &given {
            self.give_back(one.clone()).await?;
        }
        Ok(given)
    }

    /// The link of a name, and where its video is. One that another computer made is looked for in the destinations.
    async fn known_link(&self, link: &str) -> Result<(Destination, LinkRecord)> {
        let name = link_id(link)?;
        let missing = || Cause::NoSuchLink { link: link.to_owned() };
        let mut record = self.engine().link(name.as_str()).await?;
        if record.is_none() {
            for destination in self.engine().destinations().await? {
                self.sync_quietly(&destination, None).await;
            }
            record = self.engine().link(name.as_str()).await?;
        }
        let record = record.ok_or_else(missing)?;
        let (destination, _) = self.home(&record.video).await?;
        Ok((destination, record))
    }

    async fn mark(&self, destination: &Destination, records: Vec<LinkRecord>, taken_back: Option<i64>) -> Result<()> {
        let changed = moment::now();
        let records = records
            .into_iter()
            .map(|record| LinkRecord {
                taken_back,
                // Later than what it was, even within one second.
                changed: changed.max(record.changed + 1),
                ..record
            })
            .collect();
        self.engine().keep_links(records).await?;
        self.tell_quietly(destination).await;
        Ok(())
    }

    /// What a destination's distribution asks.
    pub(super) fn link_store(&self, destination: &Destination) -> Result<LinkStore> {
        if destination.through_edge() {
            return Ok(LinkStore::at(self.local().folder()));
        }
        Err(Cause::CannotTakeBack {
            destination: destination.name.clone(),
        }
        .into())
    }

    /// The first minute that a new link of a video may carry, where all of it were taken back in this one.
    pub(super) async fn first_minute(&self, destination: &Destination, video: &VideoId) -> u32 {
        let Ok(store) = self.link_store(destination) else {
            return 0;
        };
        let entries = tokio::task::spawn_blocking(move || store.entries()).await;
        let entry = entries.ok().and_then(std::result::Result::ok);
        let entry = entry.and_then(|entries| entries.get(video.as_str())?.parse().ok());
        entry.unwrap_or_default()
    }

    /// Brings the local edge's store in line with what other computers said of the links of a bucket that is watched through it, and
    /// forgets what has ended long ago.
    pub(super) async fn align(&self, destination: &Destination) -> Result<()> {
        let Ok(store) = self.link_store(destination) else {
            return Ok(());
        };
        let now = moment::now();
        // Of the local destination's links no other computer knows.
        let shared = destination.place != Place::Local;
        let records = self.engine().links(None).await?;
        change(store, move |kept| {
            for record in records {
                let Some(link) = record.link else { continue };
                if record.expires + ENDED_FOR_SURE < now {
                    kept.remove(&link);
                } else if shared && record.taken_back.is_some() {
                    kept.entry(link).or_default();
                } else if shared {
                    kept.remove(&link);
                }
            }
        })
        .await
    }
}

/// Clocks differ; a link that ended a day ago has ended everywhere.
const ENDED_FOR_SURE: i64 = 86_400;

async fn change<T: Send + 'static>(
    store: LinkStore,
    change: impl FnOnce(&mut screener_edge::Entries) -> T + Send + 'static,
) -> Result<T> {
    let changed = tokio::task::spawn_blocking(move || {
        let mut value = None;
        store.change(|entries| value = Some(change(entries))).map(|()| value)
    });
    let value = changed.await.map_err(AppError::internal)?;
    let value = value.map_err(|error| Cause::NotTakenBack {
        error: error.to_string(),
    })?;
    value.ok_or_else(|| AppError::internal("the change was not made"))
}
