//! The file that a job is made from, as it was when it was accepted.

use std::path::Path;

use crate::cause::Cause;
use crate::error::Error;

/// What tells one state of a file from another: size and time of the last change.
pub(super) fn fingerprint(file: &Path) -> Result<String, Error> {
    let facts = std::fs::metadata(file).map_err(Error::file(file))?;
    if facts.is_dir() {
        return Err(Cause::Folder {
            path: file.display().to_string(),
        }
        .into());
    }
    if facts.len() == 0 {
        return Err(Cause::Empty {
            path: file.display().to_string(),
        }
        .into());
    }
    std::fs::File::open(file).map_err(Error::file(file))?;
    let changed = facts
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |d| d.as_nanos());
    Ok(format!("{}/{changed}", facts.len()))
}
