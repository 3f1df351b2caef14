//! Where a stream is written that is not published.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::cause::Cause;
use crate::computer::own_files::file_error;

/// The folder that a stream is written into: new or empty, and again so when nothing came of it.
pub(super) struct OutFolder {
    folder: PathBuf,
    made: bool,
    pub(super) keep: bool,
}

impl OutFolder {
    pub(super) fn take(folder: &Path) -> Result<Self> {
        let made = !folder.exists();
        std::fs::create_dir_all(folder).map_err(|e| file_error(folder, &e))?;
        let mut entries = std::fs::read_dir(folder).map_err(|e| file_error(folder, &e))?;
        if entries.next().is_some() {
            return Err(Cause::FolderNotEmpty {
                folder: folder.display().to_string(),
            }
            .into());
        }
        Ok(Self {
            folder: folder.to_owned(),
            made,
            keep: false,
        })
    }
}

impl Drop for OutFolder {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        if self.made {
            let _ = std::fs::remove_dir_all(&self.folder);
        } else if let Ok(entries) = std::fs::read_dir(&self.folder) {
            // It was empty when it was taken: all that is in it is the worker's.
            for entry in entries.flatten() {
                let path = entry.path();
                let _ = if path.is_dir() {
                    std::fs::remove_dir_all(&path)
                } else {
                    std::fs::remove_file(&path)
                };
            }
        }
    }
}
