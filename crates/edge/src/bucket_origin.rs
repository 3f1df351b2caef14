//! Reading the bucket as an origin: one object with what is known about it.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use crate::{Remote, RemoteObject, s3::Disk};

/// How many objects' facts are kept; a film of two hours in five rungs has about 6,000 segments.
const KEPT: usize = 16_384;

/// What is known about an object besides its bytes.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) size: u64,
    pub(crate) modified: SystemTime,
    /// Tells two uploads apart that fell into one tick of the file system's clock.
    pub(crate) inode: u64,
    /// With its quotes.
    pub(crate) tag: String,
    pub(crate) content_type: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) metadata: Vec<(String, String)>,
}

/// An object that is open for reading. The file stays this object's, whatever is uploaded under its key meanwhile.
pub(crate) struct Object {
    pub(crate) facts: Arc<Facts>,
    file: File,
}

#[derive(Clone)]
pub(crate) struct Bucket {
    disk: Disk,
    name: Arc<str>,
    folder: Arc<Path>,
    remote: Option<Arc<dyn Remote>>,
    facts: Arc<Mutex<HashMap<String, Arc<Facts>>>>,
}

impl Bucket {
    pub(crate) fn new(disk: Disk, name: &str, folder: &Path, remote: Option<Arc<dyn Remote>>) -> Self {
        Self {
            disk,
            name: name.into(),
            folder: folder.into(),
            remote,
            facts: Arc::default(),
        }
    }

    /// The object under a key, here or in a bucket that is watched through this edge, or nothing.
    pub(crate) async fn open(&self, key: &str) -> io::Result<Option<Object>> {
        match (self.open_own(key).await?, &self.remote) {
            (Some(object), _) => Ok(Some(object)),
            (None, None) => Ok(None),
            (None, Some(remote)) => match remote.get(key).await? {
                Some(object) => self.keep_remote(object).await.map(Some),
                None => Ok(None),
            },
        }
    }

    /// A file without a name, gone when it is closed: what was fetched is answered as if it were here.
    async fn keep_remote(&self, object: RemoteObject) -> io::Result<Object> {
        let folder = Arc::clone(&self.folder);
        let RemoteObject {
            bytes,
            tag,
            content_type,
            cache_control,
        } = object;
        let size = bytes.len() as u64;
        let written = tokio::task::spawn_blocking(move || {
            let mut file = tempfile::tempfile_in(folder)?;
            file.write_all(&bytes)?;
            Ok::<_, io::Error>(file)
        });
        let facts = Facts {
            size,
            modified: SystemTime::UNIX_EPOCH,
            inode: 0,
            tag,
            content_type: Some(content_type),
            cache_control: Some(cache_control),
            metadata: Vec::new(),
        };
        Ok(Object {
            facts: Arc::new(facts),
            file: written.await.map_err(io::Error::other)??,
        })
    }

    /// The object under a key in this edge's own bucket.
    pub(crate) async fn open_own(&self, key: &str) -> io::Result<Option<Object>> {
        let Some(path) = self.disk.path(&self.name, key) else {
            return Ok(None);
        };
        let _reading = self.disk.reading(&self.name, key).await;
        let opened = tokio::task::spawn_blocking(move || {
            let file = File::open(path)?;
            let about = file.metadata()?;
            Ok::<_, io::Error>((about.is_file(), about.len(), about.modified()?, inode(&about), file))
        });
        let (size, modified, inode, file) = match opened.await.map_err(io::Error::other)? {
            Ok((true, size, modified, inode, file)) => (size, modified, inode, file),
            Ok(_) => return Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let same = |facts: &Arc<Facts>| (facts.size, facts.modified, facts.inode) == (size, modified, inode);
        if let Some(facts) = self.known(key).filter(same) {
            return Ok(Some(Object { facts, file }));
        }
        let head = self
            .disk
            .head(&self.name, key)
            .await
            .map_err(|error| io::Error::other(error.to_string()))?;
        let facts = Arc::new(Facts {
            size,
            modified,
            inode,
            tag: head.e_tag.map(|tag| format!("\"{}\"", tag.value())).unwrap_or_default(),
            content_type: head.content_type,
            cache_control: head.cache_control,
            metadata: head.metadata.into_iter().flatten().collect(),
        });
        self.keep(key, &facts);
        Ok(Some(Object { facts, file }))
    }

    fn known(&self, key: &str) -> Option<Arc<Facts>> {
        self.facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    fn keep(&self, key: &str, facts: &Arc<Facts>) {
        let mut kept = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key.to_owned(), Arc::clone(facts));
    }
}

#[cfg(unix)]
fn inode(about: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

impl Object {
    /// All bytes at once, for what is small.
    pub(crate) async fn read(self, first: u64, count: u64) -> io::Result<Vec<u8>> {
        let mut file = self.file;
        let read = tokio::task::spawn_blocking(move || {
            file.seek(SeekFrom::Start(first))?;
            let mut bytes = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
            file.take(count).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        read.await.map_err(io::Error::other)?
    }

    /// The file, placed at `first`, for what is streamed.
    pub(crate) async fn stream(self, first: u64) -> io::Result<tokio::fs::File> {
        use tokio::io::AsyncSeekExt as _;
        let mut file = tokio::fs::File::from_std(self.file);
        file.seek(SeekFrom::Start(first)).await?;
        Ok(file)
    }
}
