//! Asks a CloudFront distribution to forget what is gone from its bucket.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html>

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::BehaviorVersion;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::config::{Region, SharedCredentialsProvider};
use aws_sdk_cloudfront::error::ProvideErrorMetadata;
use aws_sdk_cloudfront::types::{Aliases, InvalidationBatch, Paths};
use screener_wire::Failure;

use super::aws_words::{is_denied, said};
use crate::Cause;

/// CloudFront is one for the world and answers here.
const REGION: &str = "us-east-1";

/// A client with a destination's credentials. `AWS_ENDPOINT_URL_CLOUDFRONT` is obeyed, as by every tool of AWS.
pub async fn client(credentials: SharedCredentialsProvider) -> Client {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials)
        .load()
        .await;
    Client::new(&config)
}

/// Invalidates these paths, which begin with `/` and may end with `*`. Answers when CloudFront has accepted it; edges follow within minutes.
///
/// # Errors
/// `no_distribution` where none of the account answers for the domain; `not_invalidated`.
pub async fn invalidate(
    client: &Client,
    domain: &str,
    distribution: Option<&str>,
    paths: &[String],
) -> Result<(), Failure> {
    let id = match distribution {
        Some(id) => id.to_owned(),
        None => find(client, domain).await?,
    };
    let quantity = i32::try_from(paths.len()).unwrap_or(i32::MAX);
    let paths = Paths::builder().quantity(quantity).set_items(Some(paths.to_vec()));
    let batch = InvalidationBatch::builder().caller_reference(reference());
    let batch = paths.build().and_then(|paths| batch.paths(paths).build());
    let batch = batch.map_err(|e| refused("CreateInvalidation", "Request", &e.to_string()))?;
    let asked = client
        .create_invalidation()
        .distribution_id(id)
        .invalidation_batch(batch);
    asked
        .send()
        .await
        .map(drop)
        .map_err(|e| failure("CreateInvalidation", &e))
}

/// The distribution that answers for a domain, its own or an alternate one.
async fn find(client: &Client, domain: &str) -> Result<String, Failure> {
    let mut marker = None;
    loop {
        let asked = client.list_distributions().set_marker(marker).send().await;
        let page = asked.map_err(|e| failure("ListDistributions", &e))?;
        let Some(list) = page.distribution_list() else { break };
        let found = list.items().iter().find(|one| {
            let aliases = one.aliases().map(Aliases::items).unwrap_or_default();
            one.domain_name() == domain || aliases.iter().any(|alias| alias == domain)
        });
        if let Some(found) = found {
            return Ok(found.id().to_owned());
        }
        marker = list.next_marker().map(str::to_owned).filter(|_| list.is_truncated());
        if marker.is_none() {
            break;
        }
    }
    Err(Cause::NoDistribution {
        domain: domain.to_owned(),
    }
    .into())
}

/// Unlike any other that this account has sent.
fn reference() -> String {
    static SENT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    format!(
        "screener-{}-{now}-{}",
        std::process::id(),
        SENT.fetch_add(1, Ordering::Relaxed)
    )
}

fn failure<E: ProvideErrorMetadata + std::error::Error>(call: &str, error: &E) -> Failure {
    let (code, words) = said(error);
    refused(call, &code, &words)
}

fn refused(call: &str, code: &str, words: &str) -> Failure {
    let (call, code, words) = (call.to_owned(), code.to_owned(), words.to_owned());
    if is_denied(&code) {
        Cause::InvalidationDenied { call, code, words }.into()
    } else {
        Cause::NotInvalidated { call, code, words }.into()
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use aws_sdk_cloudfront::types::{
        DefaultCacheBehavior, DistributionConfig, Invalidation, InvalidationList, Origin, Origins, S3OriginConfig,
        ViewerProtocolPolicy,
    };
    use screener_testkit::servers::Process;

    use super::*;

    async fn moto() -> (Process, Client) {
        let process = screener_testkit::servers::moto().await;
        let config = aws_sdk_cloudfront::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .endpoint_url(process.endpoint())
            .build();
        (process, Client::from_conf(config))
    }

    async fn distribution(client: &Client, alias: &str) -> (String, String) {
        let origin = Origin::builder()
            .id("bucket")
            .domain_name("bucket.s3.eu-central-1.amazonaws.com")
            .s3_origin_config(S3OriginConfig::builder().origin_access_identity("").build())
            .build()
            .unwrap();
        let behavior = DefaultCacheBehavior::builder()
            .target_origin_id("bucket")
            .viewer_protocol_policy(ViewerProtocolPolicy::RedirectToHttps)
            .build()
            .unwrap();
        let config = DistributionConfig::builder()
            .caller_reference(alias)
            .comment("a test's")
            .enabled(true)
            .origins(Origins::builder().quantity(1).items(origin).build().unwrap())
            .aliases(Aliases::builder().quantity(1).items(alias).build().unwrap())
            .default_cache_behavior(behavior)
            .build()
            .unwrap();
        let made = client
            .create_distribution()
            .distribution_config(config)
            .send()
            .await
            .unwrap();
        let made = made.distribution().unwrap();
        (made.id().to_owned(), made.domain_name().to_owned())
    }

    async fn invalidated(client: &Client, id: &str) -> Vec<String> {
        let mut paths = Vec::new();
        let list = client.list_invalidations().distribution_id(id).send().await.unwrap();
        for one in list
            .invalidation_list()
            .map(InvalidationList::items)
            .unwrap_or_default()
        {
            let asked = client
                .get_invalidation()
                .distribution_id(id)
                .id(one.id())
                .send()
                .await
                .unwrap();
            let batch = asked.invalidation().and_then(Invalidation::invalidation_batch).unwrap();
            paths.extend(batch.paths().unwrap().items().to_vec());
        }
        paths.sort();
        paths
    }

    #[tokio::test]
    async fn the_distribution_is_found_by_its_domain_and_told() {
        let (_moto, client) = moto().await;
        let (other, _) = distribution(&client, "other.example").await;
        let (id, domain) = distribution(&client, "films.example").await;
        let path = |n: u32| vec![format!("/videos/{n}/*")];
        invalidate(&client, &domain, None, &path(1)).await.unwrap();
        invalidate(&client, "films.example", None, &path(2)).await.unwrap();
        invalidate(&client, "anything", Some(&id), &path(3)).await.unwrap();
        assert_eq!(
            invalidated(&client, &id).await,
            ["/videos/1/*", "/videos/2/*", "/videos/3/*"]
        );
        assert!(invalidated(&client, &other).await.is_empty());

        let nobody = invalidate(&client, "nobody.example", None, &path(4)).await.unwrap_err();
        assert_eq!(nobody.code, "no_distribution");
        let gone = invalidate(&client, "x", Some("EGONE"), &path(5)).await.unwrap_err();
        assert_eq!(gone.code, "not_invalidated");
        assert!(gone.message.contains("NoSuchDistribution"), "{}", gone.message);
    }
}
