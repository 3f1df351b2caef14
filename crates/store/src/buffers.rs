//! Memory in which files lie on their way, used again: an allocator that gives megabytes to many threads in turn keeps some
//! of them for each.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// The buffers. There are as many as files were on their way at once; when none is, they are given back to the system.
#[derive(Default)]
pub struct Buffers(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    free: Vec<Vec<u8>>,
    lent: usize,
}

/// A buffer that comes back when the last reference to its bytes is dropped.
struct Lent {
    buffer: Vec<u8>,
    home: Arc<Buffers>,
}

impl Buffers {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lend(self: &Arc<Self>) -> Lent {
        let mut inner = self.lock();
        inner.lent += 1;
        Lent {
            buffer: inner.free.pop().unwrap_or_default(),
            home: self.clone(),
        }
    }

    /// `length` bytes of a file, from byte `from` on; an error where it has fewer.
    pub async fn read(self: &Arc<Self>, file: PathBuf, from: u64, length: u64) -> std::io::Result<Bytes> {
        let mut lent = self.lend();
        let reading = move || {
            let mut open = std::fs::File::open(&file)?;
            open.seek(SeekFrom::Start(from))?;
            lent.buffer.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
            open.read_exact(&mut lent.buffer)?;
            Ok(Bytes::from_owner(lent))
        };
        match tokio::task::spawn_blocking(reading).await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut inner = self.home.lock();
        inner.lent -= 1;
        if inner.lent == 0 {
            inner.free = Vec::new();
        } else {
            inner.free.push(std::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_is_used_again_while_anything_is_on_its_way_and_given_back_afterwards() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, b"0123456789").expect("written");
        let buffers = Arc::new(Buffers::default());
        let first = buffers.read(file.clone(), 2, 5).await.expect("five bytes");
        let second = buffers.read(file.clone(), 0, 10).await.expect("all");
        let place = first.as_ptr();
        drop(first.clone());
        assert_eq!(buffers.lock().free.len(), 0, "somebody holds it");
        assert_eq!((&first[..], &second[..]), (&b"23456"[..], &b"0123456789"[..]));
        drop(first);
        let third = buffers.read(file.clone(), 7, 3).await.expect("three bytes");
        assert_eq!((third.as_ptr(), &third[..]), (place, &b"789"[..]));
        assert!(buffers.read(file, 8, 3).await.is_err(), "it has fewer");
        drop((second, third));
        let inner = buffers.lock();
        assert_eq!((inner.lent, inner.free.capacity()), (0, 0));
    }
}
