//! Several objects deleted: in batches where the store can, one by one where it cannot.

use aws_sdk_s3::config::http::HttpRequest;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::abilities::{Deletion, Learned};
use crate::checksum::Checksum;
use crate::connection::Store;
use crate::error::{Class, StoreError, classify};
use crate::object_key::ObjectKey;

/// Most keys that one `DeleteObjects` takes.
const BATCH: usize = 1000;

/// Single deletions under way at once.
const AT_ONCE: usize = 16;

const CALL: &str = "DeleteObjects";

impl Store {
    /// Deletes objects, a thousand a call, or one a call where the store knows no other. What is not there is no error.
    pub async fn delete(&self, keys: &[ObjectKey]) -> Result<(), StoreError> {
        for batch in keys.chunks(BATCH) {
            self.delete_batch(batch).await?;
        }
        Ok(())
    }

    async fn delete_batch(&self, keys: &[ObjectKey]) -> Result<(), StoreError> {
        let known = self.abilities().deletion;
        let mut refused = None;
        for way in [Deletion::Batch, Deletion::Md5] {
            if known == Deletion::Single || (known == Deletion::Md5 && way == Deletion::Batch) {
                continue;
            }
            match self.delete_at_once(keys, way == Deletion::Md5).await {
                Err(error) if error.is_of_the_way() => refused = refused.or(Some(error)),
                Err(error) => return Err(error),
                Ok(()) => {
                    self.learn(Learned::Deletion(way));
                    return Ok(());
                }
            }
        }
        if let Some(error) = refused {
            tracing::info!(%error, "this store deletes no batches");
        }
        stream::iter(keys.to_vec())
            .map(|key| async move { self.delete_one(&key).await })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        self.learn(Learned::Deletion(Deletion::Single));
        Ok(())
    }

    async fn delete_at_once(&self, keys: &[ObjectKey], md5: bool) -> Result<(), StoreError> {
        let objects = keys
            .iter()
            .map(|key| ObjectIdentifier::builder().key(key.as_str()).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| StoreError::new(Class::Other, CALL, "Request", e.to_string()))?;
        let delete = Delete::builder()
            .set_objects(Some(objects))
            .quiet(true)
            .build()
            .map_err(|e| StoreError::new(Class::Other, CALL, "Request", e.to_string()))?;
        let mut request = self
            .client()
            .delete_objects()
            .bucket(self.bucket())
            .delete(delete)
            .customize();
        if md5 {
            request = request.mutate_request(in_md5);
        }
        let answer = request.send().await.map_err(|e| StoreError::from_sdk(CALL, &e))?;
        if let Some(error) = answer.errors().iter().find(|e| e.code() != Some("NoSuchKey")) {
            let code = error.code().unwrap_or("Error");
            return Err(StoreError::new(
                classify(code, 0, None, None),
                CALL,
                code,
                error.message().unwrap_or_default(),
            ));
        }
        Ok(())
    }
}

/// `Content-MD5` in place of the checksum that the SDK adds of its own: a store that asks for the one may not know the other.
fn in_md5(request: &mut HttpRequest) {
    let Some(text) = request.body().bytes().map(|body| Checksum::Md5.of(body)) else {
        return;
    };
    let headers = request.headers_mut();
    headers.remove("x-amz-checksum-crc32");
    headers.remove("x-amz-sdk-checksum-algorithm");
    headers.insert("content-md5", text);
}
