//! Attempts of a job's calls until one succeeds, each with a place in the pool that all jobs share.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use screener_store::retry::{Jitter, Next, Policy, Tries};
use screener_store::{Class, Clock, Condition, ObjectKey, Pool, Put, Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::cause::Cause;
use crate::error::Error;
use crate::ids::JobId;
use crate::journal::Journal;

/// What stands in place of a call where the file could not be read.
pub(super) const READ: &str = "read";

/// Hears of each failed attempt that asks for patience: the error and how many there were.
pub(crate) type Told = Arc<dyn Fn(&StoreError, u32) + Send + Sync>;

/// What uploads of one job share.
#[derive(Clone)]
pub(crate) struct Uploads {
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) jitter: Arc<Jitter>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) store: Store,
    pub(crate) destination: String,
    pub(crate) job: JobId,
    pub(crate) policy: Policy,
    /// No attempt begins after this; those under way end by themselves, so that nothing arrives late.
    pub(crate) leaving: CancellationToken,
    /// Bytes that arrived.
    pub(crate) sent: Arc<AtomicU64>,
    pub(crate) told: Told,
}

/// Why an upload ended without an object.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The job leaves.
    Leaving,
    /// The bucket does not take it.
    Store(StoreError),
    /// The file or the journal cannot be used.
    Here(Error),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

impl Uploads {
    /// Attempts until one succeeds; a place in the pool is held only while one is under way.
    pub(crate) async fn persist<T, F>(&self, bytes: u64, mut attempt: impl FnMut() -> F) -> Result<T, Stopped>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut tries = Tries::default();
        loop {
            let place = tokio::select! {
                biased;
                () = self.leaving.cancelled() => return Err(Stopped::Leaving),
                place = self.pool.enter() => place,
            };
            if bytes > 0 {
                tokio::select! {
                    biased;
                    () = self.leaving.cancelled() => return Err(Stopped::Leaving),
                    () = self.pool.pace(self.clock.as_ref(), bytes) => {}
                }
            }
            let begun = self.clock.now();
            // On the heap, and only now: hundreds wait for a place at a time, and the client's calls are tens of kilobytes each.
            let error = match Box::pin(attempt()).await {
                Ok(value) => {
                    place.worked(Duration::from_millis(self.clock.now().abs_diff(begun)));
                    self.sent.fetch_add(bytes, Ordering::Relaxed);
                    return Ok(value);
                }
                Err(error) => error,
            };
            if error.class == Class::Later {
                place.was_refused();
            } else {
                drop(place);
            }
            let next = tries.after(self.policy, &error.class);
            tracing::debug!(%error, ?next, "an attempt failed");
            if tries.patience() > 0 {
                (self.told)(&error, tries.patience());
            }
            match next {
                Next::Wait(most) => {
                    let wait = self.jitter.below(most);
                    tokio::select! {
                        biased;
                        () = self.leaving.cancelled() => return Err(Stopped::Leaving),
                        () = self.clock.sleep(wait) => {}
                    }
                }
                Next::CorrectClock(seconds) => self.store.correct_clock(seconds),
                Next::Move(region) => self.store.move_to_region(&region),
                Next::GiveUp => return Err(error.into()),
            }
        }
    }

    /// Stores a text: a playlist or a record.
    pub(crate) async fn text(&self, key: &ObjectKey, text: Bytes, condition: &Condition) -> Result<Put, Stopped> {
        self.persist(0, || self.store.put(key, text.clone(), condition)).await
    }
}

/// A work file that somebody else has touched.
pub(super) fn wrong_size(file: &Path) -> Error {
    Cause::WorkChanged {
        path: file.display().to_string(),
    }
    .into()
}
