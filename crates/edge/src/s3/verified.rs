//! A body that ends in an error when it is not what its sender said, so that s3s-fs never shows it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use data_encoding::BASE64;
use futures::{StreamExt as _, stream};
use s3s::{
    S3Error, S3Request, S3Result, TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256},
    dto::{Checksum, ChecksumAlgorithm, PutObjectInput, StreamingBlob, UploadPartInput},
    s3_error,
};
use tokio::sync::OwnedRwLockWriteGuard;

use super::disk::Disk;

/// What a sender said about a body before sending it.
pub(super) struct Claim {
    hasher: ChecksumHasher,
    sums: Checksum,
    md5: Option<String>,
    trailers: Option<TrailingHeaders>,
}

macro_rules! claim {
    ($request:expr) => {{
        let input = &$request.input;
        let sums = Checksum {
            checksum_crc32: input.checksum_crc32.clone(),
            checksum_crc32c: input.checksum_crc32c.clone(),
            checksum_crc64nvme: input.checksum_crc64nvme.clone(),
            checksum_sha1: input.checksum_sha1.clone(),
            checksum_sha256: input.checksum_sha256.clone(),
            ..Checksum::default()
        };
        Claim::new(
            sums,
            input.checksum_algorithm.as_ref().map(ChecksumAlgorithm::as_str),
            input.content_md5.clone(),
            $request
                .headers
                .get("x-amz-trailer")
                .and_then(|names| names.to_str().ok()),
            $request.trailing_headers.clone(),
        )
    }};
}

impl Claim {
    pub(super) fn of_put(request: &S3Request<PutObjectInput>) -> S3Result<Self> {
        claim!(request)
    }

    pub(super) fn of_part(request: &S3Request<UploadPartInput>) -> S3Result<Self> {
        claim!(request)
    }

    fn new(
        sums: Checksum,
        algorithm: Option<&str>,
        md5: Option<String>,
        trailer: Option<&str>,
        trailers: Option<TrailingHeaders>,
    ) -> S3Result<Self> {
        let trailer = trailer.unwrap_or_default().to_ascii_lowercase();
        let names = |wanted: &str| {
            algorithm.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                || trailer.contains(&format!("x-amz-checksum-{}", wanted.to_ascii_lowercase()))
        };
        let mut hasher = ChecksumHasher::default();
        if sums.checksum_crc32.is_some() || trailer.ends_with("crc32") || algorithm == Some("CRC32") {
            hasher.crc32 = Some(Crc32::default());
        }
        if sums.checksum_crc32c.is_some() || names("CRC32C") {
            hasher.crc32c = Some(Crc32c::default());
        }
        if sums.checksum_crc64nvme.is_some() || names("CRC64NVME") {
            hasher.crc64nvme = Some(Crc64Nvme::default());
        }
        if sums.checksum_sha1.is_some() || names("SHA1") {
            hasher.sha1 = Some(Sha1::default());
        }
        if sums.checksum_sha256.is_some() || names("SHA256") {
            hasher.sha256 = Some(Sha256::default());
        }
        if md5
            .as_ref()
            .is_some_and(|md5| BASE64.decode(md5.as_bytes()).map_or(0, |md5| md5.len()) != 16)
        {
            return Err(s3_error!(InvalidDigest));
        }
        Ok(Self {
            hasher,
            sums,
            md5,
            trailers,
        })
    }

    /// The sums that came with the body, after it.
    fn told(&self) -> Checksum {
        let mut told = self.sums.clone();
        if let Some(trailers) = &self.trailers {
            trailers.read(|headers| {
                let text = |name: &str| {
                    headers
                        .get(name)
                        .and_then(|value| value.to_str().ok())
                        .map(str::to_owned)
                };
                told.checksum_crc32 = text("x-amz-checksum-crc32").or(told.checksum_crc32.take());
                told.checksum_crc32c = text("x-amz-checksum-crc32c").or(told.checksum_crc32c.take());
                told.checksum_crc64nvme = text("x-amz-checksum-crc64nvme").or(told.checksum_crc64nvme.take());
                told.checksum_sha1 = text("x-amz-checksum-sha1").or(told.checksum_sha1.take());
                told.checksum_sha256 = text("x-amz-checksum-sha256").or(told.checksum_sha256.take());
            });
        }
        told
    }
}

/// Asked again once all bytes are there and nobody else writes the key.
pub(super) struct Condition {
    pub(super) path: PathBuf,
    pub(super) none_match: bool,
}

type Target = (Disk, String, String, Condition);

#[derive(Default)]
struct Seen {
    size: u64,
    sums: Checksum,
    error: Option<S3Error>,
    writing: Option<OwnedRwLockWriteGuard<()>>,
}

/// What came of a body; holds the key's lock until it is dropped.
pub(super) struct Verified(Arc<Mutex<Seen>>);

struct Way {
    body: StreamingBlob,
    claim: Option<Claim>,
    md5: Option<Md5>,
    size: u64,
    target: Option<Target>,
    seen: Arc<Mutex<Seen>>,
}

impl Verified {
    pub(super) fn wrap(body: StreamingBlob, claim: Claim, target: Option<Target>) -> (StreamingBlob, Self) {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let md5 = claim.md5.as_ref().map(|_| Md5::new());
        let way = Way {
            body,
            claim: Some(claim),
            md5,
            size: 0,
            target,
            seen: Arc::clone(&seen),
        };
        let stream = stream::try_unfold(way, |mut way| async move {
            match way.body.next().await {
                Some(Ok(bytes)) => {
                    if let Some(claim) = &mut way.claim {
                        claim.hasher.update(&bytes);
                    }
                    if let Some(md5) = &mut way.md5 {
                        md5.update(&bytes);
                    }
                    way.size += bytes.len() as u64;
                    Ok(Some((bytes, way)))
                }
                Some(Err(error)) => Err(way.refuse(s3_error!(IncompleteBody, "{error}"))),
                None => way.end().await,
            }
        });
        (StreamingBlob::wrap::<_, Refused>(stream), Self(seen))
    }

    /// The layer below says `InternalError` for every body that ends in an error; the sender is told the reason.
    pub(super) fn outcome<T>(&self, answer: S3Result<T>) -> S3Result<T> {
        let mut seen = self.0.lock().map_err(|_| s3_error!(InternalError))?;
        match seen.error.take() {
            Some(error) => Err(error),
            None => answer,
        }
    }

    pub(super) fn seen(&self) -> (u64, Checksum) {
        self.0
            .lock()
            .map(|seen| (seen.size, seen.sums.clone()))
            .unwrap_or_default()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the body is not what its sender said")]
struct Refused;

impl Way {
    fn refuse(&self, error: S3Error) -> Refused {
        if let Ok(mut seen) = self.seen.lock() {
            seen.error = Some(error);
        }
        Refused
    }

    async fn end(mut self) -> Result<Option<(Bytes, Self)>, Refused> {
        let Some(claim) = self.claim.take() else {
            return Ok(None);
        };
        let told = claim.told();
        if let (Some(md5), Some(told)) = (self.md5.take(), &claim.md5)
            && BASE64.encode(md5.finalize().as_ref()) != *told
        {
            return Err(self.refuse(s3_error!(
                BadDigest,
                "The Content-MD5 you specified did not match what we received."
            )));
        }
        let sums = claim.hasher.finalize();
        for (name, told, sum) in [
            ("CRC32", &told.checksum_crc32, &sums.checksum_crc32),
            ("CRC32C", &told.checksum_crc32c, &sums.checksum_crc32c),
            ("CRC64NVME", &told.checksum_crc64nvme, &sums.checksum_crc64nvme),
            ("SHA1", &told.checksum_sha1, &sums.checksum_sha1),
            ("SHA256", &told.checksum_sha256, &sums.checksum_sha256),
        ] {
            if told.is_some() && told != sum {
                return Err(self.refuse(s3_error!(
                    BadDigest,
                    "The {name} you specified did not match the calculated checksum."
                )));
            }
        }
        let mut writing = None;
        if let Some((disk, bucket, key, condition)) = self.target.take() {
            writing = Some(disk.writing(&bucket, &key).await);
            if condition.none_match && condition.path.exists() {
                return Err(self.refuse(s3_error!(PreconditionFailed, "Object already exists")));
            }
            if condition.path.is_dir() {
                return Err(self.refuse(s3_error!(InvalidArgument, "other keys lie under this one")));
            }
            disk.forget_digests(&bucket, &key);
        }
        if let Ok(mut seen) = self.seen.lock() {
            seen.size = self.size;
            seen.sums = sums;
            seen.writing = writing;
        }
        Ok(None)
    }
}

/// An upload that was answered outlives a power cut: the bytes are forced to the disk first.
pub(super) async fn keep(path: &Path) -> S3Result<()> {
    let path = path.to_owned();
    let kept = tokio::task::spawn_blocking(move || std::fs::File::open(path)?.sync_data()).await;
    kept.map_err(|error| s3_error!(error, InternalError))?
        .map_err(|error| s3_error!(error, InternalError))
}
