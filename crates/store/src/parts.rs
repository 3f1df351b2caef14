//! Large objects in parts. The caller keeps the parts' entity tags in its journal and goes on at the first that is missing.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use crate::checksum::{crc_text, crc_value, crc64};
use crate::connection::Store;
use crate::error::{Class, StoreError};
use crate::object_key::ObjectKey;
use crate::objects::{Put, milliseconds};

/// A multipart upload that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Key.
    pub key: ObjectKey,
    /// Its id.
    pub id: String,
}

/// A multipart upload as a bucket lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// Which.
    pub upload: Upload,
    /// When it was begun, milliseconds since the Unix epoch by the store's clock; `None` where the store does not say.
    pub begun: Option<i64>,
}

/// A part that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: i32,
    /// Entity tag.
    pub etag: String,
    /// CRC64NVME of its bytes, as S3 writes it.
    pub crc64nvme: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl Store {
    /// Begins a multipart upload whose whole-object CRC64NVME the store computes.
    pub async fn begin(&self, key: &ObjectKey) -> Result<Upload, StoreError> {
        const CALL: &str = "CreateMultipartUpload";
        let answer = self
            .client()
            .create_multipart_upload()
            .bucket(self.bucket())
            .key(key.as_str())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
            .checksum_type(ChecksumType::FullObject)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk(CALL, &e))?;
        let id = answer
            .upload_id()
            .ok_or_else(|| StoreError::new(Class::Other, CALL, "NoUploadId", "the answer names no upload"))?;
        Ok(Upload {
            key: key.clone(),
            id: id.to_owned(),
        })
    }

    /// Stores one part.
    pub async fn part(&self, upload: &Upload, number: i32, body: Bytes) -> Result<Part, StoreError> {
        const CALL: &str = "UploadPart";
        let (crc, bytes) = (crc_text(crc64(&body)), body.len() as u64);
        let answer = self
            .client()
            .upload_part()
            .bucket(self.bucket())
            .key(upload.key.as_str())
            .upload_id(&upload.id)
            .part_number(number)
            .content_length(i64::try_from(bytes).unwrap_or(i64::MAX))
            .checksum_crc64_nvme(&crc)
            .body(ByteStream::from(body))
            .customize()
            .config_override(self.sending(bytes))
            .send()
            .await
            .map_err(|e| StoreError::from_sdk(CALL, &e))?;
        if answer.checksum_crc64_nvme().is_some_and(|theirs| theirs != crc) {
            return Err(StoreError::new(
                Class::Integrity,
                CALL,
                "ChecksumDiffers",
                format!("{} part {number}", upload.key),
            ));
        }
        Ok(Part {
            number,
            etag: answer.e_tag().unwrap_or_default().to_owned(),
            crc64nvme: crc,
            bytes,
        })
    }

    /// Makes one object of the parts and compares it with `crc`, the CRC64NVME of the whole, and with its size.
    pub async fn complete(&self, upload: &Upload, parts: &[Part], crc: &str) -> Result<Put, StoreError> {
        const CALL: &str = "CompleteMultipartUpload";
        let list = CompletedMultipartUpload::builder()
            .set_parts(Some(
                parts
                    .iter()
                    .map(|p| {
                        CompletedPart::builder()
                            .part_number(p.number)
                            .e_tag(&p.etag)
                            .checksum_crc64_nvme(&p.crc64nvme)
                            .build()
                    })
                    .collect(),
            ))
            .build();
        let sent = self
            .client()
            .complete_multipart_upload()
            .bucket(self.bucket())
            .key(upload.key.as_str())
            .upload_id(&upload.id)
            .checksum_type(ChecksumType::FullObject)
            .checksum_crc64_nvme(crc)
            .multipart_upload(list)
            .customize()
            .config_override(self.assembling())
            .send()
            .await;
        let theirs = match sent {
            Ok(answer) => answer.checksum_crc64_nvme().map(str::to_owned),
            // A success in words that the SDK does not know (moto's are): the object itself says what became of it.
            Err(error) if error.code().is_none() && error.raw_response().is_some_and(|r| r.status().is_success()) => {
                None
            }
            Err(error) => return Err(StoreError::from_sdk(CALL, &error)),
        };
        let whole: u64 = parts.iter().map(|p| p.bytes).sum();
        let head = self.head(&upload.key).await?;
        let theirs = theirs.or(head.crc64nvme);
        // A composite checksum ends with the number of parts, and moto says four bytes where eight should be: neither can be
        // compared. The size and the checksums of the parts stand for it.
        let differs = theirs.as_ref().is_some_and(|t| crc_value(t).is_some() && t != crc);
        if differs || head.bytes != whole {
            let words = format!(
                "{}: made of {whole} bytes ({crc}), stored {} ({theirs:?})",
                upload.key, head.bytes
            );
            return Err(StoreError::new(Class::Integrity, CALL, "ChecksumDiffers", words));
        }
        Ok(Put { etag: head.etag })
    }

    /// Gives a multipart upload up. One that is gone is no error.
    pub async fn abort(&self, upload: &Upload) -> Result<(), StoreError> {
        let answer = self
            .client()
            .abort_multipart_upload()
            .bucket(self.bucket())
            .key(upload.key.as_str())
            .upload_id(&upload.id)
            .send()
            .await;
        match answer.map_err(|e| StoreError::from_sdk("AbortMultipartUpload", &e)) {
            Err(error) if error.class != Class::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Multipart uploads under way below a prefix. A store that cannot tell says [`Class::Unsupported`].
    pub async fn uploads(&self, prefix: &str) -> Result<Vec<Dangling>, StoreError> {
        const CALL: &str = "ListMultipartUploads";
        let mut found = Vec::new();
        let (mut key, mut id) = (None, None);
        loop {
            let answer = self
                .client()
                .list_multipart_uploads()
                .bucket(self.bucket())
                .prefix(prefix)
                .set_key_marker(key.take())
                .set_upload_id_marker(id.take())
                .send()
                .await
                .map_err(|e| StoreError::from_sdk(CALL, &e))?;
            found.extend(answer.uploads().iter().filter_map(|u| {
                Some(Dangling {
                    upload: Upload {
                        key: ObjectKey::raw(u.key()?),
                        id: u.upload_id()?.to_owned(),
                    },
                    begun: milliseconds(u.initiated()),
                })
            }));
            key = answer.next_key_marker().map(str::to_owned);
            id = answer.next_upload_id_marker().map(str::to_owned);
            if answer.is_truncated() != Some(true) || key.is_none() {
                return Ok(found);
            }
        }
    }
}
