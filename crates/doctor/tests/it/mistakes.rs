//! Mistakes in the template that AWS would deploy: an edge that is started from each shows the failure that a viewer would see, and the
//! step that names it is the right one.

use screener_doctor::{StepState, examine};
use screener_edge::{
    EndpointKind::{ApiGateway, FunctionUrl},
    local_values,
};
use screener_template::{Delivery, TEMPLATE, Template};

use crate::rig::{Http, Rig};

/// One mistake.
struct Mistake {
    /// What somebody did.
    what: &'static str,
    endpoint: screener_edge::EndpointKind,
    /// Where: a resource, or the first line of one of its parts up to the next part of its kind; what stood there, and what stands now.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// The step that finds it, and words of its cause.
    step: &'static str,
    cause: &'static str,
}

const PLAYLISTS: &str = "          - PathPattern: \"*.m3u8\"\n";
const PAGE: &str = "          - PathPattern: watch/*\n";
const DEFAULT: &str = "        DefaultCacheBehavior:\n";
const ASSOCIATED: &str = "[{EventType: viewer-request, FunctionARN: !GetAtt ViewerRequest.FunctionARN}]";
const NOTHING: &str = "[]";
const METHODS: &str = "AllowedMethods: [GET, HEAD, OPTIONS]";
const FEWER: &str = "AllowedMethods: [GET, HEAD]";

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    Mistake { what: "no behavior for playlists", endpoint: FunctionUrl, edits: &[(PLAYLISTS, "\"*.m3u8\"", "\"*.m3u\"")], step: "rewritten", cause: "leads to the bucket" },
    Mistake { what: "playlists go to the bucket", endpoint: ApiGateway, edits: &[(PLAYLISTS, "TargetOriginId: endpoint", "TargetOriginId: bucket")], step: "rewritten", cause: "leads to the bucket" },
    Mistake { what: "everything before playlists", endpoint: FunctionUrl, edits: &[(PLAYLISTS, "\"*.m3u8\"", "\"watch/*\""), (PAGE, "watch/*", "\"*.m3u8\"")], step: "page", cause: "asks for a signature itself" },
    Mistake { what: "the page is restricted", endpoint: FunctionUrl, edits: &[(PAGE, "TargetOriginId: bucket", "TargetOriginId: bucket\n            TrustedKeyGroups: [!Ref KeyGroup]")], step: "page", cause: "asks for a signature itself" },
    Mistake { what: "playlists need no signature", endpoint: FunctionUrl, edits: &[(PLAYLISTS, "TrustedKeyGroups: [!Ref KeyGroup]", "SmoothStreaming: false")], step: "unsigned", cause: "not private" },
    Mistake { what: "segments need no signature", endpoint: FunctionUrl, edits: &[(DEFAULT, "TrustedKeyGroups: [!Ref KeyGroup]", "SmoothStreaming: false")], step: "ended", cause: "no trusted key group" },
    Mistake { what: "playlists without OPTIONS", endpoint: FunctionUrl, edits: &[(PLAYLISTS, METHODS, FEWER)], step: "cors", cause: "does not take that method" },
    Mistake { what: "segments without OPTIONS", endpoint: FunctionUrl, edits: &[(DEFAULT, METHODS, FEWER)], step: "cors", cause: "does not take that method" },
    Mistake { what: "the bucket has no CORS configuration", endpoint: FunctionUrl, edits: &[("Bucket", "AllowedMethods: [GET, HEAD]", "AllowedMethods: [PUT]")], step: "cors", cause: "preflight goes to the origin" },
    Mistake { what: "the bucket's policy has another prefix", endpoint: FunctionUrl, edits: &[("BucketPolicy", "${Bucket.Arn}/${Prefix}/*", "${Bucket.Arn}/films/*")], step: "segment", cause: "bucket refused the distribution" },
    Mistake { what: "the bucket's policy names another distribution", endpoint: FunctionUrl, edits: &[("BucketPolicy", "distribution/${Distribution}\"", "distribution/EANOTHER\"")], step: "page", cause: "does not let the distribution read it" },
    Mistake { what: "the bucket without origin access control", endpoint: FunctionUrl, edits: &[("Distribution", "OriginAccessControlId: !GetAtt BucketAccess.Id", "OriginShield: {Enabled: false}")], step: "page", cause: "does not let the distribution read it" },
    Mistake { what: "the role has another prefix", endpoint: FunctionUrl, edits: &[("FunctionRole", "${Bucket.Arn}/${Prefix}/*.m3u8", "${Bucket.Arn}/films/*.m3u8")], step: "playlist", cause: "may not read the bucket" },
    Mistake { what: "the link's name is not in the cache key", endpoint: FunctionUrl, edits: &[("PlaylistCache", "[l, cf-Policy", "[cf-Policy")], step: "rewritten", cause: "does not reach the endpoint" },
    Mistake { what: "a copy is not in the cache key", endpoint: FunctionUrl, edits: &[("PlaylistCache", "cf-Signature, ", "")], step: "copies", cause: "cache policy of *.m3u8" },
    Mistake { what: "copies are forwarded and not in the cache key", endpoint: ApiGateway, edits: &[("PlaylistCache", "cf-Policy, ", ""), ("PlaylistRequest", "{QueryStringBehavior: none}", "{QueryStringBehavior: whitelist, QueryStrings: [cf-Policy]}")], step: "rewritten", cause: "another viewer's playlist" },
    Mistake { what: "playlists with the managed CachingDisabled", endpoint: FunctionUrl, edits: &[(PLAYLISTS, "!Ref PlaylistCache", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")], step: "copies", cause: "cache policy of *.m3u8" },
    Mistake { what: "gzip is switched off", endpoint: FunctionUrl, edits: &[("PlaylistCache", "EnableAcceptEncodingGzip: true", "EnableAcceptEncodingGzip: false")], step: "gzip", cause: "only where the cache" },
    Mistake { what: "the viewer's Host goes to the endpoint", endpoint: ApiGateway, edits: &[(PLAYLISTS, "!Ref PlaylistRequest", "216adef6-5c7f-47e4-b989-5492eafa07d3")], step: "playlist", cause: "Host header" },
    Mistake { what: "the function is associated with nothing", endpoint: FunctionUrl, edits: &[(PLAYLISTS, ASSOCIATED, NOTHING), (DEFAULT, ASSOCIATED, NOTHING)], step: "taken-back", cause: "not associated" },
    Mistake { what: "the function is associated with playlists alone", endpoint: FunctionUrl, edits: &[(DEFAULT, ASSOCIATED, NOTHING)], step: "taken-back", cause: "not associated" },
    Mistake { what: "the function is not published", endpoint: ApiGateway, edits: &[("ViewerRequest", "AutoPublish: true", "AutoPublish: false")], step: "taken-back", cause: "was not published" },
    Mistake { what: "the function has no store", endpoint: FunctionUrl, edits: &[("ViewerRequest", "KeyValueStoreAssociations: [{KeyValueStoreARN: !GetAtt LinkStore.Arn}]", "KeyValueStoreAssociations: []")], step: "playlist", cause: "no KeyValueStore is associated" },
    Mistake { what: "the function's URL without origin access control", endpoint: FunctionUrl, edits: &[("Distribution", "!GetAtt EndpointAccess.Id", "!Ref AWS::NoValue")], step: "playlist", cause: "no origin access" },
    Mistake { what: "one of two permissions is missing", endpoint: FunctionUrl, edits: &[("InvokePermission", "Principal: cloudfront.amazonaws.com", "Principal: apigateway.amazonaws.com")], step: "playlist", cause: "one of its two permissions" },
    Mistake { what: "the permission is on the function, not on its alias", endpoint: ApiGateway, edits: &[("ApiPermission", "!Ref FunctionAlias", "!Ref Function")], step: "playlist", cause: "Invalid permissions on Lambda function" },
    Mistake { what: "the origin path is not the stage", endpoint: ApiGateway, edits: &[("Distribution", "[IsGateway, /live,", "[IsGateway, /prod,")], step: "playlist", cause: "not the API's stage" },
    Mistake { what: "no binary media types", endpoint: ApiGateway, edits: &[("Api", "[\"*/*\"]", "[\"image/png\"]")], step: "gzip", cause: "Base64" },
    Mistake { what: "the API has GET alone", endpoint: ApiGateway, edits: &[("ApiMethod", "HttpMethod: ANY", "HttpMethod: GET")], step: "cors", cause: "the origin refused it" },
    Mistake { what: "the distribution is switched off", endpoint: FunctionUrl, edits: &[("Distribution", "Enabled: true", "Enabled: false")], step: "reach", cause: "switched off" },
];

/// The template with a mistake in it.
fn mistaken(edits: &[(&str, &str, &str)]) -> String {
    let mut text = TEMPLATE.to_owned();
    for (section, stood, stands) in edits {
        let resource = format!("\n  {section}:\n");
        let (head, ends): (&str, &[&str]) = if section.ends_with('\n') {
            (
                section,
                &[
                    "\n          - PathPattern",
                    "\n        DefaultCacheBehavior",
                    "\n        CustomErrorResponses",
                ],
            )
        } else {
            (&resource, &["\n\n"])
        };
        let at = text.find(head).unwrap_or_else(|| panic!("no {section}")) + 1;
        let end = ends
            .iter()
            .filter_map(|end| text[at..].find(end))
            .min()
            .map_or(text.len(), |end| at + end);
        let part = text[at..end].replacen(stood, stands, 1);
        assert_ne!(part, text[at..end], "{section} has no {stood}");
        text.replace_range(at..end, &part);
    }
    text
}

#[tokio::test]
async fn a_mistake_in_the_template_shows_as_a_viewer_sees_it_and_is_named() {
    let mut wrong = Vec::new();
    for mistake in MISTAKES {
        let template = Template::read(&mistaken(mistake.edits)).unwrap();
        let evaluated = template.evaluate(&local_values(mistake.endpoint));
        let evaluated = evaluated.unwrap_or_else(|error| panic!("{}: {error}", mistake.what));
        let rig = Rig::of(Delivery::of(&evaluated).unwrap()).await;
        let report = examine(&rig.subject, &Http).await;
        let bad = |state| matches!(state, StepState::Failed | StepState::Warning);
        let found = report.steps.iter().find(|step| bad(step.state));
        let cause = found.and_then(|step| step.cause.as_deref()).unwrap_or_default();
        if found.is_none_or(|step| step.name != mistake.step) || !cause.contains(mistake.cause) {
            wrong.push(format!("{}: {found:#?}", mistake.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn both_endpoints_of_the_template_are_sound() {
    for endpoint in [FunctionUrl, ApiGateway] {
        let rig = Rig::of(screener_edge::own_delivery(endpoint, "videos")).await;
        let report = examine(&rig.subject, &Http).await;
        let unsound: Vec<_> = report
            .steps
            .iter()
            .filter(|step| !matches!(step.state, StepState::Passed | StepState::Skipped))
            .collect();
        assert!(unsound.is_empty(), "{endpoint:?}: {unsound:#?}");
    }
}
