//! Which multipart uploads are open and what their parts are: s3s-fs keeps neither.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use s3s::{
    S3Result,
    dto::{
        Checksum, CompletedPart, ETag, ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput,
        ListPartsOutput, MultipartUpload, Part, Timestamp,
    },
    s3_error,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::kept_facts;
use crate::error::Error;

/// The open uploads, one small file each in a folder, so that an upload can go on after a restart.
pub(super) struct Uploads {
    folder: PathBuf,
    open: Mutex<HashMap<String, Upload>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Upload {
    bucket: String,
    key: String,
    initiated: u64,
    #[serde(default)]
    algorithm: Option<String>,
    parts: BTreeMap<i32, Stored>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    e_tag: String,
    size: u64,
    modified: u64,
    crc32: Option<String>,
    crc32c: Option<String>,
    crc64nvme: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn timestamp(seconds: u64) -> Timestamp {
    Timestamp::from(UNIX_EPOCH + Duration::from_secs(seconds))
}

impl Uploads {
    pub(super) fn open(folder: PathBuf) -> Result<Self, Error> {
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let mut open = HashMap::new();
        for entry in std::fs::read_dir(&folder).map_err(Error::io(&folder))?.flatten() {
            let path = entry.path();
            let Some(id) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")) else {
                continue;
            };
            if let Some(upload) = std::fs::read(&path)
                .ok()
                .and_then(|text| serde_json::from_slice(&text).ok())
            {
                open.insert(id.to_owned(), upload);
            } else {
                // The upload answers NoSuchUpload from now on, and its owner begins again.
                tracing::warn!(path = %path.display(), "an open upload's record cannot be read");
            }
        }
        Ok(Self {
            folder,
            open: Mutex::new(open),
        })
    }

    fn save(&self, id: &str, upload: &Upload) -> S3Result<()> {
        let next = self.folder.join(format!("{id}.next"));
        let text = serde_json::to_vec(upload).map_err(|error| s3_error!(error, InternalError))?;
        std::fs::write(&next, text)
            .and_then(|()| std::fs::rename(&next, self.folder.join(format!("{id}.json"))))
            .map_err(|error| s3_error!(error, InternalError))
    }

    pub(super) async fn begin(&self, id: &str, bucket: String, key: String, algorithm: Option<String>) -> S3Result<()> {
        let upload = Upload {
            bucket,
            key,
            initiated: now(),
            algorithm,
            parts: BTreeMap::new(),
        };
        let mut open = self.open.lock().await;
        self.save(id, &upload)?;
        open.insert(id.to_owned(), upload);
        Ok(())
    }

    /// Whether this upload is open for this key.
    pub(super) async fn check(&self, id: &str, bucket: &str, key: &str) -> S3Result<()> {
        match self.open.lock().await.get(id) {
            Some(upload) if upload.bucket == bucket && upload.key == key => Ok(()),
            _ => Err(s3_error!(
                NoSuchUpload,
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
                 or completed."
            )),
        }
    }

    pub(super) async fn part(&self, id: &str, number: i32, e_tag: String, size: u64, sums: &Checksum) -> S3Result<()> {
        let mut open = self.open.lock().await;
        let upload = open.get_mut(id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        let stored = Stored {
            e_tag,
            size,
            modified: now(),
            crc32: sums.checksum_crc32.clone(),
            crc32c: sums.checksum_crc32c.clone(),
            crc64nvme: sums.checksum_crc64nvme.clone(),
            sha1: sums.checksum_sha1.clone(),
            sha256: sums.checksum_sha256.clone(),
        };
        upload.parts.insert(number, stored);
        self.save(id, upload)
    }

    /// Whether the parts that a completion names are those that lie here, and then numbers them from one without gaps
    /// as s3s-fs wants them (S3 allows gaps).
    pub(super) async fn check_parts(&self, id: &str, named: &mut [CompletedPart], root: &Path) -> S3Result<()> {
        let mut open = self.open.lock().await;
        let upload = open.get_mut(id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        if named.is_empty() {
            return Err(s3_error!(MalformedXML, "You must specify at least one part"));
        }
        if !named.is_sorted_by(|left, right| left.part_number < right.part_number) {
            return Err(s3_error!(InvalidPartOrder));
        }
        for (place, part) in named.iter().enumerate() {
            let number = part.part_number.unwrap_or_default();
            let stored = upload.parts.get(&number).ok_or_else(|| invalid_part(number))?;
            if part.e_tag.as_ref().is_none_or(|tag| tag.value() != stored.e_tag) {
                return Err(invalid_part(number));
            }
            for (told, kept) in [
                (&part.checksum_crc32, &stored.crc32),
                (&part.checksum_crc32c, &stored.crc32c),
                (&part.checksum_crc64nvme, &stored.crc64nvme),
                (&part.checksum_sha1, &stored.sha1),
                (&part.checksum_sha256, &stored.sha256),
            ] {
                if told.is_some() && told != kept {
                    return Err(invalid_part(number));
                }
            }
            // Asked here because the layer below removes the upload before it finds out.
            if stored.size < 5 * 1024 * 1024 && place + 1 != named.len() {
                return Err(s3_error!(EntityTooSmall));
            }
        }
        let mut renumbered = false;
        for (place, part) in named.iter_mut().enumerate() {
            let number = part.part_number.unwrap_or_default();
            let wanted = i32::try_from(place + 1).map_err(|error| s3_error!(error, InvalidArgument))?;
            if number != wanted {
                let path = |number: i32| root.join(format!(".upload_id-{id}.part-{number}"));
                std::fs::rename(path(number), path(wanted)).map_err(|error| s3_error!(error, InternalError))?;
                if let Some(stored) = upload.parts.remove(&number) {
                    upload.parts.insert(wanted, stored);
                }
                part.part_number = Some(wanted);
                renumbered = true;
            }
        }
        if renumbered { self.save(id, upload) } else { Ok(()) }
    }

    pub(super) async fn end(&self, id: &str) {
        let mut open = self.open.lock().await;
        open.remove(id);
        kept_facts::remove(&self.folder.join(format!("{id}.json")));
    }

    pub(super) async fn list_parts(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        self.check(&input.upload_id, &input.bucket, &input.key).await?;
        let open = self.open.lock().await;
        let upload = open.get(&input.upload_id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        let after = input.part_number_marker.unwrap_or(0);
        let limit = usize::try_from(input.max_parts.unwrap_or(1000).clamp(0, 1000)).unwrap_or(1000);
        let mut rest = upload.parts.iter().filter(|(number, _)| **number > after);
        let parts: Vec<Part> = rest
            .by_ref()
            .take(limit)
            .map(|(number, stored)| Part {
                part_number: Some(*number),
                e_tag: Some(ETag::Strong(stored.e_tag.clone())),
                size: i64::try_from(stored.size).ok(),
                last_modified: Some(timestamp(stored.modified)),
                checksum_crc32: stored.crc32.clone(),
                checksum_crc32c: stored.crc32c.clone(),
                checksum_crc64nvme: stored.crc64nvme.clone(),
                checksum_sha1: stored.sha1.clone(),
                checksum_sha256: stored.sha256.clone(),
            })
            .collect();
        let is_truncated = rest.next().is_some();
        let last = parts.last().and_then(|part| part.part_number).filter(|_| is_truncated);
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            checksum_algorithm: upload.algorithm.clone().map(Into::into),
            is_truncated: Some(is_truncated),
            max_parts: i32::try_from(limit).ok(),
            next_part_number_marker: last,
            part_number_marker: input.part_number_marker,
            parts: Some(parts),
            ..Default::default()
        })
    }

    pub(super) async fn list(&self, input: ListMultipartUploadsInput) -> S3Result<ListMultipartUploadsOutput> {
        let open = self.open.lock().await;
        let prefix = input.prefix.clone().unwrap_or_default();
        let after = (
            input.key_marker.clone().unwrap_or_default(),
            input.upload_id_marker.clone(),
        );
        let mut found: Vec<_> = open
            .iter()
            .filter(|(_, upload)| upload.bucket == input.bucket && upload.key.starts_with(&prefix))
            .filter(|(id, upload)| match &after {
                (key, _) if key.is_empty() => true,
                (key, Some(upload_id)) => (&upload.key, *id) > (key, upload_id),
                (key, None) => upload.key > *key,
            })
            .collect();
        found.sort_by(|left, right| (&left.1.key, left.0).cmp(&(&right.1.key, right.0)));
        let limit = usize::try_from(input.max_uploads.unwrap_or(1000).clamp(0, 1000)).unwrap_or(1000);
        let is_truncated = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| is_truncated);
        Ok(ListMultipartUploadsOutput {
            next_key_marker: last.map(|(_, upload)| upload.key.clone()),
            next_upload_id_marker: last.map(|(id, _)| (*id).clone()),
            uploads: Some(
                found
                    .into_iter()
                    .map(|(id, upload)| MultipartUpload {
                        key: Some(upload.key.clone()),
                        upload_id: Some(id.clone()),
                        initiated: Some(timestamp(upload.initiated)),
                        ..Default::default()
                    })
                    .collect(),
            ),
            is_truncated: Some(is_truncated),
            max_uploads: i32::try_from(limit).ok(),
            bucket: Some(input.bucket),
            prefix: input.prefix,
            key_marker: input.key_marker,
            upload_id_marker: input.upload_id_marker,
            ..Default::default()
        })
    }
}

fn invalid_part(number: i32) -> s3s::S3Error {
    s3_error!(
        InvalidPart,
        "Part {number} could not be found. It may not have been uploaded, or its entity tag or checksum does not match."
    )
}
