//! Claims: how one computer tells, in a bucket that several share, what another one's job still needs.
//!
//! Before its first media object a job writes `<prefix>/<video>/jobs/<journal>-<job>.json`, and it removes that with its last
//! step. So whatever has neither a record nor a claim belongs to no job. The journal's part of the name is a random word of
//! the data folder: a claim of one's own is checked with the journal at once. Somebody else's holds for [`LEASE`] from the last
//! change in the video's folder; a Screener that runs renews those of its paused jobs every day. One that was away for longer
//! finds its claim gone and makes the film again, instead of going on over a hole.

use std::time::Duration;

use bytes::Bytes;
use screener_store::{Class, Condition, ObjectKey};

use super::base::Engine;
use crate::destination::Destination;
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::journal::{job_rows, setting_rows};

/// How long somebody else's claim holds without a sign of life.
pub(super) const LEASE: Duration = Duration::from_hours(24 * 30);

/// Folder of the claims below a video's.
pub(super) const FOLDER: &str = "jobs/";

/// How a mark ends where a claim ends with `.json`.
const MARK: &str = ".index";

/// Name of the setting that holds the journal's word.
const WORD: &str = "journal";

/// Who claims: the word of a journal, and a job of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) journal: String,
    pub(super) job: String,
}

impl Claim {
    /// From a path below the video's folder.
    pub(super) fn parse(path: &str) -> Option<Self> {
        Self::named(path.strip_suffix(".json")?)
    }

    /// From the path of a [`Claim::mark`].
    pub(super) fn parse_mark(path: &str) -> Option<Self> {
        Self::named(path.strip_suffix(MARK)?)
    }

    /// Key of what says that the video's index is being written, at a store that keeps no conditions of a write.
    pub(super) fn mark(&self, destination: &Destination, video: &VideoId) -> ObjectKey {
        let path = format!("{FOLDER}{}-{}{MARK}", self.journal, self.job);
        ObjectKey::of(&destination.prefix, video, &path)
    }

    fn named(path: &str) -> Option<Self> {
        let (journal, job) = path.strip_prefix(FOLDER)?.split_once('-')?;
        Some(Self {
            journal: journal.to_owned(),
            job: job.to_owned(),
        })
    }

    /// Key of the object that says it.
    pub(super) fn key(&self, destination: &Destination, video: &VideoId) -> ObjectKey {
        let path = format!("{FOLDER}{}-{}.json", self.journal, self.job);
        ObjectKey::of(&destination.prefix, video, &path)
    }

    /// What stands in it, for whoever looks into the bucket.
    pub(super) fn text() -> Bytes {
        Bytes::from_static(
            br#"{"format":1,"says":"A job of Screener still writes this video. It removes this object when it ends."}"#,
        )
    }
}

impl Engine {
    /// A claim of this journal.
    pub(super) async fn claim(&self, job: &JobId) -> Result<Claim, Error> {
        let journal = self
            .inner
            .journal
            .call(|t| {
                if let Some(word) = setting_rows::setting(t, WORD)? {
                    return Ok(word);
                }
                let word = JobId::random().to_string();
                setting_rows::set_setting(t, WORD, Some(&word))?;
                Ok(word)
            })
            .await?;
        Ok(Claim {
            journal,
            job: job.to_string(),
        })
    }

    /// Says again of every job that is paused that it lives.
    pub(super) async fn renew_claims(&self) -> Result<(), Error> {
        let paused = self.inner.journal.read(job_rows::paused_in_buckets).await?;
        for row in paused {
            let destination = self.destination(&row.destination).await?;
            let key = self.claim(&row.job).await?.key(&destination, &row.video);
            if let Err(error) = self.renew(&destination, &key).await {
                tracing::debug!(%error, job = %row.job, "its claim is not renewed now");
            }
        }
        Ok(())
    }

    /// A claim that is gone stays gone: so the job learns that what it had stored was cleared away.
    async fn renew(&self, destination: &Destination, key: &ObjectKey) -> Result<(), Error> {
        let store = self.store(destination).await?;
        match store.head(key).await {
            Ok(_) => drop(store.put(key, Claim::text(), &Condition::Any).await?),
            Err(error) if error.class == Class::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_back_from_its_key() {
        let claim = Claim {
            journal: "abc".into(),
            job: JobId::random().to_string(),
        };
        let video = VideoId::random();
        let key = claim.key(&Destination::local(), &video);
        let path = key.as_str().strip_prefix(&format!("videos/{video}/")).unwrap();
        assert_eq!(
            (Claim::parse(path), Claim::parse_mark(path)),
            (Some(claim.clone()), None)
        );
        let key = claim.mark(&Destination::local(), &video);
        let path = key.as_str().strip_prefix(&format!("videos/{video}/")).unwrap();
        assert_eq!((Claim::parse(path), Claim::parse_mark(path)), (None, Some(claim)));
        for other in ["jobs/", "jobs/x.json", "jobs/x.index", "1/jobs/a-b.json", "video.json"] {
            assert_eq!((Claim::parse(other), Claim::parse_mark(other)), (None, None), "{other}");
        }
    }
}
