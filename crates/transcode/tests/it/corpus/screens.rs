//! Screens.

use screener_ladder::{Format, Wishes};

use super::{Expect, X264, both, case, case_with, frames, near, picture, sound};
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

/// Slow enough that a wrong frame rate in the parameter sets moves every picture, in tools that go by it.
#[test]
fn two_frames_in_transport_streams() {
    let stream = case_with(
        "slides.mp4",
        &format!("{} {X264} -c:a aac OUT", both("320x180", "2")),
        &Wishes {
            format: Format::Ts,
            ..Wishes::default()
        },
        &Expect {
            rungs: &[("180p", 320, 180)],
            rate: Some(2.0),
            ..Expect::default()
        },
    );
    let facts = lab::ffprobe(&stream.out.join("180p/index.m3u8"));
    assert_eq!(facts["streams"][0]["r_frame_rate"], "2/1");
}

/// Hardly any bytes: the sound's only segment must be known for a transport stream all the same.
#[test]
fn a_third_of_a_second_in_transport_streams() {
    case_with(
        "clip.mp4",
        &format!("-f lavfi -i testsrc2=s=320x180:d=0.3:r=30 -f lavfi -i anullsrc=d=0.3 {X264} -c:a aac OUT"),
        &Wishes {
            format: Format::Ts,
            ..Wishes::default()
        },
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 0.3,
            rate: Some(30.0),
            sync: false,
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

/// The last slide stands as long as the others, and no sound says so.
#[test]
fn a_silent_slide_show_ends_with_its_last_slide() {
    case(
        "slides.mp4",
        &format!("-f lavfi -i testsrc2=s=320x180:r=1/10:d=30 {X264} -vsync vfr OUT"),
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 30.0,
            audio: &[],
            rate: None,
            sync: false,
        },
    );
}

/// One picture and sound for long: repeated for those who seek, and nobody is told 25 a second.
#[test]
fn a_still_picture_under_sound() {
    for format in [Format::Cmaf, Format::Ts] {
        let stream = case_with(
            "song.mp4",
            &format!(
                "-f lavfi -i testsrc2=s=320x180:d=0.04:r=25 {} {X264} -c:a aac OUT",
                sound(48_000, "13")
            ),
            &Wishes {
                format,
                ..Wishes::default()
            },
            &Expect {
                rungs: &[("180p", 320, 180)],
                duration: 13.0,
                rate: None,
                sync: false,
                ..Expect::default()
            },
        );
        let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
        assert!(index.contains("FRAME-RATE=0.500,"), "{index}");
    }
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
