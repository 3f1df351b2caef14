//! Viewer-request functions in JavaScript: Screener's own judges the table as its Rust does, and an edited one behaves as edited.

use std::{collections::BTreeMap, sync::Arc};

use screener_edge::{EndpointKind, JsFunction, Store, own_delivery};
use screener_template::{Refusal, Unreadable, VIEWER_REQUEST, delivery::Delivery, judge};
use serde_json::{Value, json};

use crate::rig::{LINK, Rig, VIDEO};

#[path = "../../../template/tests/it/requests.rs"]
mod requests;

fn store(fails: bool) -> Store {
    let entries: BTreeMap<_, _> = requests::entries().into_iter().collect();
    Arc::new(move |name: &str| {
        if fails {
            return Err(Unreadable);
        }
        Ok(entries.get(name).map(|value| (*value).to_owned()))
    })
}

fn event(method: &str, uri: &str) -> Value {
    json!({
        "version": "1.0",
        "context": { "distributionDomainName": "d111111abcdef8.cloudfront.net" },
        "viewer": { "ip": "192.0.2.1" },
        "request": { "method": method, "uri": uri, "querystring": {}, "headers": {}, "cookies": {} },
    })
}

#[tokio::test]
async fn the_source_judges_the_table_as_the_rust_does() {
    for fails in [false, true] {
        let function = JsFunction::read(VIEWER_REQUEST, Some(store(fails))).unwrap();
        for (method, path, query, _) in requests::table() {
            let case = format!("{method} {path}?{query}");
            let said = function.run(&event(method, &path), Some(&query)).await.unwrap();
            let asked = store(fails);
            match judge(method, &path, &query, |name| asked(name)) {
                Ok(()) => {
                    assert_eq!(said["uri"], path.as_str(), "{case}");
                    let host = &said["headers"]["x-screener-host"]["value"];
                    assert_eq!(host, "d111111abcdef8.cloudfront.net", "{case}");
                }
                Err(refusal) => assert_eq!(said["body"]["data"], refusal.body(), "{case}"),
            }
        }
        let bare = function.run(&event("GET", "/videos/x/index.m3u8"), None).await.unwrap();
        assert_eq!(bare["body"]["data"], Refusal::NotPlain.body(), "no query at all");
    }
}

#[tokio::test]
async fn what_does_not_end_or_eats_memory_is_stopped_and_the_next_request_is_served() {
    let source = "function handler(event) {
        if (event.request.uri === '/loop') for (;;) {}
        if (event.request.uri === '/eat') { const all = []; for (;;) all.push('x'.repeat(65536)); }
        if (event.request.uri === '/throw') throw new Error('on purpose');
        if (event.request.uri === '/never') return new Promise(() => {});
        return event.request;
    }";
    let function = JsFunction::read(source, None).unwrap();
    for uri in ["/loop", "/eat", "/throw", "/never"] {
        let failed = function.run(&event("GET", uri), None).await.unwrap_err();
        assert_eq!(failed.contains("on purpose"), uri == "/throw", "{uri}: {failed}");
        let next = function.run(&event("GET", "/good"), None).await.unwrap();
        assert_eq!(next["uri"], "/good", "after {uri}");
    }
    for (source, word) in [
        ("function handler( {", "Unexpected token"),
        ("const nothing = 1;", "handler"),
        (
            "import cf from 'cloudfront'; const store = cf.kvs(); function handler() {}",
            "no key value store",
        ),
    ] {
        let refused = JsFunction::read(source, None).unwrap_err();
        assert!(refused.contains(word), "{refused}");
    }
}

/// The template with another function.
fn edited(code: &str) -> Delivery {
    let mut delivery = own_delivery(EndpointKind::FunctionUrl, "videos");
    let functions = delivery.behaviors.iter_mut().filter_map(|b| b.viewer_request.as_mut());
    functions.for_each(|function| code.clone_into(&mut function.code));
    delivery
}

#[tokio::test]
async fn an_edited_function_behaves_as_edited() {
    // The same rules, told apart by one word.
    let rig = Rig::of(edited(&VIEWER_REQUEST.replace("was taken back", "is gone"))).await;
    rig.video().await;
    let segment = format!("/videos/{VIDEO}/1/1080p/00001.m4s");
    assert_eq!(rig.get(&format!("{segment}?{}", rig.query())).await.status, 200);
    let index = rig.get(&format!("/videos/{VIDEO}/index.m3u8?{}", rig.both())).await;
    assert_eq!(index.status, 200, "{}", index.text());
    screener_edge::LinkStore::at(rig.folder.path())
        .change(|entries| drop(entries.insert(LINK.to_owned(), String::new())))
        .unwrap();
    let begun = std::time::Instant::now();
    let refused = loop {
        let answer = rig.get(&format!("{segment}?{}", rig.query())).await;
        if answer.status == 403 {
            break answer;
        }
        assert!(begun.elapsed().as_secs() < 1, "still served");
    };
    assert!(refused.text().contains("This link is gone."), "{}", refused.text());
    assert_eq!(refused.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_function_may_change_a_request_or_answer_it() {
    let source = "function handler(event) {
        const request = event.request;
        if (request.uri.endsWith('/teapot')) return {
            statusCode: 418, headers: { 'x-pot': { value: 'tea' } }, body: { encoding: 'base64', data: 'dGVh' },
        };
        if (request.uri.endsWith('/broken')) undefined.x;
        request.uri = request.uri.replace('/moved/', '/1080p/');
        return request;
    }";
    let rig = Rig::of(edited(source)).await;
    rig.video().await;
    let ask = async |name: &str| rig.get(&format!("/videos/{VIDEO}/{name}?{}", rig.query())).await;
    let pot = ask("teapot").await;
    assert_eq!(
        (pot.status, pot.header("x-pot"), pot.text()),
        (418, "tea", "tea".to_owned())
    );
    assert_eq!(ask("1/moved/init.mp4").await.text(), "init");
    let broken = ask("broken").await;
    assert_eq!(broken.status, 503);
    assert!(broken.text().contains("invalid or could not run"));
}
