//! One table of requests, judged by the Rust and, in Node with a stand-in for the key value store, by what CloudFront runs.

use std::process::Command;

use screener_template::{Refusal, Unreadable, VIEWER_REQUEST, judge};
use serde_json::{Value, json};

use crate::requests::{entries, table};

#[test]
fn the_rust_judges_the_table() {
    let entries = entries();
    for (method, path, query, wanted) in table() {
        let verdict = judge(method, &path, &query, |key| {
            Ok(entries.get(key).map(|value| (*value).to_owned()))
        });
        let code = verdict.map_or_else(Refusal::code, |()| "ok");
        assert_eq!(code, wanted, "{method} {path}?{query}");
        let unreadable = judge(method, &path, &query, |_| Err(Unreadable));
        let code = unreadable.map_or_else(Refusal::code, |()| "ok");
        let wanted = match wanted {
            _ if method == "OPTIONS" => "ok",
            "not_plain" => "not_plain",
            _ => "unsure",
        };
        assert_eq!(code, wanted, "without a store: {method} {path}?{query}");
    }
}

/// Runs the function in Node over the table, with a store as the Developer Guide describes it.
fn by_node(requests: &[Value], fails: bool) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let module = folder.path().join("node_modules/cloudfront");
    std::fs::create_dir_all(&module).expect("a folder");
    let package = json!({"name": "cloudfront", "type": "module", "main": "index.js"});
    std::fs::write(module.join("package.json"), package.to_string()).expect("written");
    let store = format!(
        "const entries = new Map(Object.entries({}));
         const ask = (answer) => {} ? Promise.reject(new Error('the store does not answer')) : Promise.resolve(answer);
         export default {{ kvs: () => ({{
             exists: (key) => ask(entries.has(key)),
             get: (key) => (entries.has(key) ? ask(entries.get(key)) : Promise.reject(new Error('KeyNotFound'))),
         }}) }};",
        json!(entries()),
        fails
    );
    std::fs::write(module.join("index.js"), store).expect("written");
    std::fs::write(
        folder.path().join("function.mjs"),
        format!("{VIEWER_REQUEST}\nexport {{ handler }};\n"),
    )
    .expect("written");
    let run = format!(
        "import {{ handler }} from './function.mjs';
         const answers = [];
         for (const {{ method, uri, query }} of {}) {{
             const headers = {{ 'x-screener-host': {{ value: 'evil.example' }} }};
             const request = {{ method, uri, querystring: {{}}, headers, cookies: {{}}, rawQueryString: () => query }};
             const context = {{ distributionDomainName: 'd111111abcdef8.cloudfront.net' }};
             const before = JSON.stringify({{ method, uri }});
             const answer = await handler({{ version: '1.0', context, viewer: {{ ip: '192.0.2.1' }}, request }});
             if (before !== JSON.stringify({{ method: request.method, uri: request.uri }})) throw new Error('changed');
             answers.push(answer);
         }}
         console.log(JSON.stringify(answers));",
        json!(requests)
    );
    std::fs::write(folder.path().join("run.mjs"), run).expect("written");
    let output = Command::new("node")
        .arg(folder.path().join("run.mjs"))
        .output()
        .expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_source_for_cloudfront_judges_it_alike() {
    let table = table();
    let mut requests: Vec<_> = table
        .iter()
        .map(|(method, path, query, _)| json!({"method": method, "uri": path, "query": query}))
        .collect();
    // What `rawQueryString` gives where there is no `?` at all.
    requests.push(json!({"method": "GET", "uri": "/videos/x/index.m3u8"}));
    for fails in [false, true] {
        let answers = by_node(&requests, fails);
        assert_eq!(answers.len(), table.len() + 1);
        assert_eq!(answers[table.len()]["statusCode"], 403);
        for ((method, path, query, wanted), answer) in table.iter().zip(&answers) {
            let wanted = match *wanted {
                "ok" | "taken_back" | "unsure" if fails && *method != "OPTIONS" => "unsure",
                wanted => wanted,
            };
            let case = format!("{method} {path}?{query}");
            if wanted == "ok" {
                assert_eq!(answer["statusCode"], Value::Null, "{case}");
                let host = &answer["headers"]["x-screener-host"]["value"];
                assert_eq!(host, "d111111abcdef8.cloudfront.net", "{case}");
                continue;
            }
            assert_eq!(answer["statusCode"], 403, "{case}");
            assert_eq!(answer["headers"]["cache-control"]["value"], "no-store", "{case}");
            assert_eq!(answer["headers"]["access-control-allow-origin"]["value"], "*", "{case}");
            let body = answer["body"]["data"].as_str().expect("a text");
            let entries = entries();
            let refusal = judge(method, path, query, |key| {
                if fails {
                    Err(Unreadable)
                } else {
                    Ok(entries.get(key).map(|value| (*value).to_owned()))
                }
            });
            let refusal = refusal.expect_err("the Rust refuses it, too");
            assert_eq!(refusal.code(), wanted, "{case}");
            assert_eq!(body, refusal.body(), "both say the same: {case}");
        }
    }
}

#[test]
fn cloudfront_takes_the_source() {
    assert!(
        VIEWER_REQUEST.len() < 10 * 1024,
        "{} bytes of 10 kB",
        VIEWER_REQUEST.len()
    );
    assert!(VIEWER_REQUEST.is_ascii());
    // What the runtime does not know, or only in part.
    for word in [
        "require(",
        "Promise.all",
        ".then(",
        "setTimeout",
        "fetch(",
        "eval(",
        "new Function",
        "export ",
    ] {
        assert!(!VIEWER_REQUEST.contains(word), "{word}");
    }
    assert!(VIEWER_REQUEST.contains("async function handler(event)"));
}
