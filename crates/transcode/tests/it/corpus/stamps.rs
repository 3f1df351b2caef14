//! Sound whose time stamps are not where its samples end: jitter, gaps, clocks that drift.

use super::{X264, near, picture};
use crate::ears::{Heard, hear};
use crate::lab;

const TONE: &str = "-f lavfi -i aevalsrc=exprs='0.25*sin(880*PI*t)|0.25*sin(880*PI*t)':s=48000:d=6";
const OPUS: &str = "-c:a libopus -b:a 128k";
const AAC: &str = "-c:a aac -b:a 128k";

/// A tone whose packets are stamped by an expression of FFmpeg's `setts`, with pictures that last as long.
fn stamped(name: &str, encoding: &str, stamps: &str) -> (bool, Heard) {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} {TONE} -map 0:v -map 1:a {X264} {encoding} -bsf:a setts=ts='{stamps}' {name}",
            picture("320x180", "25", "6")
        ),
    );
    let wishes = screener_ladder::Wishes {
        extras: false,
        ..screener_ladder::Wishes::default()
    };
    let stream = lab::stream(&folder.path().join(name), &folder.path().join("out"), &wishes);
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    near(
        heard.lasts(),
        stream.duration,
        0.1,
        "the sound lasts as long as the film",
    );
    (stream.plan.audio[0].copied, heard)
}

#[test]
fn jitter_is_no_hole() {
    for (name, encoding, stamps) in [
        ("two.mkv", OPUS, "TS+mod(N,2)*18"),
        ("early.mkv", OPUS, "TS-mod(N,2)*18+18"),
        ("far.mkv", OPUS, "TS+mod(N,2)*70"),
        ("burst.mkv", OPUS, "TS+lt(mod(N,40),6)*45"),
        ("copied.mp4", AAC, "TS+mod(N,2)*864"),
        ("flac.mkv", "-c:a flac", "TS+mod(N,3)*20"),
    ] {
        let (copied, heard) = stamped(name, encoding, stamps);
        assert_eq!(copied, name == "copied.mp4", "{name}");
        let holes = heard.holes(0.25, 0.2, 5.8);
        assert_eq!(holes, 0, "{name}: {stamps}");
        let [least, most] = heard.unbroken(440.0, 0.5, 5.5);
        assert!(least > 0.24 && most < 0.26, "{name}: {least} to {most}");
    }
}

/// Stamps that Matroska rounds to milliseconds are laid end to end, not each by itself.
#[test]
fn rounding_is_no_jitter() {
    let (_, heard) = stamped("film.mkv", "-c:a ac3 -b:a 384k -frame_size 1024", "TS");
    near(heard.tone(440.0, 1.0, 5.0)[0], 0.25, 0.003, "an unbroken tone in AC-3");
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i aevalsrc=exprs='0.25*sin(880*PI*t)|0|0|0|0|0':c=5.1:s=48000:d=6 -c:a aac -b:a 384k film.mkv",
    );
    let stream = lab::stream(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &screener_ladder::Wishes::default(),
    );
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    near(heard.tone(440.0, 1.0, 5.0)[0], 0.25, 0.003, "an unbroken tone in AAC");
}

#[test]
fn a_gap_is_silent_and_what_follows_is_in_its_place() {
    // Half a second is missing behind two seconds.
    for (name, encoding, behind, tick) in [("film.mkv", OPUS, 100, 1), ("copied.mp4", AAC, 95, 48)] {
        for jitter in [0, 18 * tick] {
            let stamps = format!("TS+gte(N,{behind})*{}+mod(N,2)*{jitter}", 500 * tick);
            let (copied, heard) = stamped(name, encoding, &stamps);
            assert_eq!(copied, name == "copied.mp4", "{name}");
            assert_eq!(heard.holes(0.25, 0.2, 1.95), 0, "{name}: {stamps}");
            let holes = heard.holes(0.25, 1.95, 2.7);
            assert!((93..=106).contains(&holes), "{name}: {stamps}: {holes} of 100");
            assert_eq!(heard.holes(0.25, 2.7, 6.0), 0, "{name}: {stamps}");
            near(heard.begins(0.2, 2.2), 2.5, 0.05, "what follows");
        }
    }
}

#[test]
fn a_clock_that_drifts_is_followed_without_holes() {
    // Ten milliseconds a second: 60 at the end.
    let (_, heard) = stamped("film.mkv", OPUS, "TS*1.01");
    assert_eq!(heard.holes(0.25, 0.2, 5.8), 0);
    let [least, most] = heard.unbroken(440.0, 0.5, 5.5);
    assert!(least > 0.24 && most < 0.26, "{least} to {most}");
}
