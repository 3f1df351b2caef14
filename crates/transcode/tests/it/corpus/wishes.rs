//! Sizes, names, wishes.

use screener_ladder::{Format, Wishes};

use super::{Expect, X264, both, case, case_with, judge, picture, sound};
use crate::lab;

#[test]
fn full_hd_ladder() {
    let rungs = &[
        ("1080p", 1920, 1080),
        ("720p", 1280, 720),
        ("480p", 854, 480),
        ("360p", 640, 360),
    ];
    case(
        "film.mp4",
        &format!(
            "{} {} {X264} -c:a aac OUT",
            picture("1920x1080", "25", "2"),
            sound(48_000, "2")
        ),
        &Expect {
            rungs,
            duration: 2.0,
            ..Expect::default()
        },
    );
}

#[test]
fn between_two_standard_heights() {
    let rungs = &[
        ("900p", 1600, 900),
        ("720p", 1280, 720),
        ("480p", 854, 480),
        ("360p", 640, 360),
    ];
    case(
        "film.mp4",
        &format!(
            "{} {} {X264} -c:a aac OUT",
            picture("1600x900", "25", "2"),
            sound(48_000, "2")
        ),
        &Expect {
            rungs,
            duration: 2.0,
            ..Expect::default()
        },
    );
}

#[test]
fn chosen_ladder() {
    let rungs = &[("480p", 854, 480), ("240p", 428, 240)];
    let wishes = Wishes {
        heights: Some(vec![1080, 240]),
        ..Wishes::default()
    };
    case_with(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("854x480", "25")),
        &wishes,
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn tiny() {
    let rungs = &[("48p", 64, 48)];
    case(
        "tiny.mp4",
        &format!("{} {X264} -c:a aac OUT", both("64x48", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn name_in_other_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    let name = folder.path().join("Ünïcødé 映画 'n “x” %41 #1?.mp4");
    std::fs::rename(folder.path().join("film.mp4"), &name).expect("renamed");
    judge(
        &name,
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
}

#[test]
fn no_extension() {
    case(
        "film",
        &format!("{} {X264} -c:a aac -f mp4 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_out() {
    let wishes = Wishes {
        format: Format::Ts,
        ..Wishes::default()
    };
    case_with(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &wishes,
        &Expect::default(),
    );
}

#[test]
fn fitting_source_is_copied() {
    let stream = case(
        "film.mp4",
        &format!(
            "{} {X264} -g 25 -b:v 600k -maxrate 800k -bufsize 800k -ac 2 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    assert!(stream.measured["360p"].copied, "planned and done");
    assert!(stream.plan.audio[0].copied, "{:?}", stream.plan.audio);
}
