//! The web and old computers.

use screener_ladder::Wishes;

use super::{Expect, X264, both, case, frames, near, picture};
use crate::lab;

#[test]
fn vp9_and_opus() {
    case(
        "web.webm",
        &format!(
            "{} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 800k -c:a libopus OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn vp8_and_vorbis() {
    case(
        "web.webm",
        &format!(
            "{} -c:v libvpx -deadline realtime -cpu-used 8 -b:v 800k -c:a libvorbis OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn av1() {
    case(
        "web.mkv",
        &format!("{} -c:v libsvtav1 -preset 12 -c:a libopus OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn theora() {
    case(
        "old.ogv",
        &format!("{} -c:v libtheora -c:a libvorbis OUT", both("640x360", "25")),
        &Expect {
            // Pictures that equal the one before are not stored.
            rate: None,
            ..Expect::default()
        },
    );
}

#[test]
fn mpeg4_and_mp3_in_avi() {
    case(
        "old.avi",
        &format!("{} -c:v mpeg4 -b:v 1M -c:a libmp3lame OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

/// AVI counts pictures: reordering must not make them late, nor MP3's own delay the sound.
#[test]
fn avi_with_reordered_pictures() {
    let stream = case(
        "old.avi",
        &format!(
            "{} -c:v mpeg4 -vtag xvid -bf 2 -b:v 1M -c:a libmp3lame OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    near(
        lab::number(&words, "black_end").expect("black before"),
        1.0,
        0.01,
        "the pattern begins",
    );
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    near(
        lab::number(&words, "silence_end").expect("silent before"),
        1.0,
        0.01,
        "the tone begins",
    );
}

/// In Matroska and MPEG-TS the encoder's priming comes before the pictures: it is no part of the film, and no picture moves.
#[test]
fn priming_moves_no_picture() {
    for (name, codecs) in [("film.mkv", "-c:a aac"), ("film.ts", "-c:a aac"), ("film.webm", "")] {
        let folder = tempfile::tempdir().expect("a folder");
        let pictures = if codecs.is_empty() {
            "-c:v libvpx -deadline realtime -cpu-used 8"
        } else {
            X264
        };
        lab::ffmpeg(
            folder.path(),
            &format!("{} {pictures} {codecs} {name}", both("320x180", "25")),
        );
        let (film, out) = (folder.path().join(name), folder.path().join("out"));
        lab::stream(
            &film,
            &out,
            &Wishes {
                extras: false,
                ..Wishes::default()
            },
        );
        let facts = lab::ffprobe(&out.join("180p/index.m3u8"));
        assert_eq!(
            (frames(&facts), facts["streams"][0]["avg_frame_rate"].as_str()),
            (75.0, Some("25/1")),
            "{name}"
        );
    }
}

#[test]
fn windows_media() {
    case(
        "old.wmv",
        &format!("{} -c:v wmv2 -b:v 1M -c:a wmav2 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn flash_video() {
    case(
        "old.flv",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_without_index() {
    case(
        "recording.ts",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_with_ac3() {
    case(
        "recording.m2ts",
        &format!("{} {X264} -c:a ac3 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn recordings_joined_with_clocks_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac one.ts", both("640x360", "25")),
    );
    lab::ffmpeg(folder.path(), "-i one.ts -c copy -output_ts_offset 5000 two.ts");
    let joined = ["one.ts", "two.ts", "one.ts"]
        .map(|name| std::fs::read(folder.path().join(name)).expect("made"))
        .concat();
    std::fs::write(folder.path().join("joined.ts"), joined).expect("written");
    let wishes = Wishes {
        extras: false,
        ..Wishes::default()
    };
    let stream = lab::stream(&folder.path().join("joined.ts"), &folder.path().join("out"), &wishes);
    near(
        stream.duration,
        9.0,
        0.6,
        "three times three seconds, one after the other",
    );
}

/// A recording that broke off says no duration; one damaged byte would have its picture stand still for hours.
#[test]
fn a_recording_without_a_duration_whose_clock_jumps_by_hours() {
    let folder = tempfile::tempdir().expect("a folder");
    let jump = |first: u32| format!("setts=ts=TS+gte(N\\,{first})*16000000");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -c:v mpeg4 -c:a aac -bsf:v {} -bsf:a {} -f matroska -live 1 film.mkv",
            both("320x180", "25"),
            jump(25),
            jump(47)
        ),
    );
    let stream = lab::stream(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
    );
    near(stream.duration, 3.0, 0.2, "the three seconds that there are");
}

/// `cat one.ts two.ts`: both begin at the same time.
#[test]
fn recordings_joined_with_one_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, size) in [("one.ts", "320x180"), ("two.ts", "480x270")] {
        lab::ffmpeg(folder.path(), &format!("{} {X264} -c:a aac {name}", both(size, "25")));
    }
    let joined = ["one.ts", "two.ts"]
        .map(|name| std::fs::read(folder.path().join(name)).expect("made"))
        .concat();
    std::fs::write(folder.path().join("joined.ts"), joined).expect("written");
    let stream = lab::stream(
        &folder.path().join("joined.ts"),
        &folder.path().join("out"),
        &Wishes::default(),
    );
    near(stream.duration, 6.0, 0.15, "one after the other");
    lab::check(&stream.out);
    // In each the pattern and the tone begin together after a second.
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    let shown: Vec<f64> = numbers(&words, "black_end");
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    let heard: Vec<f64> = numbers(&words, "silence_end");
    assert!(shown.len() >= 2 && heard.len() >= 2, "{shown:?} {heard:?}");
    for (at, (shown, heard)) in [1.0, 4.0].iter().zip(shown.iter().zip(&heard)) {
        near(*shown, *at, 0.06, "the pattern begins");
        near(*heard, *shown, 0.06, "the tone begins");
    }
}

/// Every number after `name:` in a filter's output.
fn numbers(words: &str, name: &str) -> Vec<f64> {
    words
        .split(&format!("{name}:"))
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next()?.trim_end_matches('|').parse().ok())
        .collect()
}

#[test]
fn program_stream() {
    case(
        "disc.mpg",
        &format!("{} -c:v mpeg2video -b:v 2M -c:a mp2 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn fragmented_mp4() {
    case(
        "live.mp4",
        &format!(
            "{} {X264} -g 25 -c:a aac -movflags frag_keyframe+empty_moov OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

/// An animation, in colours of its own and without sound.
#[test]
fn animated_gif() {
    case(
        "cat.gif",
        &format!("{} OUT", picture("320x180", "10", "3")),
        &Expect {
            rungs: &[("180p", 320, 180)],
            audio: &[],
            rate: Some(10.0),
            ..Expect::default()
        },
    );
}
