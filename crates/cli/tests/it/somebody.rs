//! Links for somebody: named, counted, taken back, given back, behind a password; and two computers that agree.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::stage::{Home, done, first_uri, get, join, parameter};

/// Asks again until it is as wanted; what a viewer or a log brings about has no event here.
fn until<T: std::fmt::Debug>(what: &str, look: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let begun = Instant::now();
    loop {
        let seen = look();
        if wanted(&seen) {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}: {seen:?}");
        std::thread::yield_now();
    }
}

/// Fetches a film as a player does, up to so many segments of its first rung.
fn watch(link: &str, segments: usize) -> usize {
    let (status, index) = get(link);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&index));
    let playlist = join(link, &first_uri(&index));
    let (status, media) = get(&playlist);
    assert_eq!(status, 200);
    let text = String::from_utf8(media).unwrap();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    for line in lines.iter().take(segments) {
        assert!(line.contains(".m4s?l="), "{line}");
        assert_eq!(get(&join(&playlist, line)).0, 200);
    }
    lines.len()
}

fn links(home: &Home, id: &str) -> Vec<Value> {
    home.json(&["links", id]).well().lines()
}

fn one(home: &Home, id: &str, l: &str) -> Value {
    let found = links(home, id).into_iter().find(|link| link["link"] == l);
    found.unwrap_or_else(|| panic!("no link {l}"))
}

#[test]
fn a_link_tells_who_watched_and_is_taken_back() {
    let home = Home::new();
    let film = home.film("film.mp4", 9);
    let mut publish = home.start(&["publish", film.to_str().unwrap(), "--serve"]);
    let published = publish.event("published");
    let id = published["id"].as_str().unwrap();
    assert!(published["link"].as_str().unwrap().contains("index.m3u8?l="));

    let anna = home
        .json(&["link", id, "--name", " Anna,  distribution "])
        .well()
        .lines()
        .remove(0);
    let ben = home.json(&["link", id, "--name", "Ben"]).well().lines().remove(0);
    let carl = home.json(&["link", id, "--name", "Carl"]).well().lines().remove(0);
    let text = |link: &Value, field: &str| link[field].as_str().unwrap().to_owned();
    for link in [&anna, &ben, &carl] {
        let l = text(link, "l");
        assert_eq!(parameter(&text(link, "link"), "l"), Some(l.as_str()));
        assert!(text(link, "page").contains(&format!("{id}?l={l}&Policy=")));
    }
    assert_eq!(one(&home, id, &text(&anna, "l"))["name"], "Anna, distribution");
    assert_eq!(one(&home, id, &text(&anna, "l"))["state"], "not_opened");

    // One watches half, one wholly, one not at all.
    let all = watch(&text(&ben, "link"), usize::MAX);
    assert!(all >= 3, "{all} segments");
    watch(&text(&anna, "link"), 1);
    let ben_seen = until(
        "Ben's view",
        || one(&home, id, &text(&ben, "l")),
        |link| link["state"] == "watched",
    );
    assert_eq!(ben_seen["views"], 1);
    assert!((ben_seen["seconds"].as_f64().unwrap() - 9.0).abs() < 0.1, "{ben_seen}");
    let anna_seen = until(
        "Anna's view",
        || one(&home, id, &text(&anna, "l")),
        |link| link["state"] == "opened",
    );
    let seconds = anna_seen["seconds"].as_f64().unwrap();
    assert!(seconds > 0.5 && seconds < 4.5, "{anna_seen}");
    assert_eq!(one(&home, id, &text(&carl, "l"))["state"], "not_opened");
    let viewed = home.json(&["views", id]).well().lines();
    assert_eq!(viewed.len(), 4, "the link of the publishing, and three for somebody");
    assert_eq!(viewed.iter().filter(|link| link["views"] == 1).count(), 2);

    // Taken back: within a second refused, and said why; given back, it opens again.
    let (open, l) = (text(&ben, "link"), text(&ben, "l"));
    home.json(&["revoke", &l]).well();
    let refused = until("a refusal", || get(&open), |(status, _)| *status == 403);
    assert!(String::from_utf8(refused.1).unwrap().contains("\"taken_back\""));
    assert_eq!(one(&home, id, &l)["state"], "taken_back");
    assert_eq!(get(&text(&anna, "link")).0, 200, "other links are not touched");
    home.json(&["revoke", "--undo", &l]).well();
    until("its return", || get(&open).0, |status| *status == 200);
    assert_eq!(one(&home, id, &l)["state"], "watched");

    // All made so far; the next one opens, although it is of the same minute.
    home.json(&["revoke", "--video", id]).well();
    for link in [&anna, &ben, &carl] {
        until("a refusal", || get(&text(link, "link")).0, |status| *status == 403);
    }
    assert_eq!(
        until(
            "a refusal",
            || get(published["link"].as_str().unwrap()).0,
            |s| *s == 403
        ),
        403
    );
    assert!(links(&home, id).iter().all(|link| link["state"] == "taken_back"));
    let next = home.json(&["link", id]).well().lines().remove(0);
    assert_eq!(get(&text(&next, "link")).0, 200);

    assert_eq!(home.json(&["revoke", "aaaaaaaaaa"]).error()["code"], "no_such_link");
    assert_eq!(home.json(&["revoke", "nonsense"]).error()["code"], "no_such_link");
    assert_eq!(home.json(&["revoke"]).code, 2);
    publish.signal("INT");
    assert_eq!(publish.ended(), 0);
}

#[test]
fn a_list_of_names_makes_a_link_each_and_a_password_closes_them() {
    let home = Home::new();
    let film = home.film("film.mp4", 3);
    let published = home
        .json(&["publish", film.to_str().unwrap()])
        .well()
        .event("published");
    let id = published["id"].as_str().unwrap();
    let table = home.path("names.csv");
    std::fs::write(&table, "Name;E-Mail\nAnna;a@b.example\n\"Ben; B\";\nJ\u{fc}rgen;x\n").unwrap();
    let made = home
        .json(&["link", id, "--names", table.to_str().unwrap()])
        .well()
        .lines();
    let names: Vec<_> = made
        .iter()
        .map(|link| link["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["Anna", "Ben; B", "J\u{fc}rgen"]);
    let mut own: Vec<_> = made.iter().map(|link| link["l"].as_str().unwrap().to_owned()).collect();
    own.sort();
    own.dedup();
    assert_eq!(own.len(), 3);
    std::fs::write(&table, "\n\n").unwrap();
    assert_eq!(
        home.json(&["link", id, "--names", table.to_str().unwrap()]).error()["code"],
        "no_names"
    );

    let password = "korbel-of-the-tests";
    let mut command = home.command(&[
        "--key-store",
        "file",
        "--json",
        "link",
        id,
        "--name",
        "Dora",
        "--password-stdin",
    ]);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("{password}\n").as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let locked: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (locked["link"].is_null(), &locked["password"]),
        (true, &Value::Bool(true))
    );
    let page = locked["page"].as_str().unwrap();
    assert!(page.contains("/watch/index.html#locked.1."), "{page}");
    assert!(!page.contains("Policy") && !page.contains(id));
    let mut empty = home.command(&["--key-store", "file", "--json", "link", id, "--password-stdin"]);
    empty.stdin(Stdio::null());
    assert_eq!(done(empty).error()["code"], "empty_password");

    // What opens a link stands in no file of ours.
    let page = made[0]["page"].as_str().unwrap();
    let secrets = [
        parameter(page, "Policy").unwrap(),
        parameter(page, "Signature").unwrap(),
        password,
    ];
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds {secret}", file.display());
        }
    }
}

#[test]
fn two_computers_on_one_destination_agree() {
    let elsewhere = Home::new();
    let mut store = elsewhere.start(&["serve"]);
    store.event("serving");
    let s3 = elsewhere.s3();
    let computer = || {
        let home = Home::new();
        home.publishes_to(&s3);
        home
    };
    let (one_of_two, other) = (computer(), computer());
    let film = one_of_two.film("film.mp4", 3);
    let published = one_of_two
        .json(&["publish", film.to_str().unwrap()])
        .well()
        .event("published");
    let id = published["id"].as_str().unwrap();
    let anna = one_of_two
        .json(&["link", id, "--name", "Anna"])
        .well()
        .lines()
        .remove(0);
    let l = anna["l"].as_str().unwrap();

    other.json(&["list", "--refresh"]).well();
    assert_eq!(one(&other, id, l)["name"], "Anna");
    let ben = other.json(&["link", id, "--name", "Ben"]).well().lines().remove(0);
    assert_eq!(one(&one_of_two, id, ben["l"].as_str().unwrap())["name"], "Ben");
    // Taken back by the one that did not make it.
    other.json(&["revoke", l]).well();
    assert_eq!(one(&one_of_two, id, l)["state"], "taken_back");
    let mut edge = one_of_two.start(&["serve"]);
    edge.event("serving");
    assert_eq!(get(anna["link"].as_str().unwrap()).0, 403);
    one_of_two.json(&["revoke", "--undo", l]).well();
    assert_eq!(one(&other, id, l)["state"], "not_opened");
    until(
        "its return",
        || get(anna["link"].as_str().unwrap()).0,
        |status| *status == 200,
    );

    // The records go with the film.
    let records = || {
        let folder = elsewhere.data().join("edge/s3/screener/links");
        elsewhere
            .files()
            .into_iter()
            .filter(|file| file.starts_with(&folder))
            .count()
    };
    assert_eq!(records(), 3);
    other.json(&["rm", id]).well();
    assert_eq!(records(), 0);
}
