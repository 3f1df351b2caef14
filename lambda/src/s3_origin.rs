//! Playlists out of a bucket.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::SdkError;

use crate::https;
use crate::origin::{Object, Origin, OriginError};

/// A bucket. One client, made at start and kept.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Client,
    name: String,
    largest: usize,
}

/// How the bucket is reached.
#[derive(Debug)]
pub struct Access {
    /// Name of the bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// The role's credentials.
    pub credentials: Credentials,
    /// Another server than AWS's; addressed by path.
    pub endpoint: Option<String>,
    /// Largest object that is read, in bytes.
    pub largest: usize,
}

impl Bucket {
    /// A client for the bucket. Connects when it is first asked.
    pub fn new(access: Access) -> Self {
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(https::client())
            .region(Region::new(access.region))
            .credentials_provider(access.credentials)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(3))
                    .operation_attempt_timeout(Duration::from_secs(8))
                    .operation_timeout(Duration::from_secs(19))
                    .build(),
            )
            .force_path_style(access.endpoint.is_some());
        config.set_endpoint_url(access.endpoint);
        Self {
            client: Client::from_conf(config.build()),
            name: access.bucket,
            largest: access.largest,
        }
    }
}

impl Origin for Bucket {
    async fn get(&self, key: &str, if_none_match: Option<&str>) -> Result<Object, OriginError> {
        let sent = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .set_if_none_match(if_none_match.map(str::to_owned))
            .send()
            .await;
        let output = match sent {
            Ok(output) => output,
            Err(error) => return judged(error),
        };
        let length = output
            .content_length()
            .and_then(|length| u64::try_from(length).ok())
            .unwrap_or(0);
        if usize::try_from(length).is_ok_and(|length| length > self.largest) {
            return Err(OriginError::TooLarge(length));
        }
        let etag = output.e_tag().map(str::to_owned);
        let mut body = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let mut stream = output.body;
        while let Some(part) = stream.next().await {
            body.extend_from_slice(&part.map_err(|error| OriginError::Failed(error.to_string()))?);
            if body.len() > self.largest {
                return Err(OriginError::TooLarge(body.len() as u64));
            }
        }
        Ok(Object::Found { body, etag })
    }
}

fn judged<E: std::error::Error + Send + Sync + 'static>(
    error: SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> Result<Object, OriginError> {
    match error.raw_response().map(|response| response.status().as_u16()) {
        Some(304) => return Ok(Object::NotModified),
        // Without ListBucket S3 says 403 for what is not there.
        Some(403 | 404) => return Err(OriginError::NotFound),
        _ => {}
    }
    if matches!(error, SdkError::TimeoutError(_)) {
        return Err(OriginError::TimedOut);
    }
    Err(OriginError::Failed(
        aws_sdk_s3::error::DisplayErrorContext(error).to_string(),
    ))
}
