//! Closed captions: in the picture, and in tracks of their own.

use std::path::Path;

use screener_ladder::Wishes;

use super::sidecars::{Published, publish_as};
use crate::lab;

/// Puts captions of line 21 into an H.264 stream without B-frames: a pair of bytes a picture, shown from picture 23 to 45.
fn captioned(stream: &[u8], words: &[u8]) -> Vec<u8> {
    let mut pairs: Vec<[u8; 2]> = vec![[0, 0]; 10];
    for code in [[0x14, 0x20], [0x14, 0x2E], [0x14, 0x70]] {
        pairs.extend([code, code]);
    }
    pairs.extend(
        words
            .chunks(2)
            .map(|pair| [pair[0], pair.get(1).copied().unwrap_or(b' ')]),
    );
    pairs.extend([[0x14, 0x2F]; 2]);
    pairs.extend([[0, 0]; 20]);
    pairs.extend([[0x14, 0x2C]; 2]);
    let mut pairs = pairs.into_iter();
    let parity = |byte: u8| byte | u8::from(byte.count_ones().is_multiple_of(2)) << 7;
    let begins: Vec<usize> = (0..stream.len() - 3)
        .filter(|&at| stream[at..at + 3] == [0, 0, 1])
        .collect();
    let mut out = stream[..begins[0]].to_vec();
    for (n, &at) in begins.iter().enumerate() {
        let end = begins.get(n + 1).copied().unwrap_or(stream.len());
        if matches!(stream[at + 3] & 31, 1 | 5) {
            let [first, next] = pairs.next().unwrap_or_default().map(parity);
            out.extend(b"\0\0\0\x01\x06\x04\x0E\xB5\0\x31GA94\x03\x41\xFF\xFC");
            out.extend([first, next, 0xFF, 0x80]);
        }
        out.extend(&stream[at..end]);
    }
    out
}

/// The film's pictures with `HELLO CREATOR` in them, then as `options` of how make of it.
fn film(name: &str, options: &str) -> Published {
    part(name, options, None)
}

/// The same, from a time on.
fn part(name: &str, options: &str, from: Option<f64>) -> Published {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc=s=320x180:r=30:d=3 -c:v libx264 -preset ultrafast -crf 40 -x264-params slices=1:sliced-threads=0:bframes=0 \
         -pix_fmt yuv420p -g 30 raw.h264",
    );
    let raw = std::fs::read(folder.path().join("raw.h264")).expect("made");
    std::fs::write(folder.path().join("cc.h264"), captioned(&raw, b"HELLO CREATOR")).expect("written");
    lab::ffmpeg(folder.path(), &format!("{options} {name}"));
    let wishes = Wishes {
        from,
        ..Wishes::default()
    };
    publish_as(Path::new(&folder.path().join(name)), &wishes)
}

fn says_hello(found: &Published, what: &str) {
    assert_eq!(found.names(), ["captions"], "{what}: {:?}", found.notes);
    let cues = found.cues("captions");
    assert_eq!(cues.len(), 1, "{what}: {cues:?}");
    let (times, words) = cues[0].split_once('\n').expect("two lines");
    assert_eq!(words, "HELLO CREATOR", "{what}");
    let (start, end) = times.split_once(" --> ").expect("times");
    let near = |text: &str, frame: f64| {
        let found: f64 = text.trim_start_matches("00:00:0").parse().expect("seconds");
        assert!((found - frame / 30.0).abs() < 0.05, "{what}: {times}");
    };
    near(start, 23.0);
    near(end, 45.0);
    let line = found
        .index
        .lines()
        .find(|line| line.contains("TYPE=SUBTITLES"))
        .expect("it is named");
    assert!(line.contains("transcribes-spoken-dialog"), "{line}");
}

#[test]
fn closed_captions_in_the_picture() {
    let copied = film("film.mp4", "-r 30 -i cc.h264 -c copy");
    says_hello(&copied, "as it was");
    // A copied picture keeps what it carries: a player may show it.
    assert!(
        copied.notes("is copied").len() == 1 && !copied.index.contains("CLOSED-CAPTIONS=NONE"),
        "{}",
        copied.index
    );
    // Pictures lie in the file in another order than they are shown.
    let reordered = film(
        "film.ts",
        "-r 30 -i cc.h264 -c:v libx264 -bf 3 -preset veryfast -x264-params b-adapt=0 -a53cc 1",
    );
    says_hello(&reordered, "with B-frames");
    let mpeg2 = film("film.mpg", "-r 30 -i cc.h264 -c:v mpeg2video -bf 2 -b:v 1M -a53cc 1");
    says_hello(&mpeg2, "MPEG-2");
    assert!(mpeg2.index.contains("CLOSED-CAPTIONS=NONE"), "{}", mpeg2.index);
}

#[test]
fn closed_captions_in_a_track() {
    let found = film(
        "film.mov",
        "-f lavfi -i movie=cc.h264[out0+subcc] -map 0:v -map 0:s -c:v libx264 -a53cc 0 -preset ultrafast -pix_fmt yuv420p -c:s copy \
         -metadata:s:s:0 language=eng",
    );
    assert_eq!(found.names(), ["captions-en"], "{:?}", found.notes);
    assert_eq!(found.said("captions-en"), ["HELLO CREATOR"]);
}

/// What was said before an in point is still shown as long as it was, and nothing is offered where nothing is said.
#[test]
fn closed_captions_of_a_part() {
    for (name, options) in [
        ("film.mp4", "-r 30 -i cc.h264 -c copy"),
        (
            "film.ts",
            "-r 30 -i cc.h264 -c:v libx264 -bf 3 -preset veryfast -x264-params b-adapt=0 -a53cc 1",
        ),
    ] {
        // From picture 30 on, of 23 to 45.
        let found = part(name, options, Some(1.0));
        let cues = found.cues("captions");
        assert_eq!(cues.len(), 1, "{name}: {cues:?}");
        assert!(
            cues[0].starts_with("00:00:00.000 --> 00:00:00.5") && cues[0].ends_with("HELLO CREATOR"),
            "{name}: {cues:?}"
        );
        let found = part(name, options, Some(2.0));
        assert_eq!(found.names(), Vec::<String>::new(), "{name}: {:?}", found.notes);
        assert_eq!(
            found.notes("say nothing in this part").len(),
            1,
            "{name}: {:?}",
            found.notes
        );
    }
}
