//! What the journal keeps beside jobs: the library's cache, links, destinations, keys, settings.

use super::base::{Engine, Limits};
use crate::catalog::Video;
use crate::cause::Cause;
use crate::destination::{Destination, LOCAL};
use crate::error::Error;
use crate::ids::VideoId;
use crate::job::Phase;
use crate::journal::{job_rows, library_rows, setting_rows};
use crate::key_pair::KeyPair;

impl Engine {
    /// The library from its cache, newest first; with words, those whose title holds them all.
    pub async fn videos(&self, words: Option<&str>) -> Result<Vec<Video>, Error> {
        let wanted: Vec<String> = words
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut videos = self.inner.journal.read(|t| library_rows::videos(t, None)).await?;
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
            .read(move |t| library_rows::videos(t, Some(&wanted)))
            .await?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| Error::NoSuchVideo(video.clone()))
    }

    /// Destinations; the local one first.
    pub async fn destinations(&self) -> Result<Vec<Destination>, Error> {
        self.inner.journal.read(setting_rows::destinations).await
    }

    /// One destination.
    pub async fn destination(&self, name: &str) -> Result<Destination, Error> {
        let name = name.to_owned();
        self.inner
            .journal
            .read(move |t| setting_rows::destination(t, &name))
            .await
    }

    /// Adds a destination, or changes the one of that name.
    pub async fn keep_destination(&self, destination: Destination) -> Result<(), Error> {
        let name_is_plain = !destination.name.is_empty()
            && destination
                .name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_. ".contains(c));
        if !name_is_plain || destination.name == LOCAL {
            return Err(Cause::BadName { name: destination.name }.into());
        }
        // What lies beside the videos of every destination.
        let taken = ["watch", "links", "logs"];
        let prefix_is_plain = !destination.prefix.is_empty()
            && !taken.contains(&destination.prefix.split('/').next().unwrap_or_default())
            && destination.prefix.split('/').all(|part| {
                !part.is_empty()
                    && part != "."
                    && part != ".."
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            });
        if !prefix_is_plain {
            return Err(Cause::BadPrefix {
                prefix: destination.prefix,
            }
            .into());
        }
        self.inner
            .journal
            .call(move |t| setting_rows::keep_destination(t, &destination))
            .await
    }

    /// Forgets a destination. Its bucket stays as it is. Refused while jobs go there.
    pub async fn forget_destination(&self, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        self.inner
            .journal
            .call(move |t| {
                setting_rows::destination(t, &name)?;
                if job_rows::all(t)?
                    .iter()
                    .any(|j| j.destination == name && j.phase != Phase::Live && j.phase != Phase::Failed)
                {
                    return Err(Cause::DestinationInUse { name }.into());
                }
                setting_rows::forget_destination(t, &name)
            })
            .await
    }

    /// Key pairs, without their private halves.
    pub async fn key_pairs(&self) -> Result<Vec<KeyPair>, Error> {
        self.inner.journal.read(setting_rows::key_pairs).await
    }

    /// Records a key pair. One that is current takes the place of the destination's current one.
    pub async fn keep_key_pair(&self, pair: KeyPair) -> Result<(), Error> {
        self.inner
            .journal
            .call(move |t| {
                if pair.current {
                    for mut other in setting_rows::key_pairs(t)?
                        .into_iter()
                        .filter(|p| p.destination == pair.destination && p.current)
                    {
                        other.current = false;
                        setting_rows::keep_key_pair(t, &other)?;
                    }
                }
                setting_rows::keep_key_pair(t, &pair)
            })
            .await
    }

    /// Forgets a key pair.
    pub async fn forget_key_pair(&self, id: &str) -> Result<(), Error> {
        let id = id.to_owned();
        self.inner
            .journal
            .call(move |t| setting_rows::forget_key_pair(t, &id))
            .await
    }

    /// A setting of the shells.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let name = name.to_owned();
        self.inner.journal.read(move |t| setting_rows::setting(t, &name)).await
    }

    /// Keeps a setting; `None` forgets it.
    pub async fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), Error> {
        let (name, value) = (name.to_owned(), value.map(str::to_owned));
        self.inner
            .journal
            .call(move |t| setting_rows::set_setting(t, &name, value.as_deref()))
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
}
