//! Whole objects: put, get, head, delete.

use std::collections::BTreeMap;

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumMode;
use bytes::Bytes;

use crate::abilities::{Conditions, Learned};
use crate::asking::{said, with_checksum};
use crate::checksum::Checksum;
use crate::connection::Store;
use crate::error::{Class, StoreError};
use crate::object_key::ObjectKey;

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
    /// Checksums of the whole object, as the store says them.
    said: BTreeMap<&'static str, String>,
}

impl Head {
    /// What the store says of a checksum, where it keeps that one and can say it.
    pub fn says(&self, checksum: Checksum) -> Option<&str> {
        self.said.get(checksum.name()).map(String::as_str)
    }
}

const PUT: &str = "PutObject";

impl Store {
    /// Stores one object. A checksum goes with it, and what the store says that it has is compared; a store that says none is
    /// asked for the size. A checksum that the store does not take is replaced by the next one.
    ///
    /// With a condition, a store that knows none says [`Class::Unconditional`], and nothing was written.
    pub async fn put(&self, key: &ObjectKey, body: Bytes, condition: &Condition) -> Result<Put, StoreError> {
        let known = self.abilities();
        let conditional = *condition != Condition::Any;
        if conditional && known.conditions.are_missing() {
            return Err(unconditional("ConditionsMissing", "this store keeps no conditions"));
        }
        let mut first = None;
        for checksum in known.checksum.ladder() {
            match self
                .put_with(key, body.clone(), condition, checksum, &checksum.of(&body))
                .await
            {
                Ok(put) => {
                    self.learn(Learned::Checksum(checksum));
                    self.prove();
                    return Ok(put);
                }
                Err(error) if error.is_of_the_way() => {
                    first.get_or_insert(error);
                    // An object went up with this checksum before: it is something else that is refused.
                    if self.is_proven() {
                        break;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let error = first.unwrap_or_else(|| StoreError::new(Class::Other, PUT, "Request", "nothing was tried"));
        Err(if conditional {
            unconditional(&error.code, &error.message)
        } else {
            error
        })
    }

    /// Looks whether a condition holds, then writes without one. Between the two somebody else may write: the caller knows why
    /// nobody does, or why it does not matter. A condition that does not hold is told as a store does that knows them.
    pub async fn put_looking(&self, key: &ObjectKey, body: Bytes, condition: &Condition) -> Result<Put, StoreError> {
        let there = match self.head(key).await {
            Ok(head) => Some(head.etag),
            Err(error) if error.class == Class::NotFound => None,
            Err(error) => return Err(error),
        };
        match (condition, there) {
            (Condition::Absent, Some(_)) => {
                return Err(StoreError::new(
                    Class::Precondition,
                    PUT,
                    "PreconditionFailed",
                    "something is there",
                ));
            }
            (Condition::Matches(_), None) => {
                return Err(StoreError::new(Class::NotFound, PUT, "NoSuchKey", "nothing is there"));
            }
            (Condition::Matches(wanted), Some(there)) if *wanted != there => {
                return Err(StoreError::new(
                    Class::Precondition,
                    PUT,
                    "PreconditionFailed",
                    "another object is there",
                ));
            }
            _ => {}
        }
        let put = self.put(key, body, &Condition::Any).await?;
        if self.abilities().conditions == Conditions::Unknown {
            self.learn(Learned::Conditions(Conditions::Refused));
        }
        Ok(put)
    }

    /// Finds out what a store makes of conditions, over an object that is there: one write that must not happen.
    pub async fn try_conditions(&self, key: &ObjectKey, same: Bytes) -> Result<Conditions, StoreError> {
        let found = match self.put(key, same, &Condition::Absent).await {
            Ok(_) => Conditions::Ignored,
            Err(error) if error.class == Class::Precondition => Conditions::Kept,
            Err(error) if error.class == Class::Unconditional => match self.abilities().conditions {
                Conditions::Ignored => Conditions::Ignored,
                _ => Conditions::Refused,
            },
            Err(error) => return Err(error),
        };
        self.learn(Learned::Conditions(found));
        Ok(found)
    }

    /// One write with one checksum; `sum` is its text.
    pub(crate) async fn put_with(
        &self,
        key: &ObjectKey,
        body: Bytes,
        condition: &Condition,
        checksum: Checksum,
        sum: &str,
    ) -> Result<Put, StoreError> {
        let length = body.len() as u64;
        let mut request = self
            .client()
            .put_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .body(ByteStream::from(body));
        request = with_checksum!(request, checksum, sum, md5);
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
            .map_err(|e| StoreError::from_sdk(PUT, &e))?;
        let etag = answer.e_tag().unwrap_or_default().to_owned();
        let differs = |words: String| Err(StoreError::new(Class::Integrity, PUT, "ChecksumDiffers", words));
        match said!(answer, checksum) {
            Some(theirs) if theirs == sum => {}
            Some(theirs) => return differs(format!("{key}: sent {sum}, stored {theirs}")),
            None => {
                let head = self.head(key).await?;
                if head.bytes != length || head.says(checksum).is_some_and(|theirs| theirs != sum) {
                    return differs(format!("{key}: what is stored differs"));
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
        let said = Checksum::ALL.into_iter().filter_map(|checksum| {
            let text: Option<&str> = said!(answer, checksum);
            Some((checksum.name(), text?.to_owned()))
        });
        Ok(Head {
            bytes: u64::try_from(answer.content_length().unwrap_or(0)).unwrap_or(0),
            etag: answer.e_tag().unwrap_or_default().to_owned(),
            said: said.collect(),
        })
    }

    /// Deletes one object. What is not there is no error.
    pub async fn delete_one(&self, key: &ObjectKey) -> Result<(), StoreError> {
        let answer = self
            .client()
            .delete_object()
            .bucket(self.bucket())
            .key(key.as_str())
            .send()
            .await;
        match answer.map_err(|e| StoreError::from_sdk("DeleteObject", &e)) {
            Err(error) if error.class != Class::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn unconditional(code: &str, words: &str) -> StoreError {
    StoreError::new(Class::Unconditional, PUT, code, words)
}
