//! A deployment, as it is shown.

use screener_account::Caller;
use screener_account::caller::Who;
use screener_stack::deploy::caller_permissions::Simulated;
use screener_stack::deploy::drift::Drifted;
use screener_stack::deploy::preflight::Look;
use screener_stack::deploy::{Change, Event};
use serde::{Deserialize, Serialize};

/// Who one is at AWS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwsCallerView {
    /// Account id.
    pub account: String,
    /// ARN.
    pub arn: String,
    /// It is the account's root.
    pub root: bool,
    /// Region that is used.
    pub region: String,
}

impl AwsCallerView {
    pub(super) fn new(caller: &Caller, region: &str) -> Self {
        Self {
            account: caller.account.clone(),
            arn: caller.arn.clone(),
            root: caller.who == Who::Root,
            region: region.to_owned(),
        }
    }
}

/// What a deployment would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwsPlanView {
    /// Destination's name.
    pub name: String,
    /// Stack's name.
    pub stack: String,
    /// Who does it, and where.
    pub caller: AwsCallerView,
    /// What was looked at before.
    pub looks: Vec<Look>,
    /// Permissions that are missing.
    pub permissions: Simulated,
    /// Changes; empty where there is nothing to change.
    pub changes: Vec<Change>,
    /// An earlier yes is being carried out.
    pub under_way: bool,
    /// Whether the stack is new.
    pub creates: bool,
}

/// A stack that has settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwsDeployedView {
    /// Destination's name.
    pub name: String,
    /// ARN of the stack.
    pub stack: String,
    /// Bucket.
    pub bucket: String,
    /// The domain that links name.
    pub domain: String,
    /// CloudFront's own domain, where a DNS record of the creator's own has to point.
    pub cloudfront_domain: Option<String>,
    /// Whether anything was changed.
    pub changed: bool,
    /// What went wrong besides, in words; the stack is there all the same.
    pub remarks: Vec<String>,
}

/// How a stack stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwsStatusView {
    /// Destination's name.
    pub name: String,
    /// Stack's name.
    pub stack: String,
    /// AWS's word for its state; `None` where there is none.
    pub status: Option<String>,
    /// What that means and what to do, where it is not simply well.
    pub words: Option<String>,
    /// Version of its template.
    pub version: Option<u32>,
    /// Version that this Screener would make of it.
    pub newest: u32,
    /// What was changed by hand.
    pub drift: Vec<Drifted>,
    /// Who asks, and where.
    pub caller: AwsCallerView,
}

/// What a removal left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AwsLeftView {
    /// Destination's name.
    pub name: String,
    /// What is left and costs, or may cost, something; in words.
    pub left: Vec<String>,
    /// Objects that were deleted.
    pub deleted: usize,
}

/// What is told while something happens.
pub type AwsEvent = Event;
