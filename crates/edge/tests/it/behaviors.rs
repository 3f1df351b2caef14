//! Path patterns: precedence, matching on the normalised path, the raw path at the origin.

use screener_edge::{matches, normalize};

use crate::rig::{Rig, VIDEO};

#[test]
fn patterns_know_two_wildcards_and_case() {
    for (pattern, text, expected) in [
        ("*.m3u8", "videos/a/index.m3u8", true),
        ("*.m3u8", "index.m3u8", true),
        ("*.m3u8", "index.M3U8", false),
        ("*.m3u8", "index.m3u8.ts", false),
        ("watch/*", "watch/index.html", true),
        ("watch/*", "watch/", true),
        ("watch/*", "watch", false),
        ("watch/*", "a/watch/index.html", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*a*b*c", "xxaxxbxxbxc", true),
        ("[ab]*", "[ab]x", true),
        ("[ab]*", "a", false),
        ("*", "", true),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} against {text}");
    }
}

#[test]
fn paths_are_normalised_for_patterns_alone() {
    for (path, expected) in [
        ("/videos/a/index.m3u8", "/videos/a/index.m3u8"),
        ("/watch/../videos/a.ts", "/videos/a.ts"),
        ("/watch/%2e%2e/videos/a.ts", "/videos/a.ts"),
        ("/a//b///c", "/a/b/c"),
        ("/a/./b/", "/a/b/"),
        ("/../../a", "/a"),
        ("/%77atch/x", "/watch/x"),
        ("/a%2Fb", "/a%2Fb"),
        ("/a%", "/a%"),
        ("/a%zz", "/a%zz"),
        ("/", "/"),
    ] {
        assert_eq!(normalize(path), expected, "{path}");
    }
}

#[tokio::test]
async fn precedence_is_playlists_then_page_then_bucket() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    rig.put("watch/list.m3u8", "application/vnd.apple.mpegurl", "#EXTM3U\n")
        .await;
    // A playlist below watch/ is the endpoint's all the same, and needs a signature.
    assert_eq!(rig.get("/watch/list.m3u8").await.status, 403);
    assert_eq!(rig.get("/watch/index.html").await.status, 200);
    assert_eq!(rig.get(&format!("/videos/{VIDEO}/1/1080p/00001.m4s")).await.status, 403);
}

#[tokio::test]
async fn the_page_is_public_and_no_way_to_anything_else() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let segment = format!("videos/{VIDEO}/1/1080p/00001.m4s");
    for path in [
        format!("/watch/../{segment}"),
        format!("/watch/%2e%2e/{segment}"),
        format!("/watch/%2E%2E/{segment}"),
        format!("/watch/..%2f{segment}"),
        format!("/watch//../{segment}"),
        format!("/watch/..\\{segment}").replace('\\', "%5c"),
        "/watch/../../edge.json".to_owned(),
        "/watch/%2e%2e/%2e%2e/edge.json".to_owned(),
        "/watch/..%2f..%2fedge.json".to_owned(),
        "/watch/%00".to_owned(),
        "/watch/".to_owned(),
        "/watch".to_owned(),
        "/".to_owned(),
        "/edge.json".to_owned(),
        "/.screener/instance".to_owned(),
    ] {
        let answer = rig.get(&path).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_signed_path_reaches_no_other_video_and_no_file() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let other = "zyxwvutsrqponmlkjihgfedcba";
    rig.put(
        &format!("videos/{other}/index.m3u8"),
        "application/vnd.apple.mpegurl",
        "#EXTM3U\nsecret\n",
    )
    .await;
    rig.put(&format!("videos/{other}/1/a.m4s"), "video/mp4", "secret").await;
    let both = rig.both();
    for path in [
        format!("/videos/{VIDEO}/../{other}/index.m3u8"),
        format!("/videos/{VIDEO}/../{other}/1/a.m4s"),
        format!("/videos/{VIDEO}/%2e%2e/{other}/1/a.m4s"),
        format!("/videos/{VIDEO}/%2e%2e/{other}/index.m3u8"),
        format!("/videos/{VIDEO}/..%2f{other}/index.m3u8"),
        format!("/videos/{VIDEO}/../../../edge.json"),
        format!("/videos/{VIDEO}/../../../../keys/KTEST1.pem"),
        format!("/videos/{VIDEO}/%2e%2e/%2e%2e/%2e%2e/edge.json"),
        format!("/videos/{VIDEO}//index.m3u8"),
    ] {
        let answer = rig.get(&format!("{path}?{both}")).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn there_is_no_listing_and_no_index() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let query = rig.query();
    for path in [format!("/videos/{VIDEO}/"), format!("/videos/{VIDEO}/1")] {
        let answer = rig.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text().contains("<Code>AccessDenied</Code>"));
    }
    let listing = rig.get(&format!("/videos/{VIDEO}/1/?{query}&list-type=2")).await;
    assert_eq!(listing.status, 403);
}

#[tokio::test]
async fn another_name_for_this_computer_gets_nothing() {
    let rig = Rig::start(super::ENDPOINT).await;
    let port = rig.edge.address().port();
    let hosts = [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        String::new(),
    ];
    for host in hosts {
        let answer = rig.ask("GET", "/watch/index.html", &[("host", &host)]).await;
        assert_eq!(answer.status, 403, "{host}");
    }
    let answer = rig
        .ask("GET", "/watch/index.html", &[("host", &format!("localhost:{port}"))])
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn methods_that_change_things_are_refused() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = rig
            .ask(method, &format!("/videos/{VIDEO}/index.m3u8?{}", rig.both()), &[])
            .await;
        assert_eq!(answer.status, 403, "{method}");
        assert!(answer.text().contains("not configured to allow"));
    }
}
