//! What AWS answers where a piece of the template is missing or wrong.

use screener_edge::{
    EndpointKind::{self, ApiGateway, FunctionUrl},
    own_delivery,
};
use screener_template::delivery::{Delivery, Names, OriginKind, Way};

use crate::rig::{Answer, LINK, Rig, VIDEO};

const TRIED: &str = screener_cloudfront::link_id::TRIED;

/// An edge of the template with something changed, and a video.
async fn changed(endpoint: EndpointKind, change: impl FnOnce(&mut Delivery)) -> Rig {
    let mut delivery = own_delivery(endpoint, "videos");
    change(&mut delivery);
    let rig = Rig::of(delivery).await;
    rig.video().await;
    rig
}

async fn index(rig: &Rig) -> Answer {
    rig.get(&format!("/videos/{VIDEO}/index.m3u8?{}", rig.both())).await
}

async fn segment(rig: &Rig) -> Answer {
    rig.get(&format!("/videos/{VIDEO}/1/1080p/00001.m4s?{}", rig.query()))
        .await
}

fn origin(delivery: &mut Delivery, kind: OriginKind) -> &mut screener_template::delivery::Origin {
    let found = delivery.origins.values_mut().find(|origin| origin.kind == kind);
    found.unwrap()
}

#[tokio::test]
async fn a_distribution_that_is_switched_off_answers_nobody() {
    let rig = changed(FunctionUrl, |delivery| delivery.enabled = false).await;
    for answer in [index(&rig).await, rig.get("/watch/index.html").await] {
        assert_eq!(answer.status, 403);
        assert!(
            answer.text().contains("can't connect to the server"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn the_bucket_lets_the_distribution_read_what_its_policy_says() {
    let rig = changed(FunctionUrl, |delivery| {
        delivery.bucket.distribution_reads = vec!["films/*".into(), "watch/*".into()];
    })
    .await;
    let refused = segment(&rig).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("<Message>Access Denied</Message>"));
    assert_eq!(rig.get("/watch/index.html").await.status, 200);

    let unsigned = |delivery: &mut Delivery| origin(delivery, OriginKind::Bucket).access_control = false;
    let rig = changed(FunctionUrl, unsigned).await;
    assert_eq!(segment(&rig).await.status, 403, "without origin access control");
    assert_eq!(rig.get("/watch/index.html").await.status, 403);
    let open = changed(FunctionUrl, |delivery| {
        unsigned(delivery);
        delivery.bucket.anybody_reads = vec!["*".into()];
    });
    assert_eq!(segment(&open.await).await.status, 200, "an open bucket asks nobody");
    let denied = changed(FunctionUrl, |delivery| {
        delivery.bucket.distribution_denied = vec![format!("videos/{VIDEO}/*")];
    });
    assert_eq!(segment(&denied.await).await.status, 403, "a denial counts first");
}

#[tokio::test]
async fn a_key_group_whose_slots_are_empty_knows_no_key() {
    let rig = changed(FunctionUrl, |delivery| {
        let groups = delivery.behaviors.iter_mut().filter_map(|b| b.trusted.as_mut());
        groups.for_each(Vec::clear);
    })
    .await;
    for answer in [index(&rig).await, segment(&rig).await] {
        assert_eq!(answer.status, 403);
        assert!(answer.text().contains("<Code>InvalidKey</Code>"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_function_counts_where_it_is_associated_and_published() {
    let open = async |rig: &Rig| {
        let query = rig.query().replace(LINK, TRIED);
        // Signed for that name, so that only the function could refuse it.
        let mut policy = rig.policy(60);
        policy.resource = policy.resource.replace(LINK, TRIED);
        let query = format!("{}&{}", query.split('&').next().unwrap(), rig.sign(&policy).query());
        rig.get(&format!("/videos/{VIDEO}/1/1080p/init.mp4?{query}")).await
    };
    let rig = changed(FunctionUrl, |_| {}).await;
    assert!(open(&rig).await.text().contains("taken_back"));
    let rig = changed(FunctionUrl, |delivery| {
        delivery.behaviors.iter_mut().for_each(|b| b.viewer_request = None);
    });
    assert_eq!(open(&rig.await).await.status, 200, "not associated: it opens");
    let rig = changed(FunctionUrl, |delivery| {
        let functions = delivery.behaviors.iter_mut().filter_map(|b| b.viewer_request.as_mut());
        functions.for_each(|function| function.published = false);
    });
    assert_eq!(open(&rig.await).await.status, 200, "not published: it opens");
    let rig = changed(FunctionUrl, |delivery| {
        let functions = delivery.behaviors.iter_mut().filter_map(|b| b.viewer_request.as_mut());
        functions.for_each(|function| function.store = false);
    })
    .await;
    let failed = segment(&rig).await;
    assert_eq!(failed.status, 503, "no store: it throws");
    assert!(failed.text().contains("invalid or could not run"));
}

#[tokio::test]
async fn a_function_url_wants_both_permissions_and_a_signature() {
    let forbidden = |answer: &Answer| {
        assert_eq!(answer.status, 403);
        assert!(
            answer.text().starts_with("{\"Message\":\"Forbidden."),
            "{}",
            answer.text()
        );
    };
    for action in ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"] {
        let rig = changed(FunctionUrl, |delivery| match &mut delivery.endpoint.way {
            Way::FunctionUrl { allowed, .. } => assert!(allowed.remove(action)),
            Way::Gateway { .. } => unreachable!("a function URL was asked for"),
        });
        forbidden(&index(&rig.await).await);
    }
    let rig = changed(FunctionUrl, |delivery| {
        origin(delivery, OriginKind::Endpoint).access_control = false;
    });
    forbidden(&index(&rig.await).await);
}

#[tokio::test]
async fn api_gateway_refuses_in_its_own_words() {
    fn gateway(delivery: &mut Delivery) -> (&mut std::collections::BTreeSet<String>, &mut bool, &mut Vec<String>) {
        match &mut delivery.endpoint.way {
            Way::Gateway {
                methods,
                may_invoke,
                binary,
                ..
            } => (methods, may_invoke, binary),
            Way::FunctionUrl { .. } => unreachable!("API Gateway was asked for"),
        }
    }
    let said = async |rig: Rig| {
        let answer = index(&rig).await;
        (answer.status, answer.text())
    };
    let word = |text: &str| format!("{{\"message\":\"{text}\"}}");
    let rig = changed(ApiGateway, |delivery| *gateway(delivery).1 = false).await;
    assert_eq!(said(rig).await, (500, word("Internal server error")));
    let rig = changed(ApiGateway, |delivery| {
        *gateway(delivery).0 = ["POST".to_owned()].into();
    });
    assert_eq!(said(rig.await).await, (403, word("Missing Authentication Token")));
    for path in ["", "/other"] {
        let rig = changed(ApiGateway, |delivery| {
            path.clone_into(&mut origin(delivery, OriginKind::Endpoint).path);
        });
        assert_eq!(said(rig.await).await, (403, word("Forbidden")), "{path:?}");
    }
    let rig = changed(ApiGateway, |delivery| gateway(delivery).2.clear()).await;
    let path = format!("/videos/{VIDEO}/index.m3u8?{}", rig.both());
    let packed = rig.ask("GET", &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!((packed.status, packed.header("content-encoding")), (200, "gzip"));
    assert!(packed.body.starts_with(b"H4sI"), "Base64 of gzip's first bytes");
    assert!(
        index(&rig).await.text().starts_with("#EXTM3U"),
        "what is text stays text"
    );
}

#[tokio::test]
async fn the_endpoint_asks_for_the_secret_that_the_origin_adds() {
    let rig = changed(ApiGateway, |delivery| {
        assert!(
            origin(delivery, OriginKind::Endpoint)
                .headers
                .remove("x-origin-verify")
                .is_some()
        );
    });
    let refused = index(&rig.await).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("not_through_cloudfront"), "{}", refused.text());
}

#[tokio::test]
async fn the_endpoint_reads_what_its_role_may() {
    let rig = changed(FunctionUrl, |delivery| {
        delivery.endpoint.reads = vec!["films/*.m3u8".into()];
    });
    assert_eq!(index(&rig.await).await.status, 404);
}

#[tokio::test]
async fn a_copy_outside_of_the_cache_key_is_somebody_elses() {
    let rig = changed(FunctionUrl, |delivery| {
        let playlists = &mut delivery.behaviors[0];
        let Names::Only(key) = &mut playlists.cache.key.query else {
            panic!("names")
        };
        assert!(key.remove("cf-Policy"));
        playlists.origin_request.query = Names::Only(["cf-Policy".to_owned()].into());
    })
    .await;
    let signature = rig.sign(&rig.policy(3600));
    let text = index(&rig).await.text();
    assert!(text.starts_with("#EXTM3U"), "{text}");
    assert!(
        !text.contains(&format!("&Policy={}", signature.policy().unwrap())),
        "{text}"
    );
}
