//! The terminal contract: shapes, exit codes, errors.

use std::process::Stdio;

use crate::stage::{Home, done};

#[test]
fn wrong_usage_is_2_in_words_and_as_json() {
    let home = Home::new();
    for wrong in [
        &["frobnicate"][..],
        &["publish"],
        &["list", "--frob"],
        &["sign", "http://a/b"],
        &["transcode", "a.mp4"],
    ] {
        let words = home.run(wrong);
        assert_eq!((words.code, words.stdout.as_str()), (2, ""), "{wrong:?}");
        assert!(words.stderr.starts_with("error: "), "{}", words.stderr);
        let json = home.json(wrong);
        assert_eq!((json.code, json.stdout.as_str()), (2, ""), "{wrong:?}");
        assert_eq!(json.error()["code"], "usage");
    }
    assert_eq!(home.json(&[]).error()["code"], "usage");
    assert_eq!(home.json(&[]).code, 2);
    let help = home.run(&["--help"]).well();
    for verb in [
        "publish",
        "transcode",
        "probe",
        "ladder",
        "check",
        "rewrite",
        "sign",
        "link",
        "show",
        "list",
        "jobs",
        "serve",
        "doctor",
    ] {
        assert!(help.stdout.contains(verb), "{verb}");
    }
    assert!(home.run(&["--version"]).well().stdout.starts_with("screener "));
    assert!(!home.data().exists(), "asking for help leaves nothing behind");
}

#[test]
fn global_flags_stand_before_and_after_the_verb() {
    let home = Home::new();
    let elsewhere = home.path("elsewhere");
    let folder = elsewhere.to_str().unwrap();
    for arguments in [
        [
            "--json",
            "--data-dir",
            folder,
            "--key-store",
            "file",
            "destination",
            "list",
        ],
        [
            "destination",
            "list",
            "--json",
            "--data-dir",
            folder,
            "--key-store",
            "file",
        ],
    ] {
        let listed = done(home.command(&arguments)).well();
        let lines = listed.lines();
        assert_eq!(
            (lines[0]["name"].as_str(), lines[0]["kind"].as_str()),
            (Some("local"), Some("local"))
        );
    }
    assert!(
        elsewhere.is_dir() && !home.data().exists(),
        "--data-dir goes before SCREENER_HOME"
    );
}

#[test]
fn what_is_not_there_is_named_with_its_mend() {
    let home = Home::new();
    let nobody = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (arguments, code) in [
        (&["show", nobody][..], "no_such_video"),
        (&["show", "../../etc"], "no_such_video"),
        (&["link", nobody], "no_such_video"),
        (&["rename", nobody, "T"], "no_such_video"),
        (&["rm", nobody], "no_such_video"),
        (&["poster", nobody, "1"], "no_such_video"),
        (&["pause", "aaaaaaaaaaaaaaaa"], "no_such_job"),
        (&["cancel", "aaaaaaaaaaaaaaaa"], "no_such_job"),
        (&["retry", "x"], "no_such_job"),
        (&["move", "aaaaaaaaaaaaaaaa", "0"], "no_such_job"),
        (&["resume", "aaaaaaaaaaaaaaaa"], "no_such_job"),
        (&["probe", "none.mp4"], "no_such_file"),
        (&["ladder", "none.mp4"], "no_such_file"),
        (&["destination", "remove", "none"], "no_such_destination"),
        (&["key", "remove", "KNONE"], "no_such_key"),
        (&["aws", "plan", "--region", "cn-north-1"], "partition"),
    ] {
        let failed = home.json(arguments);
        assert_eq!(failed.code, 1, "{arguments:?}: {}", failed.stderr);
        assert_eq!(failed.error()["code"], code, "{arguments:?}");
        let words = home.run(arguments);
        assert!(
            words.code == 1 && words.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            words.stderr
        );
    }
    assert!(home.json(&["list"]).well().lines().is_empty());
    assert!(home.json(&["jobs"]).well().lines().is_empty());
    assert_eq!(home.json(&["resume"]).well().lines().len(), 0);
}

#[test]
fn without_a_passphrase_the_key_file_is_not_made() {
    let home = Home::new();
    let film = home.film("film.mp4", 1);
    let mut command = home.command(&["publish", film.to_str().unwrap(), "--key-store", "file", "--json"]);
    command.env_remove("SCREENER_KEY_PASSPHRASE");
    let refused = done(command);
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (1, Some("no_passphrase"))
    );
    assert!(home.json(&["jobs"]).well().lines().is_empty());
    home.run(&["key", "new"]).well();
    let mut command = home.command(&["key", "new", "--key-store", "file", "--json"]);
    command.env("SCREENER_KEY_PASSPHRASE", "another");
    assert_eq!(done(command).error()["code"], "wrong_passphrase");
}

#[test]
fn without_a_keychain_it_says_so_and_chooses_nothing_else() {
    let home = Home::new();
    let mut command = home.command(&["key", "new", "--json"]);
    command
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env_remove("DISPLAY");
    let refused = done(command);
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (1, Some("no_keychain"))
    );
    assert!(refused.error()["mend"].as_str().unwrap().contains("--key-store file"));
    assert!(!home.data().join("keys.age").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = Home::new();
    let mut child = home
        .command(&["destination", "list", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn destinations_are_added_tried_for_sense_and_forgotten() {
    let home = Home::new();
    let key = home.path("key.pem");
    let made = std::process::Command::new("openssl")
        .args(["genrsa", "-out"])
        .arg(&key)
        .arg("2048")
        .output()
        .unwrap();
    assert!(made.status.success());
    let key = key.to_str().unwrap();
    let aws = [
        "destination",
        "add",
        "films",
        "--bucket",
        "b",
        "--region",
        "eu-central-1",
        "--domain",
        "d1.cloudfront.net",
    ];
    for missing in [&[][..], &["--key-pair-id", "K2JCJMDEHXQW5F"]] {
        let refused = home.json(&[&aws[..], missing].concat());
        assert_eq!(
            (refused.code, refused.error()["code"].as_str()),
            (1, Some("incomplete")),
            "{missing:?}"
        );
    }
    let whole = [
        &aws[..],
        &["--key-pair-id", "K2JCJMDEHXQW5F", "--key", key, "--default"],
    ]
    .concat();
    let added = home.json(&whole).well().lines().remove(0);
    assert_eq!(
        (added["kind"].as_str(), added["default"].as_bool()),
        (Some("aws"), Some(true))
    );
    let keys = home.json(&["key", "list"]).well().lines();
    assert_eq!(
        (keys[0]["id"].as_str(), keys[0]["destination"].as_str()),
        (Some("K2JCJMDEHXQW5F"), Some("films"))
    );
    assert_eq!(
        home.json(&["key", "remove", "K2JCJMDEHXQW5F"]).error()["code"],
        "in_use"
    );
    home.json(&["destination", "remove", "films"]).well();
    assert_eq!(home.json(&["destination", "list"]).well().lines().len(), 1);
    assert!(
        home.json(&["key", "list"]).well().lines().is_empty(),
        "its key went with it"
    );
    assert_eq!(home.json(&["destination", "remove", "local"]).error()["code"], "in_use");
}
