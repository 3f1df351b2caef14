//! A part of a film from the terminal: what is typed, what is refused, and what is published of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::stage::Home;

/// A film of eight seconds with two chapters.
fn with_chapters(home: &Home) -> PathBuf {
    let plain = home.film("plain.mp4", 8);
    let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle=Vorspann\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=3000\nEND=8000\ntitle=The rest\n";
    std::fs::write(home.path("chapters.txt"), chapters).unwrap();
    let film = home.path("film.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(&plain)
        .args(["-f", "ffmetadata", "-i"])
        .arg(home.path("chapters.txt"))
        .args(["-map", "0", "-map_chapters", "1", "-c", "copy"])
        .arg(&film)
        .status()
        .unwrap();
    assert!(made.success());
    film
}

fn record(home: &Home, id: &str) -> Value {
    let path = home
        .files()
        .into_iter()
        .find(|path| path.ends_with(Path::new(id).join("video.json")))
        .expect("a record");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_part_is_published_with_its_chapters() {
    let home = Home::new();
    let film = with_chapters(&home);
    let film = film.to_str().unwrap();
    // A destination is still understood after `--to`.
    let done = home
        .json(&["publish", film, "--from", "0:02", "--to", "local", "--to", "5.5"])
        .well();
    let id = done.event("published")["id"].as_str().unwrap().to_owned();
    let found = record(&home, &id);
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 0.05;
    assert!(near(&found["duration"], 3.5), "{found}");
    let chapters = found["chapters"].as_array().unwrap();
    assert_eq!(chapters.len(), 2, "{found}");
    for (chapter, (start, end, title)) in chapters.iter().zip([(0.0, 1.0, "Vorspann"), (1.0, 3.5, "The rest")]) {
        assert!(
            near(&chapter["start"], start) && near(&chapter["end"], end),
            "{chapter}"
        );
        assert_eq!(chapter["title"], title);
    }
    let listed = home.json(&["list"]).well().lines().remove(0);
    assert!(near(&listed["duration"], 3.5), "{listed}");

    let whole = home.json(&["publish", film]).well();
    let found = record(&home, whole.event("published")["id"].as_str().unwrap());
    assert_eq!(found["chapters"][1]["start"], 3.0, "{found}");
    assert!(near(&found["duration"], 8.0), "{found}");
}

#[test]
fn a_part_is_written_and_planned() {
    let home = Home::new();
    let film = home.film("film.mp4", 6);
    let film = film.to_str().unwrap();
    let done = home
        .json(&["transcode", film, "--out", "out", "--from", "1.5", "--to", "0:00:04.5"])
        .well();
    let duration = done.event("finished")["duration"].as_f64().unwrap();
    assert!((duration - 3.0).abs() < 0.03, "{duration}");
    let plan = home.json(&["ladder", film, "--from", "2"]).well().lines().remove(0);
    assert!((plan["duration"].as_f64().unwrap() - 4.0).abs() < 0.03, "{plan}");
    assert_eq!(plan["wishes"]["from"], 2.0);
}

#[test]
fn points_that_cannot_be_are_refused_before_anything_waits() {
    let home = Home::new();
    let film = home.film("film.mp4", 3);
    let film = film.to_str().unwrap();
    let table: &[(&[&str], &str)] = &[
        (&["--from", "soon"], "wrong_time"),
        (&["--from", "-1"], "wrong_time"),
        (&["--from", "0:75"], "wrong_time"),
        (&["--from", "1", "--to", "1:xx"], "no_such_destination"),
        (&["--from", "1", "--to", "1:"], "wrong_time"),
        (&["--from", "1", "--to", "2", "--to", "3"], "wrong_time"),
        (&["--from", "2", "--to", "1"], "wrong_cut"),
        (&["--to", "0"], "wrong_cut"),
        (&["--from", "3"], "wrong_cut"),
        (&["--from", "1", "--to", "60"], "wrong_cut"),
        (&["--from", "1", "--to", "1.01"], "wrong_cut"),
    ];
    for (points, code) in table {
        let mut words = vec!["publish", film];
        words.extend(*points);
        let done = home.json(&words);
        assert_eq!(done.code, 1, "{points:?}: {}", done.stdout);
        assert_eq!(done.error()["code"], *code, "{points:?}");
        if !code.ends_with("destination") {
            let out = format!("out{}", points.concat().replace(['.', ':'], "_"));
            let mut words = vec!["transcode", film, "--out", &out];
            words.extend(*points);
            let done = home.json(&words);
            assert_eq!(
                (done.code, done.error()["code"].as_str()),
                (1, Some(*code)),
                "{points:?}"
            );
        }
    }
    let other = home.film("other.mp4", 3);
    let done = home.json(&["publish", film, other.to_str().unwrap(), "--from", "1"]);
    assert_eq!((done.code, done.error()["code"].as_str()), (1, Some("wrong_cut")));
    assert!(home.json(&["jobs"]).well().lines().is_empty());
    assert!(home.json(&["list"]).well().lines().is_empty());
}
