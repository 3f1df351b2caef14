//! What the journal keeps as text, read back: records as JSON, names.

use crate::cause::Cause;
use crate::error::Error;
use crate::ids::{JobId, VideoId};

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| spoiled(&e))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|e| spoiled(&e))
}

fn spoiled(error: &serde_json::Error) -> Error {
    Cause::JournalRecord { why: error.to_string() }.into()
}

pub(crate) fn video_id(text: &str) -> Result<VideoId, Error> {
    text.parse()
        .map_err(|e| Cause::JournalSpoiled { why: format!("{e}") }.into())
}

pub(super) fn job_id(text: &str) -> Result<JobId, Error> {
    text.parse()
        .map_err(|e| Cause::JournalSpoiled { why: format!("{e}") }.into())
}
