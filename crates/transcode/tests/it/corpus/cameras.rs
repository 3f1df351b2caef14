//! Cameras and editors.

use super::{Expect, X264, both, case, picture};
use crate::lab::Stream;

#[test]
fn prores() {
    case(
        "edit.mov",
        &format!(
            "{} -c:v prores_ks -profile:v proxy -c:a pcm_s24le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn dnxhr() {
    case(
        "edit.mov",
        &format!(
            "{} -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p -c:a pcm_s16le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn cineform() {
    case(
        "action.mov",
        &format!(
            "{} -c:v cfhd -pix_fmt yuv422p10le -c:a pcm_s16le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

fn interlaced(stream: &Stream) {
    assert!(stream.plan.source.video.as_ref().is_some_and(|video| video.interlaced));
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("interlaced")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn interlaced_mpeg2_in_ts() {
    let rungs = &[("576p", 720, 576), ("480p", 600, 480), ("360p", 450, 360)];
    let stream = case(
        "tape.ts",
        &format!(
            "{} -vf interlace,setsar=1 -c:v mpeg2video -b:v 3M -flags +ildct+ilme -c:a mp2 OUT",
            both("720x576", "50")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn interlaced_h264() {
    let rungs = &[("480p", 640, 480), ("360p", 480, 360)];
    let stream = case(
        "tape.mov",
        &format!(
            "{} -vf interlace {X264} -flags +ildct+ilme -x264opts tff=1 -c:a aac OUT",
            both("640x480", "50")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn dv() {
    let rungs = &[("576p", 768, 576), ("480p", 640, 480), ("360p", 480, 360)];
    let stream = case(
        "tape.avi",
        &format!(
            "{} -aspect 4:3 -c:v dvvideo -pix_fmt yuv420p -c:a pcm_s16le OUT",
            both("720x576", "25")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn mxf() {
    case(
        "camera.mxf",
        &format!(
            "{} -c:v mpeg2video -b:v 3M -c:a pcm_s16le -ar 48000 OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn motion_jpeg() {
    case(
        "camera.avi",
        &format!("{} -c:v mjpeg -q:v 4 -c:a pcm_s16le OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn anamorphic() {
    let rungs = &[("480p", 852, 480), ("360p", 640, 360)];
    case(
        "wide.mp4",
        &format!("{} -vf setsar=32/27 {X264} -c:a aac OUT", both("720x480", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

/// What drones and security cameras leave: pictures out of order, and no container that says when they are shown.
#[test]
fn raw_h264_without_a_container() {
    case(
        "drone.h264",
        &format!(
            "{} -c:v libx264 -preset veryfast -pix_fmt yuv420p OUT",
            picture("320x180", "30", "3")
        ),
        &Expect {
            rungs: &[("180p", 320, 180)],
            audio: &[],
            rate: Some(30.0),
            ..Expect::default()
        },
    );
}
