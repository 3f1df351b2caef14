//! Screens.

use super::{Expect, X264, both, case, frames, near, picture, sound};
use crate::lab;

#[test]
fn odd_size() {
    let rungs = &[("400p", 640, 400), ("360p", 576, 360)];
    case(
        "screen.mkv",
        &format!(
            "{} -vf scale=641:401 -c:v ffv1 -pix_fmt yuv444p -c:a flac OUT",
            both("640x400", "25")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn full_chroma() {
    case(
        "screen.mp4",
        &format!(
            "{} -c:v libx264 -preset ultrafast -pix_fmt yuv444p -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn full_range_rgb() {
    case(
        "screen.mkv",
        &format!(
            "{} -c:v libx264rgb -preset ultrafast -pix_fmt rgb24 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn sixty_frames() {
    case(
        "screen.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "60")),
        &Expect {
            rate: Some(60.0),
            ..Expect::default()
        },
    );
}

#[test]
fn hundred_and_twenty_frames_become_sixty() {
    let stream = case(
        "slow.mov",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "120")),
        &Expect {
            rate: Some(60.0),
            ..Expect::default()
        },
    );
    assert!(
        stream
            .plan
            .notes
            .iter()
            .any(|note| note == "120 frames per second become 60"),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn five_frames() {
    case(
        "slides.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "5")),
        &Expect {
            rate: Some(5.0),
            ..Expect::default()
        },
    );
}

/// A picture every ten seconds: segments begin where they should all the same.
#[test]
fn slides() {
    let stream = case(
        "slides.mp4",
        &format!(
            "-f lavfi -i testsrc2=s=320x180:r=1/10:d=30 {} {X264} -vsync vfr -c:a aac OUT",
            sound(48_000, "30")
        ),
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 30.0,
            rate: None,
            sync: false,
            ..Expect::default()
        },
    );
    assert_eq!(stream.plan.target_duration, 6);
}

/// 240 frames a second for a while, within 30: no moment has more than 60, and nothing is doubled.
#[test]
fn slow_motion_in_between() {
    let stream = case(
        "phone.mp4",
        &format!(
            "{} {} -vf select='if(between(t,1.5,2.5),1,not(mod(n,8)))' -vsync vfr -video_track_timescale 90000 {X264} -c:a aac OUT",
            picture("320x180", "240", "4"),
            sound(48_000, "4")
        ),
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 4.0,
            rate: None,
            ..Expect::default()
        },
    );
    let facts = lab::ffprobe(&stream.out.join("180p/index.m3u8"));
    near(frames(&facts), 150.0, 3.0, "three seconds of 30, one of 60");
}

#[test]
fn ntsc_film_rate() {
    case(
        "film.mov",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "24000/1001")),
        &Expect {
            rate: Some(23.976),
            ..Expect::default()
        },
    );
}
