//! One media file into the bucket: whole, or in parts where it is large.

use std::path::PathBuf;

use screener_store::checksum::crc64;
use screener_store::{Class, Condition, ObjectKey, StoreError};

use super::attempts::{READ, Stopped, Uploads, wrong_size};

/// From this size on an object goes up in parts.
const LARGE: u64 = 16 << 20;

impl Uploads {
    /// Stores a media file; answers with its CRC64NVME.
    pub(crate) async fn media(&self, key: &ObjectKey, file: PathBuf, bytes: u64) -> Result<u64, Stopped> {
        if bytes >= LARGE {
            return Box::pin(self.large(key, file, bytes)).await;
        }
        // Read anew for each attempt: an upload that waits holds no memory.
        let stored = self.persist(bytes, || async {
            let unreadable = |words: String| StoreError::new(Class::Other, READ, "File", words);
            let known = tokio::fs::metadata(&file)
                .await
                .map_err(|e| unreadable(e.to_string()))?;
            if known.len() != bytes {
                return Err(unreadable("it has another size".into()));
            }
            let body = self.pool.buffers.read(file.clone(), 0, bytes).await;
            let body = body.map_err(|e| unreadable(e.to_string()))?;
            let crc = crc64(&body);
            self.store.put(key, body, &Condition::Any).await?;
            Ok(crc)
        });
        match stored.await {
            Err(Stopped::Store(error)) if error.call == READ => Err(Stopped::Here(wrong_size(&file))),
            other => other,
        }
    }
}
