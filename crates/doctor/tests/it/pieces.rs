//! The template as it is passes every step; of each fact that is broken alone, the right step tells.

use std::sync::LazyLock;

use screener_doctor::{CertificateFacts, Piece, Sight, StackFacts, StepState, examine_pieces};
use screener_template::names::{parameter, piece};
use screener_template::values::NOBODYS_KEY;
use screener_template::{TEMPLATE, Template, Values};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

/// Of a stack with a function URL, and of one with an API. Reading the template takes its time.
static SOUND: LazyLock<[StackFacts; 2]> = LazyLock::new(|| ["FunctionUrl", "ApiGateway"].map(evaluated));

fn facts(endpoint: &str) -> StackFacts {
    SOUND[usize::from(endpoint == "ApiGateway")].clone()
}

fn evaluated(endpoint: &str) -> StackFacts {
    let values = Values::local()
        .with(parameter::ENDPOINT, endpoint)
        .with(parameter::ORIGIN_SECRETS[0], "0123456789abcdef0123456789abcdef")
        .with(parameter::DOMAIN, "films.example.com")
        .with(
            parameter::CERTIFICATE,
            "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000000",
        );
    let evaluated = Template::read(TEMPLATE).unwrap().evaluate(&values).unwrap();
    let pieces = evaluated.resources.iter().map(|(name, resource)| {
        let piece = Piece {
            id: evaluated.reference(name).unwrap(),
            sight: Sight::Seen(resource.properties.clone()),
        };
        (name.clone(), piece)
    });
    StackFacts {
        pieces: pieces.collect(),
        prefix: "videos".into(),
        key_pair_id: evaluated.reference(piece::PUBLIC_KEYS[0]).unwrap(),
        public_key: Some(NOBODYS_KEY.replace('\n', " ")),
        own_domain: Some("films.example.com".into()),
        certificate: Some(CertificateFacts {
            status: "ISSUED".into(),
            names: vec!["*.example.com".into()],
            ends: Some(NOW + 200 * 86_400),
        }),
        outdated: false,
        now: NOW,
    }
}

fn set(facts: &mut StackFacts, name: &str, way: &str, value: Value) {
    let Sight::Seen(properties) = &mut facts.pieces.get_mut(name).unwrap().sight else {
        panic!("{name} is not seen");
    };
    let (parent, last) = way.rsplit_once('/').unwrap();
    let parent = properties
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{name} has no {way}"));
    match (parent, last.parse::<usize>()) {
        (Value::Array(items), Ok(at)) => items[at] = value,
        (parent, _) => parent[last] = value,
    }
}

#[test]
fn the_template_as_it_is_passes_every_step() {
    for (endpoint, skipped) in [("FunctionUrl", vec!["aws-stage"]), ("ApiGateway", vec![])] {
        let steps = examine_pieces(&facts(endpoint));
        assert_eq!(steps.len(), 16);
        for one in &steps {
            let expected = if skipped.contains(&one.step.name.as_str()) {
                StepState::Skipped
            } else {
                StepState::Passed
            };
            assert_eq!(one.step.state, expected, "{endpoint}: {one:?}");
            assert!(!one.update_mends && !one.step.seen.is_empty());
        }
    }
}

/// Piece, way to the property, what stands there instead; the step that tells, and a word of the cause.
type Broken = (&'static str, &'static str, Value, &'static str, &'static str);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn each_broken_fact_is_told_by_its_step() {
    let other = "arn:aws:cloudfront::000000000000:distribution/EOTHER";
    let front = |way: &str| format!("/DistributionConfig/{way}");
    let front: [String; 13] = [
        "Enabled",
        "CacheBehaviors/0/PathPattern",
        "CacheBehaviors/0/AllowedMethods",
        "DefaultCacheBehavior/TrustedKeyGroups",
        "CacheBehaviors/0/TrustedKeyGroups",
        "DefaultCacheBehavior/FunctionAssociations",
        "Origins/0/OriginAccessControlId",
        "Origins/1/OriginAccessControlId",
        "DefaultCacheBehavior/ResponseHeadersPolicyId",
        "Aliases",
        "Origins/0/OriginPath",
        "CustomErrorResponses/1/ErrorCachingMinTTL",
        "CacheBehaviors/0/TargetOriginId",
    ]
    .map(front);
    let front: Vec<&'static str> = front.into_iter().map(|way| &*way.leak()).collect();
    let table: Vec<Broken> = vec![
        (
            piece::DISTRIBUTION,
            front[0],
            json!(false),
            "aws-behaviors",
            "answers nobody",
        ),
        (
            piece::DISTRIBUTION,
            front[1],
            json!("*.M3U8"),
            "aws-behaviors",
            "as they are",
        ),
        (
            piece::DISTRIBUTION,
            front[2],
            json!(["GET", "HEAD"]),
            "aws-behaviors",
            "OPTIONS",
        ),
        (piece::DISTRIBUTION, front[3], json!([]), "aws-key-group", "is public"),
        (
            piece::DISTRIBUTION,
            front[4],
            json!(["another"]),
            "aws-key-group",
            "another key group",
        ),
        (piece::DISTRIBUTION, front[5], json!([]), "aws-function", "still open"),
        (
            piece::DISTRIBUTION,
            front[6],
            json!(""),
            "aws-access",
            "without a signature",
        ),
        (
            piece::DISTRIBUTION,
            front[7],
            json!("another"),
            "aws-access",
            "without a signature",
        ),
        (
            piece::DISTRIBUTION,
            front[8],
            json!(""),
            "aws-cors",
            "without CORS headers",
        ),
        (
            piece::DISTRIBUTION,
            front[9],
            json!([]),
            "aws-certificate",
            "alternate name",
        ),
        (
            piece::DISTRIBUTION,
            front[10],
            json!("/films"),
            "aws-paths",
            "different folders",
        ),
        (
            piece::DISTRIBUTION,
            front[11],
            json!(300),
            "aws-errors",
            "would have been right",
        ),
        (
            piece::DISTRIBUTION,
            front[12],
            json!("bucket"),
            "aws-behaviors",
            "as they are",
        ),
        (
            piece::KEY_GROUP,
            "/KeyGroupConfig/Items",
            json!(["KOTHER"]),
            "aws-key-group",
            "emptied",
        ),
        (
            piece::PUBLIC_KEYS[0],
            "/PublicKeyConfig/EncodedKey",
            json!("another"),
            "aws-key-group",
            "What signs here",
        ),
        (
            piece::VIEWER_REQUEST,
            "/FunctionConfig/KeyValueStoreAssociations",
            json!([]),
            "aws-function",
            "refuses every link",
        ),
        (
            piece::VIEWER_REQUEST,
            "/Stage",
            json!("DEVELOPMENT"),
            "aws-function",
            "not published",
        ),
        (
            piece::LINK_STORE,
            "/Status",
            json!("PROVISIONING"),
            "aws-link-store",
            "not ready",
        ),
        (
            piece::BUCKET_ACCESS,
            "/OriginAccessControlConfig/SigningBehavior",
            json!("never"),
            "aws-access",
            "not sign every request",
        ),
        (
            piece::BUCKET_POLICY,
            "/PolicyDocument/Statement/0/Condition/StringEquals",
            json!({ "aws:sourcearn": other }),
            "aws-bucket-policy",
            "does not name",
        ),
        (
            piece::BUCKET_POLICY,
            "/PolicyDocument/Statement/0/Action",
            json!("s3:PutObject"),
            "aws-bucket-policy",
            "does not name",
        ),
        (
            piece::BUCKET_POLICY,
            "/PolicyDocument/Statement/0/Resource",
            json!(["arn:aws:s3:::bucket/films/*", "arn:aws:s3:::bucket/watch/*"]),
            "aws-bucket-policy",
            "not this folder",
        ),
        (
            piece::BUCKET_POLICY,
            "/PolicyDocument/Statement/0/Resource",
            json!("arn:aws:s3:::bucket/videos/*"),
            "aws-bucket-policy",
            "not this folder",
        ),
        (
            piece::BUCKET,
            "/PublicAccessBlockConfiguration/BlockPublicPolicy",
            json!(false),
            "aws-bucket-closed",
            "four ways",
        ),
        (
            piece::BUCKET,
            "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm",
            json!("aws:kms"),
            "aws-encryption",
            "does not manage that key",
        ),
        (
            piece::BUCKET,
            "/CorsConfiguration/CorsRules",
            json!([]),
            "aws-cors",
            "preflight",
        ),
        (
            piece::FUNCTION,
            "/Environment/Variables/SCREENER_PREFIX",
            json!("films"),
            "aws-paths",
            "its own folder",
        ),
        (
            piece::FUNCTION_ROLE,
            "/AssumeRolePolicyDocument/Statement/0/Principal/Service",
            json!("ec2.amazonaws.com"),
            "aws-role",
            "cannot take this role",
        ),
        (
            piece::FUNCTION_ROLE,
            "/Policies",
            json!([]),
            "aws-role",
            "may not read playlists",
        ),
        (
            piece::FUNCTION_ROLE,
            "/Policies/0/PolicyDocument/Statement/0/Resource",
            json!("arn:aws:s3:::bucket/films/*.m3u8"),
            "aws-paths",
            "not this folder",
        ),
        (
            piece::FUNCTION_URL,
            "/AuthType",
            json!("NONE"),
            "aws-permission",
            "without CloudFront",
        ),
        (
            piece::URL_PERMISSIONS[0],
            "/SourceArn",
            json!(other),
            "aws-permission",
            "October 2025",
        ),
        (
            piece::URL_PERMISSIONS[1],
            "/Action",
            json!("lambda:GetFunction"),
            "aws-permission",
            "October 2025",
        ),
        (
            piece::API_PERMISSION,
            "/FunctionName",
            json!("screener-Function"),
            "aws-permission",
            "Invalid permissions on Lambda function",
        ),
        (
            piece::API_PERMISSION,
            "/SourceArn",
            json!("arn:aws:execute-api:us-east-1:0:other/live/*/*"),
            "aws-permission",
            "Invalid permissions on Lambda function",
        ),
        (
            piece::API_STAGE,
            "/DeploymentId",
            json!("older"),
            "aws-stage",
            "older copy",
        ),
        (
            piece::API_STAGE,
            "/StageName",
            json!("prod"),
            "aws-stage",
            "Missing Authentication Token",
        ),
    ];
    for (name, way, value, step, cause) in table {
        let endpoint = if name.starts_with("Api") {
            "ApiGateway"
        } else {
            "FunctionUrl"
        };
        let mut broken = facts(endpoint);
        set(&mut broken, name, way, value);
        told(&broken, step, cause, &format!("{name}{way}"));
    }
}

/// The step tells the cause, no other step is wrong, and there is something to do.
fn told(facts: &StackFacts, step: &str, cause: &str, what: &str) {
    let steps = examine_pieces(facts);
    let wrong: Vec<_> = steps
        .iter()
        .filter(|one| matches!(one.step.state, StepState::Failed | StepState::Warning))
        .collect();
    let names: Vec<_> = wrong.iter().map(|one| one.step.name.as_str()).collect();
    assert_eq!(names, [step], "{what}: {wrong:?}");
    let found = &wrong[0].step;
    assert!(found.cause.as_ref().unwrap().contains(cause), "{what}: {found:?}");
    assert!(!found.mend.as_ref().unwrap().is_empty() && !found.seen.is_empty());
}

#[test]
fn a_piece_that_is_gone_is_told_and_one_that_is_hidden_is_passed_over() {
    let mut gone = facts("ApiGateway");
    gone.pieces.get_mut(piece::API_PERMISSION).unwrap().sight = Sight::Gone;
    let steps = examine_pieces(&gone);
    let of = |name: &str| &steps.iter().find(|one| one.step.name == name).unwrap().step;
    assert_eq!(of("aws-pieces").state, StepState::Failed);
    assert!(of("aws-pieces").seen.contains(piece::API_PERMISSION));
    assert!(
        of("aws-permission")
            .cause
            .as_ref()
            .unwrap()
            .contains("Invalid permissions")
    );

    let mut hidden = facts("FunctionUrl");
    for one in hidden.pieces.values_mut() {
        one.sight = Sight::Hidden("AccessDenied, not for you".into());
    }
    for one in examine_pieces(&hidden) {
        assert_eq!(
            one.step.state,
            StepState::Skipped,
            "a right that is missing is no fault of a piece: {one:?}"
        );
    }
}

#[test]
fn a_certificate_has_to_be_issued_to_the_domain_and_to_last() {
    type Change = fn(&mut CertificateFacts);
    let cases: [(Change, &str); 4] = [
        (|one| one.status = "PENDING_VALIDATION".into(), "valid certificate"),
        (|one| one.names = vec!["example.com".into()], "another domain"),
        (|one| one.ends = Some(NOW - 1), "valid certificate"),
        (|one| one.ends = Some(NOW + 86_400), "sixty days"),
    ];
    for (change, cause) in cases {
        let mut facts = facts("FunctionUrl");
        change(facts.certificate.as_mut().unwrap());
        told(&facts, "aws-certificate", cause, cause);
    }
}

#[test]
fn what_an_older_template_lacks_an_update_brings() {
    let mut facts = facts("FunctionUrl");
    facts.outdated = true;
    set(&mut facts, piece::BUCKET, "/CorsConfiguration/CorsRules", json!([]));
    set(&mut facts, piece::KEY_GROUP, "/KeyGroupConfig/Items", json!(["KOTHER"]));
    let steps = examine_pieces(&facts);
    let of = |name: &str| steps.iter().find(|one| one.step.name == name).unwrap();
    assert!(of("aws-cors").update_mends && of("aws-cors").step.mend.as_ref().unwrap().contains("aws update"));
    assert!(!of("aws-key-group").update_mends, "whose key it is, no template knows");
    assert!(!of("aws-errors").update_mends, "what is sound needs none");
}
