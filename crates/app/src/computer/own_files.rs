//! Files of our own on this computer's disk, and what it says when it refuses one.

use std::io::ErrorKind;
use std::path::Path;

use crate::cause::Cause;
use crate::{AppError, Result};

/// Writes beside, then renames: a kill leaves the old file or the new one.
pub(crate) async fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let (path, bytes) = (path.to_owned(), bytes.to_vec());
    tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}.new", std::process::id()));
        let beside = std::path::PathBuf::from(beside);
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = std::fs::File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &path)
        };
        write().map_err(|e| {
            let _ = std::fs::remove_file(&beside);
            file_error(&path, &e)
        })
    })
    .await
    .map_err(AppError::internal)?
}

/// What the system said of a file, with what can be done about it.
pub(crate) fn file_error(path: &Path, error: &std::io::Error) -> AppError {
    let (path, words) = (path.display().to_string(), error.to_string());
    match error.kind() {
        ErrorKind::NotFound => Cause::NoSuchFile { path, error: words },
        ErrorKind::PermissionDenied => Cause::NotReadable { path, error: words },
        ErrorKind::StorageFull => Cause::DiskFull { path, error: words },
        _ => Cause::NotUsable { path, error: words },
    }
    .into()
}
