//! What a template of Screener's keeps, whatever it is given: the protocol's and the account's safety, as checks.
//!
//! CloudFormation deploys templates that break each of them. Some would show on a viewer's screen, and some nowhere until somebody looks.

mod endpoint_rules;
mod viewer_rules;

use serde_json::Value;

use crate::delivery::Delivery;
use crate::delivery::permissions::{statements, texts};
use crate::delivery::policies::is_true;
use crate::evaluate::Evaluated;
use crate::names::{parameter, piece};
use screener_cloudfront::verify::matches;

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The logical id of the piece, or the name of the parameter.
    pub piece: String,
    /// What is wrong with it.
    pub what: String,
    /// What follows from it.
    pub why: &'static str,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}. {}", self.piece, self.what, self.why)
    }
}

/// What of the rules an evaluated template breaks; empty where it keeps them all.
pub fn broken(evaluated: &Evaluated) -> Vec<Finding> {
    let mut findings = Vec::new();
    match Delivery::of(evaluated) {
        Ok(delivery) => {
            viewer_rules::check(evaluated, &delivery, &mut findings);
            endpoint_rules::check(evaluated, &delivery, &mut findings);
        }
        Err(wrong) => findings.extend(wrong.0.into_iter().map(|mistake| Finding {
            piece: mistake.path,
            what: mistake.what,
            why: "CloudFront refuses such a distribution.",
        })),
    }
    bucket(evaluated, &mut findings);
    wildcards(evaluated, &mut findings);
    publisher(evaluated, &mut findings);
    names(evaluated, &mut findings);
    findings
}

/// What a change from one evaluated template to the next may not do: CloudFront cannot change a public key in its place, and a
/// bucket or a distribution that is replaced takes every film or every link with it.
pub fn forbidden_change(before: &Evaluated, after: &Evaluated) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, slot) in piece::PUBLIC_KEYS.into_iter().zip(parameter::PUBLIC_KEYS) {
        let config = |of: &Evaluated| of.resource(key).map(|resource| resource.at("/PublicKeyConfig").clone());
        if let (Some(mut before), Some(mut after)) = (config(before), config(after)) {
            // The comment is all of a key that CloudFront changes.
            before["Comment"] = Value::Null;
            after["Comment"] = Value::Null;
            if before != after {
                findings.push(Finding {
                    piece: slot.to_owned(),
                    what: "the slot is filled, and would hold another key".to_owned(),
                    why: "CloudFront changes no public key: empty the slot in one update, fill it in the next, or take a free one.",
                });
            }
        }
    }
    let kept = [
        (
            piece::BUCKET,
            "AWS::S3::Bucket",
            "Every film lies in it.",
            &["/BucketName"][..],
        ),
        (
            piece::DISTRIBUTION,
            "AWS::CloudFront::Distribution",
            "Every link names its domain.",
            &[][..],
        ),
        (
            piece::LINK_STORE,
            "AWS::CloudFront::KeyValueStore",
            "It knows which links were taken back.",
            &["/Name"][..],
        ),
    ];
    for (id, kind, why, fixed) in kept {
        for (id, old) in before.of_kind(kind).filter(|(own, _)| *own == id) {
            let Some(new) = after.resource(id).filter(|new| new.kind == old.kind) else {
                // Switching revocation off is the creator's to decide.
                if kind != "AWS::CloudFront::KeyValueStore" {
                    findings.push(Finding {
                        piece: id.to_owned(),
                        what: "it would be removed".to_owned(),
                        why,
                    });
                }
                continue;
            };
            if fixed.iter().any(|way| old.at(way) != new.at(way)) {
                findings.push(Finding {
                    piece: id.to_owned(),
                    what: "it would be replaced, for its name changes".to_owned(),
                    why,
                });
            }
        }
    }
    findings
}

fn bucket(of: &Evaluated, findings: &mut Vec<Finding>) {
    for (id, bucket) in of.of_kind("AWS::S3::Bucket") {
        let mut say = |what: &str, why| findings.push(finding(id, what, why));
        for way in [
            "BlockPublicAcls",
            "BlockPublicPolicy",
            "IgnorePublicAcls",
            "RestrictPublicBuckets",
        ] {
            if !is_true(bucket.at(&format!("/PublicAccessBlockConfiguration/{way}"))) {
                say(
                    &format!("{way} is not on"),
                    "One mistake in a policy would open every film to everybody.",
                );
            }
        }
        if bucket.at("/OwnershipControls/Rules/0/ObjectOwnership") != "BucketOwnerEnforced" {
            say(
                "access control lists are in use",
                "A list on one object opens it past the bucket's policy.",
            );
        }
        if bucket
            .at("/BucketEncryption/ServerSideEncryptionConfiguration/0")
            .is_null()
        {
            say(
                "no encryption is set",
                "What lies there is to be encrypted by the account's own choice.",
            );
        }
        if bucket.deletion_policy.as_deref() != Some("RetainExceptOnCreate")
            || bucket.update_replace_policy.as_deref() != Some("Retain")
        {
            say(
                "it goes with the stack",
                "Films would be lost with a stack that is removed by mistake.",
            );
        }
        let logs_end = bucket
            .at("/LifecycleConfiguration/Rules")
            .as_array()
            .into_iter()
            .flatten()
            .any(|rule| {
                rule["Prefix"] == "logs/"
                    && rule["Status"] == "Enabled"
                    && rule["ExpirationInDays"].as_u64().is_some_and(|days| days <= 30)
            });
        if !logs_end {
            say(
                "the access log is kept for more than 30 days",
                "Its lines hold live signatures.",
            );
        }
    }
}

/// Wildcards in what is allowed: each has to be argued here.
fn wildcards(of: &Evaluated, findings: &mut Vec<Finding>) {
    for (id, resource) in &of.resources {
        let policies: Vec<&Value> = match resource.kind.as_str() {
            "AWS::S3::BucketPolicy" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
                vec![resource.at("/PolicyDocument")]
            }
            "AWS::IAM::Role" | "AWS::IAM::User" => {
                let own = resource.at("/Policies").as_array().into_iter().flatten();
                own.map(|policy| &policy["PolicyDocument"]).collect()
            }
            "AWS::Lambda::Permission" => {
                let action = resource.at("/Action").as_str().unwrap_or_default();
                if action.contains('*') {
                    findings.push(finding(
                        id,
                        "it allows every action",
                        "Whoever calls may then change the function.",
                    ));
                }
                continue;
            }
            _ => continue,
        };
        if !texts(resource.at("/ManagedPolicyArns")).is_empty() {
            findings.push(finding(
                id,
                "a managed policy is attached",
                "Managed policies allow more than this piece needs.",
            ));
        }
        for statement in policies
            .into_iter()
            .flat_map(statements)
            .filter(|one| one["Effect"] == "Allow")
        {
            for action in texts(&statement["Action"]).iter().filter(|action| action.contains('*')) {
                let what = format!("{action} is allowed");
                findings.push(finding(id, &what, "A wildcard allows what AWS will add tomorrow."));
            }
            for allowed in texts(&statement["Resource"])
                .iter()
                .filter(|resource| !is_argued(resource, statement))
            {
                let what = format!("what it allows holds for {allowed}");
                findings.push(finding(id, &what, "It reaches past what Screener made."));
            }
            if statement.get("NotAction").is_some() || statement.get("NotResource").is_some() {
                findings.push(finding(
                    id,
                    "it allows all but something",
                    "That is everything that AWS will add tomorrow.",
                ));
            }
        }
    }
}

/// A wildcard is right for keys below a folder of the bucket, and for the key that encrypts one parameter, which is reached through SSM
/// for that parameter alone.
fn is_argued(resource: &str, statement: &Value) -> bool {
    let Some(at) = resource.find(['*', '?']) else {
        return true;
    };
    let before = &resource[..at];
    let folder = before
        .strip_prefix("arn:aws:s3:::")
        .is_some_and(|rest| rest.split_once('/').is_some_and(|(_, key)| key.ends_with('/')));
    let conditions = &statement["Condition"]["StringEquals"];
    let one_parameter =
        conditions["kms:ViaService"].is_string() && conditions["kms:EncryptionContext:PARAMETER_ARN"].is_string();
    folder || (before.starts_with("arn:aws:kms:") && before.ends_with(":key/") && one_parameter)
        // A log group's own ARN ends so: its streams.
        || (resource.starts_with("arn:aws:logs:") && resource.ends_with(":*") && at + 1 == resource.len())
}

/// Whoever stole the publish-only key gets no further than publishing.
fn publisher(of: &Evaluated, findings: &mut Vec<Finding>) {
    for (id, user) in of.of_kind("AWS::IAM::User") {
        let own = user.at("/Policies").as_array().into_iter().flatten();
        let all: Vec<&Value> = own.flat_map(|policy| statements(&policy["PolicyDocument"])).collect();
        let may = |action: &str, key: &str| {
            all.iter().any(|statement| {
                let actions = texts(&statement["Action"]);
                let keys = texts(&statement["Resource"]);
                statement["Effect"] == "Allow"
                    && actions
                        .iter()
                        .any(|pattern| matches(&pattern.to_lowercase(), &action.to_lowercase()))
                    && keys.iter().any(|pattern| {
                        pattern
                            .split_once('/')
                            .is_some_and(|(_, pattern)| matches(pattern, key))
                    })
            })
        };
        for action in ["s3:PutObject", "s3:DeleteObject"] {
            for key in ["watch/index.html", "watch/assets/player.js"] {
                if may(action, key) {
                    let what = format!("it may {action} {key}");
                    findings.push(finding(
                        id,
                        &what,
                        "Whoever stole its key could put in a page that takes every link.",
                    ));
                }
            }
        }
        if !user.at("/LoginProfile").is_null() {
            findings.push(finding(id, "it has a password", "It is for calls alone."));
        }
    }
    for (id, _) in of.of_kind("AWS::IAM::AccessKey") {
        findings.push(finding(
            id,
            "the stack makes an access key",
            "Whoever may look at the stack could read its secret.",
        ));
    }
}

/// CloudFront's names hold for the whole account, and a stack for one region.
fn names(of: &Evaluated, findings: &mut Vec<Finding>) {
    const NAMED: [(&str, &str); 8] = [
        (
            "AWS::CloudFront::OriginAccessControl",
            "/OriginAccessControlConfig/Name",
        ),
        ("AWS::CloudFront::CachePolicy", "/CachePolicyConfig/Name"),
        (
            "AWS::CloudFront::OriginRequestPolicy",
            "/OriginRequestPolicyConfig/Name",
        ),
        (
            "AWS::CloudFront::ResponseHeadersPolicy",
            "/ResponseHeadersPolicyConfig/Name",
        ),
        ("AWS::CloudFront::KeyGroup", "/KeyGroupConfig/Name"),
        ("AWS::CloudFront::PublicKey", "/PublicKeyConfig/Name"),
        ("AWS::CloudFront::KeyValueStore", "/Name"),
        ("AWS::CloudFront::Function", "/Name"),
    ];
    for (kind, way) in NAMED {
        for (id, resource) in of.of_kind(kind) {
            let name = resource.at(way).as_str().unwrap_or_default();
            // The stack's own part of its id: 36 characters with four hyphens.
            let unique = name.len() > 36
                && name.is_char_boundary(name.len() - 36)
                && name[name.len() - 36..].matches('-').count() == 4;
            if !unique {
                findings.push(finding(
                    id,
                    "its name does not end with the stack's id",
                    "A second stack of the account could not be made.",
                ));
            }
        }
    }
}

fn finding(piece: &str, what: &str, why: &'static str) -> Finding {
    Finding {
        piece: piece.to_owned(),
        what: what.to_owned(),
        why,
    }
}
