//! Every kind of source that people have, through the real worker, judged by `ffprobe` and `ffmpeg`.
//!
//! Sources are made on the spot. Unless a case says otherwise, the picture is black and the sound silent for the first
//! second, then a moving pattern and a tone begin together: sound and picture are in sync where the stream shows the
//! same.

mod apart;
mod cameras;
mod captions;
mod chaptered;
mod cuts;
mod evened;
mod joins;
mod lengths;
mod levels;
mod line21;
mod phones;
mod screens;
mod sidecars;
mod sound;
mod stamps;
mod trims;
mod unusual;
mod web;
mod wishes;

use std::path::Path;

use screener_ladder::Wishes;
use serde_json::Value;

use crate::lab::{self, Stream};

/// Picture and sound that begin together after a second.
fn picture(size: &str, rate: &str, seconds: &str) -> String {
    format!("-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds},drawbox=c=black:t=fill:enable='lt(t,0.999)'")
}

fn sound(rate: u32, seconds: &str) -> String {
    format!("-f lavfi -i aevalsrc=exprs='gte(t,1)*0.5*sin(880*PI*t)':s={rate}:d={seconds}")
}

/// What a stream must be.
struct Expect<'a> {
    /// Rungs with their sizes, largest first.
    rungs: &'a [(&'a str, u64, u64)],
    /// Seconds of the film.
    duration: f64,
    /// Folders of the audio renditions.
    audio: &'a [&'a str],
    /// Frames per second of every rung; `None`: not judged.
    rate: Option<f64>,
    /// Sound and picture begin together.
    sync: bool,
}

impl Default for Expect<'_> {
    fn default() -> Self {
        Self {
            rungs: &[("360p", 640, 360)],
            duration: 3.0,
            audio: &["audio"],
            rate: Some(25.0),
            sync: true,
        }
    }
}

/// A source made by `ffmpeg` from `arguments` (`OUT` is the file) becomes the stream that `expect` describes.
fn case(name: &str, arguments: &str, expect: &Expect<'_>) -> Stream {
    case_with(name, arguments, &Wishes::default(), expect)
}

fn case_with(name: &str, arguments: &str, wishes: &Wishes, expect: &Expect<'_>) -> Stream {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(folder.path(), &arguments.replace("OUT", name));
    let mut stream = judge(&folder.path().join(name), &folder.path().join("out"), wishes, expect);
    stream.folder = Some(folder);
    stream
}

fn judge(file: &Path, out: &Path, wishes: &Wishes, expect: &Expect<'_>) -> Stream {
    let stream = lab::stream(file, out, wishes);
    let rungs: Vec<&str> = stream.plan.rungs.iter().map(|rung| rung.name.as_str()).collect();
    assert_eq!(rungs, expect.rungs.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (name, width, height) in expect.rungs {
        let facts = lab::ffprobe(&out.join(name).join("index.m3u8"));
        let video = &facts["streams"][0];
        assert_eq!(video["codec_name"], "h264", "{name}");
        assert_eq!(video["pix_fmt"], "yuv420p", "{name}");
        assert_eq!(
            (video["width"].as_u64(), video["height"].as_u64()),
            (Some(*width), Some(*height)),
            "{name}"
        );
        assert!(
            matches!(video["sample_aspect_ratio"].as_str(), None | Some("1:1")),
            "{name}: {video}"
        );
        assert!(
            matches!(video["field_order"].as_str(), None | Some("progressive" | "unknown")),
            "{name}: {video}"
        );
        assert!(video["side_data_list"].is_null(), "{name}: {video}");
        near(seconds(&facts), expect.duration, 0.15, name);
        if let Some(rate) = expect.rate {
            near(frames(&facts) / seconds(&facts), rate, rate * 0.02, name);
        }
        assert_eq!(
            facts["streams"].as_array().map(Vec::len),
            Some(1),
            "{name}: sound lies in tracks of its own"
        );
    }
    let audio: Vec<&str> = stream.plan.audio.iter().map(|audio| audio.name.as_str()).collect();
    assert_eq!(audio, expect.audio);
    for name in expect.audio {
        let facts = lab::ffprobe(&out.join(name).join("index.m3u8"));
        let sound = &facts["streams"][0];
        assert_eq!(
            (sound["codec_name"].as_str(), sound["channels"].as_u64()),
            (Some("aac"), Some(2)),
            "{name}"
        );
        near(seconds(&facts), expect.duration, 0.2, name);
    }
    assert_eq!(
        stream.plan.audio.iter().filter(|audio| audio.default).count(),
        usize::from(!audio.is_empty())
    );
    near(stream.duration, expect.duration, 0.2, "the whole");
    for rung in &stream.plan.rungs {
        assert!(stream.measured[&rung.name].peak >= stream.measured[&rung.name].average);
    }
    lab::check(out);
    if expect.sync {
        in_sync(
            &out.join("index.m3u8"),
            !expect.rungs.is_empty(),
            !expect.audio.is_empty(),
        );
    }
    stream
}

fn near(found: f64, expected: f64, slack: f64, what: &str) {
    assert!((found - expected).abs() <= slack, "{what}: {found}, not {expected}");
}

fn seconds(facts: &Value) -> f64 {
    facts["format"]["duration"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}

fn frames(facts: &Value) -> f64 {
    let count = facts["streams"][0]["nb_read_packets"].as_str();
    count.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

/// The pattern appears when the tone begins: after a second, by the same clock, within 20 ms.
fn in_sync(index: &Path, video: bool, audio: bool) {
    let (mut shown, mut heard) = (1.0, 1.0);
    if video {
        let words = lab::judged(index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
        shown = lab::number(&words, "black_end").unwrap_or_else(|| panic!("never black: {words}"));
    }
    if audio {
        let words = lab::judged(index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
        heard = lab::number(&words, "silence_end").unwrap_or_else(|| panic!("never silent: {words}"));
    }
    if video && audio {
        near(heard - shown, 0.0, 0.02, "sound behind picture");
    }
    if video {
        near(shown, 1.0, 0.1, "the pattern begins");
    } else {
        near(heard, 1.0, 0.05, "the tone begins");
    }
}

fn both(size: &str, rate: &str) -> String {
    format!("{} {}", picture(size, rate, "3"), sound(48_000, "3"))
}

const X264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

const SRT: &str =
    "1\n00:00:00,500 --> 00:00:01,500\nGrüße & <i>Küsse</i>\n\n2\n00:00:01,800 --> 00:00:02,900\nthe end\n";
