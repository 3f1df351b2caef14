//! The way to the playlist endpoint, and what it may read.

use screener_template::names::piece;
use serde_json::Value;

use super::bucket_side::covers;
use super::stack_facts::{Finding, StackFacts, Unseen, allowed, broken, is_about, several, sound, text};

pub(super) fn permission(facts: &StackFacts) -> Finding {
    if facts.is_gateway() {
        by_gateway(facts)
    } else {
        by_url(facts)
    }
}

fn by_url(facts: &StackFacts) -> Finding {
    let url = facts.look(piece::FUNCTION_URL)?;
    if url["AuthType"] != "AWS_IAM" {
        return broken(
            format!("the function\u{2019}s URL asks for {}", text(&url["AuthType"])),
            "Whoever finds the function\u{2019}s URL may call it without CloudFront.",
            "In the console of Lambda set the authorization of the function\u{2019}s URL to AWS_IAM.",
        );
    }
    let actions = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
    for (name, action) in piece::URL_PERMISSIONS.into_iter().zip(actions) {
        let permission = match facts.look(name) {
            Err(Unseen::Gone(_)) => {
                return broken(
                    format!("{action} is not allowed"),
                    "Lambda refuses CloudFront with 403: since October 2025 a function URL needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction.",
                    "Let cloudfront.amazonaws.com do both actions on the function, with this distribution as the source ARN.",
                );
            }
            seen => seen?,
        };
        let right = permission["Action"] == action
            && permission["Principal"] == "cloudfront.amazonaws.com"
            && facts.is_distribution(text(&permission["SourceArn"]));
        if !right {
            return broken(
                format!(
                    "{name}: {} may do {} for {}",
                    text(&permission["Principal"]),
                    text(&permission["Action"]),
                    text(&permission["SourceArn"])
                ),
                "Lambda refuses CloudFront with 403: since October 2025 a function URL needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction.",
                "Let cloudfront.amazonaws.com do both actions on the function, with this distribution as the source ARN.",
            );
        }
    }
    sound("the distribution may do lambda:InvokeFunctionUrl and lambda:InvokeFunction")
}

fn by_gateway(facts: &StackFacts) -> Finding {
    let stage = facts.look(piece::API_STAGE)?;
    let alias = text(&stage["Variables"]["alias"]);
    let permission = match facts.look(piece::API_PERMISSION) {
        Err(Unseen::Gone(_)) => return uncalled(format!("no permission for the alias {alias}")),
        seen => seen?,
    };
    let function = text(&permission["FunctionName"]);
    let shown = format!(
        "{} may do {} on {function} for {}",
        text(&permission["Principal"]),
        text(&permission["Action"]),
        text(&permission["SourceArn"])
    );
    let api = format!(":{}/", facts.id(piece::API));
    let right = permission["Action"] == "lambda:InvokeFunction"
        && permission["Principal"] == "apigateway.amazonaws.com"
        && text(&permission["SourceArn"]).contains(&api)
        && function.ends_with(&format!(":{alias}"));
    if right { sound(shown) } else { uncalled(shown) }
}

/// The stage calls the alias; a permission on the function alone does not count for it.
fn uncalled(seen: String) -> Finding {
    broken(
        seen,
        "API Gateway may not call the function\u{2019}s alias, and answers 500 with \u{201c}Invalid permissions on Lambda function\u{201d}. The permission has to stand on the alias that the stage names, not on the function.",
        "Let apigateway.amazonaws.com do lambda:InvokeFunction on the alias, with this API and its stage as the source ARN.",
    )
}

pub(super) fn stage(facts: &StackFacts) -> Finding {
    if !facts.is_gateway() {
        return Err(Unseen::Absent(
            "this stack\u{2019}s endpoint has a function URL and no API",
        ));
    }
    let stage = facts.look(piece::API_STAGE)?;
    let deployment = text(&stage["DeploymentId"]);
    let known = facts
        .pieces
        .iter()
        .any(|(name, one)| name.starts_with(piece::API_DEPLOYMENT) && !deployment.is_empty() && one.id == deployment);
    if !known {
        return broken(
            format!("the stage shows the deployment {deployment}"),
            "The stage shows an older copy of the API: its methods are not those that the stack has.",
            "In the console of API Gateway deploy the API to this stage again.",
        );
    }
    let name = text(&stage["StageName"]);
    let origins = super::stack_facts::items(&facts.distribution()?["Origins"]);
    let path = origins.iter().find(|origin| origin["Id"] == "endpoint");
    let path = path.map_or("", |origin| text(&origin["OriginPath"]));
    if path != format!("/{name}") {
        return broken(
            format!("the stage is {name}, the origin\u{2019}s path is {path}"),
            "CloudFront asks the API without its stage, and API Gateway answers 403 (Missing Authentication Token).",
            "In the console of CloudFront set the path of the origin to the name of the stage, with a slash before it.",
        );
    }
    sound(format!("{name} shows {deployment}"))
}

pub(super) fn role(facts: &StackFacts) -> Finding {
    let role = facts.look(piece::FUNCTION_ROLE)?;
    let trusted = allowed(&role["AssumeRolePolicyDocument"]).into_iter().any(|one| {
        is_about(one, "sts:AssumeRole") && several(&one["Principal"]["Service"]).contains(&"lambda.amazonaws.com")
    });
    if !trusted {
        return broken(
            "the role does not trust lambda.amazonaws.com",
            "Lambda cannot take this role, and starts the endpoint for nobody.",
            "Let lambda.amazonaws.com do sts:AssumeRole in the trust policy of the role.",
        );
    }
    let reads = readable(role);
    if reads.is_empty() {
        return broken(
            "the role may not do s3:GetObject",
            "The endpoint may not read playlists: it answers 404 or 502 for each.",
            "Let the role do s3:GetObject on the playlists of the bucket\u{2019}s folder.",
        );
    }
    sound(reads.join(", "))
}

/// The second mystery: the same folder is named in four places, and 403 is all that a viewer sees of a difference.
pub(super) fn paths(facts: &StackFacts) -> Finding {
    let prefix = &facts.prefix;
    let function = facts.look(piece::FUNCTION)?;
    let environment = text(&function["Environment"]["Variables"]["SCREENER_PREFIX"]).trim_matches('/');
    if environment != prefix {
        return broken(
            format!("the endpoint answers for {environment}, the videos lie in {prefix}"),
            "The endpoint answers only paths of its own folder: playlists come as 404, and what they name as 403.",
            "Set SCREENER_PREFIX of the function to the folder of the destination, or deploy again with this prefix.",
        );
    }
    let playlist = format!("{prefix}/x/index.m3u8");
    let reads = readable(facts.look(piece::FUNCTION_ROLE)?);
    if !reads.is_empty() && !reads.iter().any(|resource| covers(resource, &playlist)) {
        return broken(
            format!("the role reads {}, the videos lie in {prefix}", reads.join(", ")),
            "The endpoint may read the bucket, but not this folder: playlists come as 404.",
            "Let the role do s3:GetObject on the playlists of the bucket\u{2019}s folder.",
        );
    }
    let origins = super::stack_facts::items(&facts.distribution()?["Origins"]);
    let shifted = origins
        .iter()
        .find(|origin| origin["Id"] == "bucket" && !text(&origin["OriginPath"]).is_empty());
    if let Some(origin) = shifted {
        return broken(
            format!("the origin bucket has the path {}", text(&origin["OriginPath"])),
            "CloudFront puts this path before each key, so playlists and their segments lie in different folders: segments are refused with 403.",
            "In the console of CloudFront empty the path of the origin.",
        );
    }
    sound(format!("{prefix}/"))
}

/// What a role's own policies let it read.
fn readable(role: &Value) -> Vec<&str> {
    let policies = super::stack_facts::items(&role["Policies"]).iter();
    policies
        .flat_map(|policy| allowed(&policy["PolicyDocument"]))
        .filter(|one| is_about(one, "s3:GetObject"))
        .flat_map(|one| several(&one["Resource"]))
        .collect()
}
