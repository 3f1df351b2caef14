//! The judge: what comes out spoiled is told to nobody, and says why.

use std::path::Path;

use screener_ladder::{Format, Wishes};
use screener_wire::{Event, Failure, Resume};

use crate::lab::{self, Outcome};
use crate::talk::{film, segments, told};

/// A film in the size of a rung, whose pictures and sound can both be copied.
fn source(folder: &Path) -> std::path::PathBuf {
    film(
        folder,
        "film.mp4",
        6,
        "-s 640x360 -pix_fmt yuv420p -g 25 -b:v 300k -maxrate 400k -bufsize 400k",
    );
    folder.join("film.mp4")
}

fn spoiled(spoil: &str, wishes: &Wishes) -> (Outcome, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let task = screener_wire::Task::Transcode(Box::new(told(
        &source(folder.path()),
        &folder.path().join("out"),
        wishes,
    )));
    (lab::work_with(&task, &[("SCREENER_SPOIL", spoil)]), folder)
}

fn wishes(format: Format, copy: bool) -> Wishes {
    Wishes {
        heights: Some(vec![360, 180]),
        preset: screener_ladder::Preset::Fast,
        format,
        copy,
        ..Wishes::default()
    }
}

/// Segment 2 of the track is told to nobody, nor is the film's end.
fn untold(outcome: &Outcome, track: &str, code: &str) -> Failure {
    let failure = outcome
        .failure()
        .unwrap_or_else(|| panic!("{track}: it passed"))
        .clone();
    assert_eq!(failure.code, code, "{track}: {failure:?}");
    assert!(failure.message.contains(track), "{failure:?}");
    let told: Vec<u32> = segments(&outcome.events)
        .iter()
        .filter(|segment| segment.track == track)
        .map(|segment| segment.number)
        .collect();
    assert_eq!(told, [1], "{track}");
    assert!(
        !outcome
            .events
            .iter()
            .any(|event| matches!(event, Event::Finished { .. }))
    );
    failure
}

#[test]
fn what_encoders_and_disks_spoil_ends_the_work() {
    for format in [Format::Cmaf, Format::Ts] {
        for (place, track) in [
            ("coded", "360p"),
            ("coded", "180p"),
            ("written", "360p"),
            ("written", "180p"),
            ("written", "audio"),
        ] {
            let (outcome, _folder) = spoiled(&format!("{place}:{track}:2"), &wishes(format, false));
            let failure = untold(&outcome, track, "broken_output");
            assert!(failure.message.contains("1.0 s"), "where it begins: {failure:?}");
        }
    }
}

#[test]
fn a_copy_that_is_spoiled_is_no_copy() {
    for format in [Format::Cmaf, Format::Ts] {
        for spoil in ["copied:360p:2", "written:360p:2", "written:audio:2"] {
            let (outcome, _folder) = spoiled(spoil, &wishes(format, true));
            let plan = outcome.plan().expect("a plan");
            assert!(plan.rungs[0].copied && plan.audio[0].copied, "{:?}", plan.notes);
            untold(&outcome, spoil.split(':').nth(1).expect("a track"), "no_copy");
        }
    }
}

#[test]
fn a_copy_whose_pictures_nobody_else_needs_is_judged_too() {
    let alone = Wishes {
        heights: Some(vec![360]),
        extras: false,
        ..wishes(Format::Cmaf, true)
    };
    let (outcome, _folder) = spoiled("copied:360p:2", &alone);
    untold(&outcome, "360p", "no_copy");
    let (outcome, _folder) = spoiled("copied:none:2", &alone);
    assert!(outcome.failure().is_none(), "{:?}", outcome.failure());
    assert!(outcome.plan().expect("a plan").rungs[0].copied);
}

/// What passed stands with the segment, and a later run takes it from there: sound whose first half comes out silent is missed at the end
/// although nobody hears that half again.
#[test]
fn a_run_that_goes_on_believes_what_the_earlier_one_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = told(
        &source(folder.path()),
        &folder.path().join("out"),
        &wishes(Format::Cmaf, false),
    );
    let outcome = lab::work(&screener_wire::Task::Transcode(Box::new(first.clone())));
    assert!(outcome.failure().is_none(), "{:?}", outcome.failure());
    let mut resume = Resume {
        plan: outcome.plan().cloned(),
        ..Resume::default()
    };
    for segment in segments(&outcome.events) {
        let verdict = &segment.state["verdict"];
        if segment.track == "audio" {
            assert!(
                verdict["meant"]["energy"].as_f64().is_some_and(|energy| energy > 1.0),
                "{segment:?}"
            );
        } else {
            assert!(
                verdict["pictures"].as_u64().is_some_and(|pictures| pictures > 0),
                "{segment:?}"
            );
        }
        if segment.number <= 3 {
            let mut kept = segment.clone();
            if segment.track == "audio" {
                kept.state["verdict"]["heard"]["energy"] = 0.0.into();
            }
            resume.segments.entry(segment.track.clone()).or_default().push(kept);
        }
    }
    let again = screener_wire::Transcode {
        out: lab::text(&folder.path().join("again")),
        resume: Some(resume.clone()),
        ..first
    };
    std::fs::create_dir(folder.path().join("again")).expect("a folder");
    let outcome = lab::work(&screener_wire::Task::Transcode(Box::new(again.clone())));
    let failure = outcome.failure().expect("it is missed");
    assert_eq!(failure.code, "broken_output", "{failure:?}");
    assert!(failure.message.contains("louder or quieter"), "{failure:?}");
    for segment in resume.segments.get_mut("audio").expect("sound") {
        segment.state["verdict"]["heard"] = segment.state["verdict"]["meant"].clone();
    }
    std::fs::remove_dir_all(folder.path().join("again")).expect("a folder");
    std::fs::create_dir(folder.path().join("again")).expect("a folder");
    let outcome = lab::work(&screener_wire::Task::Transcode(Box::new(screener_wire::Transcode {
        resume: Some(resume),
        ..again
    })));
    assert!(outcome.failure().is_none(), "{:?}", outcome.failure());
}

/// A picture of the source that cannot be decoded whole is said.
#[test]
fn damage_in_the_source_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let film = source(folder.path());
    let mut bytes = std::fs::read(&film).expect("made");
    let facts = lab::packets_of(&film);
    let (at, size) = facts[30];
    bytes[at + size / 2..at + size].fill(0);
    std::fs::write(&film, bytes).expect("written");
    let outcome = lab::transcode(&film, &folder.path().join("out"), &wishes(Format::Cmaf, false));
    assert!(outcome.failure().is_none(), "{:?}", outcome.failure());
    let notes: Vec<&str> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Note { text } => Some(&**text),
            _ => None,
        })
        .collect();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("damaged") && note.contains("at 1.2 s")),
        "{notes:?}"
    );
}
