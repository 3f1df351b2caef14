//! S3 on disk: s3s-fs behind a layer that mends what an upload engine would be misled by.
//!
//! s3s-fs 0.14 shows a PUT before its checksum is compared, accepts any part checksum and part `ETag`, lists parts
//! without `ETag`s, does not know which uploads are open, answers `AccessDenied` for an upload that is gone, leaves the
//! checksums of an overwritten object in place and keeps the metadata of deleted ones. Each of these is done here as
//! S3 does it; all else is s3s-fs's.

mod disk;
mod kept_facts;
mod open_uploads;
mod verified;

use std::{collections::HashMap, io, path::Path};

use s3s::{
    S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CORSConfiguration, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CopySource, CreateBucketInput,
        CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteBucketCorsInput,
        DeleteBucketCorsOutput, DeleteBucketInput, DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput,
        DeleteObjectsInput, DeleteObjectsOutput, ETag, GetBucketCorsInput, GetBucketCorsOutput, GetBucketLocationInput,
        GetBucketLocationOutput, GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput,
        HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListMultipartUploadsInput, ListMultipartUploadsOutput,
        ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
        PutBucketCorsInput, PutBucketCorsOutput, PutObjectInput, PutObjectOutput, UploadPartCopyInput,
        UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
    },
    s3_error,
};

pub(crate) use self::disk::Disk;
use self::{
    disk::{checked_key, is_plain, own_request},
    verified::{Claim, Condition, Verified},
};

#[async_trait::async_trait]
impl S3 for Disk {
    async fn create_bucket(&self, req: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        self.0.files.create_bucket(req).await
    }

    async fn delete_bucket(&self, req: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
        // s3s-fs removes a bucket with all that is in it; S3 refuses while anything is.
        let path = self.0.root.join(&req.input.bucket);
        let listed = ListObjectsV2Input {
            bucket: req.input.bucket.clone(),
            max_keys: Some(1),
            ..Default::default()
        };
        let listed = self.0.files.list_objects_v2(own_request(listed)).await?;
        if listed.output.key_count.unwrap_or_default() > 0 {
            return Err(s3_error!(BucketNotEmpty));
        }
        tracing::info!(path = %path.display(), "removing an empty bucket");
        self.0.files.delete_bucket(req).await
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.0.files.head_bucket(req).await
    }

    async fn list_buckets(&self, req: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        self.0.files.list_buckets(req).await
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.0.files.get_bucket_location(req).await
    }

    async fn get_bucket_cors(&self, req: S3Request<GetBucketCorsInput>) -> S3Result<S3Response<GetBucketCorsOutput>> {
        let cors = self.0.cors.lock().await;
        let found = cors
            .get(&req.input.bucket)
            .ok_or_else(|| s3_error!(NoSuchCORSConfiguration))?;
        Ok(S3Response::new(GetBucketCorsOutput {
            cors_rules: Some(found.cors_rules.clone()),
        }))
    }

    async fn put_bucket_cors(&self, req: S3Request<PutBucketCorsInput>) -> S3Result<S3Response<PutBucketCorsOutput>> {
        let mut cors = self.0.cors.lock().await;
        cors.insert(req.input.bucket, req.input.cors_configuration);
        save_cors(&self.0.cors_path, &cors)?;
        Ok(S3Response::new(PutBucketCorsOutput::default()))
    }

    async fn delete_bucket_cors(
        &self,
        req: S3Request<DeleteBucketCorsInput>,
    ) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
        let mut cors = self.0.cors.lock().await;
        cors.remove(&req.input.bucket);
        save_cors(&self.0.cors_path, &cors)?;
        Ok(S3Response::new(DeleteBucketCorsOutput::default()))
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let _reading = self.reading(&req.input.bucket, &req.input.key).await;
        self.is_object(&req.input.bucket, &req.input.key)?;
        let wanted = Conditions::of(req.input.if_match.as_ref(), req.input.if_none_match.as_ref());
        let head = match &wanted {
            Conditions(None, None) => None,
            _ => Some(self.head(&req.input.bucket, &req.input.key).await?),
        };
        wanted.check(head.and_then(|head| head.e_tag).as_ref())?;
        self.0.files.get_object(req).await
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let _reading = self.reading(&req.input.bucket, &req.input.key).await;
        self.is_object(&req.input.bucket, &req.input.key)?;
        let wanted = Conditions::of(req.input.if_match.as_ref(), req.input.if_none_match.as_ref());
        let answer = self.0.files.head_object(req).await?;
        wanted.check(answer.output.e_tag.as_ref())?;
        Ok(answer)
    }

    async fn put_object(&self, mut req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        checked_key(&key)?;
        if !self.0.root.join(&bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        let claim = Claim::of_put(&req)?;
        let condition = Condition {
            path: self.0.root.join(&bucket).join(&key),
            none_match: req.input.if_none_match.is_some(),
        };
        let body = req.input.body.take().ok_or_else(|| s3_error!(IncompleteBody))?;
        let (body, verified) = Verified::wrap(
            body,
            claim,
            Some((self.clone(), bucket.clone(), key.clone(), condition)),
        );
        req.input.body = Some(body);
        let answer = self.0.files.put_object(req).await;
        let answer = verified.outcome(answer.map_err(without_room))?;
        verified::keep(&self.0.root.join(&bucket).join(&key))
            .await
            .map_err(without_room)?;
        Ok(answer)
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        checked_key(&req.input.key)?;
        if let CopySource::Bucket { bucket, key, .. } = &req.input.copy_source {
            checked_key(key)?;
            self.is_object(bucket, key)?;
        }
        let _writing = self.writing(&req.input.bucket, &req.input.key).await;
        self.0.files.copy_object(req).await
    }

    async fn delete_object(&self, req: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        let (bucket, key) = (&req.input.bucket, &req.input.key);
        if !self.0.root.join(bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        if is_plain(key) {
            self.delete(bucket, key).await?;
        }
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(&self, req: S3Request<DeleteObjectsInput>) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let bucket = &req.input.bucket;
        if !self.0.root.join(bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        let mut deleted = Vec::new();
        for object in req.input.delete.objects {
            if is_plain(&object.key) {
                self.delete(bucket, &object.key).await?;
            }
            deleted.push(s3s::dto::DeletedObject {
                key: Some(object.key),
                ..Default::default()
            });
        }
        let deleted = (!req.input.delete.quiet.unwrap_or_default()).then_some(deleted);
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted,
            ..Default::default()
        }))
    }

    async fn list_objects(&self, req: S3Request<ListObjectsInput>) -> S3Result<S3Response<ListObjectsOutput>> {
        let bucket = req.input.bucket.clone();
        let mut answer = self.0.files.list_objects(req).await?;
        self.add_tags(&bucket, answer.output.contents.as_mut()).await;
        Ok(answer)
    }

    async fn list_objects_v2(&self, req: S3Request<ListObjectsV2Input>) -> S3Result<S3Response<ListObjectsV2Output>> {
        let bucket = req.input.bucket.clone();
        let mut answer = self.0.files.list_objects_v2(req).await?;
        self.add_tags(&bucket, answer.output.contents.as_mut()).await;
        Ok(answer)
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
        checked_key(&key)?;
        if !self.0.root.join(&bucket).is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        let algorithm = req
            .input
            .checksum_algorithm
            .as_ref()
            .map(|name| name.as_str().to_owned());
        let mut answer = self.0.files.create_multipart_upload(req).await?;
        if let Some(id) = &answer.output.upload_id {
            self.0.uploads.begin(id, bucket, key, algorithm).await?;
        }
        // The checksum of a whole multipart object is not kept, so none is promised.
        answer.output.checksum_algorithm = None;
        Ok(answer)
    }

    async fn upload_part(&self, mut req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let (id, number) = (req.input.upload_id.clone(), req.input.part_number);
        self.0.uploads.check(&id, &req.input.bucket, &req.input.key).await?;
        let claim = Claim::of_part(&req)?;
        let body = req.input.body.take().ok_or_else(|| s3_error!(IncompleteBody))?;
        let (body, verified) = Verified::wrap(body, claim, None);
        req.input.body = Some(body);
        let answer = self.0.files.upload_part(req).await;
        let mut answer = verified.outcome(answer.map_err(without_room))?;
        verified::keep(&self.0.root.join(format!(".upload_id-{id}.part-{number}")))
            .await
            .map_err(without_room)?;
        let (size, sums) = verified.seen();
        answer.output.checksum_crc32.clone_from(&sums.checksum_crc32);
        answer.output.checksum_crc32c.clone_from(&sums.checksum_crc32c);
        answer.output.checksum_crc64nvme.clone_from(&sums.checksum_crc64nvme);
        answer.output.checksum_sha1.clone_from(&sums.checksum_sha1);
        answer.output.checksum_sha256.clone_from(&sums.checksum_sha256);
        let e_tag = answer
            .output
            .e_tag
            .as_ref()
            .map(|tag| tag.value().to_owned())
            .unwrap_or_default();
        self.0.uploads.part(&id, number, e_tag, size, &sums).await?;
        Ok(answer)
    }

    async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let (id, number) = (req.input.upload_id.clone(), req.input.part_number);
        self.0.uploads.check(&id, &req.input.bucket, &req.input.key).await?;
        if let CopySource::Bucket { bucket, key, .. } = &req.input.copy_source {
            self.is_object(bucket, key)?;
        }
        let answer = self.0.files.upload_part_copy(req).await?;
        let path = self.0.root.join(format!(".upload_id-{id}.part-{number}"));
        let size = std::fs::metadata(path).map(|facts| facts.len()).unwrap_or_default();
        let tag = answer
            .output
            .copy_part_result
            .as_ref()
            .and_then(|part| part.e_tag.as_ref());
        let e_tag = tag.map(|tag| tag.value().to_owned()).unwrap_or_default();
        self.0
            .uploads
            .part(&id, number, e_tag, size, &s3s::dto::Checksum::default())
            .await?;
        Ok(answer)
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.0.uploads.list_parts(req.input).await.map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.0.uploads.list(req.input).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        mut req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let (id, bucket, key) = (
            req.input.upload_id.clone(),
            req.input.bucket.clone(),
            req.input.key.clone(),
        );
        self.0.uploads.check(&id, &bucket, &key).await?;
        let named = req
            .input
            .multipart_upload
            .as_mut()
            .and_then(|upload| upload.parts.as_mut());
        self.0
            .uploads
            .check_parts(&id, named.map_or(&mut [], |parts| parts.as_mut_slice()), &self.0.root)
            .await?;
        let _writing = self.writing(&bucket, &key).await;
        self.forget_digests(&bucket, &key);
        let answer = self.0.files.complete_multipart_upload(req).await;
        let answer = answer.map_err(without_room)?;
        verified::keep(&self.0.root.join(&bucket).join(&key))
            .await
            .map_err(without_room)?;
        self.remove_parts(&id);
        self.0.uploads.end(&id).await;
        Ok(answer)
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let id = req.input.upload_id.clone();
        self.0.uploads.check(&id, &req.input.bucket, &req.input.key).await?;
        let answer = self.0.files.abort_multipart_upload(req).await?;
        self.0.uploads.end(&id).await;
        Ok(answer)
    }
}

/// A full disk, said as stores on disks say it: S3 itself never fills up and has no word for it.
fn without_room(error: S3Error) -> S3Error {
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.source().map(|source| source as _);
    while let Some(inner) = source {
        let kind = inner.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            let mut full = S3Error::with_message(
                S3ErrorCode::Custom("XMinioStorageFull".into()),
                "the disk of the local destination is full",
            );
            full.set_status_code(http::StatusCode::INSUFFICIENT_STORAGE);
            return full;
        }
        source = inner.source();
    }
    error
}

fn save_cors(path: &Path, cors: &HashMap<String, CORSConfiguration>) -> S3Result<()> {
    let text = serde_json::to_vec(cors).map_err(|error| s3_error!(error, InternalError))?;
    std::fs::write(path, text).map_err(|error| s3_error!(error, InternalError))
}

/// `If-Match` and `If-None-Match` of a read, which s3s-fs passes over.
struct Conditions(Option<s3s::dto::ETagCondition>, Option<s3s::dto::ETagCondition>);

impl Conditions {
    fn of(matching: Option<&s3s::dto::ETagCondition>, none: Option<&s3s::dto::ETagCondition>) -> Self {
        Self(matching.cloned(), none.cloned())
    }

    fn check(&self, tag: Option<&ETag>) -> S3Result<()> {
        let meets = |condition: &s3s::dto::ETagCondition| match condition {
            s3s::dto::ETagCondition::Any => true,
            s3s::dto::ETagCondition::ETag(wanted) => tag.is_some_and(|tag| tag.value() == wanted.value()),
        };
        if self.0.as_ref().is_some_and(|condition| !meets(condition)) {
            return Err(s3_error!(PreconditionFailed));
        }
        if self.1.as_ref().is_some_and(meets) {
            return Err(s3_error!(NotModified));
        }
        Ok(())
    }
}
