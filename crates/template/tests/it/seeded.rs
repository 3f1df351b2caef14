//! Mistakes put into the real template, each caught: by our rules where AWS would deploy it, by the evaluator where CloudFormation
//! itself refuses.

use screener_template::{Evaluated, Mistakes, TEMPLATE, Template, Values, rules, values::NOBODYS_KEY};

use crate::sets;

/// What finds a mistake.
enum Found {
    /// A rule, at this piece, in these words.
    Rule(&'static str, &'static str),
    /// The evaluator, in these words: CloudFormation refuses it.
    Refused(&'static str),
}
use Found::{Refused, Rule};

/// Whether the mistake is looked for at the function's URL or at the API.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Url,
    Api,
    Sign,
}
use At::{Api, Sign, Url};

fn values(at: At) -> Values {
    let api = Values::local()
        .with("Endpoint", "ApiGateway")
        .with("OriginSecret", "a-secret-of-the-origin");
    match at {
        Url => Values::local(),
        Api => api,
        Sign => api.with("Mode", "sign").with("SigningKeyParameter", "/screener/key"),
    }
}

fn evaluated(template: &str, values: &Values) -> Result<Evaluated, Mistakes> {
    Template::read(template)?.evaluate(values)
}

/// Name, where, what stands in the template, what stands there instead, who finds it.
type Seed = (&'static str, At, &'static str, &'static str, Found);

const PAGE_FIRST: &str = "          - PathPattern: \"*.m3u8\"\n            TargetOriginId: endpoint";
const RESTRICTED: &str = "          TrustedKeyGroups: [!Ref KeyGroup]\n          ViewerProtocolPolicy: redirect-to-https\n          AllowedMethods";
const JUDGED: &str = "          ResponseHeadersPolicyId: !Ref MediaHeaders\n          FunctionAssociations: !If\n            - CanRevoke\n            - [{EventType: viewer-request, FunctionARN: !GetAtt ViewerRequest.FunctionARN}]\n            - !Ref AWS::NoValue\n";
const READS: &str = "              - !Sub \"${Bucket.Arn}/${Prefix}/*\"\n              - !Sub \"${Bucket.Arn}/watch/*\"\n            Condition";

#[rustfmt::skip]
const SEEDS: &[Seed] = &[
    // Who answers.
    ("everything before playlists", Url, PAGE_FIRST, "          - PathPattern: \"*\"\n            TargetOriginId: bucket", Rule("Distribution", "playlists are not answered by the endpoint")),
    ("no behavior for playlists", Url, "PathPattern: \"*.m3u8\"", "PathPattern: \"*.m3u\"", Rule("Distribution", "playlists are not answered by the endpoint")),
    ("playlists from the bucket", Url, PAGE_FIRST, "          - PathPattern: \"*.m3u8\"\n            TargetOriginId: bucket", Rule("Distribution", "playlists are not answered by the endpoint")),
    ("an origin that is not there", Url, PAGE_FIRST, "          - PathPattern: \"*.m3u8\"\n            TargetOriginId: lambda", Rule("Resources / Distribution / behavior *.m3u8", "there is no origin")),
    // Who is let in.
    ("segments open to everybody", Url, RESTRICTED, "          ViewerProtocolPolicy: redirect-to-https\n          AllowedMethods", Rule("Distribution", "* is open to everybody")),
    ("no OPTIONS", Url, "            AllowedMethods: [GET, HEAD, OPTIONS]\n            CachedMethods: [GET, HEAD]\n            Compress: true\n            CachePolicyId: !Ref PlaylistCache", "            AllowedMethods: [GET, HEAD]\n            CachedMethods: [GET, HEAD]\n            Compress: true\n            CachePolicyId: !Ref PlaylistCache", Rule("Distribution", "*.m3u8 does not allow OPTIONS")),
    ("no TLS", Url, "ViewerProtocolPolicy: redirect-to-https", "ViewerProtocolPolicy: allow-all", Rule("Distribution", "without TLS")),
    ("IPv6", Url, "IPV6Enabled: false", "IPV6Enabled: true", Rule("Distribution", "IPv6 is on")),
    ("errors kept", Url, "{ErrorCode: 403, ErrorCachingMinTTL: 1}", "{ErrorCode: 403, ErrorCachingMinTTL: 300}", Rule("Distribution", "a 403 is kept for 300 seconds")),
    // What names a link.
    ("l outside of the key", Url, "QueryStrings: [l, cf-Policy,", "QueryStrings: [cf-Policy,", Rule("PlaylistCache", "l is not in the key")),
    ("a copy outside of the key", Url, "cf-Policy, cf-Signature,", "cf-Policy,", Rule("PlaylistCache", "cf-Signature is not in the key")),
    ("the managed policy for playlists", Url, "CachePolicyId: !Ref PlaylistCache", "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad", Rule("PlaylistCache", "Accept-Encoding is not in the key")),
    ("no gzip", Url, "EnableAcceptEncodingGzip: true", "EnableAcceptEncodingGzip: false", Rule("PlaylistCache", "Accept-Encoding is not in the key")),
    ("playlists kept a day", Url, "MaxTTL: 1", "MaxTTL: 86400", Rule("PlaylistCache", "more than seconds")),
    ("preflights do not reach the bucket", Url, "OriginRequestPolicyId: 88a5eaf4-2fd4-4709-b370-b4c650ea3fcf # CORS-S3Origin\n            ResponseHeadersPolicyId: !Ref PageHeaders", "ResponseHeadersPolicyId: !Ref PageHeaders", Rule("Distribution", "origin does not reach the bucket from watch/*")),
    ("the viewer's Host reaches the endpoint", Url, "OriginRequestPolicyId: !Ref PlaylistRequest", "OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3", Rule("PlaylistRequest", "the viewer's Host")),
    ("no CORS headers", Url, "ResponseHeadersPolicyId: !Ref MediaHeaders\n            FunctionAssociations", "ResponseHeadersPolicyId: !Ref PageHeaders\n            FunctionAssociations", Rule("MediaHeaders", "*.m3u8 adds no CORS headers")),
    // What is taken back.
    ("a function that is not associated", Url, JUDGED, "          ResponseHeadersPolicyId: !Ref MediaHeaders\n", Rule("Distribution", "* has no viewer-request function")),
    ("a function that is not published", Url, "AutoPublish: true", "AutoPublish: false", Rule("ViewerRequest", "not published")),
    ("a function without its store", Url, "KeyValueStoreAssociations: [{KeyValueStoreARN: !GetAtt LinkStore.Arn}]", "KeyValueStoreAssociations: []", Rule("ViewerRequest", "no key value store")),
    ("a function of one's own", Url, "if (!link || !isPlain(request.uri))", "if (!isPlain(request.uri))", Rule("ViewerRequest", "another one")),
    ("no key in the group", Url, "- !If [HasKey1, !Ref PublicKey1, !Ref AWS::NoValue]", "- !Ref AWS::NoValue", Rule("KeyGroup", "no key opens")),
    // The bucket.
    ("a bucket that is open", Url, "BlockPublicPolicy: true", "BlockPublicPolicy: false", Rule("Bucket", "BlockPublicPolicy is not on")),
    ("everybody may read", Url, "Principal: {Service: cloudfront.amazonaws.com}\n            Action: s3:GetObject\n", "Principal: \"*\"\n            Action: s3:*\n", Rule("BucketPolicy", "s3:* is allowed")),
    ("any distribution may read", Url, "                AWS:SourceArn: !Sub \"arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}\"\n          - !If", "                AWS:SourceAccount: !Ref AWS::AccountId\n          - !If", Rule("BucketPolicy", "names no single source")),
    ("another prefix in the bucket's policy", Url, READS, "              - !Sub \"${Bucket.Arn}/films/*\"\n              - !Sub \"${Bucket.Arn}/watch/*\"\n            Condition", Rule("BucketPolicy", "may not read videos/")),
    ("the whole bucket in its policy", Url, READS, "              - !Sub \"${Bucket.Arn}/*\"\n            Condition", Rule("BucketPolicy", "may read *")),
    ("no origin access control of the bucket", Url, "            OriginAccessControlId: !GetAtt BucketAccess.Id\n", "", Rule("BucketAccess", "not signed")),
    ("requests are never signed", Url, "        OriginAccessControlOriginType: s3\n        SigningBehavior: always", "        OriginAccessControlOriginType: s3\n        SigningBehavior: never", Rule("BucketAccess", "not signed")),
    ("no CORS of the bucket", Url, "AllowedMethods: [GET, HEAD]\n            AllowedHeaders", "AllowedMethods: [PUT]\n            AllowedHeaders", Rule("Bucket", "no preflight")),
    ("films go with the stack", Url, "DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete", Rule("Bucket", "goes with the stack")),
    ("the log is kept for ever", Url, "            ExpirationInDays: 30\n", "", Rule("Bucket", "more than 30 days")),
    // The endpoint behind its URL.
    ("one permission of two", Url, "Action: lambda:InvokeFunction\n      Principal: cloudfront", "Action: lambda:GetFunction\n      Principal: cloudfront", Rule("InvokePermission", "no lambda:InvokeFunction")),
    ("a permission for another distribution", Url, "      FunctionUrlAuthType: AWS_IAM\n", "      FunctionUrlAuthType: AWS_IAM\n      SourceAccount: \"111111111111\"\n", Rule("UrlPermission", "no lambda:InvokeFunctionUrl")),
    ("a URL for anybody", Url, "      AuthType: AWS_IAM\n", "      AuthType: NONE\n", Rule("FunctionUrl", "anybody may call")),
    ("no origin access control of the endpoint", Url, "            OriginAccessControlId: !If [IsGateway, !Ref AWS::NoValue, !GetAtt EndpointAccess.Id]\n", "", Rule("EndpointAccess", "not signed")),
    ("the role reads another prefix", Url, "Resource: !Sub \"${Bucket.Arn}/${Prefix}/*.m3u8\"", "Resource: !Sub \"${Bucket.Arn}/films/*.m3u8\"", Rule("FunctionRole", "may not read playlists")),
    ("the role reads everything", Url, "Resource: !Sub \"${Bucket.Arn}/${Prefix}/*.m3u8\"", "Resource: !Sub \"${Bucket.Arn}/*\"", Rule("FunctionRole", "more than playlists")),
    ("the endpoint has another prefix", Url, "SCREENER_PREFIX: !Ref Prefix", "SCREENER_PREFIX: films", Rule("Function", "another prefix")),
    ("concurrency is reserved", Url, "      MemorySize: 512\n", "      MemorySize: 512\n      ReservedConcurrentExecutions: 5\n", Rule("Function", "concurrency is reserved")),
    // The endpoint behind an API.
    ("a deployment without its methods", Api, "    DependsOn: [ApiMethod]\n", "", Rule("ApiDeployment", "does not wait for")),
    ("a permission that is not on the alias", Api, "FunctionName: !Ref FunctionAlias\n", "FunctionName: !GetAtt Function.Arn\n", Rule("ApiPermission", "may not invoke the alias")),
    ("a permission for another stage", Api, "${Api}/live/*/*", "${Api}/prod/*/*", Rule("ApiPermission", "may not invoke the alias")),
    ("a stage without its variable", Api, "      Variables: {alias: live}\n", "", Rule("ApiPermission", "may not invoke the alias")),
    ("another stage in the origin's path", Api, "[IsGateway, /live,", "[IsGateway, /prod,", Rule("Distribution", "not the stage")),
    ("an integration that is no proxy", Api, "Type: AWS_PROXY", "Type: AWS", Rule("ApiMethod", "no proxy")),
    ("text where gzip was", Api, "      BinaryMediaTypes: [\"*/*\"]\n", "", Rule("Api", "binary")),
    ("a secret that is not sent", Api, "              - [{HeaderName: x-origin-verify, HeaderValue: !Ref OriginSecret}]\n", "              - !Ref AWS::NoValue\n", Rule("Distribution", "a secret that is not sent")),
    ("a key for each parameter", Sign, "                      kms:EncryptionContext:PARAMETER_ARN", "                      kms:EncryptionContext:OTHER", Rule("FunctionRole", ":key/*")),
    // Who publishes.
    ("a publisher that writes the page", Url, "Resource: !Sub \"${Bucket.Arn}/watch/l/*\"", "Resource: !Sub \"${Bucket.Arn}/watch/*\"", Rule("PublisherUser", "s3:PutObject watch/index.html")),
    ("a publisher that may do everything", Url, "Action: [cloudfront:CreateInvalidation, cloudfront:GetInvalidation]", "Action: cloudfront:*", Rule("PublisherUser", "cloudfront:* is allowed")),
    ("a name for the whole account", Url, "Name: !Sub [\"screener-playlists-${Id}\", {Id: !Select [2, !Split [\"/\", !Ref AWS::StackId]]}]\n        Comment: Playlists", "Name: screener-playlists\n        Comment: Playlists", Rule("PlaylistCache", "stack's id")),
    // What CloudFormation refuses by itself.
    ("a piece that is not there", Url, "OriginAccessControlId: !GetAtt BucketAccess.Id", "OriginAccessControlId: !GetAtt BucketDoor.Id", Refused("BucketDoor")),
    ("an attribute that is not there", Url, "!GetAtt ViewerRequest.FunctionARN}]\n              - !Ref", "!GetAtt ViewerRequest.FunctionArn}]\n              - !Ref", Refused("no attribute FunctionArn")),
    ("a circle", Url, "SCREENER_DISTRIBUTION: !If [HasDomain, !Ref DomainName, !Ref AWS::NoValue]", "SCREENER_DISTRIBUTION: !GetAtt Distribution.DomainName", Refused("wait for each other in a circle: Distribution, Function, FunctionUrl")),
    ("a piece whose condition does not hold", Url, "Value: !GetAtt FunctionUrl.FunctionUrl", "Value: !Ref Api", Refused("which these values do not make")),
    ("a condition that is not there", Url, "    Condition: CanRevoke\n    Properties:\n      Name: !Sub [\"screener-${Id}\"", "    Condition: MayRevoke\n    Properties:\n      Name: !Sub [\"screener-${Id}\"", Refused("no condition MayRevoke")),
    ("a function that nobody knows", Url, "!GetAtt FunctionLog.Arn", "!GetAttribute FunctionLog.Arn", Refused("Fn::GetAttribute")),
    ("a name twice", Url, "      Timeout: 25\n", "      Timeout: 25\n      Timeout: 30\n", Refused("Timeout stands here twice")),
];

#[test]
fn our_own_template_breaks_no_rule() {
    for (name, values) in sets::ten() {
        let evaluated = evaluated(TEMPLATE, &values).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        let findings = rules::broken(&evaluated);
        let told: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "{name}: {}", told.join("\n"));
    }
}

#[test]
fn each_seeded_mistake_is_caught() {
    let mut missed = Vec::new();
    for (name, at, from, to, found) in SEEDS {
        assert!(
            TEMPLATE.contains(from),
            "{name}: what the mistake changes is no longer in the template"
        );
        let template = TEMPLATE.replacen(from, to, 1);
        match (evaluated(&template, &values(*at)), found) {
            (Ok(evaluated), Rule(piece, what)) => {
                let findings = rules::broken(&evaluated);
                let caught = findings
                    .iter()
                    .any(|finding| finding.piece == *piece && finding.what.contains(what));
                if !caught {
                    let told: Vec<_> = findings.iter().map(ToString::to_string).collect();
                    missed.push(format!("{name}: found was {told:?}"));
                }
            }
            (Err(wrong), Refused(what)) if wrong.to_string().contains(what) => {}
            (Err(wrong), _) => missed.push(format!("{name}: refused with {wrong}")),
            (Ok(_), Refused(_)) => missed.push(format!("{name}: not refused")),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_slot_goes_from_empty_to_filled_to_empty_and_never_to_another_key() {
    let other = NOBODYS_KEY.replace("AAAA==", "AAAB==");
    let with = |slot: &str, pem: &str| evaluated(TEMPLATE, &Values::local().with(slot, pem)).expect("evaluates");
    let (one, two) = (with("PublicKeyPem2", ""), with("PublicKeyPem2", NOBODYS_KEY));
    assert!(
        rules::forbidden_change(&one, &two).is_empty(),
        "an empty slot is filled"
    );
    assert!(
        rules::forbidden_change(&two, &one).is_empty(),
        "a filled one is emptied"
    );
    assert!(rules::forbidden_change(&two, &two).is_empty(), "or left alone");
    let changed = rules::forbidden_change(&two, &with("PublicKeyPem2", &other));
    assert_eq!(changed.len(), 1, "but not changed");
    assert_eq!(changed[0].piece, "PublicKeyPem2");
}

#[test]
fn what_every_film_or_link_stands_on_is_not_removed_or_replaced() {
    let before = evaluated(TEMPLATE, &Values::local()).expect("evaluates");
    for (from, to, piece) in [
        (
            "\n  Bucket:\n    Type: AWS::S3::Bucket\n",
            "\n  Bucket:\n    Type: AWS::S3::Bucket\n    Metadata: {}\n",
            None,
        ),
        (
            "    UpdateReplacePolicy: Retain\n    Properties:\n",
            "    UpdateReplacePolicy: Retain\n    Properties:\n      BucketName: films\n",
            Some("Bucket"),
        ),
        (
            "    Type: AWS::CloudFront::KeyValueStore\n    Condition: CanRevoke\n    Properties:\n      Name: !Sub [\"screener-",
            "    Type: AWS::CloudFront::KeyValueStore\n    Condition: CanRevoke\n    Properties:\n      Name: !Sub [\"links-",
            Some("LinkStore"),
        ),
    ] {
        assert!(TEMPLATE.contains(from), "{from}");
        let after = evaluated(&TEMPLATE.replacen(from, to, 1), &Values::local()).expect("evaluates");
        let findings = rules::forbidden_change(&before, &after);
        assert_eq!(findings.first().map(|finding| finding.piece.as_str()), piece);
    }
    let elsewhere = evaluated(
        &TEMPLATE
            .replace("${Distribution}", "${Films}")
            .replace("Distribution.DomainName", "Films.DomainName")
            .replace("!Ref Distribution", "!Ref Films")
            .replace("\n  Distribution:\n", "\n  Films:\n"),
        &Values::local(),
    );
    let findings = rules::forbidden_change(&before, &elsewhere.unwrap_or_else(|wrong| panic!("{wrong}")));
    assert_eq!(
        findings[0].piece, "Distribution",
        "another logical id is another distribution"
    );
    let off = evaluated(TEMPLATE, &Values::local().with("Revocation", "off")).expect("evaluates");
    assert!(
        rules::forbidden_change(&before, &off).is_empty(),
        "taking back can be switched off"
    );
}
