//! Large objects in parts, each kept in the journal as soon as it is stored: a kill costs the parts under way.

use std::path::{Path, PathBuf};

use crc_fast::{CrcAlgorithm, checksum_combine};
use futures::stream::{FuturesUnordered, StreamExt as _};
use screener_store::checksum::{crc_text, crc_value};
use screener_store::{Checksum, Class, ObjectKey, Part, StoreError, Upload};

use super::attempts::{READ, Stopped, Uploads, wrong_size};
use crate::journal::object_rows;

/// S3 takes 10,000 parts at most, and 5 MiB at least for all but the last:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>.
const PART: u64 = 8 << 20;
const MOST_PARTS: u64 = 9_000;

/// Parts of one object under way at once. Bounds memory: this many parts.
const AT_ONCE: usize = 8;

impl Uploads {
    pub(super) async fn large(&self, key: &ObjectKey, file: PathBuf, bytes: u64) -> Result<u64, Stopped> {
        let (mut fresh_starts, mut checksums) = (0, 0);
        loop {
            match self.in_parts(key, &file, bytes).await {
                // The store does not take the checksum of the parts, and there is another.
                Err(Stopped::Store(error)) if error.class == Class::OtherChecksum => {
                    checksums += 1;
                    if checksums >= Checksum::ALL.len() {
                        return Err(error.into());
                    }
                    self.give_up(key).await?;
                }
                // The store forgot the upload: whether it was completed just before a kill, the object itself says.
                Err(Stopped::Store(error)) if error.class == Class::NotFound && fresh_starts == 0 => {
                    fresh_starts += 1;
                    let (destination, text) = (self.destination.clone(), key.as_str().to_owned());
                    let known = self
                        .journal
                        .call(move |t| {
                            Ok((
                                object_rows::upload(t, &destination, &text)?,
                                object_rows::forget_upload(t, &destination, &text)?,
                            )
                                .0)
                        })
                        .await?;
                    if let (Some((upload, _, parts)), Ok(head)) = (known, self.store.head(key).await) {
                        let sums = parts.iter().map(|p| (p.sent.as_str(), p.bytes));
                        let whole = upload.checksum.of_parts(sums);
                        if head.bytes == bytes
                            && parts.iter().map(|p| p.bytes).sum::<u64>() == bytes
                            && whole.is_some()
                            && head.says(upload.checksum) == whole.as_deref()
                        {
                            return Ok(combined(&parts));
                        }
                    }
                }
                other => return other,
            }
        }
    }

    /// Forgets an upload that is under way, here and in the bucket.
    async fn give_up(&self, key: &ObjectKey) -> Result<(), Stopped> {
        let (destination, text) = (self.destination.clone(), key.as_str().to_owned());
        let known = self
            .journal
            .call(move |t| {
                let known = object_rows::upload(t, &destination, &text)?;
                object_rows::forget_upload(t, &destination, &text)?;
                Ok(known)
            })
            .await?;
        if let Some((old, _, _)) = known {
            self.persist(0, || self.store.abort(&old)).await?;
        }
        Ok(())
    }

    async fn in_parts(&self, key: &ObjectKey, file: &Path, bytes: u64) -> Result<u64, Stopped> {
        let size = part_size(bytes);
        let (destination, text) = (self.destination.clone(), key.as_str().to_owned());
        let known = self
            .journal
            .read(move |t| object_rows::upload(t, &destination, &text))
            .await?;
        let (upload, mut parts) = match known {
            Some((upload, part_bytes, parts)) if part_bytes == size => (upload, parts),
            other => {
                if let Some((old, _, _)) = other {
                    self.persist(0, || self.store.abort(&old)).await?;
                }
                let upload = self.persist(0, || self.store.begin(key)).await?;
                let (kept, destination, job) = (upload.clone(), self.destination.clone(), self.job.clone());
                self.journal
                    .call(move |t| object_rows::keep_upload(t, &destination, &kept, Some(&job), size))
                    .await?;
                (upload, Vec::new())
            }
        };
        let count = i32::try_from(bytes.div_ceil(size)).unwrap_or(i32::MAX);
        let mut missing = (1..=count)
            .filter(|n| !parts.iter().any(|p| p.number == *n))
            .collect::<Vec<_>>()
            .into_iter();
        let mut under_way = FuturesUnordered::new();
        let mut trouble = None;
        loop {
            while trouble.is_none()
                && under_way.len() < AT_ONCE
                && let Some(number) = missing.next()
            {
                under_way.push(self.part(&upload, file, number, size, bytes));
            }
            match under_way.next().await {
                Some(Ok(part)) => parts.push(part),
                // What is under way beside it ends by itself and is kept.
                Some(Err(why)) => trouble = trouble.or(Some(why)),
                None => break,
            }
        }
        if let Some(why) = trouble {
            return Err(why);
        }
        parts.sort_by_key(|p| p.number);
        let whole = combined(&parts);
        let text = crc_text(whole);
        self.persist(0, || self.store.complete(&upload, &parts, &text)).await?;
        let (destination, text) = (self.destination.clone(), key.as_str().to_owned());
        self.journal
            .call(move |t| object_rows::forget_upload(t, &destination, &text))
            .await?;
        Ok(whole)
    }

    async fn part(&self, upload: &Upload, file: &Path, number: i32, size: u64, bytes: u64) -> Result<Part, Stopped> {
        let from = u64::try_from(number - 1).unwrap_or(0) * size;
        let length = size.min(bytes - from);
        // Read only when the pool has a place, so that waiting parts hold no memory.
        let part = self
            .persist(length, || async {
                let body = self.pool.buffers.read(file.to_owned(), from, length).await;
                let body = body.map_err(|e| StoreError::new(Class::Other, READ, "File", e.to_string()))?;
                self.store.part(upload, number, body).await
            })
            .await;
        let part = match part {
            Err(Stopped::Store(error)) if error.call == READ => return Err(Stopped::Here(wrong_size(file))),
            other => other?,
        };
        let (kept, destination, upload) = (part.clone(), self.destination.clone(), upload.clone());
        self.journal
            .call(move |t| object_rows::keep_part(t, &destination, &upload, &kept))
            .await?;
        Ok(part)
    }
}

fn part_size(bytes: u64) -> u64 {
    PART.max(bytes.div_ceil(MOST_PARTS).next_multiple_of(1 << 20))
}

fn combined(parts: &[Part]) -> u64 {
    let value = |part: &Part| crc_value(&part.crc64nvme).unwrap_or(0);
    let whole = parts.iter().fold(None, |whole, part| {
        Some(whole.map_or_else(
            || value(part),
            |crc| checksum_combine(CrcAlgorithm::Crc64Nvme, crc, value(part), part.bytes),
        ))
    });
    whole.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use screener_store::checksum::crc64;

    use super::*;

    #[test]
    fn parts_fit_every_size() {
        for bytes in [1_u64 << 24, 2 << 30, 100 << 30, 5 << 40] {
            let size = part_size(bytes);
            assert!(size >= 5 << 20 && bytes.div_ceil(size) <= 10_000, "{bytes}");
        }
    }

    #[test]
    fn checksums_of_parts_make_the_checksum_of_the_whole() {
        let whole: Vec<u8> = (0..100_000_u32)
            .flat_map(|n| n.wrapping_mul(7919).to_le_bytes())
            .collect();
        let parts: Vec<Part> = whole
            .chunks(30_000)
            .map(|c| Part {
                number: 1,
                etag: String::new(),
                crc64nvme: crc_text(crc64(c)),
                sent: crc_text(crc64(c)),
                bytes: c.len() as u64,
            })
            .collect();
        assert_eq!(combined(&parts), crc64(&whole));
    }
}
