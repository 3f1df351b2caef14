//! Sound that is brought to one loudness, as the command line's own meter of EBU R 128 hears what comes out.

use std::path::Path;

use screener_ladder::loudness::Held;
use screener_ladder::{Format, Loudness, Wishes};
use screener_wire::{Command, Event};

use super::{X264, near, picture};
use crate::ears::hear;
use crate::lab::{self, Stream};
use crate::talk::{Worker, told};

/// LUFS, and the highest true peak.
fn measured(file: &Path) -> (f64, f64) {
    let words = lab::judged(file, &["-map", "0:a:0", "-af", "ebur128=peak=true"]);
    let summary = words.rsplit("Summary:").next().expect("a summary");
    let number = |name| lab::number(summary, name).unwrap_or_else(|| panic!("{words}"));
    (number("I"), number("Peak"))
}

fn heard(stream: &Stream, track: &str) -> (f64, f64) {
    measured(&stream.out.join(track).join("index.m3u8"))
}

fn wishes() -> Wishes {
    Wishes {
        loudness: true,
        ..Wishes::default()
    }
}

/// What becomes of a source made by `ffmpeg`.
fn evened(folder: &Path, name: &str, arguments: &str, wishes: &Wishes) -> Stream {
    lab::ffmpeg(folder, &format!("{arguments} {name}"));
    let out = folder.join(format!("{name}-{:?}-out", wishes.format));
    let stream = lab::stream(&folder.join(name), &out, wishes);
    lab::check(&out);
    stream
}

fn loudness(stream: &Stream) -> Loudness {
    stream.plan.audio[0].loudness.expect("it was measured")
}

/// At the target, with its peaks kept.
fn right(found: (f64, f64), what: &str) {
    eprintln!("{what}: {:.1} LUFS, {:.1} dBTP", found.0, found.1);
    near(found.0, -16.0, 0.5, what);
    kept(found, what);
}

fn kept((_, peak): (f64, f64), what: &str) {
    assert!(peak <= -0.7, "{what}: true peaks at {peak} dB");
}

/// Words, as their loudness comes and goes: bursts with pauses between, by `t`.
const SPEECH: &str =
    "gt(sin(2*t),-0.6)*(0.08+pow(max(0,sin(23*t)),2))*(sin(950*t)+0.5*sin(4300*t)+0.3*(2*random(0)-1))";

/// A source of so many seconds that is as loud as asked for, by the same meter. Floats: it may be louder than full scale.
fn source(folder: &Path, sound: &str, level: f64) -> String {
    lab::ffmpeg(folder, &format!("{sound} -c:a pcm_f32le -f wav raw.wav"));
    let (integrated, _) = measured(&folder.join("raw.wav"));
    format!("-i raw.wav -af volume={}dB -c:a pcm_f32le -f wav", level - integrated)
}

fn sounds(layout: &str, seconds: u32) -> Vec<(&'static str, String)> {
    let count = match layout {
        "mono" => 1,
        "stereo" => 2,
        _ => 6,
    };
    let same = |sound: &str| {
        let all = vec![sound; count].join("|");
        format!("-f lavfi -i aevalsrc=exprs='{all}':c={layout}:s=48000:d={seconds}")
    };
    vec![
        ("tone", same("0.2*sin(2*PI*1000*t)")),
        (
            "noise",
            format!("-f lavfi -i anoisesrc=c=pink:a=0.3:r=48000:d={seconds}:seed=7,aformat=cl={layout}"),
        ),
        ("speech", same(SPEECH)),
    ]
}

fn levels_of(layout: &str, kinds: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (kind, sound) in sounds(layout, 6).into_iter().filter(|(kind, _)| kinds.contains(kind)) {
        for level in [-35.0, -23.0, -10.0] {
            let name = format!("{kind}{level}.wav");
            let arguments = source(folder.path(), &sound, level);
            let stream = evened(folder.path(), &name, &arguments, &wishes());
            right(heard(&stream, "audio"), &format!("{kind}, {layout}, {level} LUFS"));
        }
    }
}

#[test]
fn stereo_comes_to_the_target() {
    levels_of("stereo", &["tone", "noise", "speech"]);
}

/// Measured as it is heard: in both ears.
#[test]
fn mono_comes_to_the_target() {
    levels_of("mono", &["speech"]);
}

/// Measured as it is heard: mixed down.
#[test]
fn surround_comes_to_the_target() {
    levels_of("5.1", &["speech"]);
}

#[test]
fn rates_codecs_and_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, sound) = sounds("mono", 8).remove(2);
    for (name, how) in [
        ("low.wav", "-ar 8000 -c:a pcm_u8"),
        ("old.mp3", "-ar 22050 -c:a libmp3lame -b:a 48k"),
        ("high.flac", "-ar 96000 -c:a flac"),
        ("voice.ogg", "-c:a libopus -b:a 32k"),
        ("film.avi", "-ar 44100 -c:a libmp3lame"),
    ] {
        let stream = evened(folder.path(), name, &format!("{sound} -af volume=0.3 {how}"), &wishes());
        right(heard(&stream, "audio"), name);
    }
    let ts = Wishes {
        format: Format::Ts,
        ..wishes()
    };
    let stream = evened(folder.path(), "again.wav", &sound, &ts);
    right(heard(&stream, "audio"), "MPEG-TS");
}

/// What could be copied is encoded; the pictures are still copied, and in time with the sound.
#[test]
fn copied_pictures_and_sound_that_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = format!(
        "{} -f lavfi -i aevalsrc=exprs='gte(t,1)*0.05*sin(880*PI*t)':s=48000:d=9 \
         {X264} -g 25 -b:v 600k -maxrate 800k -bufsize 800k -ac 2 -c:a aac",
        picture("640x360", "25", "9")
    );
    let stream = evened(folder.path(), "film.mp4", &arguments, &wishes());
    assert!(stream.measured["360p"].copied, "{:?}", stream.plan.notes);
    assert!(!stream.measured["audio"].copied, "{:?}", stream.plan.notes);
    right(heard(&stream, "audio"), "film.mp4");
    super::in_sync(&stream.out.join("index.m3u8"), true, true);
    let notes = &stream.plan.notes;
    assert!(
        notes.iter().any(|note| note.contains("it is read through first")),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("Loudness of the sound: it was -")),
        "{notes:?}"
    );
}

/// A click in a quiet talk keeps nobody quiet, and is held.
#[test]
fn a_few_loud_moments_are_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = format!(
        "-f lavfi -i aevalsrc=exprs='0.04*{SPEECH}+0.95*between(t,10,10.001)*sin(5000*t)|0.04*{SPEECH}':s=48000:d=20"
    );
    let stream = evened(folder.path(), "talk.wav", &format!("{sound} -c:a pcm_s24le"), &wishes());
    let loudness = loudness(&stream);
    assert!(loudness.peak > -1.5 && loudness.gain > 8.0, "{loudness:?}");
    right(heard(&stream, "audio"), "a click");
}

/// Where every moment has its peak the whole stays quieter.
#[test]
fn loud_moments_everywhere_are_not_squeezed() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = "-f lavfi -i aevalsrc=exprs='0.5*lt(mod(t,0.05),0.001)*sin(5000*t)+0.002*sin(800*t)':s=48000:d=10";
    let stream = evened(folder.path(), "clicks.wav", sound, &wishes());
    let loudness = loudness(&stream);
    assert_eq!(loudness.held, Some(Held::Peaks), "{loudness:?}");
    let found = heard(&stream, "audio");
    near(
        found.0,
        loudness.integrated.unwrap() + loudness.gain,
        0.7,
        "by the gain that was told",
    );
    kept(found, "clicks");
    assert!(stream.plan.notes.iter().any(|note| note.contains("squeezed")));
}

/// What is mostly noise is not made as loud as the rest.
#[test]
fn very_quiet_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, sound) = sounds("stereo", 8).remove(1);
    let arguments = source(folder.path(), &sound, -52.0);
    let stream = evened(folder.path(), "far.wav", &arguments, &wishes());
    let loudness = loudness(&stream);
    assert_eq!((loudness.gain, loudness.held), (20.0, Some(Held::Noise)));
    near(heard(&stream, "audio").0, -32.0, 0.5, "20 dB louder");
}

#[test]
fn what_cannot_be_measured_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let none = "-f lavfi -i anullsrc=r=48000:cl=stereo";
    let blink = "-f lavfi -i sine=440:r=48000";
    for (name, sound, seconds) in [
        ("silent.wav", none, "4"),
        ("blink.wav", blink, "0.3"),
        ("tick.wav", blink, "0.02"),
    ] {
        let stream = evened(folder.path(), name, &format!("{sound} -t {seconds}"), &wishes());
        let loudness = loudness(&stream);
        assert_eq!((loudness.integrated, loudness.gain), (None, 0.0), "{name}");
        assert!(
            stream.plan.notes.iter().any(|note| note.contains("too little of it")),
            "{name}"
        );
    }
    let heard = hear(&folder.path().join("blink.wav-Cmaf-out/audio/index.m3u8"));
    near(
        heard.tone(440.0, 0.05, 0.25)[0],
        0.125,
        0.01,
        "a blink is as loud as it was",
    );
    // No sound, no pass, no words.
    let stream = evened(
        folder.path(),
        "mute.mp4",
        &format!("{} {X264}", picture("320x180", "25", "2")),
        &wishes(),
    );
    assert!(stream.plan.audio.is_empty());
    assert!(
        !stream.plan.notes.iter().any(|note| note.contains("LUFS")),
        "{:?}",
        stream.plan.notes
    );
}

/// Silence before, between and behind does not count.
#[test]
fn pauses_do_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = "-f lavfi -i aevalsrc=exprs='0.1*between(mod(t,10),4,6)*sin(6000*t)':s=48000:d=20 -c:a aac -ac 2";
    let stream = evened(folder.path(), "pauses.m4a", sound, &wishes());
    right(heard(&stream, "audio"), "pauses");
}

/// Only what is published is measured: what is cut off is loud.
#[test]
fn a_part_is_measured_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, how) in [
        ("film.mp4", "-c:a aac -ac 2"),
        ("film.mkv", "-c:a libopus -ac 2"),
        ("film.ts", "-c:a aac -ac 2 -output_ts_offset 5000"),
    ] {
        let arguments = format!(
            "{} -f lavfi -i aevalsrc=exprs='if(between(t,6,12),0.03,0.8)*sin(880*PI*t)':s=48000:d=18 {X264} -g 50 {how}",
            picture("320x180", "25", "18")
        );
        let part = Wishes {
            from: Some(6.52),
            to: Some(11.52),
            ..wishes()
        };
        let stream = evened(folder.path(), name, &arguments, &part);
        near(stream.duration, 5.0, 0.1, name);
        let found = loudness(&stream);
        near(found.integrated.expect("heard"), -34.1, 0.5, name);
        near(
            heard(&stream, "audio").0,
            found.integrated.unwrap() + found.gain,
            0.5,
            name,
        );
        kept(heard(&stream, "audio"), name);
    }
}

#[test]
fn each_language_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let tone = |amplitude: f64| format!("-f lavfi -i aevalsrc=exprs='{amplitude}*sin(2000*PI*t)':s=48000:d=6");
    let arguments = format!(
        "{} {} {} -map 0 -map 1 -map 2 {X264} -c:a aac -ac 2 -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger",
        picture("320x180", "25", "6"),
        tone(0.03),
        tone(0.6)
    );
    let stream = evened(folder.path(), "two.mkv", &arguments, &wishes());
    let gains: Vec<f64> = stream
        .plan
        .audio
        .iter()
        .map(|audio| audio.loudness.unwrap().gain)
        .collect();
    assert!(gains[0] > 5.0 && gains[1] < -5.0, "{gains:?}");
    for track in ["audio-en", "audio-de"] {
        right(heard(&stream, track), track);
    }
    let named = |note: &String| note.starts_with("Loudness of the sound “Deutsch”: it was -");
    assert!(stream.plan.notes.iter().any(named), "{:?}", stream.plan.notes);
}

/// Left and right in tracks of their own are one sound.
#[test]
fn two_sides() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = format!(
        "{} -f lavfi -i aevalsrc=exprs='0.05*sin(2000*PI*t)':s=48000:d=6 -f lavfi -i aevalsrc=exprs='0.02*sin(3000*PI*t)':s=48000:d=6 \
         -map 0 -map 1 -map 2 {X264} -c:a pcm_s16le",
        picture("320x180", "25", "6")
    );
    let stream = evened(folder.path(), "sides.mov", &arguments, &wishes());
    assert_eq!(stream.plan.audio[0].channels.len(), 2);
    right(heard(&stream, "audio"), "two sides");
}

/// Bytes that make no sense are passed over, as they are when the film is made.
#[test]
fn damaged_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, sound) = sounds("stereo", 8).remove(2);
    for name in ["hurt.aac", "hurt.mp3", "hurt.ts"] {
        lab::ffmpeg(folder.path(), &format!("{sound} -af volume=0.2 {name}"));
        let film = folder.path().join(name);
        let mut bytes = std::fs::read(&film).expect("made");
        let length = bytes.len();
        for at in (length / 10..length).step_by(length / 9) {
            bytes[at..(at + 40).min(length)].fill(0x5a);
        }
        std::fs::write(&film, bytes).expect("written");
        let stream = lab::stream(&film, &folder.path().join(format!("{name}-out")), &wishes());
        let found = heard(&stream, "audio");
        near(found.0, -16.0, 1.0, name);
    }
}

/// Samples that are no numbers, and some that are far beyond full scale.
#[test]
fn floats_that_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i aevalsrc=exprs='0.05*sin(2000*PI*t)':c=mono:s=48000:d=6 -c:a pcm_f32le odd.wav",
    );
    let film = folder.path().join("odd.wav");
    let mut bytes = std::fs::read(&film).expect("made");
    let at = (bytes.len() / 2) & !3;
    bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    std::fs::write(&film, &bytes).expect("written");
    let as_it_is = lab::transcode(&film, &folder.path().join("plain"), &Wishes::default());
    let evened = lab::transcode(&film, &folder.path().join("evened"), &wishes());
    assert_eq!(
        as_it_is.failure().map(|failure| &failure.code),
        evened.failure().map(|failure| &failure.code)
    );
    let gain = evened.plan().expect("planned").audio[0]
        .loudness
        .expect("measured")
        .gain;
    near(gain, 10.0, 1.0, "measured beside it");
}

/// It is said first that the sound is being read, and the pass ends when it is told to.
#[test]
fn the_pass_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i sine=440:r=48000:d=3600 -ac 2 -c:a pcm_s16le long.wav",
    );
    let mut worker = Worker::start(told(
        &folder.path().join("long.wav"),
        &folder.path().join("out"),
        &wishes(),
    ));
    let first = worker.next().expect("an event");
    assert!(
        matches!(&first, Event::Note { text } if text.contains("read through first")),
        "{first:?}"
    );
    let asked = std::time::Instant::now();
    worker.send(Command::Cancel);
    let events = worker.rest();
    assert!(asked.elapsed().as_secs_f64() < 2.0, "{:?}", asked.elapsed());
    let [Event::Failed(failure)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(failure.code, "cancelled");
}
