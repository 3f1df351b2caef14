//! What can go wrong, for callers that branch.

use std::io::ErrorKind;
use std::path::Path;

use screener_store::StoreError;
use screener_wire::Failure;

use crate::cause::Cause;
use crate::ids::{JobId, VideoId};
use crate::key_store::KeyError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The journal could not be read or written.
    #[error("the journal could not be used: {0}")]
    Journal(#[from] rusqlite::Error),
    /// A file or folder could not be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// No such job.
    #[error("there is no job {0}")]
    NoSuchJob(JobId),
    /// No such video in the library.
    #[error("there is no video {0} in the library")]
    NoSuchVideo(VideoId),
    /// No such destination.
    #[error("there is no destination called {0}")]
    NoSuchDestination(String),
    /// A bucket refused or could not be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key store refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Refused, with the words for it.
    #[error(transparent)]
    Refused(#[from] Failure),
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self::Refused(cause.into())
    }
}

impl Error {
    /// What happened, why, and what to do.
    pub fn failure(&self) -> Failure {
        let cause = match self {
            Self::Journal(_) if self.is_full_journal() => Cause::JournalFull,
            Self::Journal(error) => Cause::Journal { why: error.to_string() },
            Self::File { path, source } => file_cause(path, source),
            Self::NoSuchJob(job) => Cause::NoSuchJob { job: job.to_string() },
            Self::NoSuchVideo(video) => Cause::NoSuchVideo {
                video: video.to_string(),
            },
            Self::NoSuchDestination(name) => Cause::NoSuchDestination { name: name.clone() },
            Self::Store(error) => Cause::from(error),
            Self::Key(error) => Cause::from(error),
            Self::Refused(failure) => return failure.clone(),
        };
        cause.into()
    }

    /// The journal's disk has no room.
    pub(crate) fn is_full_journal(&self) -> bool {
        matches!(self, Self::Journal(error) if matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull)))
    }

    pub(crate) fn file(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().display().to_string();
        move |source| Self::File { path, source }
    }
}

fn file_cause(path: &str, source: &std::io::Error) -> Cause {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::NotFound => Cause::NoSuchFile { path },
        ErrorKind::PermissionDenied => Cause::NotReadable { path },
        ErrorKind::StorageFull => Cause::DiskFull { path },
        _ => Cause::File {
            path,
            why: source.to_string(),
        },
    }
}
