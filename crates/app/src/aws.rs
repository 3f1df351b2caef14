//! A stack of one's own: what is done with its pieces.
//!
//! `rotation` changes the key that links are signed with, `publisher` keeps the access key of the identity that can publish and nothing
//! else, `inspection` looks at the pieces for the doctor.

pub(crate) mod inspection;
pub(crate) mod publisher;
pub(crate) mod rotation;

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

/// The sign-in that may look at a stack and change it: that of the AWS tools. What a destination publishes with may neither.
pub(crate) fn sign_in(destination: &Destination) -> Source {
    match &destination.place {
        Place::Aws {
            credentials: Credentials::Profile { name },
            ..
        } => Source::of(Some(name)),
        _ => Source::of(None),
    }
}
