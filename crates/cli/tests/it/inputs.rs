//! Bad input: each with a clear error, exit 1, and no trace in the library.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::stage::Home;

/// Publishes what cannot be published; answers the error, with everything else asserted.
#[track_caller]
fn refused(home: &Home, file: &Path) -> Value {
    let done = home.json(&["publish", file.to_str().unwrap()]);
    assert_eq!(done.code, 1, "{}\n{}", done.stdout, done.stderr);
    assert!(
        done.lines().iter().all(|line| line["event"] != "published"),
        "{}",
        done.stdout
    );
    let error = done.error();
    for field in ["message", "mend"] {
        let text = error[field].as_str().unwrap();
        assert!(
            !text.contains("-109") && !text.contains("AVERROR"),
            "never FFmpeg's bare number: {text}"
        );
    }
    assert!(
        home.json(&["list"]).well().lines().is_empty(),
        "no trace in the library"
    );
    error
}

#[test]
fn what_is_no_film_is_refused_in_words() {
    let home = Home::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert_eq!(refused(&home, &write("empty.mp4", b""))["code"], "empty");
    assert_eq!(refused(&home, &home.path("none.mp4"))["code"], "no_such_file");
    std::fs::create_dir(home.path("folder.mp4")).unwrap();
    assert_eq!(refused(&home, &home.path("folder.mp4"))["code"], "no_films");
    let text = write("text.mp4", &b"This is no film, whatever its name says.\n".repeat(100));
    let error = refused(&home, &text);
    assert!(error["message"].as_str().unwrap().contains("text"), "{error}");
}

#[test]
fn a_playlist_in_disguise_opens_no_other_file() {
    let home = Home::new();
    let other = home.film("other.mp4", 2);
    let secret = home.path("secret.txt");
    std::fs::write(&secret, "the words of a stranger").unwrap();
    for (name, text) in [
        (
            "hls.mp4",
            format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n",
                other.display()
            ),
        ),
        (
            "secret.mp4",
            format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{}\n#EXT-X-ENDLIST\n",
                secret.display()
            ),
        ),
        (
            "concat.mp4",
            format!("ffconcat version 1.0\nfile '{}'\n", other.display()),
        ),
    ] {
        let path = home.path(name);
        std::fs::write(&path, text).unwrap();
        refused(&home, &path);
    }
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(8).any(|window| window == b"stranger"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn a_film_that_ends_too_early_is_refused() {
    let home = Home::new();
    let whole = std::fs::read(home.film("whole.mp4", 3)).unwrap();
    let half = home.path("half.mp4");
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    refused(&home, &half);
}

#[test]
fn a_film_that_may_not_be_read_is_refused() {
    let home = Home::new();
    let film = home.film("locked.mp4", 1);
    std::fs::set_permissions(&film, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&film).is_ok() {
        // Root reads everything: then there is nothing to refuse.
        home.json(&["probe", film.to_str().unwrap()]).well();
        return;
    }
    assert_eq!(refused(&home, &film)["code"], "not_readable");
}

#[test]
fn sound_alone_is_published_as_sound() {
    let home = Home::new();
    let film = home.made("sound.m4a", 3, &["-map", "1:a", "-c:a", "aac"]);
    let done = home.json(&["publish", film.to_str().unwrap()]).well();
    let id = done.event("published")["id"].as_str().unwrap().to_owned();
    let video = home.json(&["show", &id]).well().lines().remove(0);
    let kinds: Vec<_> = video["rungs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rung| rung["kind"].clone())
        .collect();
    assert_eq!(kinds, ["audio"]);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let home = Home::new();
    std::fs::create_dir(home.path("films")).unwrap();
    home.film("films/a b'*?[ü😀.mp4", 1);
    home.film("films/second.mp4", 1);
    std::fs::write(home.path("films/broken.mp4"), b"nothing of a film").unwrap();
    let unnamed = OsStr::from_bytes(b"bad\xff.mp4");
    std::fs::copy(home.path("films/second.mp4"), home.path("films").join(unnamed)).unwrap();
    let done = home.json(&["publish", home.path("films").to_str().unwrap()]);
    assert_eq!(done.code, 1, "one of them failed");
    let lines = done.lines();
    let refused: Vec<_> = lines.iter().filter(|line| line["event"] == "refused").collect();
    assert_eq!(refused.len(), 1, "{}", done.stdout);
    assert_eq!(
        refused[0]["error"]["code"], "wrong_name",
        "it is there, but not in Unicode"
    );
    let count = |name: &str| lines.iter().filter(|line| line["event"] == name).count();
    assert_eq!(
        (count("accepted"), count("published"), count("failed")),
        (3, 2, 1),
        "{}",
        done.stdout
    );
    let mut titles: Vec<_> = home
        .json(&["list"])
        .well()
        .lines()
        .iter()
        .map(|video| video["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort();
    assert_eq!(titles, ["a b'*?[ü😀", "second"]);
}

#[test]
fn a_worker_that_dies_or_babbles_is_told_in_words_and_the_app_lives() {
    let home = Home::new();
    let film = home.film("film.mp4", 1);
    for (script, code) in [
        ("read task; kill -SEGV $$", "worker_died"),
        ("read task; kill -KILL $$", "limits"),
        ("read task; echo why >&2; exit 3", "worker_died"),
        ("read task; echo this is no word", "worker_speech"),
        (
            "read task; echo '{\"event\":\"failed\",\"code\":\"odd\",\"message\":\"m\",\"mend\":\"m\"}'",
            "odd",
        ),
    ] {
        let worker = home.path("worker.sh");
        std::fs::write(&worker, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&worker, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = home.command(&["probe", film.to_str().unwrap(), "--json"]);
        command.env("SCREENER_WORKER", &worker);
        let failed = crate::stage::done(command);
        assert_eq!(
            (failed.code, failed.error()["code"].as_str()),
            (1, Some(code)),
            "{script}"
        );
    }
    let mut command = home.command(&["probe", film.to_str().unwrap(), "--json"]);
    command.env("SCREENER_WORKER", home.path("nowhere"));
    assert_eq!(crate::stage::done(command).error()["code"], "worker_missing");
}

#[test]
fn a_file_that_goes_between_drop_and_encode_fails_its_job_in_words() {
    let home = Home::new();
    let long = home.film("long.mp4", 8);
    let next = home.film("next.mp4", 2);
    let mut publish = home.start(&["publish", long.to_str().unwrap(), next.to_str().unwrap()]);
    publish.event("progress");
    std::fs::remove_file(&next).unwrap();
    let failed = publish.event("failed");
    assert!(
        failed["error"]["message"].as_str().unwrap().contains("next.mp4"),
        "{failed}"
    );
    assert_eq!(publish.ended(), 1);
    let titles: Vec<_> = home
        .json(&["list"])
        .well()
        .lines()
        .iter()
        .map(|video| video["title"].clone())
        .collect();
    assert_eq!(titles, ["long"], "no trace in the library");
}
