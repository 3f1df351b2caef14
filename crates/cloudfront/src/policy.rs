//! The policy: what a signature covers, as exact bytes.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::network::Ipv4Network;

/// A custom policy: one resource, one end, and two optional conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// URL, or pattern of URLs: `*` stands for any characters and none, `?` for exactly one.
    pub resource: String,
    /// `DateLessThan`: seconds since 1970; from this second on it is refused.
    pub ends: i64,
    /// `DateGreaterThan`: seconds since 1970; refused up to and including this second.
    pub opens: Option<i64>,
    /// `IpAddress`: the viewer's network.
    pub network: Option<Ipv4Network>,
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not the JSON that CloudFront reads.
    #[error("the policy is not the JSON that CloudFront reads: {0}")]
    Malformed(String),
    /// More or fewer than one statement.
    #[error("a policy holds exactly one statement, this one has {0}")]
    Statements(usize),
    /// The condition names no IPv4 range.
    #[error(transparent)]
    Network(#[from] crate::network::NetworkError),
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "Statement")]
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    #[serde(rename = "Resource")]
    resource: Option<String>,
    #[serde(rename = "Condition")]
    condition: Condition,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    #[serde(rename = "DateLessThan")]
    less: Epoch,
    #[serde(rename = "DateGreaterThan")]
    greater: Option<Epoch>,
    #[serde(rename = "IpAddress")]
    address: Option<Source>,
}

#[derive(Deserialize)]
struct Epoch {
    #[serde(rename = "AWS:EpochTime")]
    seconds: i64,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "AWS:SourceIp")]
    network: String,
}

impl Policy {
    /// The bytes that are signed: no white space, conditions in the order that AWS's own signer for JavaScript writes.
    pub fn to_json(&self) -> String {
        let mut json = start(&self.resource, self.ends);
        if let Some(opens) = self.opens {
            let _ = write!(json, r#","DateGreaterThan":{{"AWS:EpochTime":{opens}}}"#);
        }
        if let Some(network) = self.network {
            let _ = write!(json, r#","IpAddress":{{"AWS:SourceIp":"{network}"}}"#);
        }
        json.push_str("}}]}");
        json
    }

    /// Reads a policy that anybody wrote: white space and the order of members do not matter. A policy without
    /// `Resource` covers every URL, as the Developer Guide says.
    pub fn from_json(json: &str) -> Result<Self, PolicyError> {
        let document: Document =
            serde_json::from_str(json).map_err(|error| PolicyError::Malformed(error.to_string()))?;
        let count = document.statement.len();
        let Ok([statement]) = <[Statement; 1]>::try_from(document.statement) else {
            return Err(PolicyError::Statements(count));
        };
        Ok(Self {
            resource: statement.resource.unwrap_or_else(|| "*".to_owned()),
            ends: statement.condition.less.seconds,
            opens: statement.condition.greater.map(|epoch| epoch.seconds),
            network: statement
                .condition
                .address
                .map(|source| source.network.parse())
                .transpose()?,
        })
    }
}

/// The canned policy for a URL and an end. CloudFront builds the same bytes from the request, so order and spacing are
/// part of the protocol.
pub(crate) fn canned(url: &str, ends: i64) -> String {
    start(url, ends) + "}}]}"
}

fn start(resource: &str, ends: i64) -> String {
    // A string serialises without fail; its quotes come with it.
    let resource = serde_json::Value::from(resource);
    format!(r#"{{"Statement":[{{"Resource":{resource},"Condition":{{"DateLessThan":{{"AWS:EpochTime":{ends}}}"#)
}
