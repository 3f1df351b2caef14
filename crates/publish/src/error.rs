//! What can go wrong, for callers that branch, and in words for people.

use screener_wire::Failure;

use crate::keys::KeyError;
use crate::store::StoreError;
use crate::{JobId, VideoId};

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

/// Words for one failure.
pub(crate) fn failure(code: &str, message: impl Into<String>, mend: impl Into<String>) -> Failure {
    Failure {
        code: code.into(),
        message: message.into(),
        mend: mend.into(),
    }
}

impl Error {
    /// What happened, why, and what to do.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Journal(error) if journal_is_full(error) => failure(
                "disk_full",
                "The disk that holds Screener's data folder is full.",
                "Free some room; the job goes on by itself.",
            ),
            Self::Journal(error) => failure(
                "journal",
                format!("Screener's journal could not be used: {error}."),
                "Check that the data folder can be written to and that its disk has room.",
            ),
            Self::File { path, source } => file_failure(path, source),
            Self::NoSuchJob(job) => failure(
                "no_such_job",
                format!("There is no job {job}."),
                "`screener jobs` lists the jobs there are.",
            ),
            Self::NoSuchVideo(video) => failure(
                "no_such_video",
                format!("There is no video {video} in the library."),
                "`screener list` lists the videos there are.",
            ),
            Self::NoSuchDestination(name) => failure(
                "no_such_destination",
                format!("There is no destination called {name}."),
                "`screener destination list` lists the destinations there are.",
            ),
            Self::Store(error) => error.failure(),
            Self::Key(error) => error.failure(),
            Self::Refused(failure) => failure.clone(),
        }
    }

    pub(crate) fn file(path: impl AsRef<std::path::Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().display().to_string();
        move |source| Self::File { path, source }
    }
}

pub(crate) fn journal_is_full(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull))
}

fn file_failure(path: &str, source: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    match source.kind() {
        ErrorKind::NotFound => failure(
            "no_such_file",
            format!("There is no file {path}."),
            "Check the name; the file may have been moved or renamed.",
        ),
        ErrorKind::PermissionDenied => failure(
            "not_readable",
            format!("{path} may not be opened."),
            "Give your user the right to it, or copy the file somewhere you own.",
        ),
        ErrorKind::StorageFull => failure(
            "disk_full",
            format!("The disk that holds {path} is full."),
            "Free some room; the job goes on by itself.",
        ),
        _ => failure(
            "file",
            format!("{path} could not be used: {source}."),
            "Check the disk and the folder's permissions.",
        ),
    }
}
