//! Where objects lie: their files and what is known beside them, one writer a key, and the edge's own requests to s3s-fs.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use s3s::{
    S3, S3Request, S3Result,
    dto::{CORSConfiguration, DeleteObjectInput, HeadObjectInput, HeadObjectOutput, Object},
    s3_error,
};
use s3s_fs::FileSystem;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use super::{kept_facts, open_uploads::Uploads};
use crate::error::Error;

/// s3s-fs keeps metadata in a file whose name holds the key in base64, and a file's name holds 255 bytes.
const LONGEST_KEY: usize = 150;

/// The S3 server's content. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Disk(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) files: FileSystem,
    pub(super) root: PathBuf,
    /// Writers of one key after the other, and no reader between bytes and metadata.
    locks: Vec<Arc<RwLock<()>>>,
    pub(super) uploads: Uploads,
    pub(super) cors_path: PathBuf,
    pub(super) cors: Mutex<HashMap<String, CORSConfiguration>>,
}

impl Disk {
    /// Opens the content under `folder` (`s3/`, `uploads/`), making it where it is missing.
    pub(crate) fn open(folder: &Path, bucket: &str) -> Result<Self, Error> {
        let root = folder.join("s3");
        let bucket_path = root.join(bucket);
        std::fs::create_dir_all(&bucket_path).map_err(Error::io(&bucket_path))?;
        let files = FileSystem::new(&root).map_err(|error| Error::Io {
            path: root.clone(),
            source: io::Error::other(format!("{error:?}")),
        })?;
        let uploads = Uploads::open(folder.join("uploads"))?;
        let cors_path = folder.join("cors.json");
        let cors = std::fs::read(&cors_path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let locks = (0..64).map(|_| Arc::default()).collect();
        Ok(Self(Arc::new(Inner {
            files,
            root,
            locks,
            uploads,
            cors_path,
            cors: Mutex::new(cors),
        })))
    }

    /// Where an object's bytes lie, if its key is one that can lie here.
    pub(crate) fn path(&self, bucket: &str, key: &str) -> Option<PathBuf> {
        (is_plain(bucket) && !bucket.contains('/') && is_plain(key)).then(|| self.0.root.join(bucket).join(key))
    }

    /// Holds off writers of this key, so that bytes and metadata belong together.
    pub(crate) async fn reading(&self, bucket: &str, key: &str) -> OwnedRwLockReadGuard<()> {
        self.lock(bucket, key).read_owned().await
    }

    pub(super) async fn writing(&self, bucket: &str, key: &str) -> OwnedRwLockWriteGuard<()> {
        self.lock(bucket, key).write_owned().await
    }

    fn lock(&self, bucket: &str, key: &str) -> Arc<RwLock<()>> {
        let mut hasher = DefaultHasher::new();
        (bucket, key).hash(&mut hasher);
        let slot = usize::try_from(hasher.finish() % self.0.locks.len() as u64).unwrap_or_default();
        Arc::clone(&self.0.locks[slot])
    }

    /// What is known about an object besides its bytes.
    pub(crate) async fn head(&self, bucket: &str, key: &str) -> S3Result<HeadObjectOutput> {
        let input = HeadObjectInput {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..HeadObjectInput::default()
        };
        self.0
            .files
            .head_object(own_request(input))
            .await
            .map(|answer| answer.output)
    }

    /// Forgets checksums and `ETag` of what lies under a key, before other bytes get there. Without them s3s-fs reads
    /// the bytes again, so a stop in between costs time and not truth.
    pub(super) fn forget_digests(&self, bucket: &str, key: &str) {
        kept_facts::remove(&kept_facts::path(&self.0.root, bucket, key, "internal"));
    }

    pub(super) fn forget(&self, bucket: &str, key: &str) {
        self.forget_digests(bucket, key);
        kept_facts::remove(&kept_facts::path(&self.0.root, bucket, key, "metadata"));
    }

    pub(super) async fn delete(&self, bucket: &str, key: &str) -> S3Result<()> {
        let _writing = self.writing(bucket, key).await;
        let input = DeleteObjectInput {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..DeleteObjectInput::default()
        };
        if self.0.root.join(bucket).join(key).is_dir() {
            // A key that other keys begin with is no object.
            return Ok(());
        }
        self.0.files.delete_object(own_request(input)).await?;
        self.forget(bucket, key);
        Ok(())
    }

    /// Whether an object lies under this key.
    pub(super) fn is_object(&self, bucket: &str, key: &str) -> S3Result<()> {
        if !self.0.root.join(bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        match self.path(bucket, key) {
            Some(path) if path.is_file() => Ok(()),
            _ => Err(s3_error!(NoSuchKey)),
        }
    }

    /// S3 names every listed object's `ETag`; s3s-fs names none.
    pub(super) async fn add_tags(&self, bucket: &str, objects: Option<&mut Vec<Object>>) {
        for object in objects.into_iter().flatten() {
            let Some(key) = &object.key else { continue };
            let _reading = self.reading(bucket, key).await;
            if let Ok(head) = self.head(bucket, key).await {
                object.e_tag = head.e_tag;
            }
        }
    }

    /// Parts that were uploaded and not named at the end.
    pub(super) fn remove_parts(&self, id: &str) {
        let prefix = format!(".upload_id-{id}.part-");
        let Ok(entries) = std::fs::read_dir(&self.0.root) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                kept_facts::remove(&entry.path());
            }
        }
    }
}

/// A request that comes from the edge itself, not over the wire.
pub(super) fn own_request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: http::Method::GET,
        uri: http::Uri::default(),
        headers: http::HeaderMap::default(),
        extensions: http::Extensions::default(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

/// Whether a key is its own path: no empty, `.` or `..` parts, nothing that a file system reads in its own way.
pub(super) fn is_plain(key: &str) -> bool {
    key.len() <= LONGEST_KEY
        && key
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && part.len() <= 255)
        && !key.contains(['\\', '\0', ':'])
}

pub(super) fn checked_key(key: &str) -> S3Result<()> {
    if key.len() > LONGEST_KEY {
        return Err(s3_error!(
            KeyTooLongError,
            "the local S3 keeps keys of up to {LONGEST_KEY} bytes"
        ));
    }
    if !is_plain(key) {
        return Err(s3_error!(
            InvalidArgument,
            "the local S3 keeps no keys with empty, '.' or '..' parts"
        ));
    }
    Ok(())
}
