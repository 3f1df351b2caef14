//! Where credentials come from: AWS's default chain, a named profile, or an access key that the caller keeps.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

/// How long one call may take. Control-plane calls answer within seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where credentials come from. No secret of it is shown.
#[derive(Clone)]
pub enum Source {
    /// Environment, shared files, sign-in, `credential_process`.
    Chain,
    /// A named profile of the shared files.
    Profile(String),
    /// An access key.
    Keys {
        /// Its id.
        id: String,
        /// Its secret.
        secret: String,
    },
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Chain => f.write_str("Chain"),
            Self::Profile(name) => write!(f, "Profile({name})"),
            Self::Keys { id, .. } => write!(f, "Keys({id})"),
        }
    }
}

impl Source {
    /// Of a profile's name, where one was given.
    pub fn of(profile: Option<&str>) -> Self {
        profile.map_or(Self::Chain, |name| Self::Profile(name.to_owned()))
    }

    /// What the clients of services are made of. `AWS_ENDPOINT_URL` and its kind are obeyed, as by every tool of AWS. The SDK's own
    /// retries are off: [`Pace`](crate::Pace) is the loop above. Nothing is asked yet.
    pub async fn config(&self, region: &str) -> SdkConfig {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).build());
        match self {
            Self::Chain => {}
            Self::Profile(name) => loader = loader.profile_name(name),
            Self::Keys { id, secret } => {
                let keys = Credentials::new(id, secret, None, None, "screener");
                loader = loader.credentials_provider(SharedCredentialsProvider::new(keys));
            }
        }
        loader.load().await
    }

    /// Who signs, for whoever makes clients by other means.
    pub async fn credentials(&self, region: &str) -> Option<SharedCredentialsProvider> {
        self.config(region).await.credentials_provider()
    }

    /// The region that environment or profile name.
    pub async fn region(&self) -> Option<String> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Self::Profile(name) = self {
            loader = loader.profile_name(name);
        }
        loader.load().await.region().map(ToString::to_string)
    }
}
