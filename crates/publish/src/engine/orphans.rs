//! What lies in a bucket and no job, no record and no other computer needs: found at start and once a day, and removed.
//! Who needs what is told by [`super::claims`]; what goes is judged in [`abandoned`].

mod abandoned;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use screener_store::{Class, Dangling, Listed, ObjectKey, Store, StoreError};

use self::abandoned::{Known, Object, Record, Verdict, judge};
use super::base::{Engine, Update};
use super::claims::{Claim, FOLDER};
use crate::catalog::{FORMAT, VideoRecord, VideoState};
use crate::destination::{Destination, Place};
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::job::Phase;
use crate::journal::library_rows::Removal;
use crate::journal::{job_rows, library_rows, object_rows};

/// How often a whole bucket is looked at: one request a video.
const WHOLE: Duration = Duration::from_hours(24);

/// Without a claim a multipart upload of this age is nobody's.
const UPLOAD_GRACE: Duration = Duration::from_hours(24);

/// What the journal knows of one destination.
struct Here {
    destination: Destination,
    store: Store,
    journal: String,
    /// Videos that a job here still makes, replaces or removes.
    busy: HashSet<VideoId>,
    /// The cached library: entity tag of the record, state, generation.
    library: HashMap<VideoId, (String, VideoState, u32)>,
    private: bool,
}

impl Engine {
    /// Looks for orphans at every destination. May be dropped at any moment: what is left is found the next time.
    pub(super) async fn remove_orphans(&self) -> Result<(), Error> {
        for destination in self.destinations().await? {
            let name = destination.name.clone();
            if let Err(error) = self.remove_orphans_of(destination).await {
                tracing::info!(%error, destination = name, "what nobody needs there is looked for another time");
            }
        }
        Ok(())
    }

    async fn remove_orphans_of(&self, destination: Destination) -> Result<(), Error> {
        let private = destination.place == Place::Local;
        let looked = format!("looked-for-orphans/{}", destination.name);
        let now = self.inner.config.clock.now();
        let last = self.setting(&looked).await?.and_then(|text| text.parse::<i64>().ok());
        // A clock that was set back is no reason never to look again.
        let whole =
            last.is_none_or(|last| now < last || now - last >= i64::try_from(WHOLE.as_millis()).unwrap_or(i64::MAX));
        if !private && !whole {
            return Ok(());
        }
        let store = self.store(&destination).await?;
        let name = destination.name.clone();
        let (jobs, videos, removals) = self
            .inner
            .journal
            .read(|t| {
                Ok((
                    job_rows::all(t)?,
                    library_rows::videos(t, None)?,
                    library_rows::removals(t)?,
                ))
            })
            .await?;
        let here = Here {
            journal: self.claim(&JobId::random()).await?.journal,
            busy: jobs
                .into_iter()
                .filter(|j| !matches!(j.phase, Phase::Live | Phase::Failed))
                .map(|j| j.video)
                .chain(removals.into_iter().map(|r| r.video))
                .collect(),
            library: videos
                .into_iter()
                .filter(|v| v.destination == name)
                .map(|v| (v.record.id.clone(), (v.etag, v.record.state, v.record.generation)))
                .collect(),
            destination,
            store,
            private,
        };
        self.abort_orphans(&here).await?;
        let prefix = format!("{}/", here.destination.prefix);
        for folder in here.store.list(&prefix, Some("/")).await?.folders {
            let Some(video) = folder
                .strip_prefix(&prefix)
                .and_then(|f| f.strip_suffix('/')?.parse::<VideoId>().ok())
            else {
                continue;
            };
            let is_live = matches!(here.library.get(&video), Some((_, VideoState::Live, _)));
            if here.busy.contains(&video) || (is_live && !whole) {
                continue;
            }
            self.tidy_video(&here, &video).await?;
        }
        self.set_setting(&looked, Some(&now.to_string())).await
    }

    /// Looks at one video: a short look where it is as the library says, a whole one otherwise.
    async fn tidy_video(&self, here: &Here, video: &VideoId) -> Result<(), Error> {
        let folder = ObjectKey::of(&here.destination.prefix, video, "").as_str().to_owned();
        let short = here.store.list(&folder, Some("/")).await?;
        if is_as_known(here, video, &folder, &short.objects, &short.folders) {
            return Ok(());
        }
        let listing = here.store.list(&folder, None).await?;
        let objects: Vec<Object> = listing
            .objects
            .iter()
            .filter_map(|o| {
                Some(Object {
                    path: o.key.strip_prefix(&folder)?.to_owned(),
                    modified: o.modified,
                })
            })
            .collect();
        let record = read_record(here, video).await?;
        // A job may have begun since the journal was read.
        let begun = video.clone();
        let busy = self
            .inner
            .journal
            .read(move |t| job_rows::of_video(t, &begun))
            .await?
            .iter()
            .any(|j| !matches!(j.phase, Phase::Live | Phase::Failed));
        let known = Known {
            journal: &here.journal,
            busy,
            private: here.private,
            now: self.inner.config.clock.now(),
        };
        match judge(&objects, record, &known) {
            Verdict::Keep => Ok(()),
            Verdict::All => {
                tracing::info!(%video, destination = here.destination.name, "removing a video that no job finishes any more");
                let removal = || Removal {
                    destination: here.destination.name.clone(),
                    folder: folder.clone(),
                    video: video.clone(),
                };
                let kept = removal();
                self.inner
                    .journal
                    .call(move |t| {
                        library_rows::add_removal(t, &kept)?;
                        library_rows::forget_video(t, &kept.video)
                    })
                    .await?;
                self.tell(Update::Library);
                self.carry_out(&removal()).await
            }
            Verdict::Some(paths) => {
                tracing::info!(%video, objects = paths.len(), "removing what no playlist of this video names");
                let keys: Vec<ObjectKey> = paths
                    .iter()
                    .map(|path| ObjectKey::of(&here.destination.prefix, video, path))
                    .collect();
                here.store.delete(&keys).await?;
                let generations: HashSet<&str> = paths.iter().filter_map(|p| p.split('/').next()).collect();
                let cached: Vec<String> = generations.iter().map(|g| format!("/{folder}{g}/*")).collect();
                self.inner.config.access.invalidate(&here.destination, &cached).await
            }
        }
    }

    /// Multipart uploads that no journal and no claim knows.
    async fn abort_orphans(&self, here: &Here) -> Result<(), Error> {
        let prefix = format!("{}/", here.destination.prefix);
        let there = match here.store.uploads(&prefix).await {
            Ok(there) => there,
            // What the journal knows of has been given up already; for the rest there is the bucket's lifecycle rule.
            Err(StoreError {
                class: Class::Unsupported | Class::Denied,
                ..
            }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let name = here.destination.name.clone();
        let known: HashSet<String> = self
            .inner
            .journal
            .read(move |t| object_rows::known_uploads(t, &name))
            .await?
            .into_iter()
            .map(|(_, upload)| upload.id)
            .collect();
        let now = self.inner.config.clock.now();
        let old = |dangling: &Dangling| {
            let age = dangling.begun.map_or(i64::MAX, |begun| now.saturating_sub(begun));
            age >= i64::try_from(UPLOAD_GRACE.as_millis()).unwrap_or(i64::MAX)
        };
        for dangling in there.into_iter().filter(|d| !known.contains(&d.upload.id)) {
            let video = dangling
                .upload
                .key
                .as_str()
                .strip_prefix(&prefix)
                .and_then(|rest| rest.split('/').next()?.parse::<VideoId>().ok());
            let Some(video) = video else { continue };
            if here.busy.contains(&video) || !(here.private || old(&dangling)) {
                continue;
            }
            let claims = ObjectKey::of(&here.destination.prefix, &video, FOLDER)
                .as_str()
                .to_owned();
            let folder = claims.len() - FOLDER.len();
            let claimed = here.store.list(&claims, None).await?.objects;
            let somebody = claimed
                .iter()
                .filter_map(|o| Claim::parse(&o.key[folder..]))
                .any(|claim| !here.private && claim.journal != here.journal);
            if !somebody {
                tracing::info!(key = %dangling.upload.key, "giving up a multipart upload that nobody finishes");
                here.store.abort(&dangling.upload).await?;
            }
        }
        Ok(())
    }
}

/// True where one look says that nothing is there but what the library knows: the live generation, the index, that very record.
fn is_as_known(here: &Here, video: &VideoId, folder: &str, top: &[Listed], folders: &[String]) -> bool {
    let Some((etag, VideoState::Live, generation)) = here.library.get(video) else {
        return false;
    };
    let record = format!("{folder}video.json");
    folders.len() == 1
        && folders[0] == format!("{folder}{generation}/")
        && top.iter().any(|o| o.key == record && o.etag == *etag)
}

async fn read_record(here: &Here, video: &VideoId) -> Result<Record, Error> {
    let key = ObjectKey::of(&here.destination.prefix, video, "video.json");
    match here.store.get(&key).await {
        Ok(object) => Ok(match serde_json::from_slice::<VideoRecord>(&object.bytes) {
            Ok(record) if record.format <= FORMAT && record.id == *video => {
                Record::Says(record.state, record.generation)
            }
            _ => Record::Strange,
        }),
        Err(error) if error.class == Class::NotFound => Ok(Record::Nothing),
        Err(error) => Err(error.into()),
    }
}
