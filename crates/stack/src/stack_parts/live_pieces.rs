//! How the pieces of a stack look at the moment, one by one.
//!
//! What there is, `ListStackResources` says; how one looks, Cloud Control's `GetResource`, whose properties have the schema of the
//! template (<https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-read.html>). That somebody may not look at
//! a piece is a finding of its own, and no fault of the piece.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{ResourceStatus, StackResourceSummary};
use screener_template::names::piece;
use screener_wire::Failure;
use serde_json::Value;
use tokio::task::JoinSet;

use super::aws_words::said;
use crate::Cause;

/// Pieces that are looked at at once.
const AT_ONCE: usize = 6;

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub struct LivePiece {
    /// Type of the resource: `AWS::CloudFront::Distribution`.
    pub kind: String,
    /// Physical id.
    pub id: String,
    /// How it looks.
    pub look: Look,
}

/// How a piece looks.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// Its properties, in the schema of the template.
    Seen(Value),
    /// The stack knows it, and it is not there.
    Gone,
    /// It could not be looked at: the credentials may not, or AWS does not show this type. Why, in AWS's words.
    Hidden(String),
}

/// What a stack says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackSaid {
    /// Parameters; those that are secret are stars.
    pub parameters: BTreeMap<String, String>,
    /// Outputs.
    pub outputs: BTreeMap<String, String>,
}

/// Parameters and outputs of a stack.
///
/// # Errors
/// `stack_not_listed`.
pub async fn said_by(client: &aws_sdk_cloudformation::Client, stack: &str) -> Result<StackSaid, Failure> {
    let asked = client.describe_stacks().stack_name(stack).send().await;
    let answer = asked.map_err(|error| {
        let (code, words) = said(&error);
        not_listed("DescribeStacks", code, words)
    })?;
    let Some(stack) = answer.stacks().first() else {
        return Err(not_listed(
            "DescribeStacks",
            "Answer".into(),
            "it names no stack".into(),
        ));
    };
    let parameters = stack.parameters().iter();
    let outputs = stack.outputs().iter();
    let pair = |name: Option<&str>, value: Option<&str>| Some((name?.to_owned(), value.unwrap_or_default().to_owned()));
    Ok(StackSaid {
        parameters: parameters
            .filter_map(|one| pair(one.parameter_key(), one.parameter_value()))
            .collect(),
        outputs: outputs
            .filter_map(|one| pair(one.output_key(), one.output_value()))
            .collect(),
    })
}

fn not_listed(call: &str, code: String, words: String) -> Failure {
    let call = call.to_owned();
    Cause::StackNotListed { call, code, words }.into()
}

/// The pieces of a stack by their logical ids.
///
/// # Errors
/// `stack_not_listed`. A piece that cannot be looked at is part of the answer.
pub async fn live(
    stacks: &aws_sdk_cloudformation::Client,
    resources: &aws_sdk_cloudcontrol::Client,
    stack: &str,
) -> Result<BTreeMap<String, LivePiece>, Failure> {
    let listed = listed(stacks, stack).await?;
    let ids: BTreeMap<&str, &str> = listed
        .iter()
        .filter_map(|one| Some((one.logical_resource_id()?, one.physical_resource_id()?)))
        .collect();
    let mut pieces = BTreeMap::new();
    let mut looks = JoinSet::new();
    for one in &listed {
        let (Some(name), Some(kind)) = (one.logical_resource_id(), one.resource_type()) else {
            continue;
        };
        if one.resource_status() == Some(&ResourceStatus::DeleteComplete) {
            continue;
        }
        let id = one.physical_resource_id().unwrap_or_default();
        let piece = LivePiece {
            kind: kind.to_owned(),
            id: id.to_owned(),
            look: Look::Gone,
        };
        pieces.insert(name.to_owned(), piece);
        if id.is_empty() {
            continue;
        }
        if looks.len() >= AT_ONCE {
            keep(&mut pieces, looks.join_next().await);
        }
        let (client, kind, identifier) = (resources.clone(), kind.to_owned(), identifier(kind, id, name, &ids));
        let name = name.to_owned();
        looks.spawn(async move { (name, look(&client, &kind, &identifier).await) });
    }
    while let Some(looked) = looks.join_next().await {
        keep(&mut pieces, Some(looked));
    }
    Ok(pieces)
}

fn keep(pieces: &mut BTreeMap<String, LivePiece>, looked: Option<Result<(String, Look), tokio::task::JoinError>>) {
    if let Some(Ok((name, look))) = looked
        && let Some(piece) = pieces.get_mut(&name)
    {
        piece.look = look;
    }
}

async fn listed(client: &aws_sdk_cloudformation::Client, stack: &str) -> Result<Vec<StackResourceSummary>, Failure> {
    let mut listed = Vec::new();
    let mut token = None;
    loop {
        let asked = client.list_stack_resources().stack_name(stack).set_next_token(token);
        let page = asked.send().await.map_err(|error| {
            let (code, words) = said(&error);
            not_listed("ListStackResources", code, words)
        })?;
        listed.extend(page.stack_resource_summaries().to_vec());
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(listed);
        }
    }
}

async fn look(client: &aws_sdk_cloudcontrol::Client, kind: &str, identifier: &str) -> Look {
    let asked = client
        .get_resource()
        .type_name(kind)
        .identifier(identifier)
        .send()
        .await;
    match asked {
        Ok(found) => {
            let text = found.resource_description().and_then(|seen| seen.properties());
            match serde_json::from_str(text.unwrap_or_default()) {
                Ok(properties) => Look::Seen(properties),
                Err(error) => Look::Hidden(format!("GetResource: {error}")),
            }
        }
        Err(error) => match said(&error) {
            (code, _) if code == "ResourceNotFoundException" => Look::Gone,
            (code, words) => Look::Hidden(format!("{code}, {words}")),
        },
    }
}

/// How Cloud Control names a piece: mostly by its physical id; where the type's primary identifier has several parts, by all of them
/// (`primaryIdentifier` of the type's schema).
fn identifier(kind: &str, id: &str, name: &str, ids: &BTreeMap<&str, &str>) -> String {
    let of = |name: &str| ids.get(name).copied().unwrap_or_default();
    let (api, proxy) = (of(piece::API), of(piece::API_RESOURCE));
    match kind {
        "AWS::ApiGateway::Stage" | "AWS::ApiGateway::Resource" => format!("{api}|{id}"),
        "AWS::ApiGateway::Deployment" => format!("{id}|{api}"),
        "AWS::ApiGateway::Method" => format!("{api}|{proxy}|ANY"),
        "AWS::Lambda::Permission" if name == piece::API_PERMISSION => format!("{}|{id}", of(piece::ALIAS)),
        "AWS::Lambda::Permission" => format!("{}|{id}", of(piece::FUNCTION)),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_named_as_cloud_control_names_its_type() {
        let ids = BTreeMap::from([
            (piece::API, "api1"),
            (piece::API_RESOURCE, "res1"),
            (piece::FUNCTION, "screener-Function-1"),
            (
                piece::ALIAS,
                "arn:aws:lambda:eu-central-1:1:function:screener-Function-1:live",
            ),
        ]);
        for (kind, id, name, expected) in [
            ("AWS::CloudFront::Distribution", "E1", piece::DISTRIBUTION, "E1"),
            ("AWS::ApiGateway::Stage", "live", piece::API_STAGE, "api1|live"),
            ("AWS::ApiGateway::Deployment", "dep1", "ApiDeployment1234", "dep1|api1"),
            ("AWS::ApiGateway::Method", "x", piece::API_METHOD, "api1|res1|ANY"),
            (
                "AWS::Lambda::Permission",
                "sid",
                piece::URL_PERMISSIONS[0],
                "screener-Function-1|sid",
            ),
            (
                "AWS::Lambda::Permission",
                "sid",
                piece::API_PERMISSION,
                "arn:aws:lambda:eu-central-1:1:function:screener-Function-1:live|sid",
            ),
        ] {
            assert_eq!(identifier(kind, id, name, &ids), expected);
        }
    }
}
