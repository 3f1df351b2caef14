//! What a viewer of our own template meets, with both endpoints.

use std::collections::BTreeSet;

use screener_template::delivery::{Behavior, Names, OriginKind, ViewerProtocol, Way};
use screener_template::{Delivery, TEMPLATE, Template, VIEWER_REQUEST, Values};

use crate::sets;

fn delivery(values: &Values) -> Delivery {
    let template = Template::read(TEMPLATE).unwrap_or_else(|wrong| panic!("{wrong}"));
    let evaluated = template.evaluate(values).unwrap_or_else(|wrong| panic!("{wrong}"));
    Delivery::of(&evaluated).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn patterns(delivery: &Delivery) -> Vec<&str> {
    delivery
        .behaviors
        .iter()
        .map(|behavior| behavior.pattern.as_str())
        .collect()
}

#[test]
fn playlists_come_before_the_page_before_everything_else() {
    for (name, values) in sets::ten() {
        let delivery = delivery(&values);
        assert_eq!(patterns(&delivery), ["*.m3u8", "watch/*", "*"], "{name}");
        let [playlists, page, media] = &delivery.behaviors[..] else {
            panic!("three")
        };
        assert_eq!(delivery.origins[&playlists.origin].kind, OriginKind::Endpoint, "{name}");
        assert_eq!(delivery.origins[&page.origin].kind, OriginKind::Bucket, "{name}");
        assert_eq!(delivery.origins[&media.origin].kind, OriginKind::Bucket, "{name}");
        assert_eq!(page.trusted, None, "the page is public");
        assert!(
            playlists.trusted.is_some() && media.trusted.is_some(),
            "{name}: all else is restricted"
        );
        let methods = |behavior: &Behavior| behavior.methods.iter().cloned().collect::<Vec<_>>().join(" ");
        for behavior in [playlists, page, media] {
            assert_eq!(methods(behavior), "GET HEAD OPTIONS", "{name}");
            assert_eq!(behavior.viewer_protocol, ViewerProtocol::Redirect, "{name}");
            assert!(behavior.compress, "{name}");
        }
        assert!(!delivery.ipv6 && delivery.enabled, "{name}");
        assert!(
            delivery
                .error_caching
                .values()
                .all(|seconds| *seconds <= 1 || *seconds == 10),
            "{name}"
        );
        assert_eq!(delivery.error_caching[&403], 1, "{name}");
    }
}

#[test]
fn what_names_a_link_is_in_the_key_of_playlists_and_in_no_other() {
    let delivery = delivery(&Values::local());
    let [playlists, page, media] = &delivery.behaviors[..] else {
        panic!("three")
    };
    for name in [
        "l",
        "cf-Policy",
        "cf-Signature",
        "cf-Key-Pair-Id",
        "cf-Expires",
        "cf-Hash-Algorithm",
    ] {
        assert!(playlists.cache.key.query.has(name), "{name}");
    }
    assert!(!playlists.cache.key.query.has("Policy"), "CloudFront takes its own off");
    assert_eq!(playlists.cache.ttl, (0, 0, 1));
    assert!(playlists.cache.gzip, "gzip happens");
    assert!(
        playlists.origin_request.headers.has("x-screener-host"),
        "sign mode learns the domain"
    );
    for behavior in [page, media] {
        assert_eq!(behavior.cache.key.query, Names::None);
        assert_eq!(behavior.origin_request.query, Names::None);
        for name in [
            "origin",
            "access-control-request-method",
            "access-control-request-headers",
        ] {
            assert!(behavior.origin_request.headers.has(name), "preflights reach the bucket");
        }
    }
    let headers = page.response_headers.as_ref().expect("the page has a policy");
    assert_eq!(headers.cors, None);
    let (policy, replaces) = &headers.headers["content-security-policy"];
    assert!(
        policy.ends_with("form-action 'none'; frame-ancestors *") && *replaces,
        "{policy}"
    );
    assert!(
        !policy.contains('\n') && policy.starts_with("default-src 'none'; script-src 'self'; "),
        "{policy}"
    );
    let cors = media
        .response_headers
        .as_ref()
        .and_then(|headers| headers.cors.as_ref())
        .expect("CORS");
    assert_eq!((cors.origins.as_slice(), cors.replaces), (&["*".to_owned()][..], false));
}

#[test]
fn the_function_judges_all_that_is_restricted() {
    let on = delivery(&Values::local());
    let judged: Vec<bool> = on
        .behaviors
        .iter()
        .map(|behavior| behavior.viewer_request.is_some())
        .collect();
    assert_eq!(judged, [true, false, true]);
    let function = on.behaviors[0].viewer_request.as_ref().expect("a function");
    assert_eq!(function.code, VIEWER_REQUEST, "as it stands in its file");
    assert!(function.published && function.store);
    let off = delivery(&Values::local().with("Revocation", "off"));
    assert!(off.behaviors.iter().all(|behavior| behavior.viewer_request.is_none()));
}

#[test]
fn the_bucket_is_closed_but_for_this_distribution() {
    let delivery = delivery(&Values::local().with("Prefix", "films/private"));
    assert_eq!(delivery.bucket.distribution_reads, ["films/private/*", "watch/*"]);
    assert!(delivery.bucket.anybody_reads.is_empty() && delivery.bucket.distribution_denied.is_empty());
    assert_eq!(delivery.endpoint.reads, ["films/private/*.m3u8"]);
    assert_eq!(delivery.prefix, "films/private");
    assert_eq!(delivery.log.as_deref(), Some("logs/"));
    let origin = &delivery.origins["bucket"];
    assert!(origin.access_control && origin.path.is_empty() && origin.headers.is_empty());
    let [rule] = &delivery.bucket.cors[..] else {
        panic!("one rule")
    };
    assert_eq!(rule.methods, ["GET", "HEAD"]);
    let quiet = self::delivery(&Values::local().with("ViewLogging", "off"));
    assert_eq!(quiet.log, None);
}

#[test]
fn the_endpoint_is_reached_by_its_url_or_by_an_api() {
    let url = delivery(&Values::local());
    let both = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];
    let allowed: BTreeSet<String> = both.into_iter().map(str::to_owned).collect();
    assert_eq!(
        url.endpoint.way,
        Way::FunctionUrl {
            signed_only: true,
            allowed
        }
    );
    let origin = &url.origins["endpoint"];
    assert!(origin.access_control && origin.path.is_empty() && origin.headers.is_empty());
    let secret = "a-secret-of-the-origin";
    let values = Values::local()
        .with("Endpoint", "ApiGateway")
        .with("OriginSecret", secret);
    let api = delivery(&values);
    let expected = Way::Gateway {
        stage: "live".to_owned(),
        methods: ["ANY".to_owned()].into(),
        may_invoke: true,
        proxy: true,
        binary: vec!["*/*".to_owned()],
    };
    assert_eq!(api.endpoint.way, expected);
    let origin = &api.origins["endpoint"];
    assert_eq!(
        (origin.path.as_str(), origin.headers["x-origin-verify"].as_str()),
        ("/live", secret)
    );
    assert!(!origin.access_control, "an API takes none");
    assert_eq!(api.endpoint.environment["SCREENER_ORIGIN_SECRET"], secret);
    assert_eq!(api.endpoint.timeout, 25);
    assert_eq!(url.endpoint.reads, api.endpoint.reads);
}

#[test]
fn keys_stand_in_their_slots() {
    let pem = screener_template::values::NOBODYS_KEY;
    let values = Values::local()
        .with("PublicKeyPem1", "")
        .with("PublicKeyPem2", pem)
        .with("PublicKeyPem4", pem);
    let delivery = delivery(&values);
    assert_eq!(
        delivery.behaviors[0].trusted.as_deref(),
        Some(&["PublicKey2".to_owned(), "PublicKey4".to_owned()][..])
    );
}
