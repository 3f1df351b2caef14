//! The table of requests that every form of the viewer-request function is judged by.

use std::collections::BTreeMap;

/// A video's id, in all but the requests that say otherwise.
const VIDEO: &str = "mfrggzdfmztwq2lknnwg23tpob";
/// `m` is minute 12 of 32 × 32 × 32 × 32; its five last letters are random.
const LINK: &str = "aaaamqx7ab";

/// What the store holds in the table.
pub fn entries() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("takenbackx", "1"),
        ("emptyvalue", ""),
        ("videoxtakenxbackxminutexaa", "13"),
        ("videoxtakenxbackxsameminut", "12"),
        ("videoxtakenxbackxbefore222", "11"),
        ("videoxwithxaxdamagedxentry", "soon"),
        ("videoxwithxaxnegativexentr", "-1"),
        ("videoxwithxtoolongxentryxx", "1234567890"),
    ])
}

/// Method, path, query, and the code of the refusal or `ok`.
#[expect(clippy::too_many_lines, reason = "a table")]
pub fn table() -> Vec<(&'static str, String, String, &'static str)> {
    let path = |rest: &str| format!("/videos/{VIDEO}/{rest}");
    let whole = format!(
        "l={LINK}&cf-Policy=eyJ_~-&cf-Signature=Ab9&cf-Key-Pair-Id=K2JC&Policy=eyJ_~-&Signature=Ab9&Key-Pair-Id=K2JC"
    );
    let mut table = vec![
        ("GET", path("index.m3u8"), whole.clone(), "ok"),
        ("HEAD", path("index.m3u8"), whole.clone(), "ok"),
        (
            "GET",
            path("1/1080p/00001.m4s"),
            format!("l={LINK}&Policy=a&Signature=b&Key-Pair-Id=c&Hash-Algorithm=SHA256"),
            "ok",
        ),
        (
            "GET",
            path("1/1080p/00001.m4s"),
            format!("l={LINK}&Expires=1&Signature=b&Key-Pair-Id=c"),
            "ok",
        ),
        ("GET", path("1/1080p/00001.m4s"), format!("l={LINK}"), "ok"),
        ("GET", "/a/b/video.json".to_owned(), format!("l={LINK}"), "ok"),
        ("GET", "/".to_owned(), format!("l={LINK}"), "ok"),
        ("OPTIONS", path("index.m3u8"), String::new(), "ok"),
        ("OPTIONS", "/videos/../x".to_owned(), "l=takenbackx".to_owned(), "ok"),
        ("GET", path("index.m3u8"), "l=takenbackx".to_owned(), "taken_back"),
        ("GET", path("index.m3u8"), "l=emptyvalue".to_owned(), "taken_back"),
        (
            "HEAD",
            path("1/1080p/00001.m4s"),
            "l=takenbackx&Policy=a".to_owned(),
            "taken_back",
        ),
        (
            "GET",
            "/videos/videoxtakenxbackxminutexaa/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "taken_back",
        ),
        (
            "GET",
            "/videos/videoxtakenxbackxsameminut/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "ok",
        ),
        (
            "GET",
            "/videos/videoxtakenxbackxbefore222/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "ok",
        ),
        (
            "GET",
            "/my/shop/videoxtakenxbackxminutexaa/1/a/2.ts".to_owned(),
            format!("l={LINK}"),
            "taken_back",
        ),
        (
            "GET",
            "/videos/videoxwithxaxdamagedxentry/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "unsure",
        ),
        (
            "GET",
            "/videos/videoxwithxaxnegativexentr/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "unsure",
        ),
        (
            "GET",
            "/videos/videoxwithxtoolongxentryxx/index.m3u8".to_owned(),
            format!("l={LINK}"),
            "unsure",
        ),
        (
            "GET",
            "/videos/videoxwithxaxdamagedxentry/index.m3u8".to_owned(),
            "l=takenbackx".to_owned(),
            "taken_back",
        ),
    ];
    let wrong_queries = [
        String::new(),
        "l=".to_owned(),
        "l".to_owned(),
        "l=aaaamqx7a".to_owned(),
        "l=aaaamqx7abc".to_owned(),
        "l=aaaamqx7a1".to_owned(),
        "l=AAAAMQX7AB".to_owned(),
        "l=aaaamqx7%61b".to_owned(),
        "L=aaaamqx7ab".to_owned(),
        "%6c=aaaamqx7ab".to_owned(),
        format!("?l={LINK}"),
        format!("&l={LINK}"),
        format!("l={LINK}&"),
        format!("l={LINK}&&Policy=a"),
        format!("Policy=a&l={LINK}"),
        format!("l={LINK}&l={LINK}"),
        format!("l={LINK}&l=takenbackx"),
        format!("l=takenbackx&l={LINK}"),
        format!("l={LINK}&xl=takenbackx"),
        format!("l={LINK}&cf-l=takenbackx"),
        format!("l={LINK}&cf-Policy=l=takenbackx"),
        format!("l={LINK}&Policy=a%3d"),
        format!("l={LINK}&Policy=a+b"),
        format!("l={LINK}&Policy="),
        format!("l={LINK}&Policy"),
        format!("l={LINK}&=a"),
        format!("l={LINK}&Policy=a&Policy=b"),
        format!("l={LINK}&policy=a"),
        format!("l={LINK}&cf-cf-Policy=a"),
        format!("l={LINK}&own=parameter"),
        format!("l={LINK}&Policy=a;Signature=b"),
        format!("l={LINK}&Policy=a#b"),
        format!("l={LINK}&Policy=ä"),
    ];
    table.extend(wrong_queries.map(|query| ("GET", path("index.m3u8"), query, "not_plain")));
    let wrong_paths = [
        "index.m3u8",
        "/videos/../index.m3u8",
        "/videos//index.m3u8",
        "/videos/a..b",
        "/videos/%2e%2e/x",
        "/a%20b",
        "/a b",
        "/a=b",
        "/l=takenbackx",
        "/a?b",
        "/a&b",
        "/a+b",
        "/ä",
        "/a~b",
        "/a*",
        "/a:b",
        "/a\\b",
        "",
    ];
    table.extend(wrong_paths.map(|path| ("GET", path.to_owned(), format!("l={LINK}"), "not_plain")));
    table
}
