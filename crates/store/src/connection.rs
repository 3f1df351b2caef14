//! How a bucket is reached: endpoint, region, credentials, the clock that requests are signed with, and how long an answer may take.
//!
//! The SDK's own retries are off: its token bucket runs dry in a long outage and then fails fast. [`crate::retry`] is the loop above.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Region, RequestChecksumCalculation, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;

use crate::abilities::{Abilities, Learned};
use crate::error::{Class, StoreError};
use crate::skew::Offset;

/// How long a store may take for an answer, its customary value.
pub const SILENCE: Duration = Duration::from_secs(20);

/// What even a poor connection carries in a second. A body has so much longer to arrive: the system takes it from us at once,
/// and only the answer tells that it has left.
const SLOWEST: u64 = 32 * 1024;

/// How a bucket is reached.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// `http[s]://host[:port]`; `None`: AWS's own for the region.
    pub endpoint: Option<String>,
    /// Bucket in the path instead of in the host's name.
    pub path_style: bool,
    /// Bucket.
    pub bucket: String,
    /// Region to sign for.
    pub region: String,
    /// Who signs. Never shown: the provider's own `Debug` hides the secret.
    pub credentials: SharedCredentialsProvider,
    /// How long the store may take for an answer to a call without a body ([`SILENCE`]).
    pub silence: Duration,
}

impl StoreConfig {
    /// A bucket reached with one access key: the local edge's, or a compatible store's.
    pub fn with_keys(endpoint: &str, bucket: &str, region: &str, access_key: &str, secret_key: &str) -> Self {
        Self {
            endpoint: Some(endpoint.to_owned()),
            path_style: true,
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            credentials: SharedCredentialsProvider::new(Credentials::new(
                access_key, secret_key, None, None, "screener",
            )),
            silence: SILENCE,
        }
    }
}

/// A bucket. Cheap to clone; clones share the connection pool, the clock's offset, the region and what was found out of the store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    config: StoreConfig,
    http: Option<SharedHttpClient>,
    reached: RwLock<Reached>,
    known: RwLock<Known>,
}

/// Hears of what was found out.
type Keep = dyn Fn(Learned) + Send + Sync;

/// What is known of the store's ways.
#[derive(Default)]
struct Known {
    abilities: Abilities,
    /// An object went up with the checksum that is known: what is refused from now on is not refused because of it.
    proven: bool,
    keep: Option<Arc<Keep>>,
}

/// How the bucket is reached now. A correction makes a client of its own: to calls under way the clock must not jump, because
/// the SDK measures their throughput with it, in steps over all the time between.
struct Reached {
    client: Client,
    region: String,
    offset: i64,
}

impl Reached {
    fn new(config: &StoreConfig, http: Option<SharedHttpClient>, region: String, offset: i64) -> Self {
        Self {
            client: client(config, &region, Offset(offset), http),
            region,
            offset,
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("endpoint", &self.inner.config.endpoint)
            .field("bucket", &self.inner.config.bucket)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// A bucket. Nothing is asked of it yet.
    pub fn new(config: StoreConfig) -> Self {
        Self::with(config, None)
    }

    /// A bucket behind a forward proxy, `http://host:port`. For stores that speak plain HTTP.
    pub fn through_proxy(config: StoreConfig, proxy: &str) -> Result<Self, StoreError> {
        let proxy = ProxyConfig::http(proxy.to_owned())
            .map_err(|e| StoreError::new(Class::Other, "connect", "Proxy", e.to_string()))?;
        let http = aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, _| {
            let mut connector = Connector::builder().proxy_config(proxy.clone());
            connector.set_connector_settings(settings.cloned());
            connector.build_http()
        });
        Ok(Self::with(config, Some(http)))
    }

    fn with(config: StoreConfig, http: Option<SharedHttpClient>) -> Self {
        let reached = RwLock::new(Reached::new(&config, http.clone(), config.region.clone(), 0));
        let inner = Inner {
            config,
            http,
            reached,
            known: RwLock::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same bucket, with what earlier runs found out of its store. `keep` hears of what is new; it must not block.
    #[must_use]
    pub fn remembering(self, abilities: Abilities, keep: impl Fn(Learned) + Send + Sync + 'static) -> Self {
        {
            let mut known = self.inner.known.write().unwrap_or_else(PoisonError::into_inner);
            *known = Known {
                abilities,
                proven: false,
                keep: Some(Arc::new(keep)),
            };
        }
        self
    }

    /// What is known of the store's ways.
    pub fn abilities(&self) -> Abilities {
        self.inner
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .abilities
    }

    /// Whether an object went up with the checksum that is known.
    pub(crate) fn is_proven(&self) -> bool {
        self.inner.known.read().unwrap_or_else(PoisonError::into_inner).proven
    }

    pub(crate) fn prove(&self) {
        if !self.is_proven() {
            self.inner.known.write().unwrap_or_else(PoisonError::into_inner).proven = true;
        }
    }

    /// Asks differently from now on, and tells it to whoever keeps it.
    pub fn learn(&self, learned: Learned) {
        let mut abilities = self.abilities();
        abilities.learn(learned);
        if abilities == self.abilities() {
            return;
        }
        tracing::info!(?learned, bucket = self.bucket(), "found out of this store");
        let keep = {
            let mut known = self.inner.known.write().unwrap_or_else(PoisonError::into_inner);
            known.abilities.learn(learned);
            known.keep.clone()
        };
        if let Some(keep) = keep {
            keep(learned);
        }
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.inner.config.bucket
    }

    pub(crate) fn client(&self) -> Client {
        let reached = self.inner.reached.read();
        reached.unwrap_or_else(PoisonError::into_inner).client.clone()
    }

    /// The settings of a call that sends so many bytes.
    pub(crate) fn sending(&self, bytes: u64) -> Builder {
        let patience = self.inner.config.silence + Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST);
        Builder::new().timeout_config(TimeoutConfig::builder().operation_attempt_timeout(patience).build())
    }

    /// The settings of a call after which the store makes one object of many parts: minutes, as S3 documents it.
    pub(crate) fn assembling(&self) -> Builder {
        Builder::new().timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(self.inner.config.silence * 30)
                .build(),
        )
    }

    fn reach(&self, change: impl FnOnce(&mut String, &mut i64)) {
        let mut reached = self.inner.reached.write().unwrap_or_else(PoisonError::into_inner);
        let (mut region, mut offset) = (reached.region.clone(), reached.offset);
        change(&mut region, &mut offset);
        if (&region, offset) != (&reached.region, reached.offset) {
            *reached = Reached::new(&self.inner.config, self.inner.http.clone(), region, offset);
        }
    }

    /// Signs from now on as if the clock stood where the store says that it stands.
    pub fn correct_clock(&self, offset_seconds: i64) {
        self.reach(|_, offset| *offset = offset_seconds);
    }

    /// Talks from now on to another region.
    pub fn move_to_region(&self, region: &str) {
        self.reach(|now, _| region.clone_into(now));
    }
}

fn client(config: &StoreConfig, region: &str, offset: Offset, http: Option<SharedHttpClient>) -> Client {
    let mut builder = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(config.credentials.clone())
        .force_path_style(config.path_style)
        .retry_config(RetryConfig::disabled())
        .time_source(offset)
        // What goes over the wire is named with each call; where that is `Content-MD5`, the SDK must not add a checksum of its own.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        // The SDK would correct the clock as well, and the two corrections would add up.
        .disable_clock_skew_correction(true)
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(10))
                // Not the connection's `read_timeout`: that would count a body's way as silence.
                .operation_attempt_timeout(config.silence)
                .build(),
        )
        .stalled_stream_protection(
            StalledStreamProtectionConfig::enabled()
                .grace_period(config.silence)
                .build(),
        );
    builder.set_http_client(http);
    if let Some(endpoint) = &config.endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    Client::from_conf(builder.build())
}
