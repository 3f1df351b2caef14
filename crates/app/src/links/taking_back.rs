//! Taking links back, and giving them back again.
//!
//! What a distribution asks before it serves a link is a store of names ([`super::name_store`]); a destination that has none cannot
//! take links back, and says so. The journal is told first: whatever is killed before the store knows is told again at the next start.

use screener_cloudfront::link_id::minute_of;
use screener_edge::Entries;
use screener_publish::{Destination, LinkRecord, Place, VideoId};

use super::link_view::TakenBackView;
use super::name_store::{link_store_of, taken_back};
use crate::cause::Cause;
use crate::typed_ids::{link_id, video_id};
use crate::{App, Result, moment};

impl App {
    /// Takes links back: the next request of each is refused.
    ///
    /// # Errors
    /// `wrong_id`, `no_such_link`, `cannot_take_back`; nothing is taken back then.
    pub async fn take_back(&self, links: Vec<String>) -> Result<Vec<TakenBackView>> {
        let mut found: Vec<(Destination, Vec<LinkRecord>)> = Vec::new();
        for link in links {
            let (destination, record) = self.known_link(&link).await?;
            self.name_store(&destination).await?;
            match found.iter_mut().find(|(_, records)| records[0].video == record.video) {
                Some((_, records)) => records.push(record),
                None => found.push((destination, vec![record])),
            }
        }
        let mut taken = Vec::new();
        for (destination, records) in found {
            let names: Vec<String> = records.iter().filter_map(|record| record.link.clone()).collect();
            let video = records[0].video.clone();
            self.mark_and_write(&destination, records, taken_back(names.clone()))
                .await?;
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
        let store = self.name_store(&destination).await?;
        self.sync_quietly(&destination, Some(&video)).await;
        let now = moment::now();
        // Those of this minute, too: the next link of this video carries the next one.
        let before = store.get(video.as_str()).await?;
        let known = before.as_deref().and_then(|minute| minute.parse().ok());
        let minute = (minute_of(now) + 1).max(known.unwrap_or_default());
        let under_way: Vec<_> = self
            .engine()
            .links(Some(&video))
            .await?
            .into_iter()
            .filter(|record| record.taken_back.is_none() && record.expires > now && record.link.is_some())
            .collect();
        let names = under_way.iter().filter_map(|record| record.link.clone()).collect();
        let entry = Entries::from([(video.to_string(), minute.to_string())]);
        self.mark_and_write(&destination, under_way, entry).await?;
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
        let store = self.name_store(&destination).await?;
        let mut records = Vec::new();
        for link in &taken.links {
            records.push(self.known_link(link).await?.1);
        }
        let TakenBackView {
            links: mut gone,
            all,
            before,
            ..
        } = taken;
        let mut entries = Entries::new();
        match before {
            Some(minute) if all => drop(entries.insert(video.to_string(), minute)),
            None if all => gone.push(video.to_string()),
            _ => {}
        }
        store.change(entries, gone).await?;
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

    /// Says it in the journal, then to whoever asks before a link is served. Where that cannot be told, nothing is said: the links still
    /// open.
    async fn mark_and_write(
        &self,
        destination: &Destination,
        records: Vec<LinkRecord>,
        entries: Entries,
    ) -> Result<()> {
        let store = self.name_store(destination).await?;
        self.mark(destination, records.clone(), Some(moment::now())).await?;
        let Err(error) = store.change(entries, Vec::new()).await else {
            return Ok(());
        };
        for record in records {
            let before = record.taken_back;
            // Later than the mark that is undone.
            let changed = moment::now().max(record.changed) + 1;
            let undone = LinkRecord { changed, ..record };
            self.mark(destination, vec![undone], before).await?;
        }
        Err(error)
    }

    /// The first minute that a new link of a video may carry, where all of it were taken back in this one.
    pub(super) async fn first_minute(&self, destination: &Destination, video: &VideoId) -> u32 {
        let Ok(store) = self.name_store(destination).await else {
            return 0;
        };
        let entry = store.get(video.as_str()).await.ok().flatten();
        entry.and_then(|entry| entry.parse().ok()).unwrap_or_default()
    }

    /// Brings the local edge's store in line with what other computers said of the links of a bucket that is watched through it, and
    /// forgets what has ended long ago.
    pub(super) async fn align(&self, destination: &Destination) -> Result<()> {
        if !destination.through_edge() {
            return Ok(());
        }
        let store = self.name_store(destination).await?;
        let kept = store.all().await?;
        let now = moment::now();
        // Of the local destination's links no other computer knows.
        let shared = destination.place != Place::Local;
        let (mut entries, mut gone) = (Entries::new(), Vec::new());
        for record in self.engine().links(None).await? {
            let Some(link) = record.link else { continue };
            let there = kept.contains_key(&link);
            let ended = record.expires + ENDED_FOR_SURE < now;
            if there && (ended || (shared && record.taken_back.is_none())) {
                gone.push(link);
            } else if !there && !ended && shared && record.taken_back.is_some() {
                entries.extend(taken_back([link]));
            }
        }
        if entries.is_empty() && gone.is_empty() {
            return Ok(());
        }
        store.change(entries, gone).await
    }

    /// Tells the key value stores of stacks once more what is taken back, at the start: a link whose record says so and that the store
    /// does not know, because something was killed in between, and that what has ended long ago may go. Ends by itself; what cannot be
    /// reached is left for the next start.
    pub(crate) fn tell_taken_back(&self) {
        let weak = std::sync::Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let Some(app) = App::again(&weak) else { return };
            let Ok(destinations) = app.engine().destinations().await else {
                return;
            };
            for destination in destinations.iter().filter(|one| link_store_of(one).is_some()) {
                if let Err(error) = app.tell_taken_back_to(destination).await {
                    let (name, code, message) = (&destination.name, &error.code, &error.message);
                    tracing::warn!(
                        destination = name,
                        code,
                        message,
                        "what is taken back waits for the next start"
                    );
                }
            }
        });
    }

    /// One stack's store: what is missing is put in, what has ended is taken out. What others put in stays.
    pub(super) async fn tell_taken_back_to(&self, destination: &Destination) -> Result<()> {
        let now = moment::now();
        let mut marked = Vec::new();
        for video in self.engine().videos(None).await? {
            if video.destination == destination.name {
                marked.extend(self.engine().links(Some(&video.record.id)).await?);
            }
        }
        marked.retain(|record| record.taken_back.is_some() && record.link.is_some());
        if marked.is_empty() {
            return Ok(());
        }
        let store = self.name_store(destination).await?;
        let kept = store.all().await?;
        let (ended, open): (Vec<_>, Vec<_>) = marked
            .into_iter()
            .partition(|record| record.expires + ENDED_FOR_SURE < now);
        let names = |records: Vec<LinkRecord>| records.into_iter().filter_map(|record| record.link);
        let missing = names(open).filter(|link| !kept.contains_key(link));
        let entries = taken_back(missing);
        let gone: Vec<_> = names(ended).filter(|link| kept.contains_key(link)).collect();
        store.change(entries, gone).await
    }
}

/// Clocks differ; a link that ended a day ago has ended everywhere.
const ENDED_FOR_SURE: i64 = 86_400;
