//! Phones.

use screener_ladder::{Format, Wishes};

use super::{Expect, X264, both, case, case_with, frames, judge, near, picture, sound};
use crate::lab;

#[test]
fn plain_mp4() {
    case(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn variable_frame_rate() {
    let stream = case(
        "film.mp4",
        &format!(
            "{} -vf select='not(between(mod(n,10),3,6))' -vsync vfr {X264} -c:a aac OUT",
            both("640x360", "30")
        ),
        &Expect {
            rate: None,
            ..Expect::default()
        },
    );
    assert!(
        stream
            .plan
            .source
            .video
            .as_ref()
            .is_some_and(|video| video.variable_frame_rate)
    );
    // Six of ten frames, at their own times: nothing doubled, nothing dropped.
    let facts = lab::ffprobe(&stream.out.join("360p/index.m3u8"));
    near(frames(&facts), 54.0, 2.0, "frames kept");
}

/// What most pictures keep is the rate that the playlist tells, in transport streams too, whose stamps alone are there to judge by.
#[test]
fn variable_frame_rate_in_transport_streams() {
    let stream = case_with(
        "film.mp4",
        &format!(
            "{} -vf select='not(between(mod(n,20),3,9))' -vsync vfr {X264} -c:a aac OUT",
            both("320x180", "30")
        ),
        &Wishes {
            format: Format::Ts,
            ..Wishes::default()
        },
        &Expect {
            rungs: &[("180p", 320, 180)],
            rate: None,
            ..Expect::default()
        },
    );
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    assert!(index.contains("FRAME-RATE=30.000,"), "{index}");
}

/// A white box that must be seen at the top left.
fn turned(degrees: u16, corner: &str, stored: &str, expect: &Expect<'_>) {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i color=black:s={stored}:r=25:d=2,drawbox={corner}:w=iw/3:h=ih/3:c=white:t=fill {X264} flat.mp4"
        ),
    );
    lab::ffmpeg(
        folder.path(),
        &format!("-i flat.mp4 -c copy -metadata:s:v:0 rotate={} film.mov", 360 - degrees),
    );
    let stream = judge(
        &folder.path().join("film.mov"),
        &folder.path().join("out"),
        &Wishes::default(),
        expect,
    );
    assert_eq!(
        stream.plan.source.video.as_ref().map(|video| video.rotation),
        Some(degrees)
    );
    assert!(!stream.plan.rungs[0].copied);
    let grey = lab::grey(&stream.out.join("index.m3u8"), 1.0, 4);
    assert!(
        grey[0] > 180 && grey[3] < 60 && grey[12] < 60 && grey[15] < 60,
        "{grey:?}"
    );
}

#[test]
fn turned_by_90() {
    let rungs = &[("360p", 360, 640)];
    turned(
        90,
        "x=0:y=ih*2/3",
        "640x360",
        &Expect {
            rungs,
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

#[test]
fn turned_by_180() {
    turned(
        180,
        "x=iw*2/3:y=ih*2/3",
        "640x360",
        &Expect {
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

#[test]
fn turned_by_270() {
    let rungs = &[("360p", 360, 640)];
    turned(
        270,
        "x=iw*2/3:y=0",
        "640x360",
        &Expect {
            rungs,
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

/// Cameras that film into a mirror: the white box must be seen at the top left, whatever the display matrix asks for.
#[test]
fn mirrored() {
    let table = [
        ([1, 0, 0, -1], "x=0:y=ih*2/3", (640, 360)),
        ([-1, 0, 0, 1], "x=iw*2/3:y=0", (640, 360)),
        ([0, 1, 1, 0], "x=0:y=0", (360, 640)),
        ([0, -1, -1, 0], "x=iw*2/3:y=ih*2/3", (360, 640)),
    ];
    for (matrix, corner, (width, height)) in table {
        let folder = tempfile::tempdir().expect("a folder");
        lab::ffmpeg(
            folder.path(),
            &format!(
                "-f lavfi -i color=black:s=640x360:r=25:d=1,drawbox={corner}:w=iw/3:h=ih/3:c=white:t=fill {X264} film.mp4"
            ),
        );
        let film = folder.path().join("film.mp4");
        lab::set_matrix(&film, matrix);
        let stream = judge(
            &film,
            &folder.path().join("out"),
            &Wishes::default(),
            &Expect {
                rungs: &[("360p", width, height)],
                duration: 1.0,
                audio: &[],
                sync: false,
                ..Expect::default()
            },
        );
        assert!(!stream.plan.rungs[0].copied, "{matrix:?}");
        let grey = lab::grey(&stream.out.join("index.m3u8"), 0.5, 4);
        assert!(
            grey[0] > 180 && grey[3] < 60 && grey[12] < 60 && grey[15] < 60,
            "{matrix:?}: {grey:?}"
        );
    }
}

#[test]
fn edit_list_with_pre_roll() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = format!(
        "{} {} {X264} -g 50 -bf 2 -c:a aac long.mp4",
        picture("640x360", "25", "4").replace("0.999", "1.499"),
        sound(48_000, "4").replace("gte(t,1)", "gte(t,1.5)")
    );
    lab::ffmpeg(folder.path(), &source);
    // The cut falls between key frames: the container keeps pictures that are not shown.
    lab::ffmpeg(folder.path(), "-ss 0.5 -i long.mp4 -c copy film.mp4");
    judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect {
            duration: 3.5,
            ..Expect::default()
        },
    );
}

#[test]
fn hevc() {
    case(
        "film.mp4",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn hevc_10_bit() {
    let stream = case(
        "film.mov",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert_eq!(
        stream
            .plan
            .source
            .video
            .as_ref()
            .map(|video| (video.bit_depth, video.hdr)),
        Some((10, false))
    );
}

fn hdr(transfer: &str) {
    let stream = case(
        "film.mp4",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc \
             -pix_fmt yuv420p10le -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert!(stream.plan.source.video.as_ref().is_some_and(|video| video.hdr));
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("HDR")),
        "{:?}",
        stream.plan.notes
    );
    let facts = lab::ffprobe(&stream.out.join("360p/index.m3u8"));
    assert_eq!(facts["streams"][0]["color_transfer"], "bt709");
    assert_eq!(facts["streams"][0]["color_primaries"], "bt709");
    // Brought to standard range: neither crushed to black nor blown out.
    let grey = lab::grey(&stream.out.join("index.m3u8"), 2.0, 8);
    let mean = grey.iter().map(|value| u32::from(*value)).sum::<u32>() / 64;
    assert!((20..230).contains(&mean), "{mean}");
}

#[test]
fn hdr10() {
    hdr("smpte2084");
}

#[test]
fn hlg() {
    hdr("arib-std-b67");
}

#[test]
fn portrait() {
    let rungs = &[("480p", 480, 854), ("360p", 360, 640)];
    case(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("480x854", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}
