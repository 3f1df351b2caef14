//! Policies that CloudFront has ready, by their ids.
//!
//! Source: Amazon CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request policies" and "Use managed
//! response headers policies".

use std::collections::BTreeMap;

use super::{CachePolicy, Cors, Forwarded, Names, ResponseHeaders};

/// A managed cache policy.
pub(super) fn cache_policy(id: &str) -> Option<CachePolicy> {
    let (ttl, compressed) = match id {
        // CachingOptimized
        "658327ea-f89d-4fab-a63d-7e88639e58f6" => ((1, 86_400, 31_536_000), true),
        // CachingOptimizedForUncompressedObjects
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d" => ((1, 86_400, 31_536_000), false),
        // CachingDisabled
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" => ((0, 0, 0), false),
        _ => return None,
    };
    Some(CachePolicy {
        ttl,
        gzip: compressed,
        brotli: compressed,
        key: Forwarded::default(),
    })
}

/// A managed origin request policy.
pub(super) fn origin_request(id: &str) -> Option<Forwarded> {
    let (query, headers) = match id {
        // AllViewer, and with CloudFront's own headers
        "216adef6-5c7f-47e4-b989-5492eafa07d3" | "33f36d7e-f396-46d9-90e0-52428a34d9dc" => (Names::All, Names::All),
        // AllViewerExceptHostHeader
        "b689b0a8-53d0-40ab-baf2-68738e2966ac" => (Names::All, Names::AllBut(names(&["host"]))),
        // CORS-S3Origin
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" => (
            Names::None,
            Names::Only(names(&[
                "origin",
                "access-control-request-headers",
                "access-control-request-method",
            ])),
        ),
        // CORS-CustomOrigin
        "59781a5b-3903-41f3-afcb-af62929ccde1" => (Names::None, Names::Only(names(&["origin"]))),
        // UserAgentRefererHeaders
        "acba4595-bd28-49b8-b9fe-13317c0390fa" => (Names::None, Names::Only(names(&["user-agent", "referer"]))),
        _ => return None,
    };
    Some(Forwarded { query, headers })
}

/// A managed response headers policy.
pub(super) fn response_headers(id: &str) -> Option<ResponseHeaders> {
    let simple = || Cors {
        origins: texts(&["*"]),
        ..Cors::default()
    };
    let preflight = || Cors {
        methods: texts(&["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]),
        exposed: texts(&["*"]),
        ..simple()
    };
    let security = || {
        let header = |name: &str, value: &str, replaces| (name.to_owned(), (value.to_owned(), replaces));
        BTreeMap::from([
            header("referrer-policy", "strict-origin-when-cross-origin", false),
            header("strict-transport-security", "max-age=31536000", false),
            header("x-content-type-options", "nosniff", true),
            header("x-frame-options", "SAMEORIGIN", false),
            header("x-xss-protection", "1; mode=block", false),
        ])
    };
    let (cors, headers) = match id {
        // SimpleCORS
        "60669652-455b-4ae9-85a4-c4c02393f86c" => (Some(simple()), BTreeMap::new()),
        // CORS-With-Preflight
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd" => (Some(preflight()), BTreeMap::new()),
        // SecurityHeadersPolicy
        "67f7725c-6f97-4210-82d7-5512b31e9d03" => (None, security()),
        // CORS-and-SecurityHeadersPolicy
        "e61eb60c-9c35-4d20-a928-2b84e02af89c" => (Some(simple()), security()),
        // CORS-with-preflight-and-SecurityHeadersPolicy
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63" => (Some(preflight()), security()),
        _ => return None,
    };
    Some(ResponseHeaders { cors, headers })
}

fn names(of: &[&str]) -> std::collections::BTreeSet<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}
