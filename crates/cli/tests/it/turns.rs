//! Kills, pauses, and several processes on one data folder.

use crate::stage::{Home, play};

/// A film that takes a while, so that something can happen on the way.
const LONG: u32 = 40;

#[test]
fn a_killed_job_is_listed_and_goes_on() {
    let home = Home::new();
    let film = home.film("long.mp4", LONG);
    let mut publish = home.start(&["publish", film.to_str().unwrap()]);
    let job = publish.event("accepted")["job"].clone();
    publish.until(|line| line["done"].as_f64().is_some_and(|done| done > 0.2));
    publish.signal("KILL");
    assert_eq!(publish.ended(), -1);

    let jobs = home.json(&["jobs"]).well().lines();
    assert_eq!((&jobs[0]["job"], jobs[0]["state"].as_str()), (&job, Some("paused")));
    assert!(
        home.json(&["list"])
            .well()
            .lines()
            .iter()
            .all(|video| video["state"] != "live"),
        "nothing half-made"
    );
    let resumed = home.json(&["resume"]).well();
    let link = resumed.event("published")["link"].as_str().unwrap().to_owned();
    let _edge = serving(&home);
    assert!((play(&link) - f64::from(LONG)).abs() < 0.06);
    assert_eq!(home.json(&["list"]).well().lines().len(), 1);
    let left = home
        .files()
        .into_iter()
        .filter(|file| file.starts_with(home.data().join("work")))
        .count();
    assert_eq!(left, 0, "the work folder is gone");
}

fn serving(home: &Home) -> crate::stage::Running {
    let mut edge = home.start(&["serve"]);
    edge.event("serving");
    edge
}

#[test]
fn ctrl_c_pauses_and_says_how_to_go_on() {
    let home = Home::new();
    let film = home.film("long.mp4", LONG);
    let mut publish = home.start(&["publish", film.to_str().unwrap()]);
    publish.until(|line| line["done"].as_f64().is_some_and(|done| done > 0.1));
    publish.signal("INT");
    publish.event("paused");
    assert_eq!(publish.ended(), 1);
    let jobs = home.json(&["jobs"]).well().lines();
    assert_eq!(jobs[0]["state"], "paused");
    let job = jobs[0]["job"].as_str().unwrap();
    home.json(&["cancel", job]).well();
    assert!(home.json(&["jobs"]).well().lines().is_empty(), "cancelled and gone");
    assert!(home.json(&["list"]).well().lines().is_empty());
    let media = |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "m4s" || kind == "m3u8");
    assert_eq!(
        home.files().iter().filter(|path| media(path)).count(),
        0,
        "a cancelled job leaves nothing"
    );
}

#[test]
fn a_second_process_hands_over_and_sees_the_same_progress() {
    let home = Home::new();
    let first = home.film("first.mp4", 12);
    let second = home.film("second.mp4", 2);
    let mut owner = home.start(&["publish", first.to_str().unwrap(), "--serve"]);
    owner.event("accepted");
    owner.event("progress");
    let mut guest = home.start(&["publish", second.to_str().unwrap()]);
    guest.event("accepted");
    let link = guest.event("published")["link"].as_str().unwrap().to_owned();
    assert_eq!(guest.ended(), 0);
    owner.event("published");
    assert!((play(&link) - 2.0).abs() < 0.06, "it plays from the owner's edge");
    let states: Vec<_> = home
        .json(&["list"])
        .well()
        .lines()
        .iter()
        .map(|video| video["state"].clone())
        .collect();
    assert_eq!(states, ["live", "live"]);
    owner.signal("INT");
    assert_eq!(owner.ended(), 0);
}
