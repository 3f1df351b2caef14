//! How loud each channel of a source is heard in the stereo that is made of it.

use std::path::Path;

use screener_ladder::Wishes;
use screener_ladder::plan::Format;

use super::{X264, picture};
use crate::ears::{Heard, decibels, hear};
use crate::lab::{self, Stream};

/// A source made by `ffmpeg` from `arguments`, and what is heard of it.
fn heard_as(name: &str, arguments: &str, wishes: &Wishes) -> (Stream, Heard) {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(folder.path(), &arguments.replace("OUT", name));
    let mut stream = lab::stream(&folder.path().join(name), &folder.path().join("out"), wishes);
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    stream.folder = Some(folder);
    (stream, heard)
}

fn heard(name: &str, arguments: &str) -> Heard {
    heard_as(name, arguments, &Wishes::default()).1
}

/// A tone comes out at this amplitude in the left and the right, within half a decibel; 0 is silence.
fn tone(heard: &Heard, hertz: f64, expected: [f64; 2], what: &str) {
    let found = heard.tone(hertz, 1.0, 2.0);
    for side in [0, 1] {
        if expected[side] > 0.0 {
            let off = decibels(found[side], expected[side]);
            assert!(off.abs() < 0.5, "{what}: {off:.2} dB off: {found:?}, not {expected:?}");
        } else {
            assert!(found[side] < 0.002, "{what}: {found:?}, not {expected:?}");
        }
    }
}

const MONO: &str = "-f lavfi -i aevalsrc=exprs='0.5*sin(880*PI*t)':c=mono:s=48000:d=3";

#[test]
fn mono_is_as_loud_as_it_was() {
    for format in [Format::Cmaf, Format::Ts] {
        let wishes = Wishes {
            format,
            ..Wishes::default()
        };
        let source = format!("{} {MONO} {X264} -c:a aac OUT", picture("640x360", "25", "3"));
        let (_, heard) = heard_as("film.mp4", &source, &wishes);
        tone(&heard, 440.0, [0.5, 0.5], "mono in AAC");
    }
    tone(
        &heard("a.wav", &format!("{MONO} OUT")),
        440.0,
        [0.5, 0.5],
        "mono in WAV",
    );
    tone(
        &heard("a.mka", &format!("{MONO} -c:a libopus OUT")),
        440.0,
        [0.5, 0.5],
        "mono in Opus",
    );
}

#[test]
fn voices_in_the_centre() {
    let source = "-f lavfi -i aevalsrc=exprs='0|0|0.5*sin(880*PI*t)|0|0|0':c=5.1:s=48000:d=3";
    for encoding in [
        "-c:a aac a.m4a",
        "-c:a ac3 a.ac3",
        "-c:a flac a.mka",
        "-c:a libopus -mapping_family 1 b.mka",
    ] {
        let name = encoding.rsplit(' ').next().expect("a name");
        let heard = heard(name, &format!("{source} {encoding}"));
        let expected = 0.5 * std::f64::consts::FRAC_1_SQRT_2;
        tone(&heard, 440.0, [expected, expected], encoding);
    }
}

/// A film of sound whose channels each have a tone of their own, quiet enough to be added.
fn channels(layout: &str, count: usize) -> String {
    let tones: Vec<String> = (0..count)
        .map(|channel| format!("0.05*sin({}*PI*t)", 2 * hertz(channel)))
        .collect();
    format!(
        "-f lavfi -i aevalsrc=exprs='{}':c={layout}:s=48000:d=2.1",
        tones.join("|")
    )
}

fn hertz(channel: usize) -> usize {
    300 + 100 * channel
}

fn each(layout: &str, encoding: &str, expected: &[[f64; 2]]) {
    let name = encoding.rsplit(' ').next().expect("a name");
    let heard = heard(name, &format!("{} {encoding}", channels(layout, expected.len())));
    for (channel, sides) in expected.iter().enumerate() {
        let sides = sides.map(|side| side * 0.05);
        tone(
            &heard,
            hertz(channel) as f64,
            sides,
            &format!("{layout}, channel {channel}"),
        );
    }
}

/// ITU-R BS.775: -3 dB.
const H: f64 = std::f64::consts::FRAC_1_SQRT_2;
const LEFT: [f64; 2] = [1.0, 0.0];
const RIGHT: [f64; 2] = [0.0, 1.0];
const MIDDLE: [f64; 2] = [H, H];
const NOTHING: [f64; 2] = [0.0, 0.0];
const ROUND_LEFT: [f64; 2] = [H, 0.0];
const ROUND_RIGHT: [f64; 2] = [0.0, H];
const BEHIND: [f64; 2] = [0.5, 0.5];

#[test]
fn every_channel_by_its_place() {
    each("stereo", "-c:a flac a.flac", &[LEFT, RIGHT]);
    each("3.0", "-c:a flac a.flac", &[LEFT, RIGHT, MIDDLE]);
    each("quad", "-c:a flac a.flac", &[LEFT, RIGHT, ROUND_LEFT, ROUND_RIGHT]);
    each("4.0", "-c:a pcm_s16le a.wav", &[LEFT, RIGHT, MIDDLE, BEHIND]);
    each(
        "5.0",
        "-c:a flac a.flac",
        &[LEFT, RIGHT, MIDDLE, ROUND_LEFT, ROUND_RIGHT],
    );
    let five = [LEFT, RIGHT, MIDDLE, NOTHING, ROUND_LEFT, ROUND_RIGHT];
    each("5.1", "-c:a flac a.flac", &five);
    each("5.1(side)", "-c:a pcm_s24le a.wav", &five);
    each(
        "6.1",
        "-c:a pcm_s16le a.wav",
        &[LEFT, RIGHT, MIDDLE, NOTHING, BEHIND, ROUND_LEFT, ROUND_RIGHT],
    );
    let seven = [
        LEFT,
        RIGHT,
        MIDDLE,
        NOTHING,
        ROUND_LEFT,
        ROUND_RIGHT,
        ROUND_LEFT,
        ROUND_RIGHT,
    ];
    each("7.1", "-c:a flac a.mka", &seven);
    each("7.1", "-c:a pcm_s16le a.mov", &seven);
    each("2.1", "-c:a pcm_s16le a.wav", &[LEFT, RIGHT, NOTHING]);
}

/// True peak of a stream in dB of full scale, by the command line's own meter.
fn true_peak(index: &Path) -> f64 {
    let words = lab::judged(index, &["-map", "0:a:0", "-af", "ebur128=peak=true"]);
    let summary = words.rsplit("True peak:").next().unwrap_or_default();
    lab::number(summary, "Peak").unwrap_or_else(|| panic!("{words}"))
}

#[test]
fn loud_surround_is_held_below_full_scale() {
    let five = |sound: &str| {
        let all = [sound; 6].join("|");
        format!("-f lavfi -i aevalsrc=exprs='{all}':c=5.1:s=48000:d=3 -c:a flac a.flac")
    };
    for sound in [
        "sin(880*PI*t)",
        "sin(24000*PI*t+0.7)",
        "2*random(0)-1",
        "lt(mod(t,0.01),0.001)*0.99",
    ] {
        let (stream, _) = heard_as("a.flac", &five(sound), &Wishes::default());
        let peak = true_peak(&stream.out.join("audio/index.m3u8"));
        // Noise is what a lossy coder misses by most.
        let most = if sound.contains("random") { 0.5 } else { -1.0 };
        assert!(peak <= most, "{sound}: {peak} dB");
        assert!(peak > -6.0, "{sound}: held lower than need be: {peak} dB");
    }
}

#[test]
fn quiet_after_loud_is_as_loud_as_it_was() {
    let sound = "if(lt(t,1),0.9,0.1)*sin(880*PI*t)";
    let all = [sound; 6].join("|");
    let source = format!("-f lavfi -i aevalsrc=exprs='{all}':c=5.1:s=48000:d=4 -c:a flac a.flac");
    let heard = heard("a.flac", &source);
    let found = heard.tone(440.0, 2.0, 3.0)[0];
    assert!(decibels(found, 0.1 * (1.0 + H + H)).abs() < 0.2, "{found}");
}

/// libavformat before 60.5 takes every PCM in MP4 for 16 bits: noise at full scale is never published.
#[test]
fn pcm_in_mp4_is_never_noise() {
    // SAFETY: a constant.
    if unsafe { ffmpeg_next::ffi::avformat_version() } >= 60 << 16 | 5 << 8 {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let film = folder.path().join("film.mov");
    for (codec, format) in [
        ("pcm_s24le", *b"in24"),
        ("pcm_s32be", *b"in32"),
        ("pcm_s16le", *b"sowt"),
        ("pcm_f32le", *b"fl32"),
        ("pcm_f64be", *b"fl64"),
    ] {
        let source = format!("{} {MONO} {X264} -c:a {codec} film.mov", picture("320x180", "25", "3"));
        lab::ffmpeg(folder.path(), &source);
        let kind = if codec.contains('f') { *b"fpcm" } else { *b"ipcm" };
        lab::set_format(&film, format, kind);
        let outcome = lab::transcode(&film, &folder.path().join(codec), &Wishes::default());
        let failure = outcome.failure().unwrap_or_else(|| panic!("{codec} is published"));
        assert_eq!(failure.code, "unsupported_codec");
        assert!(failure.message.contains("sound of film.mov"), "{}", failure.message);
    }
    // Beside sound that can be read it is left out.
    let source = format!(
        "{} {MONO} -f lavfi -i aevalsrc=exprs='0.25*sin(1320*PI*t)|0.25*sin(1320*PI*t)':s=48000:d=3 \
         -map 0 -map 1 -map 2 {X264} -c:a:0 pcm_s24le -c:a:1 aac film.mov",
        picture("320x180", "25", "3")
    );
    lab::ffmpeg(folder.path(), &source);
    lab::set_format(&film, *b"in24", *b"ipcm");
    let stream = lab::stream(&film, &folder.path().join("two"), &Wishes::default());
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    tone(&heard, 660.0, [0.25, 0.25], "the other track");
    assert!(stream.plan.notes.iter().any(|note| note.starts_with("Audio track 2 (")));
}
