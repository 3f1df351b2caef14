//! Large objects in parts. The caller keeps the parts' entity tags in its journal and goes on at the first that is missing.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use crate::abilities::Learned;
use crate::asking::{said, with_checksum};
use crate::checksum::{Checksum, crc_text, crc64};
use crate::connection::Store;
use crate::error::{Class, StoreError};
use crate::listing::milliseconds;
use crate::object_key::ObjectKey;
use crate::objects::Put;

const BEGIN: &str = "CreateMultipartUpload";

/// A multipart upload that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Key.
    pub key: ObjectKey,
    /// Its id.
    pub id: String,
    /// What goes over the wire with its parts.
    pub checksum: Checksum,
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
    /// The checksum that went over the wire, the upload's own, as S3 writes it.
    pub sent: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl Store {
    /// Begins a multipart upload whose whole-object checksum the store computes. Where it does not take the checksum, it is
    /// begun with the next one.
    pub async fn begin(&self, key: &ObjectKey) -> Result<Upload, StoreError> {
        let mut first = None;
        for checksum in self.abilities().parts.ladder() {
            match self.begin_with(key, checksum).await {
                Ok(upload) => {
                    self.learn(Learned::Parts(checksum));
                    return Ok(upload);
                }
                Err(error) if error.is_of_the_way() => drop(first.get_or_insert(error)),
                Err(error) => return Err(error),
            }
        }
        Err(first.unwrap_or_else(|| StoreError::new(Class::Other, BEGIN, "Request", "nothing was tried")))
    }

    async fn begin_with(&self, key: &ObjectKey, checksum: Checksum) -> Result<Upload, StoreError> {
        let (algorithm, kind) = algorithm(checksum).unzip();
        let answer = self
            .client()
            .create_multipart_upload()
            .bucket(self.bucket())
            .key(key.as_str())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .set_checksum_algorithm(algorithm)
            .set_checksum_type(kind)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk(BEGIN, &e))?;
        let id = answer
            .upload_id()
            .ok_or_else(|| StoreError::new(Class::Other, BEGIN, "NoUploadId", "the answer names no upload"))?;
        Ok(Upload {
            key: key.clone(),
            id: id.to_owned(),
            checksum,
        })
    }

    /// Stores one part.
    pub async fn part(&self, upload: &Upload, number: i32, body: Bytes) -> Result<Part, StoreError> {
        const CALL: &str = "UploadPart";
        let (crc, bytes) = (crc_text(crc64(&body)), body.len() as u64);
        let sent = match upload.checksum {
            Checksum::Crc64Nvme => crc.clone(),
            other => other.of(&body),
        };
        let request = self
            .client()
            .upload_part()
            .bucket(self.bucket())
            .key(upload.key.as_str())
            .upload_id(&upload.id)
            .part_number(number)
            .content_length(i64::try_from(bytes).unwrap_or(i64::MAX))
            .body(ByteStream::from(body));
        let answer = with_checksum!(request, upload.checksum, &sent, md5)
            .customize()
            .config_override(self.sending(bytes))
            .send()
            .await
            .map_err(|e| self.other_checksum(upload, StoreError::from_sdk(CALL, &e)))?;
        if said!(answer, upload.checksum).is_some_and(|theirs| theirs != sent) {
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
            sent,
            bytes,
        })
    }

    /// Makes one object of the parts and compares it with the checksum of the whole, and with its size. `crc` is the CRC64NVME of
    /// the whole; where another checksum goes over the wire, that one is made of the parts'.
    pub async fn complete(&self, upload: &Upload, parts: &[Part], crc: &str) -> Result<Put, StoreError> {
        const CALL: &str = "CompleteMultipartUpload";
        let list = parts.iter().map(|p| {
            let part = CompletedPart::builder().part_number(p.number).e_tag(&p.etag);
            with_checksum!(part, upload.checksum, &p.sent).build()
        });
        let list = CompletedMultipartUpload::builder()
            .set_parts(Some(list.collect()))
            .build();
        let whole = match upload.checksum {
            Checksum::Crc64Nvme => Some(crc.to_owned()),
            other => other.of_parts(parts.iter().map(|p| (p.sent.as_str(), p.bytes))),
        };
        let mut request = self
            .client()
            .complete_multipart_upload()
            .bucket(self.bucket())
            .key(upload.key.as_str())
            .upload_id(&upload.id)
            .set_checksum_type(algorithm(upload.checksum).map(|(_, kind)| kind))
            .multipart_upload(list);
        // One by parts follows from theirs.
        if let Some(whole) = whole.as_ref().filter(|_| upload.checksum != Checksum::Sha256) {
            request = with_checksum!(request, upload.checksum, whole);
        }
        let sent = request.customize().config_override(self.assembling()).send().await;
        let theirs = match sent {
            Ok(answer) => said!(answer, upload.checksum).map(str::to_owned),
            // A success in words that the SDK does not know (moto's are): the object itself says what became of it.
            Err(error) if error.code().is_none() && error.raw_response().is_some_and(|r| r.status().is_success()) => {
                None
            }
            Err(error) => return Err(self.other_checksum(upload, StoreError::from_sdk(CALL, &error))),
        };
        let bytes: u64 = parts.iter().map(|p| p.bytes).sum();
        let head = self.head(&upload.key).await?;
        let theirs = theirs.as_deref().or(head.says(upload.checksum));
        // Where it cannot be told, the size and the checksums of the parts stand for it.
        let differs = theirs.is_some_and(|said| {
            let parts = parts.iter().map(|p| p.sent.as_str());
            upload.checksum.agrees(said, whole.as_deref(), parts) == Some(false)
        });
        if differs || head.bytes != bytes {
            let words = format!(
                "{}: made of {bytes} bytes ({whole:?}), stored {} ({theirs:?})",
                upload.key, head.bytes
            );
            return Err(StoreError::new(Class::Integrity, CALL, "ChecksumDiffers", words));
        }
        Ok(Put { etag: head.etag })
    }

    /// A checksum that was not taken: the next one is tried from now on. The upload cannot go on with another one than it was
    /// begun with.
    fn other_checksum(&self, upload: &Upload, mut error: StoreError) -> StoreError {
        if error.is_of_the_way() {
            if self.abilities().parts == upload.checksum {
                self.learn(Learned::Parts(upload.checksum.next()));
            }
            error.class = Class::OtherChecksum;
        }
        error
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
                        checksum: Checksum::default(),
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

/// How a checksum is named when an upload begins: of the whole where it can be combined, by parts where it cannot.
fn algorithm(checksum: Checksum) -> Option<(ChecksumAlgorithm, ChecksumType)> {
    match checksum {
        Checksum::Crc64Nvme => Some((ChecksumAlgorithm::Crc64Nvme, ChecksumType::FullObject)),
        Checksum::Crc32c => Some((ChecksumAlgorithm::Crc32C, ChecksumType::FullObject)),
        Checksum::Crc32 => Some((ChecksumAlgorithm::Crc32, ChecksumType::FullObject)),
        Checksum::Sha256 => Some((ChecksumAlgorithm::Sha256, ChecksumType::Composite)),
        Checksum::Md5 => None,
    }
}
