//! The endpoint's zip, and the bucket that it is put into: private, named after account and region, one for all stacks there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint, CreateBucketConfiguration,
    Delete, ExpirationStatus, LifecycleRule, LifecycleRuleFilter, ObjectIdentifier, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    Tag, Tagging,
};
use screener_account::{Fault, Kind, Pace};
use screener_wire::Failure;
use sha2::{Digest, Sha256};

use super::clients::Clients;
use super::stack_status::TAG;
use crate::Cause;

/// Name of the zip in a package.
const ZIP: &str = "screener-lambda-arm64.zip";

/// The bucket of an account and region.
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("screener-deploy-{account}-{region}")
}

/// Where the zip is: named by the environment, beside this executable in a package, or where `make lambda` leaves it.
///
/// # Errors
/// `no_zip`.
pub fn find_zip() -> Result<PathBuf, Cause> {
    let own = std::env::var_os("SCREENER_LAMBDA_ZIP").map(PathBuf::from);
    let beside = std::env::current_exe().ok();
    let beside = beside.as_deref().and_then(Path::parent);
    let mut places: Vec<PathBuf> = own.into_iter().collect();
    if let Some(folder) = beside {
        places.push(folder.join(ZIP));
        // A development build: target/<profile>/screener, target/lambda-arm64/….
        for up in folder.ancestors().skip(1).take(2) {
            places.push(up.join("lambda-arm64/bootstrap/bootstrap.zip"));
        }
    }
    if let Some(found) = places.iter().find(|path| path.is_file()) {
        return Ok(found.clone());
    }
    let looked: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
    Err(Cause::NoZip {
        looked: looked.join(", "),
    })
}

/// Key of a zip: whoever has the same zip has the same key, and another zip never gets it.
pub fn key_of(stack: &str, zip: &[u8]) -> String {
    let digest: String = Sha256::digest(zip).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("{stack}/{digest}.zip")
}

/// Makes the bucket where it is not there, and puts the zip into it where it is not there.
///
/// # Errors
/// `bucket_taken`; what S3 refuses.
pub async fn keep(
    clients: &Clients,
    pace: Pace,
    account: &str,
    bucket: &str,
    key: &str,
    zip: &[u8],
) -> Result<(), Failure> {
    if !is_there(clients, pace, account, bucket).await? {
        make(clients, pace, bucket).await?;
    }
    // Said again each time: a bucket whose making was interrupted gets the rest of it.
    close(clients, pace, account, bucket).await?;
    let s3 = &clients.buckets;
    let there = pace
        .calling(|| async {
            let asked = s3.head_object().bucket(bucket).key(key).expected_bucket_owner(account);
            asked
                .send()
                .await
                .map_err(|error| match error.raw_response().map(|raw| raw.status().as_u16()) {
                    Some(404) => Fault::told("HeadObject", Kind::Gone, "NoSuchKey", "the object is not there"),
                    _ => Fault::of("HeadObject", &error),
                })
        })
        .await;
    match there {
        Ok(_) => return Ok(()),
        Err(fault) if fault.kind == Kind::Gone => {}
        Err(fault) => return Err(fault.into()),
    }
    pace.calling(|| async {
        let put = s3
            .put_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(account)
            .body(ByteStream::from(zip.to_vec()));
        put.send().await.map_err(|error| Fault::of("PutObject", &error))
    })
    .await?;
    Ok(())
}

async fn is_there(clients: &Clients, pace: Pace, account: &str, bucket: &str) -> Result<bool, Failure> {
    let there = pace
        .calling(|| async {
            let asked = clients
                .buckets
                .head_bucket()
                .bucket(bucket)
                .expected_bucket_owner(account);
            asked.send().await.map_err(|error| {
                // An answer to HEAD has no words: the status is all there is.
                match error.raw_response().map(|raw| raw.status().as_u16()) {
                    Some(404) => Fault::told("HeadBucket", Kind::Gone, "NoSuchBucket", "the bucket is not there"),
                    Some(403) => Fault::told(
                        "HeadBucket",
                        Kind::Denied,
                        "AccessDenied",
                        "the bucket is closed to this account",
                    ),
                    _ => Fault::of("HeadBucket", &error),
                }
            })
        })
        .await;
    match there {
        Ok(_) => Ok(true),
        Err(fault) if fault.kind == Kind::Gone => Ok(false),
        // Closed to this account: not its own, or a permission that is missing. Making it tells which.
        Err(fault) if fault.kind == Kind::Denied => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

async fn make(clients: &Clients, pace: Pace, bucket: &str) -> Result<(), Failure> {
    // The one region that is not named.
    let place = (clients.region != "us-east-1").then(|| {
        CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::from(clients.region.as_str()))
            .build()
    });
    let made = pace
        .calling(|| async {
            let asked = clients
                .buckets
                .create_bucket()
                .bucket(bucket)
                .set_create_bucket_configuration(place.clone());
            asked.send().await.map_err(|error| Fault::of("CreateBucket", &error))
        })
        .await;
    match made {
        Ok(_) => Ok(()),
        Err(fault) if fault.code == "BucketAlreadyOwnedByYou" => Ok(()),
        Err(fault) if fault.code == "BucketAlreadyExists" => Err(Cause::BucketTaken {
            bucket: bucket.to_owned(),
        }
        .into()),
        Err(fault) => Err(fault.into()),
    }
}

/// Closed to the public, encrypted, without unfinished uploads, and tagged.
async fn close(clients: &Clients, pace: Pace, account: &str, bucket: &str) -> Result<(), Failure> {
    let s3 = &clients.buckets;
    let built =
        |error: aws_sdk_s3::error::BuildError| Fault::told("PutBucket", Kind::Other, "Request", &error.to_string());
    let closed = PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true)
        .build();
    let by_default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default.build().map_err(built)?)
        .build();
    let encrypted = ServerSideEncryptionConfiguration::builder()
        .rules(rule)
        .build()
        .map_err(built)?;
    let unfinished = LifecycleRule::builder()
        .id("unfinished-uploads")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .abort_incomplete_multipart_upload(
            AbortIncompleteMultipartUpload::builder()
                .days_after_initiation(7)
                .build(),
        )
        .build()
        .map_err(built)?;
    let lifecycle = BucketLifecycleConfiguration::builder()
        .rules(unfinished)
        .build()
        .map_err(built)?;
    let tag = Tag::builder().key(TAG).value("deploy").build().map_err(built)?;
    let tagging = Tagging::builder().tag_set(tag).build().map_err(built)?;
    pace.calling(|| async {
        let asked = s3
            .put_public_access_block()
            .bucket(bucket)
            .expected_bucket_owner(account);
        let asked = asked.public_access_block_configuration(closed.clone()).send().await;
        asked.map_err(|error| Fault::of("PutPublicAccessBlock", &error))
    })
    .await?;
    pace.calling(|| async {
        let asked = s3.put_bucket_encryption().bucket(bucket).expected_bucket_owner(account);
        let asked = asked
            .server_side_encryption_configuration(encrypted.clone())
            .send()
            .await;
        asked.map_err(|error| Fault::of("PutBucketEncryption", &error))
    })
    .await?;
    pace.calling(|| async {
        let asked = s3
            .put_bucket_lifecycle_configuration()
            .bucket(bucket)
            .expected_bucket_owner(account);
        let asked = asked.lifecycle_configuration(lifecycle.clone()).send().await;
        asked.map_err(|error| Fault::of("PutBucketLifecycleConfiguration", &error))
    })
    .await?;
    pace.calling(|| async {
        let asked = s3.put_bucket_tagging().bucket(bucket).expected_bucket_owner(account);
        asked
            .tagging(tagging.clone())
            .send()
            .await
            .map_err(|error| Fault::of("PutBucketTagging", &error))
    })
    .await?;
    Ok(())
}

/// Deletes all below a prefix; the number of objects.
///
/// # Errors
/// What S3 refuses. A bucket that is not there is an empty one.
pub async fn empty(
    clients: &Clients,
    pace: Pace,
    bucket: &str,
    prefix: &str,
    but: Option<&str>,
) -> Result<usize, Failure> {
    let s3 = &clients.buckets;
    let mut deleted = 0;
    let mut token: Option<String> = None;
    loop {
        let page = pace
            .calling(|| async {
                let asked = s3
                    .list_objects_v2()
                    .bucket(bucket)
                    .prefix(prefix)
                    .set_continuation_token(token.clone());
                asked.send().await.map_err(|error| Fault::of("ListObjectsV2", &error))
            })
            .await;
        let page = match page {
            Err(fault) if fault.kind == Kind::Gone => return Ok(deleted),
            page => page?,
        };
        let keys: Vec<&str> = page
            .contents()
            .iter()
            .filter_map(|one| one.key())
            .filter(|key| Some(*key) != but)
            .collect();
        let named: Result<Vec<_>, _> = keys
            .iter()
            .map(|key| ObjectIdentifier::builder().key(*key).build())
            .collect();
        let batch = named.and_then(|all| Delete::builder().set_objects(Some(all)).quiet(true).build());
        let batch = batch.map_err(|error| Fault::told("DeleteObjects", Kind::Other, "Request", &error.to_string()))?;
        if !keys.is_empty() {
            let answer = pace
                .calling(|| async {
                    let asked = s3.delete_objects().bucket(bucket).delete(batch.clone()).send().await;
                    asked.map_err(|error| Fault::of("DeleteObjects", &error))
                })
                .await?;
            if let Some(error) = answer.errors().first() {
                let (code, words) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
                return Err(Fault::told("DeleteObjects", Kind::Other, code, words).into());
            }
        }
        deleted += keys.len();
        token = page.next_continuation_token().map(str::to_owned);
        if token.is_none() {
            return Ok(deleted);
        }
    }
}

/// Deletes a bucket that is empty; whether it is gone.
///
/// # Errors
/// What S3 refuses.
pub async fn drop_bucket(clients: &Clients, pace: Pace, bucket: &str) -> Result<bool, Failure> {
    let gone = pace
        .calling(|| async {
            let asked = clients.buckets.delete_bucket().bucket(bucket).send().await;
            asked.map_err(|error| Fault::of("DeleteBucket", &error))
        })
        .await;
    match gone {
        Ok(_) => Ok(true),
        Err(fault) if fault.kind == Kind::Gone => Ok(true),
        Err(fault) if fault.code == "BucketNotEmpty" => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}
