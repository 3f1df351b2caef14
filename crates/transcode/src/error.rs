//! What FFmpeg and the system could not do, as causes.

use std::path::Path;

use screener_wire::{Cause, Failure};

/// A failure of Screener's own making: a bug, an FFmpeg that lacks what is needed.
pub fn internal(what: impl std::fmt::Display) -> Failure {
    Cause::Internal { what: what.to_string() }.into()
}

/// A failure to write below the output folder.
pub fn write_failed(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display().to_string();
    if error.kind() == std::io::ErrorKind::StorageFull || error.raw_os_error() == Some(libc::EDQUOT) {
        return Cause::DiskFull { path }.into();
    }
    Cause::WriteFailed {
        path,
        error: error.to_string(),
    }
    .into()
}
