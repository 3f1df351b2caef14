//! What of a deployment has to outlive the process.

use async_trait::async_trait;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

/// How far a deployment is. Written before the call that makes something, and after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Nothing was asked of AWS that makes anything.
    #[default]
    Begun,
    /// The bucket of zips may have been made.
    Zip,
    /// A change set may have been made, and with it an empty stack.
    Planned,
    /// The creator has agreed: the change set may be under way.
    Agreed,
    /// The stack has come to its end well.
    Settled,
    /// It is being taken away.
    Removing,
}

/// A deployment, by the name of its destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Name of the destination.
    pub name: String,
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
    /// Name of the stack.
    pub stack_name: String,
    /// ARN of the stack, once it is known.
    pub stack: Option<String>,
    /// How far it is.
    pub step: Step,
    /// Whether the stack is made by this.
    pub creates: bool,
    /// Name of the change set.
    pub change_set: Option<String>,
    /// Its ARN, once it is known.
    pub change_set_arn: Option<String>,
    /// Counts the change sets, so that each has a name and a token of its own.
    pub attempt: u32,
    /// Bucket and key of the endpoint's zip.
    pub zip: Option<(String, String)>,
    /// Bucket of the films, once there is one.
    pub bucket: Option<String>,
    /// What is settled for removal: whether the bucket goes as well.
    pub with_bucket: bool,
    /// ARN of the logging stack, and whether it may be there.
    pub logging: bool,
    /// What the caller keeps with it.
    pub kept: serde_json::Value,
}

/// Keeps a row where a kill does not reach it.
#[async_trait]
pub trait Diary: Send + Sync {
    /// Answers once it is durable.
    async fn keep(&self, row: &Row) -> Result<(), Failure>;
}
