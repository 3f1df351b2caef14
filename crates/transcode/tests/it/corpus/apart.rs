//! Sound whose channels lie in tracks of their own, and channels that nobody named.

use screener_ladder::Wishes;
use screener_ladder::plan::Format;

use super::{X264, near, picture};
use crate::ears::{Heard, hear};
use crate::lab;

/// Tones of one channel each, 440 Hz and every 220 above, as inputs of `ffmpeg` from 1 on.
fn tones(count: usize) -> String {
    let tone = |at: usize| {
        format!(
            "-f lavfi -i aevalsrc=exprs='0.25*sin({}*PI*t)':c=mono:s=48000:d=3",
            880 + 440 * at
        )
    };
    (0..count).map(tone).collect::<Vec<_>>().join(" ")
}

fn hertz(at: usize) -> f64 {
    (440 + 220 * at) as f64
}

/// What is heard of a film, and what is said of it.
fn film(name: &str, arguments: &str, format: Format) -> (Vec<String>, Heard) {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(folder.path(), &arguments.replace("OUT", name));
    let wishes = Wishes {
        format,
        ..Wishes::default()
    };
    let stream = lab::stream(&folder.path().join(name), &folder.path().join("out"), &wishes);
    assert_eq!(stream.plan.audio.len(), 1, "{name}");
    lab::check(&stream.out);
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    near(heard.lasts(), 3.0, 0.1, name);
    (stream.plan.notes, heard)
}

/// Amplitude of the tone of each input in the left and the right.
fn each(name: &str, heard: &Heard, expected: &[[f64; 2]]) {
    for (at, sides) in expected.iter().enumerate() {
        let found = heard.tone(hertz(at), 1.0, 2.0);
        for side in [0, 1] {
            near(
                found[side],
                sides[side] * 0.25,
                0.01,
                &format!("{name}: input {at}, side {side}"),
            );
        }
    }
}

const LEFT_RIGHT: [[f64; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

#[test]
fn left_and_right_as_two_tracks() {
    let pictures = picture("320x180", "25", "3");
    let two = format!("{pictures} {} -map 0:v -map 1:a -map 2:a", tones(2));
    let labelled = format!(
        "{pictures} {} -filter_complex [1:a]aformat=channel_layouts=mono,pan=FL|FL=c0[l];[2:a]pan=FR|FR=c0[r] \
         -map 0:v -map [l] -map [r] {X264} -c:a pcm_s24le OUT",
        tones(2)
    );
    let mpeg2 = "-c:v mpeg2video -b:v 2M";
    for (name, arguments, format) in [
        ("labelled.mov", labelled, Format::Cmaf),
        ("plain.mov", format!("{two} {X264} -c:a pcm_s16le OUT"), Format::Ts),
        ("aac.mov", format!("{two} {X264} -c:a aac OUT"), Format::Cmaf),
        ("film.mxf", format!("{two} {mpeg2} -c:a pcm_s16le OUT"), Format::Cmaf),
        (
            "words.mkv",
            format!("{two} {X264} -c:a flac -metadata:s:a:0 title=Left -metadata:s:a:1 title=Right OUT"),
            Format::Cmaf,
        ),
    ] {
        let (notes, heard) = film(name, &arguments, format);
        each(name, &heard, &LEFT_RIGHT);
        let said = "Audio tracks 2 and 3 are the left and the right of one sound";
        assert!(notes.iter().any(|note| note == said), "{name}: {notes:?}");
    }
}

#[test]
fn four_tracks_of_a_camera() {
    let arguments = format!(
        "{} {} -map 0:v -map 1:a -map 2:a -map 3:a -map 4:a -c:v mpeg2video -b:v 2M -c:a pcm_s24le OUT",
        picture("320x180", "25", "3"),
        tones(4)
    );
    for name in ["film.mxf", "film.mov"] {
        let (notes, heard) = film(name, &arguments, Format::Cmaf);
        each(name, &heard, &[LEFT_RIGHT[0], LEFT_RIGHT[1], [0.0; 2], [0.0; 2]]);
        let said = "Audio tracks 4, 5 are left out: tracks 2 and 3 are taken for the left and the right";
        assert!(notes.iter().any(|note| note == said), "{name}: {notes:?}");
    }
}

#[test]
fn surround_as_six_tracks() {
    let places = ["FL", "FR", "FC", "LFE", "SL", "SR"];
    let filters: Vec<String> = (0..6)
        .map(|at| format!("[{}:a]pan={}|{}=c0[o{at}]", at + 1, places[at], places[at]))
        .collect();
    let maps: Vec<String> = (0..6).map(|at| format!("-map [o{at}]")).collect();
    let arguments = format!(
        "{} {} -filter_complex {} -map 0:v {} {X264} -c:a pcm_s24le OUT",
        picture("320x180", "25", "3"),
        tones(6),
        filters.join(";"),
        maps.join(" ")
    );
    let (notes, heard) = film("film.mov", &arguments, Format::Cmaf);
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let expected = [
        [1.0, 0.0],
        [0.0, 1.0],
        [half, half],
        [0.0, 0.0],
        [half, 0.0],
        [0.0, half],
    ];
    each("film.mov", &heard, &expected);
    assert!(
        notes.iter().any(|note| note.contains("channels of one sound")),
        "{notes:?}"
    );
}

/// Channels without names: the first two are heard in both ears, whatever their number.
#[test]
fn channels_that_nobody_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for (count, encoding) in [
        (9, "-c:a pcm_s16le OUT.mov"),
        (12, "-c:a pcm_s16le OUT.mov"),
        (12, "-c:a pcm_s24le OUT.wav"),
        (16, "-c:a pcm_s16le OUT.caf"),
        (32, "-c:a pcm_s16le OUT.mov"),
        (11, "-c:a libopus -mapping_family 255 OUT.mka"),
    ] {
        // Left sounds at 440 Hz, right at 660, all others are silent.
        let mut raw = Vec::new();
        for at in 0..144_000 {
            let seconds = f64::from(at) / 48_000.0;
            for channel in 0..count {
                let tone = (std::f64::consts::TAU * hertz(channel) * seconds).sin() * 8192.0;
                let sample = if channel < 2 { tone as i16 } else { 0 };
                raw.extend_from_slice(&sample.to_le_bytes());
            }
        }
        std::fs::write(folder.path().join("raw"), raw).expect("written");
        let name = format!("n{count}");
        let encoding = encoding.replace("OUT", &name);
        lab::ffmpeg(
            folder.path(),
            &format!("-f s16le -ar 48000 -ac {count} -i raw -bitexact {encoding}"),
        );
        let file = folder.path().join(encoding.rsplit(' ').next().expect("a name"));
        let outcome = lab::stream(&file, &folder.path().join("out").join(&name), &Wishes::default());
        let heard = hear(&outcome.out.join("audio/index.m3u8"));
        each(&encoding, &heard, &LEFT_RIGHT);
        let notes = &outcome.plan.notes;
        assert!(
            notes.iter().any(|note| note.contains("does not name the")),
            "{encoding}: {notes:?}"
        );
    }
}
