//! Library, links, destinations, keys and settings.

use std::path::PathBuf;
use std::time::Duration;

use screener_ladder::Wishes;

use super::{Accepted, Engine, KeyPair, Limits, NewJob};
use crate::destination::Destination;
use crate::error::{Error, failure};
use crate::journal::shelf;
use crate::record::JobRecord;
use crate::store::Store;
use crate::{JobId, LinkRecord, Video, VideoId};

impl Engine {
    /// The library from its cache, newest first; with words, those whose title holds them all.
    pub async fn videos(&self, words: Option<&str>) -> Result<Vec<Video>, Error> {
        let wanted: Vec<String> = words
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut videos = self.inner.journal.read(|t| shelf::videos(t, None)).await?;
        videos.retain(|v| {
            let title = v.record.title.to_lowercase();
            wanted.iter().all(|w| title.contains(w))
        });
        Ok(videos)
    }

    /// One video from the cache.
    pub async fn video(&self, video: &VideoId) -> Result<Video, Error> {
        let wanted = video.clone();
        let found = self
            .inner
            .journal
            .read(move |t| shelf::videos(t, Some(&wanted)))
            .await?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| Error::NoSuchVideo(video.clone()))
    }

    /// Records a link that was made.
    pub async fn record_link(&self, link: LinkRecord) -> Result<(), Error> {
        self.inner.journal.call(move |t| shelf::add_link(t, &link)).await
    }

    /// Links that were made, the latest end first.
    pub async fn links(&self, video: Option<&VideoId>) -> Result<Vec<LinkRecord>, Error> {
        let video = video.cloned();
        self.inner.journal.read(move |t| shelf::links(t, video.as_ref())).await
    }

    /// Destinations; the local one first.
    pub async fn destinations(&self) -> Result<Vec<Destination>, Error> {
        self.inner.journal.read(shelf::destinations).await
    }

    /// One destination.
    pub async fn destination(&self, name: &str) -> Result<Destination, Error> {
        let name = name.to_owned();
        self.inner.journal.read(move |t| shelf::destination(t, &name)).await
    }

    /// Adds a destination, or changes the one of that name.
    pub async fn keep_destination(&self, destination: Destination) -> Result<(), Error> {
        let name_is_plain = !destination.name.is_empty()
            && destination
                .name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_. ".contains(c));
        if !name_is_plain || destination.name == crate::destination::LOCAL {
            return Err(Error::Refused(failure(
                "bad_name",
                format!("A destination cannot be called `{}`.", destination.name),
                "Use letters, digits, spaces, points, dashes; `local` is taken.",
            )));
        }
        let prefix_is_plain = !destination.prefix.is_empty()
            && destination.prefix.split('/').all(|part| {
                !part.is_empty()
                    && part != "."
                    && part != ".."
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            });
        if !prefix_is_plain {
            return Err(Error::Refused(failure(
                "bad_prefix",
                format!("`{}` cannot be the folder of videos in a bucket.", destination.prefix),
                "Use ASCII letters, digits, dashes and inner slashes.",
            )));
        }
        self.inner
            .journal
            .call(move |t| shelf::keep_destination(t, &destination))
            .await
    }

    /// Forgets a destination. Its bucket stays as it is. Refused while jobs go there.
    pub async fn forget_destination(&self, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        self.inner
            .journal
            .call(move |t| {
                shelf::destination(t, &name)?;
                if crate::journal::jobs::all(t)?.iter().any(|j| {
                    j.destination == name && j.phase != crate::job::Phase::Live && j.phase != crate::job::Phase::Failed
                }) {
                    return Err(Error::Refused(failure(
                        "in_use",
                        format!("Jobs are under way to {name}."),
                        "Let them end or cancel them first.",
                    )));
                }
                shelf::forget_destination(t, &name)
            })
            .await
    }

    /// A destination's bucket.
    pub async fn store(&self, destination: &Destination) -> Result<Store, Error> {
        self.inner.config.access.store(destination).await
    }

    /// Key pairs, without their private halves.
    pub async fn key_pairs(&self) -> Result<Vec<KeyPair>, Error> {
        self.inner.journal.read(shelf::key_pairs).await
    }

    /// Records a key pair. One that is current takes the place of the destination's current one.
    pub async fn keep_key_pair(&self, pair: KeyPair) -> Result<(), Error> {
        self.inner
            .journal
            .call(move |t| {
                if pair.current {
                    for mut other in shelf::key_pairs(t)?
                        .into_iter()
                        .filter(|p| p.destination == pair.destination && p.current)
                    {
                        other.current = false;
                        shelf::keep_key_pair(t, &other)?;
                    }
                }
                shelf::keep_key_pair(t, &pair)
            })
            .await
    }

    /// Forgets a key pair.
    pub async fn forget_key_pair(&self, id: &str) -> Result<(), Error> {
        let id = id.to_owned();
        self.inner.journal.call(move |t| shelf::forget_key_pair(t, &id)).await
    }

    /// A setting of the shells.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let name = name.to_owned();
        self.inner.journal.read(move |t| shelf::setting(t, &name)).await
    }

    /// Keeps a setting; `None` forgets it.
    pub async fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), Error> {
        let (name, value) = (name.to_owned(), value.map(str::to_owned));
        self.inner
            .journal
            .call(move |t| shelf::set_setting(t, &name, value.as_deref()))
            .await?;
        self.inner.turn.wake();
        Ok(())
    }

    /// The bounds in force.
    pub async fn limits(&self) -> Result<Limits, Error> {
        let kept = self.setting("limits").await?;
        Ok(kept
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or(self.inner.config.limits))
    }

    /// Changes the bounds, for every process.
    pub async fn set_limits(&self, limits: Limits) -> Result<(), Error> {
        let text = serde_json::to_string(&limits).unwrap_or_default();
        self.set_setting("limits", Some(&text)).await
    }

    /// Puts another file behind a video's id: the next generation is made beside the old one, which goes when the new one is live.
    pub async fn replace(&self, video: &VideoId, file: PathBuf, wishes: Wishes) -> Result<Accepted, Error> {
        let old = self.video(video).await?;
        let wanted = video.clone();
        let under_way = self
            .inner
            .journal
            .read(move |t| crate::journal::jobs::of_video(t, &wanted))
            .await?;
        if under_way
            .iter()
            .any(|j| !matches!(j.phase, crate::job::Phase::Live | crate::job::Phase::Failed))
        {
            return Err(Error::Refused(failure(
                "under_way",
                "This video is still being published.",
                "Wait until it is live, or cancel its job.",
            )));
        }
        let new = NewJob {
            file,
            title: Some(old.record.title.clone()),
            wishes,
            destination: old.destination,
        };
        self.accept_as(new, Some((video.clone(), old.record.generation))).await
    }

    /// Waits until each of these jobs has ended, is paused or is gone; all jobs there are when the list is empty. Wherever they run.
    pub async fn settled(&self, jobs: &[JobId]) -> Result<Vec<JobRecord>, Error> {
        loop {
            let rows = self.inner.journal.read(crate::journal::jobs::all).await?;
            let owned = self.inner.turn.is_taken();
            let mine = rows.into_iter().filter(|j| jobs.is_empty() || jobs.contains(&j.job));
            let (given_up, mine): (Vec<_>, Vec<_>) = mine.partition(crate::journal::JobRow::is_given_up);
            let records: Vec<_> = mine.into_iter().map(|row| super::record(row, owned)).collect();
            let busy = records
                .iter()
                .any(|j| matches!(j.state, crate::JobState::Queued | crate::JobState::Running));
            // One that is given up is waited for too, until nothing of it is left or nothing more can be done about that now.
            let tidying = given_up
                .into_iter()
                .any(|row| owned && super::record(row, owned).state != crate::JobState::Failed);
            if !busy && !tidying {
                return Ok(records);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
