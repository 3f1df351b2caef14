//! Counting who has watched: log objects go in once each, and what they say is kept in the journal.

use std::collections::{BTreeMap, BTreeSet};

use bytes::{Buf as _, Bytes};
use screener_views::{Counts, ReadError, Reading, Scope, Watched};

use super::base::{Engine, Update};
use crate::cause::Cause;
use crate::error::Error;
use crate::ids::VideoId;
use crate::journal::view_rows::{self, CountedLines, SegmentTimes, TrafficRow};

impl Engine {
    /// Of the objects of a destination's log (key, entity tag) those that are to be read.
    pub async fn unread_logs(
        &self,
        destination: &str,
        listed: Vec<(String, String)>,
    ) -> Result<Vec<(String, String)>, Error> {
        let destination = destination.to_owned();
        self.inner
            .journal
            .call(move |t| view_rows::unread(t, &destination, listed))
            .await
    }

    /// Counts what a log object says of the videos below `prefix`; all of it, or nothing.
    pub async fn count_log(
        &self,
        destination: &str,
        prefix: &str,
        (key, etag): (String, String),
        object: Bytes,
    ) -> Result<Counts, Error> {
        let (destination, scope) = (destination.to_owned(), Scope::new(prefix));
        self.inner
            .journal
            .call(move |t| {
                let mut reading = Reading::new(scope, CountedLines(t), |batch| view_rows::add(t, batch));
                reading.object(object.reader()).map_err(port)?;
                let counts = reading.finish().map_err(port)?;
                view_rows::read(t, &destination, &key, &etag)?;
                Ok(counts)
            })
            .await
            .inspect(|counts| {
                if counts.counted > 0 {
                    self.tell(Update::Links);
                }
            })
    }

    /// Forgets what surely does not come again; to be called when every object that is listed was read.
    pub async fn logs_are_read(&self) -> Result<(), Error> {
        self.inner.journal.call(view_rows::forget_lines).await
    }

    /// Views by video and link; of one video or of all.
    pub async fn watched(&self, video: Option<&VideoId>) -> Result<BTreeMap<(String, String), Watched>, Error> {
        let video = video.cloned();
        self.inner
            .journal
            .read(move |t| view_rows::watched(t, video.as_ref()))
            .await
    }

    /// Links with a view.
    pub async fn opened_links(&self) -> Result<BTreeSet<String>, Error> {
        self.inner.journal.read(|t| view_rows::with_views(t, "link")).await
    }

    /// Videos with a view.
    pub async fn watched_videos(&self) -> Result<BTreeSet<String>, Error> {
        self.inner.journal.read(|t| view_rows::with_views(t, "video")).await
    }

    /// Requests and bytes by video, link and month.
    pub async fn traffic(&self, video: Option<&VideoId>) -> Result<Vec<TrafficRow>, Error> {
        let video = video.cloned();
        self.inner
            .journal
            .read(move |t| view_rows::traffic(t, video.as_ref()))
            .await
    }

    /// Forgets every number.
    pub async fn forget_views(&self) -> Result<(), Error> {
        self.inner.journal.call(view_rows::forget_views).await?;
        self.tell(Update::Links);
        Ok(())
    }

    /// Keeps how long the segments of a generation are.
    pub async fn keep_segment_times(&self, video: &VideoId, times: SegmentTimes) -> Result<(), Error> {
        let video = video.clone();
        self.inner
            .journal
            .call(move |t| view_rows::keep_segment_times(t, &video, &times))
            .await
    }

    /// How long segments are, by video.
    pub async fn segment_times(&self, video: Option<&VideoId>) -> Result<BTreeMap<String, Vec<SegmentTimes>>, Error> {
        let video = video.cloned();
        self.inner
            .journal
            .read(move |t| view_rows::segment_times(t, video.as_ref()))
            .await
    }
}

fn port(error: ReadError<Error>) -> Error {
    match error {
        ReadError::Port(error) => error,
        ReadError::Object(error) => Cause::Log { why: error.to_string() }.into(),
    }
}
