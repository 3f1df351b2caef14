//! Rules, the delivery chain, and stores elsewhere.

use serde_json::Value;

use crate::stage::{Home, get, play};

fn broken(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    let musts = findings.iter().filter(|finding| finding["level"] == "must");
    musts
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_made_here_breaks_no_must_and_what_is_spoiled_does() {
    let home = Home::new();
    let film = home.film("film.mp4", 8);
    let out = home.path("out");
    let folder = out.to_str().unwrap();
    home.json(&["transcode", film.to_str().unwrap(), "--out", folder])
        .well();
    let whole = home.json(&["check", folder]).lines().remove(0);
    assert_eq!(broken(&whole), Vec::<String>::new(), "{whole}");
    assert!(whole["rules"].as_u64().unwrap() > 30 && whole["playlists"].as_u64().unwrap() >= 3);
    let alone = home
        .json(&["check", out.join("index.m3u8").to_str().unwrap()])
        .well()
        .lines()
        .remove(0);
    assert_eq!(alone["findings"], whole["findings"]);

    let index = out.join("index.m3u8");
    let text = std::fs::read_to_string(&index).unwrap();
    let spoiled: Vec<_> = text.lines().map(|line| line.replace(",mp4a.40.2", "")).collect();
    std::fs::write(&index, spoiled.join("\n")).unwrap();
    std::fs::remove_file(out.join("360p/index.m3u8")).unwrap();
    let failed = home.json(&["check", folder]);
    assert_eq!(failed.code, 1);
    let report = failed.lines().remove(0);
    assert!(broken(&report).len() >= 2, "{report}");
    for finding in report["findings"].as_array().unwrap() {
        for field in ["rule", "level", "playlist", "message", "value", "mend"] {
            assert!(
                finding[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field} of {finding}"
            );
        }
    }
    assert_eq!(home.json(&["check", "none"]).error()["code"], "no_such_file");
    let empty = home.path("empty");
    std::fs::create_dir(&empty).unwrap();
    assert_eq!(
        home.json(&["check", empty.to_str().unwrap()]).error()["code"],
        "no_playlist"
    );
}

#[test]
fn a_signed_link_is_judged_and_the_chain_is_walked() {
    let home = Home::new();
    let film = home.film("film.mp4", 4);
    let mut publish = home.start(&["publish", film.to_str().unwrap(), "--serve"]);
    let link = publish.event("published")["link"].as_str().unwrap().to_owned();
    let judged = home.json(&["check", &link]);
    let report = judged.lines().remove(0);
    assert_eq!((judged.code, broken(&report)), (0, Vec::new()), "{report}");
    assert!(
        !judged.stdout.contains("Signature="),
        "the signature is not printed again"
    );
    let refused = home.json(&["check", link.split('?').next().unwrap()]);
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (1, Some("not_allowed"))
    );

    for verb in [&["doctor"][..], &["doctor", "local"], &["destination", "test"]] {
        let report = home.json(verb).well().lines().remove(0);
        assert_eq!(report["ok"], true, "{report}");
        assert!(report["steps"].as_array().unwrap().len() > 10);
    }
    // A key that is removed ends its links, and the chain goes on with the next one.
    let key = home.json(&["key", "list"]).well().lines().remove(0);
    home.json(&["key", "remove", key["id"].as_str().unwrap()]).well();
    while get(&link).0 != 403 {
        std::thread::yield_now();
    }
    let mended = home.json(&["doctor"]).well().lines().remove(0);
    assert_eq!(mended["ok"], true, "{mended}");
    assert_eq!(home.json(&["doctor", "none"]).error()["code"], "no_such_destination");
    publish.signal("INT");
    assert_eq!(publish.ended(), 0);
}

#[test]
fn a_store_elsewhere_is_watched_through_the_local_edge() {
    let elsewhere = Home::new();
    let mut store = elsewhere.start(&["serve"]);
    store.event("serving");
    let s3 = elsewhere.s3();
    let home = Home::new();
    home.publishes_to(&s3);
    let mut edge = home.start(&["serve"]);
    edge.event("serving");
    let tested = home.json(&["destination", "test", "store"]).well().lines().remove(0);
    assert_eq!(tested["ok"], true, "{tested}");
    let film = home.film("film.mp4", 3);
    let published = home
        .json(&["publish", film.to_str().unwrap()])
        .well()
        .event("published");
    let link = published["link"].as_str().unwrap();
    assert!((play(link) - 3.0).abs() < 0.06);
    let secret = s3["secret_key"].as_str().unwrap();
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
            "{}",
            file.display()
        );
    }
    home.json(&["rm", published["id"].as_str().unwrap()]).well();
    assert_eq!(get(link).0, 404);
    let left = elsewhere
        .files()
        .into_iter()
        .filter(|file| file.starts_with(elsewhere.data().join("edge/s3/screener")));
    assert_eq!(left.count(), 0, "nothing is left in the bucket");
}
