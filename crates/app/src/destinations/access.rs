//! How the engine reaches the buckets of destinations, and the distributions before them.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_cloudfront::config::SharedCredentialsProvider;
use screener_account::Source;
use screener_publish::destination::Credentials;
use screener_publish::{Access, Destination, Error, Place};
use screener_stack::stack_parts::invalidation;
use screener_store::SILENCE;
use screener_store::{Store, StoreConfig};
use screener_wire::Failure;

use super::local_edge::Local;
use crate::cause::Cause;
use crate::computer::options::KeyStoreChoice;
use crate::key_pairs::chosen_store::Keys;

/// Buckets by destination: the local edge's, AWS's, any S3-compatible store's.
pub(crate) struct Buckets {
    pub(crate) local: Arc<Local>,
    pub(crate) keys: Arc<Keys>,
}

/// An endpoint that stands for AWS's own, as every tool of AWS takes it from the environment.
fn own_endpoint() -> Option<String> {
    let names = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];
    names
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|url| !url.is_empty())
}

fn refused(error: impl Into<Failure>) -> Error {
    Error::Refused(error.into())
}

impl Buckets {
    /// What a destination's calls are signed with.
    pub(crate) async fn credentials(&self, destination: &Destination) -> Result<SharedCredentialsProvider, Error> {
        Ok(self.config(destination).await?.credentials)
    }

    async fn config(&self, destination: &Destination) -> Result<StoreConfig, Error> {
        let (endpoint, path_style, bucket, region, credentials) = match &destination.place {
            Place::Local => {
                let (running, _) = self.local.running(None).await.map_err(refused)?;
                let s3 = running.s3;
                return Ok(StoreConfig::with_keys(
                    &s3.endpoint,
                    &s3.bucket,
                    &s3.region,
                    &s3.access_key,
                    &s3.secret_key,
                ));
            }
            Place::Aws {
                bucket,
                region,
                credentials,
                ..
            } => {
                let own = own_endpoint();
                let path_style = own.is_some();
                (own, path_style, bucket, region, credentials)
            }
            Place::S3 {
                endpoint,
                path_style,
                bucket,
                region,
                credentials,
                ..
            } => (Some(endpoint.clone()), *path_style, bucket, region, credentials),
        };
        let provider = match credentials {
            Credentials::Chain => Source::Chain.credentials(region).await,
            Credentials::Profile { name } => Source::of(Some(name)).credentials(region).await,
            Credentials::Keys { access_key_id } => {
                let secret = self.keys.get(destination.secret_name()).await.map_err(refused)?;
                let secret = secret.ok_or_else(|| {
                    let destination = destination.name.clone();
                    refused(match self.keys.choice() {
                        KeyStoreChoice::Keychain => Cause::SecretNotInKeychain { destination },
                        KeyStoreChoice::File => Cause::SecretNotInKeyFile { destination },
                    })
                })?;
                let secret = String::from_utf8_lossy(&secret).into_owned();
                let mut config = StoreConfig::with_keys("", bucket, region, access_key_id, &secret);
                (config.endpoint, config.path_style) = (endpoint, path_style);
                return Ok(config);
            }
        };
        let credentials = provider.ok_or_else(|| {
            refused(Cause::NoAwsCredentials {
                destination: destination.name.clone(),
            })
        })?;
        Ok(StoreConfig {
            endpoint,
            path_style,
            bucket: bucket.clone(),
            region: region.clone(),
            credentials,
            silence: SILENCE,
        })
    }
}

#[async_trait]
impl Access for Buckets {
    async fn store(&self, destination: &Destination) -> Result<Store, Error> {
        Ok(Store::new(self.config(destination).await?))
    }

    async fn invalidate(&self, destination: &Destination, paths: &[String]) -> Result<(), Error> {
        let Place::Aws {
            domain, distribution, ..
        } = &destination.place
        else {
            return Ok(());
        };
        let credentials = self.credentials(destination).await?;
        let client = invalidation::client(credentials).await;
        invalidation::invalidate(&client, domain, distribution.as_deref(), paths)
            .await
            .map_err(Error::Refused)
    }
}
