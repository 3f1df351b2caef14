//! Reading access logs: what is new in the buckets that hold them, and how long the segments are that they name.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use screener_hls::parse::{Playlist, parse};
use screener_publish::destination::{LOCAL, PREFIX};
use screener_publish::{Destination, SegmentTimes, Video};
use screener_store::{Class, ObjectKey, Store};

use crate::publishing::update_view::Update;
use crate::{App, AppError, Result};

/// Folder of the access logs in a bucket.
const LOGS: &str = "logs/";
/// How often the local log is looked at while the app is open.
const OFTEN: Duration = Duration::from_secs(3);
/// How often the logs of buckets elsewhere are: they come minutes late.
const SELDOM: Duration = Duration::from_mins(10);

impl App {
    /// Reads what is new in the logs of every destination whose links are counted. What cannot be reached is left for the next time.
    ///
    /// # Errors
    /// Where the journal cannot be read or written.
    pub async fn read_logs(&self) -> Result<()> {
        let _one = self.inner.reading_logs.lock().await;
        self.read_local_log().await?;
        self.read_logs_elsewhere().await
    }

    /// Reads on while the app is open. Ends with its last clone.
    pub(crate) fn keep_reading_logs(&self) {
        let weak = std::sync::Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let mut elsewhere = tokio::time::Instant::now();
            loop {
                tokio::time::sleep(OFTEN).await;
                let Some(app) = App::again(&weak) else { return };
                let _one = app.inner.reading_logs.lock().await;
                let mut read = app.read_local_log().await;
                if elsewhere.elapsed() >= SELDOM {
                    elsewhere = tokio::time::Instant::now();
                    read = read.and(app.read_logs_elsewhere().await);
                }
                if let Err(error) = read {
                    tracing::warn!(code = error.code, message = error.message, "the logs could not be read");
                }
            }
        });
    }

    /// The local edge's log lies on this disk: it is read there, whether the edge runs or not.
    async fn read_local_log(&self) -> Result<()> {
        let bucket = self.local().folder().join("s3").join(screener_edge::BUCKET);
        let folder = bucket.clone();
        let listed = tokio::task::spawn_blocking(move || files_below(&folder.join(LOGS), &folder))
            .await
            .map_err(AppError::internal)?;
        let unread = self.engine().unread_logs(LOCAL, listed).await?;
        if unread.is_empty() {
            return Ok(());
        }
        let before = self.engine().opened_links().await?;
        for (key, etag) in unread {
            let Ok(object) = tokio::fs::read(bucket.join(&key)).await else {
                // Thirty days are over for it.
                continue;
            };
            self.engine()
                .count_log(LOCAL, PREFIX, (key, etag), object.into())
                .await?;
        }
        self.all_read(&before).await
    }

    async fn read_logs_elsewhere(&self) -> Result<()> {
        for destination in self.engine().destinations().await? {
            if destination.through_edge() || !destination.names_links() {
                continue;
            }
            if let Err(error) = self.read_log_of(&destination).await {
                let (name, code, message) = (&destination.name, &error.code, &error.message);
                tracing::warn!(destination = name, code, message, "the log there could not be read");
            }
        }
        Ok(())
    }

    async fn read_log_of(&self, destination: &Destination) -> Result<()> {
        let store = self.engine().store(destination).await?;
        let listing = store.list(LOGS, None).await.map_err(screener_publish::Error::from)?;
        let listed = listing
            .objects
            .into_iter()
            .map(|object| (object.key, object.etag))
            .collect();
        let unread = self.engine().unread_logs(&destination.name, listed).await?;
        if unread.is_empty() {
            return Ok(());
        }
        let before = self.engine().opened_links().await?;
        for (key, etag) in unread {
            let object = match store.get(&ObjectKey::raw(&key)).await {
                Ok(object) => object.bytes,
                Err(error) if error.class == Class::NotFound => continue,
                Err(error) => return Err(screener_publish::Error::from(error).into()),
            };
            self.engine()
                .count_log(&destination.name, &destination.prefix, (key, etag), object)
                .await?;
        }
        self.all_read(&before).await
    }

    /// What follows when every object that is listed was read. `before`: the links that had been opened until then.
    async fn all_read(&self, before: &BTreeSet<String>) -> Result<()> {
        self.engine().logs_are_read().await?;
        self.learn_segment_times().await?;
        self.tell_first_views(before).await
    }

    /// Tells of links for somebody that were not opened before.
    async fn tell_first_views(&self, before: &BTreeSet<String>) -> Result<()> {
        let opened = self.engine().opened_links().await?;
        for link in opened.difference(before) {
            let Some(record) = self.engine().link(link).await? else {
                continue;
            };
            if record.name.is_empty() {
                continue;
            }
            let Ok(video) = self.engine().video(&record.video).await else {
                continue;
            };
            // Nobody has to listen.
            let _ = self.inner.updates.send(Update::Opened {
                name: record.name,
                title: video.record.title,
                id: record.video.to_string(),
            });
        }
        Ok(())
    }

    /// Asks for the segments of films that were watched and whose segments are not known yet, or still grow in number.
    async fn learn_segment_times(&self) -> Result<()> {
        let watched = self.engine().watched_videos().await?;
        let known = self.engine().segment_times(None).await?;
        for video in self.engine().videos(None).await? {
            let (id, generation) = (&video.record.id, generation(&video));
            let times = known
                .get(id.as_str())
                .and_then(|all| all.iter().find(|one| one.generation == generation));
            let whole = times.is_some_and(|times| times.seconds.iter().sum::<f64>() + 0.5 >= video.record.duration);
            if whole || !watched.contains(id.as_str()) {
                continue;
            }
            match self.segment_times(&video).await {
                Ok(Some(times)) => self.engine().keep_segment_times(id, times).await?,
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(
                        code = error.code,
                        message = error.message,
                        "the film's segments are not known"
                    );
                }
            }
        }
        Ok(())
    }

    /// The segments of a film, from the media playlist of its first rung.
    async fn segment_times(&self, video: &Video) -> Result<Option<SegmentTimes>> {
        use screener_ladder::TrackKind;
        let rungs = &video.record.rungs;
        let pictures = rungs.iter().find(|rung| rung.kind == TrackKind::Video);
        let Some(rung) = pictures.or_else(|| rungs.iter().find(|rung| rung.kind == TrackKind::Audio)) else {
            return Ok(None);
        };
        let destination = self.engine().destination(&video.destination).await?;
        let store: Store = self.engine().store(&destination).await?;
        let generation = generation(video);
        let path = format!("{generation}/{}/index.m3u8", rung.name);
        let key = ObjectKey::of(&destination.prefix, &video.record.id, &path);
        let playlist = store.get(&key).await.map_err(screener_publish::Error::from)?;
        Ok(Some(SegmentTimes {
            generation,
            sound_alone: pictures.is_none(),
            seconds: durations(&playlist.bytes),
        }))
    }
}

/// Seconds of each segment; none of what is no media playlist.
fn durations(playlist: &[u8]) -> Vec<f64> {
    match parse(playlist) {
        Ok(Playlist::Media(media)) => media
            .segments
            .iter()
            .map(|segment| segment.duration.unwrap_or_default())
            .collect(),
        _ => Vec::new(),
    }
}

fn generation(video: &Video) -> u16 {
    u16::try_from(video.record.generation).unwrap_or(u16::MAX)
}

/// Key and a mark that changes with the file, of each file below a folder.
fn files_below(folder: &Path, root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path, root));
        } else if let (Ok(below), Ok(facts)) = (path.strip_prefix(root), entry.metadata()) {
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let modified = facts
                .modified()
                .ok()
                .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let mark = format!("{}-{}", facts.len(), modified.unwrap_or_default().as_nanos());
            found.push((parts.join("/"), mark));
        }
    }
    found
}
