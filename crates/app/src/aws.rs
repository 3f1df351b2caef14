//! The AWS side of a destination: planned, made, looked at, updated, taken away.
//!
//! `deployment_wish` is what is wanted as it is typed, `deploying` plans and makes it, `settling` turns a stack that is there into a
//! destination, `stack_standing` looks at it and takes it away. What outlives the process is kept by `deployment_diary` in the journal.
//! `rotation` changes the key that links are signed with, `publisher` keeps the access key of the identity that can publish and nothing
//! else, `inspection` looks at the pieces for the doctor.

mod deploying;
mod deployment_diary;
pub(crate) mod deployment_views;
pub(crate) mod deployment_wish;
pub(crate) mod inspection;
pub(crate) mod publisher;
pub(crate) mod rotation;
mod settling;
mod stack_standing;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::ProvideCredentials as _;
use screener_account::Source;
use screener_publish::destination::{Credentials, Deployed};
use screener_publish::{Destination, Place};

use crate::Result;
use crate::cause::Cause;

/// A destination's stack, and its region.
pub(crate) fn stack_of(destination: &Destination) -> Result<(&Deployed, &str)> {
    match &destination.place {
        Place::Aws {
            deployed: Some(deployed),
            region,
            ..
        } => Ok((deployed, region)),
        _ => Err(Cause::NotDeployed {
            destination: destination.name.clone(),
        }
        .into()),
    }
}

/// What the clients of a stack are made of: the sign-in of the AWS tools, because what a destination publishes with may neither look at
/// a stack nor change it. Calls that AWS has no time for are made again.
///
/// # Errors
/// `not_deployed`; `no_credentials` where nobody is signed in.
pub(crate) async fn signed_in(destination: &Destination) -> Result<SdkConfig> {
    let (_, region) = stack_of(destination)?;
    let profile = match &destination.place {
        Place::Aws {
            credentials: Credentials::Profile { name },
            ..
        } => Some(name.as_str()),
        _ => None,
    };
    let config = Source::of(profile).config(region).await;
    let known = match config.credentials_provider() {
        Some(provider) => provider.provide_credentials().await.is_ok(),
        None => false,
    };
    if !known {
        return Err(Cause::NoSignIn {
            destination: destination.name.clone(),
        }
        .into());
    }
    Ok(config.into_builder().retry_config(RetryConfig::standard()).build())
}
