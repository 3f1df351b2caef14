//! SIGKILL at random moments of publishing, replacing and deleting: nothing lost, nothing doubled, nothing half-visible, nothing left over.
//!
//! `SCREENER_KILLS` says how many (10 unless it does), `SCREENER_SEED` from where the moments are drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::stage::{Home, play};

/// Kills in one data folder; then its videos are played and another one begins.
const IN_ONE_HOME: u64 = 10;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// The bucket as it lies on disk: what S3 would list.
fn bucket(home: &Home) -> BTreeMap<String, PathBuf> {
    let root = home.data().join("edge/s3/screener/videos");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with('.') {
                found.insert(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), path);
            }
        }
    }
    found
}

/// What a playlist names, relative to its own folder.
fn named(playlist: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(playlist).unwrap();
    let uri = |line: &str| -> Option<String> {
        if line.starts_with('#') {
            line.split_once("URI=\"")?
                .1
                .split_once('"')
                .map(|(uri, _)| uri.to_owned())
        } else {
            (!line.is_empty()).then(|| line.to_owned())
        }
    };
    text.lines().filter_map(uri).collect()
}

/// Whatever can be watched is all there; answers with every object that is named by something.
fn nothing_dangles(objects: &BTreeMap<String, PathBuf>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = objects
        .keys()
        .filter(|k| k.matches('/').count() == 1 && k.ends_with("/index.m3u8"))
        .cloned()
        .collect();
    while let Some(playlist) = open.pop() {
        if !reached.insert(playlist.clone()) {
            continue;
        }
        let folder = playlist.rsplit_once('/').unwrap().0.to_owned();
        for uri in named(&objects[&playlist]) {
            let key = format!("{folder}/{uri}");
            assert!(objects.contains_key(&key), "{playlist} names {key}, which is not there");
            if key.rsplit('.').next() == Some("m3u8") {
                open.push(key);
            } else {
                reached.insert(key);
            }
        }
    }
    reached
}

/// After everything has ended: every object belongs to a live video, and every work folder is gone.
fn no_orphans(home: &Home, live: &BTreeSet<String>) {
    let objects = bucket(home);
    let mut wanted = nothing_dangles(&objects);
    for id in live {
        let record: Value =
            serde_json::from_slice(&std::fs::read(&objects[&format!("{id}/video.json")]).unwrap()).unwrap();
        assert_eq!(record["state"], "live");
        wanted.insert(format!("{id}/video.json"));
        wanted.extend(
            record["checksums"]
                .as_object()
                .unwrap()
                .keys()
                .map(|path| format!("{id}/{path}")),
        );
    }
    let there: BTreeSet<String> = objects.keys().cloned().collect();
    let orphans: Vec<_> = there.difference(&wanted).collect();
    assert!(orphans.is_empty(), "orphans: {orphans:?}");
    let lost: Vec<_> = wanted.difference(&there).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    let work = std::fs::read_dir(home.data().join("work"))
        .into_iter()
        .flatten()
        .count();
    assert_eq!(work, 0, "work folders stay");
}

/// Segments that a killed worker had finished and the journal had not: they are encoded again. The most of one track, and all.
/// What the journal has is never encoded again, so beside these it is the segment under way of each track.
fn encoded_again(home: &Home) -> (usize, usize) {
    let journal = rusqlite::Connection::open(home.data().join("journal.sqlite")).unwrap();
    let mut rows = journal.prepare("SELECT job, attempt, path FROM objects").unwrap();
    let known: BTreeSet<String> = rows
        .query_map([], |r| {
            let (job, attempt, path): (String, u32, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
            Ok(format!("{job}/{attempt}/{path}"))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let work = home.data().join("work");
    let mut of_track: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut folders = vec![work.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(&work).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "m4s") && !known.contains(&name) {
                *of_track.entry(folder.clone()).or_default() += 1;
            }
        }
    }
    let most = of_track.values().copied().max().unwrap_or(0);
    (most, of_track.values().sum())
}

fn ids(lines: &[Value], state: &str) -> BTreeSet<String> {
    lines
        .iter()
        .filter(|l| l["state"] == state)
        .map(|l| l["id"].as_str().unwrap().to_owned())
        .collect()
}

fn play_everything(home: &Home, live: &BTreeSet<String>, films: &BTreeMap<String, f64>) {
    let mut serve = home.start(&["serve"]);
    serve.line().expect("it says where it serves");
    for id in live {
        let link = home.json(&["link", id]).well().lines().remove(0)["link"]
            .as_str()
            .unwrap()
            .to_owned();
        let played = play(&link);
        assert!(
            (played - films[id]).abs() < 0.1,
            "{id}: played {played} s of {}",
            films[id]
        );
    }
}

#[test]
fn kills_at_random_moments_lose_nothing() {
    let kills: u64 = std::env::var("SCREENER_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let seed: u64 = std::env::var("SCREENER_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let mut random = Random(seed);
    let (mut in_publish, mut in_replace, mut in_delete, mut resumed, mut twice) = (0, 0, 0, 0, 0);
    let mut done = 0;
    while done < kills {
        let home = Home::new();
        let film = |name: &str, seconds: u32| {
            let path = home.path(name);
            let made = std::process::Command::new("ffmpeg")
                .args([
                    "-v",
                    "error",
                    "-nostdin",
                    "-y",
                    "-f",
                    "lavfi",
                    "-i",
                    &format!("testsrc2=s=256x144:r=24:d={seconds}"),
                ])
                .args(["-f", "lavfi", "-i", &format!("sine=440:r=48000:d={seconds}")])
                .args([
                    "-c:v",
                    "libx264",
                    "-preset",
                    "ultrafast",
                    "-pix_fmt",
                    "yuv420p",
                    "-c:a",
                    "aac",
                ])
                .arg(&path)
                .status()
                .expect("ffmpeg is installed");
            assert!(made.success());
            path
        };
        let (first, second) = (film("first.mp4", 9), film("second.mp4", 5));
        let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
        // One run to its end tells how long there is to kill.
        let begun = std::time::Instant::now();
        let accepted = home
            .json(&["publish", first, "--preset", "fast"])
            .well()
            .event("accepted");
        let span = u64::try_from(begun.elapsed().as_millis()).unwrap();
        let mut films = BTreeMap::from([(accepted["id"].as_str().unwrap().to_owned(), 9.0)]);

        for _ in 0..IN_ONE_HOME.min(kills - done) {
            done += 1;
            let victim = films
                .keys()
                .nth(usize::try_from(random.below(films.len().max(1) as u64)).unwrap())
                .cloned();
            let moment = Duration::from_millis(random.below(span));
            let deleted = match (random.below(10), victim) {
                (0..2, Some(victim)) => {
                    let replace = {
                        let mut replace = home.start(&["replace", &victim, second, "--preset", "fast"]);
                        replace.event("accepted");
                        std::thread::sleep(moment);
                        replace
                    };
                    replace.signal("KILL");
                    drop(replace);
                    films.insert(victim, 5.0);
                    in_replace += 1;
                    None
                }
                (2..4, Some(victim)) => {
                    let rm = home.start(&["rm", &victim]);
                    std::thread::sleep(moment / 4);
                    rm.signal("KILL");
                    drop(rm);
                    in_delete += 1;
                    Some(victim)
                }
                _ => {
                    let mut publish = home.start(&["publish", first, "--preset", "fast"]);
                    let accepted = publish.event("accepted");
                    std::thread::sleep(moment);
                    publish.signal("KILL");
                    drop(publish);
                    films.insert(accepted["id"].as_str().unwrap().to_owned(), 9.0);
                    in_publish += 1;
                    None
                }
            };

            // Between the kill and what follows: whatever is to be seen is right.
            nothing_dangles(&bucket(&home));
            let listed = home.json(&["list"]).well().lines();
            let jobs = home.json(&["jobs"]).well().lines();
            let known: BTreeSet<_> = listed
                .iter()
                .chain(&jobs)
                .map(|l| l["id"].as_str().unwrap().to_owned())
                .collect();
            for id in films.keys().filter(|id| Some(*id) != deleted.as_ref()) {
                assert!(known.contains(id), "{id} was accepted and is lost: {listed:?} {jobs:?}");
            }
            let (most, all) = encoded_again(&home);
            assert!(most <= 1, "{most} finished segments of one rung are encoded again");
            twice += all;
            // What is live is watched meanwhile: its link is made as ever.
            if let Some(video) = ids(&listed, "live").first() {
                home.json(&["link", video]).well();
            }
            if jobs.iter().any(|j| j["state"] != "live") {
                resumed += 1;
            }

            home.json(&["resume"]).well();
            let listed = home.json(&["list"]).well().lines();
            let live = ids(&listed, "live");
            assert_eq!(live.len(), listed.len(), "all have ended: {listed:?}");
            if let Some(victim) = deleted {
                // Killed before the first word of it was kept, nothing was asked for.
                if !live.contains(&victim) {
                    films.remove(&victim);
                }
            }
            assert_eq!(live, films.keys().cloned().collect(), "each once, none more");
            no_orphans(&home, &live);
        }
        play_everything(&home, &films.keys().cloned().collect(), &films);
    }
    eprintln!(
        "{done} kills: {in_publish} while publishing, {in_replace} replacing, {in_delete} deleting; {resumed} left a job to go on with, {twice} finished segments were encoded again"
    );
}
