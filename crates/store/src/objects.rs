//! Whole objects: put, get, head, list, delete.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumMode, Delete, ObjectIdentifier};
use bytes::Bytes;

use crate::checksum::{crc_text, crc64};
use crate::connection::Store;
use crate::error::{Class, StoreError};
use crate::object_key::ObjectKey;

/// Most keys that one `DeleteObjects` takes.
const BATCH: usize = 1000;

/// When a write may happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// Always.
    #[default]
    Any,
    /// Only where nothing is.
    Absent,
    /// Only over the object with this entity tag.
    Matches(String),
}

/// What a write left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Entity tag.
    pub etag: String,
}

/// An object with its bytes.
#[derive(Clone, Debug)]
pub struct Object {
    /// Bytes.
    pub bytes: Bytes,
    /// Entity tag.
    pub etag: String,
}

/// Facts of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Size in bytes.
    pub bytes: u64,
    /// Entity tag.
    pub etag: String,
    /// CRC64NVME of the whole object, where the store keeps it.
    pub crc64nvme: Option<String>,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Entity tag.
    pub etag: String,
    /// When it was written, milliseconds since the Unix epoch by the store's clock.
    pub modified: i64,
}

/// A listing.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Objects.
    pub objects: Vec<Listed>,
    /// Common prefixes, where a delimiter was given; each ends with it.
    pub folders: Vec<String>,
}

/// A moment of the store's.
pub(crate) fn milliseconds(moment: Option<&aws_smithy_types::DateTime>) -> Option<i64> {
    moment?.to_millis().ok()
}

impl Store {
    /// Stores one object. Its CRC64NVME is sent, and compared with what the store says it has; a store that says none is asked for the size.
    pub async fn put(&self, key: &ObjectKey, body: Bytes, condition: &Condition) -> Result<Put, StoreError> {
        const CALL: &str = "PutObject";
        let crc = crc_text(crc64(&body));
        let length = body.len() as u64;
        let mut request = self
            .client()
            .put_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .checksum_crc64_nvme(&crc)
            .body(ByteStream::from(body));
        match condition {
            Condition::Any => {}
            Condition::Absent => request = request.if_none_match("*"),
            Condition::Matches(etag) => request = request.if_match(etag),
        }
        let answer = request
            .customize()
            .config_override(self.sending(length))
            .send()
            .await
            .map_err(|e| StoreError::from_sdk(CALL, &e))?;
        let etag = answer.e_tag().unwrap_or_default().to_owned();
        match answer.checksum_crc64_nvme() {
            Some(theirs) if theirs == crc => {}
            Some(theirs) => {
                return Err(StoreError::new(
                    Class::Integrity,
                    CALL,
                    "ChecksumDiffers",
                    format!("{key}: sent {crc}, stored {theirs}"),
                ));
            }
            None => {
                let head = self.head(key).await?;
                if head.bytes != length || head.crc64nvme.is_some_and(|theirs| theirs != crc) {
                    return Err(StoreError::new(
                        Class::Integrity,
                        CALL,
                        "ChecksumDiffers",
                        format!("{key}: what is stored differs"),
                    ));
                }
            }
        }
        Ok(Put { etag })
    }

    /// The whole object. For playlists and records, not for media.
    pub async fn get(&self, key: &ObjectKey) -> Result<Object, StoreError> {
        self.get_if_other(key, None)
            .await?
            .ok_or_else(|| StoreError::new(Class::Other, "GetObject", "NotModified", "unasked"))
    }

    /// The whole object, or `None` where it still has this entity tag.
    pub async fn get_if_other(&self, key: &ObjectKey, etag: Option<&str>) -> Result<Option<Object>, StoreError> {
        const CALL: &str = "GetObject";
        let answer = match self
            .client()
            .get_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .set_if_none_match(etag.map(str::to_owned))
            .send()
            .await
        {
            Ok(answer) => answer,
            Err(SdkError::ServiceError(error)) if error.raw().status().as_u16() == 304 => return Ok(None),
            Err(error) => return Err(StoreError::from_sdk(CALL, &error)),
        };
        let etag = answer.e_tag().unwrap_or_default().to_owned();
        let bytes = answer
            .body
            .collect()
            .await
            .map_err(|e| StoreError::new(Class::Later, CALL, "Body", e.to_string()))?
            .into_bytes();
        Ok(Some(Object { bytes, etag }))
    }

    /// Facts of an object.
    pub async fn head(&self, key: &ObjectKey) -> Result<Head, StoreError> {
        let answer = self
            .client()
            .head_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("HeadObject", &e))?;
        Ok(Head {
            bytes: u64::try_from(answer.content_length().unwrap_or(0)).unwrap_or(0),
            etag: answer.e_tag().unwrap_or_default().to_owned(),
            crc64nvme: answer.checksum_crc64_nvme().map(str::to_owned),
        })
    }

    /// Everything below a prefix; with `/` as delimiter, one level of it.
    pub async fn list(&self, prefix: &str, delimiter: Option<&str>) -> Result<Listing, StoreError> {
        let (mut listing, mut next) = self.list_page(prefix, delimiter, None).await?;
        while next.is_some() {
            let page;
            (page, next) = self.list_page(prefix, delimiter, next).await?;
            listing.objects.extend(page.objects);
            listing.folders.extend(page.folders);
        }
        Ok(listing)
    }

    /// A page of what [`Store::list`] lists, and the token of the next one.
    pub async fn list_page(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        token: Option<String>,
    ) -> Result<(Listing, Option<String>), StoreError> {
        let answer = self
            .client()
            .list_objects_v2()
            .bucket(self.bucket())
            .prefix(prefix)
            .set_delimiter(delimiter.map(str::to_owned))
            .set_continuation_token(token)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("ListObjectsV2", &e))?;
        let objects = answer.contents().iter().map(|o| Listed {
            key: o.key().unwrap_or_default().to_owned(),
            bytes: u64::try_from(o.size().unwrap_or(0)).unwrap_or(0),
            etag: o.e_tag().unwrap_or_default().to_owned(),
            modified: milliseconds(o.last_modified()).unwrap_or(i64::MAX),
        });
        let folders = answer.common_prefixes().iter();
        let listing = Listing {
            objects: objects.collect(),
            folders: folders.filter_map(|p| p.prefix().map(str::to_owned)).collect(),
        };
        let truncated = answer.is_truncated() == Some(true);
        Ok((listing, answer.next_continuation_token.filter(|_| truncated)))
    }

    /// Deletes objects, a thousand a call. What is not there is no error.
    pub async fn delete(&self, keys: &[ObjectKey]) -> Result<(), StoreError> {
        const CALL: &str = "DeleteObjects";
        for batch in keys.chunks(BATCH) {
            let objects = batch
                .iter()
                .map(|key| ObjectIdentifier::builder().key(key.as_str()).build())
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| StoreError::new(Class::Other, CALL, "Request", e.to_string()))?;
            let delete = Delete::builder()
                .set_objects(Some(objects))
                .quiet(true)
                .build()
                .map_err(|e| StoreError::new(Class::Other, CALL, "Request", e.to_string()))?;
            let answer = self
                .client()
                .delete_objects()
                .bucket(self.bucket())
                .delete(delete)
                .send()
                .await
                .map_err(|e| StoreError::from_sdk(CALL, &e))?;
            if let Some(error) = answer.errors().iter().find(|e| e.code() != Some("NoSuchKey")) {
                let code = error.code().unwrap_or("Error");
                return Err(StoreError::new(
                    super::error::classify(code, 0, None, None),
                    CALL,
                    code,
                    error.message().unwrap_or_default(),
                ));
            }
        }
        Ok(())
    }

    /// Deletes one object.
    pub async fn delete_one(&self, key: &ObjectKey) -> Result<(), StoreError> {
        self.client()
            .delete_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("DeleteObject", &e))?;
        Ok(())
    }
}
