//! Whose turn it is: one process at a time runs jobs, held by a lock on a file in the data folder that ends with the process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::error::Error;

/// The lock, as one process sees it.
pub(super) struct Turn {
    path: PathBuf,
    held: Mutex<Option<File>>,
    wake: Notify,
}

impl Turn {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self {
            path: data_dir.join("owner.lock"),
            held: Mutex::new(None),
            wake: Notify::new(),
        }
    }

    /// Takes the turn if nobody has it.
    pub(super) fn take(&self) -> Result<bool, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(true);
        }
        let file = File::options()
            .create(true)
            .append(true)
            .open(&self.path)
            .map_err(Error::file(&self.path))?;
        match file.try_lock() {
            Ok(()) => {
                *held = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) => Err(Error::file(&self.path)(source)),
        }
    }

    /// Gives it back.
    pub(super) fn give(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// True where this process has it.
    pub(super) fn is_mine(&self) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// True where some process has it.
    pub(super) fn is_taken(&self) -> bool {
        if self.is_mine() {
            return true;
        }
        // A shared lock asks without keeping the next owner out for longer than this line.
        File::options()
            .read(true)
            .open(&self.path)
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Something is in the journal that the owner should look at.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Returns after [`Turn::wake`].
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}
