//! The bucket: who may read it, and how.

use screener_template::names::piece;
use serde_json::Value;

use super::stack_facts::{
    Finding, StackFacts, allowed, broken, conditioned, doubtful, is_about, items, several, sound, text,
};

pub(super) fn access(facts: &StackFacts) -> Finding {
    let distribution = facts.distribution()?;
    let mut signed = vec![("bucket", piece::BUCKET_ACCESS)];
    if !facts.is_gateway() {
        signed.push(("endpoint", piece::ENDPOINT_ACCESS));
    }
    for (origin, access) in signed {
        let found = items(&distribution["Origins"]).iter().find(|one| one["Id"] == origin);
        let attached = found.map_or("", |origin| text(&origin["OriginAccessControlId"]));
        if attached.is_empty() || attached != facts.id(access) {
            return broken(
                format!("the origin {origin} has not the stack\u{2019}s origin access control ({access})"),
                "CloudFront asks this origin without a signature, and the origin refuses it: viewers get 403.",
                "In the console of CloudFront open the distribution, edit the origin and choose the origin access control that the stack made.",
            );
        }
        let config = &facts.look(access)?["OriginAccessControlConfig"];
        if config["SigningBehavior"] != "always" {
            return broken(
                format!("{access} signs \u{201c}{}\u{201d}", text(&config["SigningBehavior"])),
                "CloudFront does not sign every request to this origin, and the origin refuses those that are not: viewers get 403.",
                "In the console of CloudFront set the origin access control to sign requests, always.",
            );
        }
    }
    sound("origin access control is attached to each origin that needs it")
}

pub(super) fn policy(facts: &StackFacts) -> Finding {
    let policy = &facts.look(piece::BUCKET_POLICY)?["PolicyDocument"];
    let reading: Vec<_> = allowed(policy)
        .into_iter()
        .filter(|one| is_about(one, "s3:GetObject") && names_cloudfront(one))
        .collect();
    let ours: Vec<_> = reading
        .iter()
        .filter(|one| {
            conditioned(one, "aws:SourceArn")
                .iter()
                .any(|arn| facts.is_distribution(arn))
        })
        .collect();
    if ours.is_empty() {
        let others: Vec<_> = reading
            .iter()
            .flat_map(|one| conditioned(one, "aws:SourceArn"))
            .collect();
        return broken(
            format!("the bucket policy lets in: {}", listed(&others)),
            "The bucket policy does not name this distribution: S3 answers every segment with 403 (Access Denied).",
            "Let cloudfront.amazonaws.com do s3:GetObject with the condition that AWS:SourceArn is this distribution.",
        );
    }
    let resources: Vec<_> = ours.iter().flat_map(|one| several(&one["Resource"])).collect();
    for (key, needed) in [
        (
            format!("{}/x/1/1080p/00001.m4s", facts.prefix),
            format!("{}/*", facts.prefix),
        ),
        ("watch/index.html".to_owned(), "watch/*".to_owned()),
    ] {
        if !resources.iter().any(|resource| covers(resource, &key)) {
            return broken(
                format!("the bucket policy does not cover {needed}: {}", listed(&resources)),
                "The distribution may read the bucket, but not this folder: S3 answers with 403 (Access Denied).",
                "Add the folder to the resources of the bucket policy, or deploy again with the prefix that the policy has.",
            );
        }
    }
    sound(listed(&resources))
}

pub(super) fn closed(facts: &StackFacts) -> Finding {
    let block = &facts.look(piece::BUCKET)?["PublicAccessBlockConfiguration"];
    let open: Vec<_> = [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ]
    .into_iter()
    .filter(|way| block[*way] != true)
    .collect();
    if !open.is_empty() {
        return broken(
            format!("switched off: {}", open.join(", ")),
            "Public access to the bucket is not blocked in all four ways: one wrong policy, and whoever knows an address needs no link.",
            "In the console of S3 open the bucket\u{2019}s permissions and block all public access.",
        );
    }
    sound("public access is blocked in all four ways")
}

/// The default encryption, and who has to undo it. An origin access identity, which came before origin access control, cannot use KMS.
pub(super) fn encryption(facts: &StackFacts) -> Finding {
    let rules = &facts.look(piece::BUCKET)?["BucketEncryption"]["ServerSideEncryptionConfiguration"];
    let by_default = items(rules).first().map(|rule| &rule["ServerSideEncryptionByDefault"]);
    let algorithm = by_default.map_or("", |rule| text(&rule["SSEAlgorithm"]));
    if !algorithm.starts_with("aws:kms") {
        return sound(if algorithm.is_empty() { "AES256" } else { algorithm });
    }
    let origins = &facts.distribution()?["Origins"];
    let old = items(origins)
        .iter()
        .any(|origin| !text(&origin["S3OriginConfig"]["OriginAccessIdentity"]).is_empty());
    if old {
        return broken(
            format!("the bucket encrypts with {algorithm}, and the distribution uses an origin access identity"),
            "An origin access identity cannot read what KMS has encrypted: S3 answers with 403 for every new object.",
            "Replace the origin access identity with an origin access control, or encrypt the bucket with SSE-S3 (AES256).",
        );
    }
    doubtful(
        format!("the bucket encrypts with {algorithm}"),
        "The key\u{2019}s policy has to let cloudfront.amazonaws.com decrypt for this distribution; the stack does not manage that key.",
        "Encrypt the bucket with SSE-S3 (AES256), or give the distribution kms:Decrypt in the policy of the key.",
    )
}

pub(super) fn cors(facts: &StackFacts) -> Finding {
    let rules = &facts.look(piece::BUCKET)?["CorsConfiguration"]["CorsRules"];
    let lets = |rule: &Value, list: &str, wanted: &str| {
        several(&rule[list]).iter().any(|one| one.eq_ignore_ascii_case(wanted))
    };
    let reads = items(rules).iter().any(|rule| {
        lets(rule, "AllowedMethods", "GET")
            && (lets(rule, "AllowedOrigins", "*") || lets(rule, "AllowedOrigins", "https://*"))
    });
    if !reads {
        return broken(
            "no CORS rule of the bucket lets other pages read with GET",
            "A preflight is answered by the bucket itself: without a rule it is refused, and players on other pages stay dark.",
            "Give the bucket a CORS rule with AllowedOrigins *, AllowedMethods GET and HEAD, AllowedHeaders *.",
        );
    }
    let distribution = facts.distribution()?;
    let bare = super::front_side::judged(distribution)
        .into_iter()
        .find(|behavior| text(&behavior["ResponseHeadersPolicyId"]).is_empty());
    if let Some(behavior) = bare {
        return broken(
            format!(
                "the behavior {} has no response headers policy",
                super::front_side::pattern(behavior)
            ),
            "Answers that a cache held already come without CORS headers, and players on other pages refuse them.",
            "In the console of CloudFront choose for this behavior the response headers policy that the stack made.",
        );
    }
    sound("other pages may read with GET")
}

fn names_cloudfront(statement: &Value) -> bool {
    several(&statement["Principal"]["Service"]).contains(&"cloudfront.amazonaws.com")
}

/// Whether the resource of a statement (`arn:aws:s3:::bucket/videos/*`) covers a key.
pub(super) fn covers(resource: &str, key: &str) -> bool {
    let Some((_, pattern)) = resource.split_once('/') else {
        return resource == "*";
    };
    like(pattern.as_bytes(), key.as_bytes())
}

/// IAM's patterns: `*` is any text, `?` one letter.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), _) => like(&pattern[1..], text) || (!text.is_empty() && like(pattern, &text[1..])),
        (Some(letter), Some(other)) if letter == other || *letter == b'?' => like(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn listed(all: &[&str]) -> String {
    if all.is_empty() {
        "nobody".to_owned()
    } else {
        all.join(", ")
    }
}
