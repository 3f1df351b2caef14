//! What a deployment needs to be allowed: one table by the types of the template, the least policy of it, and what of it is missing.

use std::collections::BTreeSet;

use aws_sdk_iam::types::PolicyEvaluationDecisionType;
use screener_account::caller::Who;
use screener_account::{Caller, Fault, Pace};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clients::Clients;

/// Actions that CloudFormation does in the caller's name, by a piece's type: its handlers' permissions for create, read, update, delete.
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>
pub const BY_TYPE: &[(&str, &[&str])] = &[
    (
        "AWS::S3::Bucket",
        &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:PutBucketTagging",
            "s3:PutBucketCORS",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketOwnershipControls",
            "s3:GetBucketTagging",
            "s3:GetBucketCORS",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketOwnershipControls",
            "s3:ListBucket",
        ],
    ),
    (
        "AWS::S3::BucketPolicy",
        &["s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:DeleteBucketPolicy"],
    ),
    (
        "AWS::Lambda::Function",
        &[
            "lambda:CreateFunction",
            "lambda:GetFunction",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:DeleteFunction",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:ListTags",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetRuntimeManagementConfig",
            "iam:PassRole",
            "s3:GetObject",
        ],
    ),
    (
        "AWS::Lambda::Url",
        &[
            "lambda:CreateFunctionUrlConfig",
            "lambda:GetFunctionUrlConfig",
            "lambda:UpdateFunctionUrlConfig",
            "lambda:DeleteFunctionUrlConfig",
        ],
    ),
    (
        "AWS::Lambda::Permission",
        &["lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"],
    ),
    (
        "AWS::Lambda::Alias",
        &[
            "lambda:CreateAlias",
            "lambda:GetAlias",
            "lambda:UpdateAlias",
            "lambda:DeleteAlias",
        ],
    ),
    (
        "AWS::IAM::Role",
        &[
            "iam:CreateRole",
            "iam:GetRole",
            "iam:DeleteRole",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
            "iam:UpdateAssumeRolePolicy",
            "iam:PutRolePolicy",
            "iam:GetRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:ListRolePolicies",
            "iam:ListAttachedRolePolicies",
            "iam:TagRole",
            "iam:UntagRole",
        ],
    ),
    (
        "AWS::IAM::User",
        &[
            "iam:CreateUser",
            "iam:GetUser",
            "iam:DeleteUser",
            "iam:PutUserPolicy",
            "iam:GetUserPolicy",
            "iam:DeleteUserPolicy",
            "iam:ListUserPolicies",
            "iam:ListAttachedUserPolicies",
            "iam:ListGroupsForUser",
            "iam:TagUser",
            "iam:UntagUser",
            "iam:ListUserTags",
            "iam:CreateAccessKey",
            "iam:ListAccessKeys",
            "iam:UpdateAccessKey",
            "iam:DeleteAccessKey",
        ],
    ),
    (
        "AWS::Logs::LogGroup",
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DescribeLogGroups",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
            "logs:ListTagsForResource",
            "logs:DescribeIndexPolicies",
        ],
    ),
    (
        "AWS::CloudFront::Distribution",
        &[
            "cloudfront:CreateDistribution",
            "cloudfront:GetDistribution",
            "cloudfront:GetDistributionConfig",
            "cloudfront:UpdateDistribution",
            "cloudfront:DeleteDistribution",
            "cloudfront:TagResource",
            "cloudfront:UntagResource",
            "cloudfront:ListTagsForResource",
            "cloudfront:ListDistributions",
            "cloudfront:CreateInvalidation",
            "cloudfront:GetInvalidation",
        ],
    ),
    (
        "AWS::CloudFront::CachePolicy",
        &[
            "cloudfront:CreateCachePolicy",
            "cloudfront:GetCachePolicy",
            "cloudfront:UpdateCachePolicy",
            "cloudfront:DeleteCachePolicy",
        ],
    ),
    (
        "AWS::CloudFront::OriginRequestPolicy",
        &[
            "cloudfront:CreateOriginRequestPolicy",
            "cloudfront:GetOriginRequestPolicy",
            "cloudfront:UpdateOriginRequestPolicy",
            "cloudfront:DeleteOriginRequestPolicy",
        ],
    ),
    (
        "AWS::CloudFront::ResponseHeadersPolicy",
        &[
            "cloudfront:CreateResponseHeadersPolicy",
            "cloudfront:GetResponseHeadersPolicy",
            "cloudfront:UpdateResponseHeadersPolicy",
            "cloudfront:DeleteResponseHeadersPolicy",
        ],
    ),
    (
        "AWS::CloudFront::Function",
        &[
            "cloudfront:CreateFunction",
            "cloudfront:DescribeFunction",
            "cloudfront:GetFunction",
            "cloudfront:UpdateFunction",
            "cloudfront:PublishFunction",
            "cloudfront:DeleteFunction",
        ],
    ),
    (
        "AWS::CloudFront::KeyGroup",
        &[
            "cloudfront:CreateKeyGroup",
            "cloudfront:GetKeyGroup",
            "cloudfront:UpdateKeyGroup",
            "cloudfront:DeleteKeyGroup",
            "cloudfront:ListKeyGroups",
        ],
    ),
    (
        "AWS::CloudFront::KeyValueStore",
        &[
            "cloudfront:CreateKeyValueStore",
            "cloudfront:DescribeKeyValueStore",
            "cloudfront:UpdateKeyValueStore",
            "cloudfront:DeleteKeyValueStore",
            "cloudfront-keyvaluestore:DescribeKeyValueStore",
            "cloudfront-keyvaluestore:ListKeys",
            "cloudfront-keyvaluestore:UpdateKeys",
        ],
    ),
    (
        "AWS::CloudFront::OriginAccessControl",
        &[
            "cloudfront:CreateOriginAccessControl",
            "cloudfront:GetOriginAccessControl",
            "cloudfront:UpdateOriginAccessControl",
            "cloudfront:DeleteOriginAccessControl",
        ],
    ),
    (
        "AWS::CloudFront::PublicKey",
        &[
            "cloudfront:CreatePublicKey",
            "cloudfront:GetPublicKey",
            "cloudfront:UpdatePublicKey",
            "cloudfront:DeletePublicKey",
        ],
    ),
    (
        "AWS::ApiGateway::RestApi",
        &[
            "apigateway:POST",
            "apigateway:GET",
            "apigateway:PATCH",
            "apigateway:PUT",
            "apigateway:DELETE",
        ],
    ),
    (
        "AWS::ApiGateway::Resource",
        &["apigateway:POST", "apigateway:GET", "apigateway:DELETE"],
    ),
    (
        "AWS::ApiGateway::Method",
        &["apigateway:PUT", "apigateway:GET", "apigateway:DELETE"],
    ),
    (
        "AWS::ApiGateway::Deployment",
        &["apigateway:POST", "apigateway:GET", "apigateway:DELETE"],
    ),
    (
        "AWS::ApiGateway::Stage",
        &[
            "apigateway:POST",
            "apigateway:GET",
            "apigateway:PATCH",
            "apigateway:DELETE",
        ],
    ),
    (
        "AWS::Logs::DeliverySource",
        &[
            "logs:PutDeliverySource",
            "logs:GetDeliverySource",
            "logs:DescribeDeliverySources",
            "logs:DeleteDeliverySource",
            "cloudfront:AllowVendedLogDeliveryForResource",
        ],
    ),
    (
        "AWS::Logs::DeliveryDestination",
        &[
            "logs:PutDeliveryDestination",
            "logs:GetDeliveryDestination",
            "logs:DescribeDeliveryDestinations",
            "logs:DeleteDeliveryDestination",
        ],
    ),
    (
        "AWS::Logs::Delivery",
        &[
            "logs:CreateDelivery",
            "logs:GetDelivery",
            "logs:DescribeDeliveries",
            "logs:UpdateDeliveryConfiguration",
            "logs:DeleteDelivery",
        ],
    ),
];

/// What the engine itself asks.
pub const ENGINE: &[&str] = &[
    "cloudformation:CreateChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeEvents",
    "cloudformation:ListStackResources",
    "cloudformation:DeleteStack",
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DetectStackDrift",
    "cloudformation:DetectStackResourceDrift",
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:DescribeStackResourceDrifts",
    "cloudformation:TagResource",
    "s3:PutObject",
    "s3:DeleteObject",
];

/// What only looks, and whose absence only means that it cannot be checked.
pub const LOOKS: &[&str] = &[
    "iam:SimulatePrincipalPolicy",
    "iam:GetRole",
    "servicequotas:ListServiceQuotas",
    "acm:DescribeCertificate",
    // How a piece looks, for the doctor.
    "cloudformation:GetResource",
];

/// Every action that a template of these types needs, each once.
pub fn needed<'a>(types: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'static str> {
    let types: BTreeSet<&str> = types.into_iter().collect();
    let of_types = BY_TYPE
        .iter()
        .filter(|(kind, _)| types.contains(kind))
        .flat_map(|(_, actions)| *actions);
    of_types.chain(ENGINE).copied().collect()
}

/// The least policy for whoever deploys a template of these types: by services, and with `iam:PassRole` for Lambda alone.
pub fn policy<'a>(types: impl IntoIterator<Item = &'a str>, account: &str) -> Value {
    let mut needed = needed(types);
    needed.extend(LOOKS);
    let of = |services: &[&str]| -> Vec<&str> {
        let is_of = |action: &&&str| {
            action
                .split(':')
                .next()
                .is_some_and(|service| services.contains(&service))
        };
        needed
            .iter()
            .filter(|action| **action != "iam:PassRole")
            .filter(|action| is_of(action))
            .copied()
            .collect()
    };
    let statement = |sid: &str, actions: Vec<&str>, resources: Vec<String>| json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources });
    let mut statements = vec![
        statement(
            "Stacks",
            of(&["cloudformation"]),
            vec![
                format!("arn:aws:cloudformation:*:{account}:stack/screener-*/*"),
                format!("arn:aws:cloudformation:*:{account}:changeSet/screener-*/*"),
            ],
        ),
        statement(
            "Buckets",
            of(&["s3"]),
            vec!["arn:aws:s3:::screener-*".into(), "arn:aws:s3:::screener-*/*".into()],
        ),
        statement(
            "Endpoint",
            of(&["lambda"]),
            vec![format!("arn:aws:lambda:*:{account}:function:screener-*")],
        ),
        statement(
            "Identities",
            of(&["iam"])
                .into_iter()
                .filter(|action| *action != "iam:SimulatePrincipalPolicy")
                .collect(),
            vec![
                format!("arn:aws:iam::{account}:role/screener-*"),
                format!("arn:aws:iam::{account}:user/screener-*"),
            ],
        ),
        json!({
            "Sid": "RoleForLambdaAlone", "Effect": "Allow", "Action": "iam:PassRole",
            "Resource": format!("arn:aws:iam::{account}:role/screener-*"),
            "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } },
        }),
        // Their ARNs are made of ids that are not known before: by services.
        statement(
            "Delivery",
            of(&["cloudfront", "cloudfront-keyvaluestore", "logs"]),
            vec!["*".into()],
        ),
        statement(
            "Looks",
            vec![
                "iam:SimulatePrincipalPolicy",
                "servicequotas:ListServiceQuotas",
                "acm:DescribeCertificate",
                "cloudformation:GetResource",
            ],
            vec!["*".into()],
        ),
    ];
    let api = of(&["apigateway"]);
    if !api.is_empty() {
        let resources = vec![
            "arn:aws:apigateway:*::/restapis".to_owned(),
            "arn:aws:apigateway:*::/restapis/*".to_owned(),
        ];
        statements.push(statement("Api", api, resources));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What a simulation found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "checked", rename_all = "snake_case")]
pub enum Simulated {
    /// All of it was asked; these are missing.
    Asked {
        /// Actions that are missing.
        missing: Vec<String>,
        /// Those of them that the organisation denies.
        organisation: Vec<String>,
    },
    /// It could not be asked.
    NotAsked {
        /// Why.
        why: String,
    },
}

/// Which actions the caller may not do. It never blocks: what could not be asked is said.
pub async fn missing(clients: &Clients, pace: Pace, caller: &Caller, actions: &BTreeSet<&str>) -> Simulated {
    let arn = match principal(clients, pace, caller).await {
        Ok(arn) => arn,
        Err(why) => return Simulated::NotAsked { why },
    };
    let actions: Vec<String> = actions.iter().map(|&action| action.to_owned()).collect();
    let (mut missing, mut organisation) = (Vec::new(), Vec::new());
    // So many names are taken in one call.
    for names in actions.chunks(100) {
        let mut marker: Option<String> = None;
        loop {
            let asked = pace
                .calling(|| async {
                    let call = clients
                        .identities
                        .simulate_principal_policy()
                        .policy_source_arn(&arn)
                        .set_action_names(Some(names.to_vec()))
                        .set_marker(marker.clone());
                    call.send()
                        .await
                        .map_err(|error| Fault::of("SimulatePrincipalPolicy", &error))
                })
                .await;
            let page = match asked {
                Ok(page) => page,
                Err(fault) => return Simulated::NotAsked { why: fault.message },
            };
            for one in page.evaluation_results() {
                if *one.eval_decision() == PolicyEvaluationDecisionType::Allowed {
                    continue;
                }
                let by_organisation = one
                    .organizations_decision_detail()
                    .is_some_and(|detail| !detail.allowed_by_organizations());
                if by_organisation {
                    organisation.push(one.eval_action_name().to_owned());
                }
                missing.push(one.eval_action_name().to_owned());
            }
            marker = page.marker().map(str::to_owned).filter(|_| page.is_truncated());
            if marker.is_none() {
                break;
            }
        }
    }
    Simulated::Asked { missing, organisation }
}

/// The ARN that a simulation takes: a user's own, a role's with its path.
async fn principal(clients: &Clients, pace: Pace, caller: &Caller) -> Result<String, String> {
    match &caller.who {
        Who::User { .. } => Ok(caller.arn.clone()),
        Who::Root => Err("the account's root may do everything, and cannot be simulated".into()),
        Who::Other => Err("what these credentials may do cannot be simulated".into()),
        Who::Role { name, .. } => pace
            .calling(|| async {
                let asked = clients.identities.get_role().role_name(name).send().await;
                asked.map_err(|error| Fault::of("GetRole", &error))
            })
            .await
            .map_err(|fault| fault.message)?
            .role()
            .map(|role| role.arn().to_owned())
            .ok_or_else(|| "the role was not told".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use screener_template::{LOGGING, TEMPLATE, Template};

    #[test]
    fn every_type_of_the_templates_is_in_the_table() {
        for text in [TEMPLATE, LOGGING] {
            let template = Template::read(text).unwrap();
            for kind in template.types() {
                assert!(
                    BY_TYPE.iter().any(|(known, _)| *known == kind),
                    "{kind} has no permissions"
                );
            }
        }
        let known: BTreeSet<&str> = [TEMPLATE, LOGGING]
            .iter()
            .flat_map(|text| {
                Template::read(text)
                    .unwrap()
                    .types()
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .map(|kind| {
                BY_TYPE
                    .iter()
                    .find(|(known, _)| *known == kind)
                    .map_or("", |(known, _)| known)
            })
            .collect();
        assert_eq!(known.len(), BY_TYPE.len(), "the table has none that no template has");
    }

    #[test]
    fn the_policy_allows_what_is_needed_and_passes_roles_to_lambda_alone() {
        let template = Template::read(TEMPLATE).unwrap();
        let policy = policy(template.types(), "123456789012");
        let statements = policy["Statement"].as_array().unwrap();
        let allowed: BTreeSet<String> = statements
            .iter()
            .flat_map(|one| match &one["Action"] {
                Value::Array(all) => all.iter().map(|action| action.as_str().unwrap().to_owned()).collect(),
                one => vec![one.as_str().unwrap().to_owned()],
            })
            .collect();
        for action in needed(template.types()) {
            assert!(allowed.contains(action), "{action}");
        }
        assert!(
            allowed.iter().all(|action| !action.contains('*')),
            "no action is a wildcard"
        );
        let pass = statements.iter().find(|one| one["Action"] == "iam:PassRole").unwrap();
        assert_eq!(
            pass["Condition"]["StringEquals"]["iam:PassedToService"],
            "lambda.amazonaws.com"
        );
        // An administrator pastes it: a managed policy holds 6,144 characters without blanks.
        assert!(policy.to_string().len() <= 6144, "{}", policy.to_string().len());
    }
}
