//! Failures in words, and FFmpeg's numbers turned into them.

use std::path::Path;

use screener_wire::Failure;

/// A failure with its stable code, what happened and what to do next.
pub fn failure(code: &str, message: impl Into<String>, mend: impl Into<String>) -> Failure {
    Failure {
        code: code.into(),
        message: message.into(),
        mend: mend.into(),
    }
}

/// The answer to a cancel.
pub fn cancelled() -> Failure {
    failure(
        "cancelled",
        "The work was cancelled.",
        "Start it again when you want it.",
    )
}

/// A failure of Screener's own making: a bug, an FFmpeg that lacks what is needed.
pub fn internal(what: impl std::fmt::Display) -> Failure {
    failure(
        "internal",
        format!("The encoder could not go on: {what}."),
        "Try again; if it happens again with this file, report it with the log.",
    )
}

/// A failure to write below the output folder.
pub fn write_failed(path: &Path, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::StorageFull || error.raw_os_error() == Some(libc::EDQUOT) {
        return failure(
            "disk_full",
            format!("There is no space left to write {}.", path.display()),
            "Free some space on that disk and try again; what is finished is kept.",
        );
    }
    failure(
        "write_failed",
        format!("{} could not be written: {error}.", path.display()),
        "Check the folder's permissions and try again.",
    )
}
