//! S3, as far as a bucket of zips and an emptied one need it. Path style.

use super::exchange::{Answer, Asked, element};
use super::{Service, World};

pub(super) struct S3;

impl Service for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        let path = asked.path.trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        if world.taken.iter().any(|name| name == bucket) {
            return Some(match asked.call.as_str() {
                "CreateBucket" => asked.error(
                    409,
                    "BucketAlreadyExists",
                    "The requested bucket name is not available.",
                ),
                call if call.starts_with("Head") => Answer::empty(403),
                _ => asked.error(403, "AccessDenied", "Access Denied"),
            });
        }
        if asked.call == "CreateBucket" {
            if world.buckets.contains_key(bucket) {
                let words = "Your previous request to create the named bucket succeeded and you already own it.";
                return Some(asked.error(409, "BucketAlreadyOwnedByYou", words));
            }
            world.made += 1;
            world
                .buckets
                .insert(bucket.to_owned(), std::collections::BTreeMap::new());
            return Some(Answer::empty(200).with("location", &format!("/{bucket}")));
        }
        let missing = || {
            if asked.call.starts_with("Head") {
                Answer::empty(404)
            } else {
                asked.error(404, "NoSuchBucket", "The specified bucket does not exist")
            }
        };
        let Some(objects) = world.buckets.get_mut(bucket) else {
            return Some(missing());
        };
        Some(match asked.call.as_str() {
            "HeadBucket" | "PutPublicAccessBlock" | "PutBucketEncryption" | "PutBucketLifecycleConfiguration" => {
                Answer::empty(200)
            }
            "PutBucketTagging" => Answer::empty(204),
            "HeadObject" if objects.contains_key(key) => Answer::empty(200).with("etag", "\"e\""),
            "HeadObject" => Answer::empty(404),
            "PutObject" => {
                objects.insert(key.to_owned(), asked.body.clone());
                // What was sent is what is kept, so its checksum is the sender's.
                let checksums = asked.headers.iter().filter(|(name, _)| {
                    name.starts_with("x-amz-checksum-") && !name.ends_with("-type") && !name.ends_with("-algorithm")
                });
                checksums.fold(Answer::empty(200).with("etag", "\"e\""), |answer, (name, value)| {
                    answer.with(name, value)
                })
            }
            "GetObject" => match objects.get(key) {
                Some(bytes) => Answer::of(200, "application/octet-stream", bytes.clone()).with("etag", "\"e\""),
                None => asked.error(404, "NoSuchKey", "The specified key does not exist."),
            },
            "DeleteObject" => {
                objects.remove(key);
                Answer::empty(204)
            }
            "DeleteObjects" => {
                let text = String::from_utf8_lossy(&asked.body).into_owned();
                for key in text
                    .split("<Key>")
                    .skip(1)
                    .filter_map(|rest| rest.split("</Key>").next())
                {
                    objects.remove(key);
                }
                asked.result("<DeleteResult></DeleteResult>")
            }
            "DeleteBucket" if objects.is_empty() => {
                world.buckets.remove(bucket);
                Answer::empty(204)
            }
            "DeleteBucket" => asked.error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
            "ListObjectsV2" => {
                let prefix = asked.field("prefix");
                // A token names the key that it stands behind, so that deleting what was told changes nothing.
                let behind = asked.field("continuation-token");
                let mut keys: Vec<_> = objects
                    .iter()
                    .filter(|(key, _)| key.starts_with(prefix) && (behind.is_empty() || key.as_str() > behind))
                    .map(|(key, bytes)| (key.clone(), bytes.len()))
                    .collect();
                let more = keys.len() > world.page;
                keys.truncate(world.page);
                let lines = keys.iter().fold(String::new(), |lines, (key, size)| {
                    lines + &format!("<Contents>{}<Size>{size}</Size></Contents>", element("Key", key))
                });
                let last = keys.last().filter(|_| more);
                let token = last.map(|(key, _)| element("NextContinuationToken", key));
                asked.result(&format!(
                    "<ListBucketResult><Name>{bucket}</Name><IsTruncated>{more}</IsTruncated>{lines}{}</ListBucketResult>",
                    token.unwrap_or_default()
                ))
            }
            _ => return None,
        })
    }
}
