//! Captions.

use std::path::Path;

use screener_ladder::plan::CaptionsPlan;
use screener_ladder::{Format, Wishes};
use screener_transcode::captions::{Cue, Cues};

use super::{Expect, SRT, X264, both, judge, near};
use crate::lab::{self, Stream};

/// Every caption segment of a rendition, one after the other.
fn captions(stream: &Stream, name: &str) -> String {
    let playlist = std::fs::read_to_string(stream.out.join(name).join("index.m3u8")).expect("a captions playlist");
    assert!(playlist.ends_with("#EXT-X-ENDLIST\n"), "{playlist}");
    let texts = playlist.lines().filter(|line| !line.starts_with('#')).map(|segment| {
        let text = std::fs::read_to_string(stream.out.join(name).join(segment)).expect("a captions segment");
        assert!(text.starts_with("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:"), "{text}");
        text
    });
    texts.collect()
}

fn captioned(stream: &Stream, name: &str, language: Option<&str>) {
    let text = captions(stream, name);
    assert!(text.contains("00:00:00.500 --> 00:00:01.500\nGrüße &amp; "), "{text}");
    assert!(text.contains("--> 00:00:02.900\nthe end\n"), "{text}");
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let line = index
        .lines()
        .find(|line| line.contains(&format!("URI=\"{name}/index.m3u8\"")))
        .expect("it is named");
    assert!(line.contains("TYPE=SUBTITLES"), "{line}");
    if let Some(language) = language {
        assert!(line.contains(&format!("LANGUAGE=\"{language}\"")), "{line}");
    }
    assert!(index.contains("SUBTITLES=\""), "{index}");
}

#[test]
fn embedded_mov_text() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 {X264} -c:a aac -c:s mov_text -metadata:s:s:0 language=deu film.mp4",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-de", Some("de"));
}

#[test]
fn embedded_subrip_and_ass() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 -map 2 {X264} -c:a flac -c:s:0 subrip -c:s:1 ass \
             -metadata:s:s:0 language=eng -disposition:s:0 hearing_impaired \
             -metadata:s:s:1 language=fra -disposition:s:1 forced film.mkv",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-en", Some("en"));
    captioned(&stream, "captions-fr", Some("fr"));
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let line = |name: &str| {
        let uri = format!("URI=\"{name}/index.m3u8\"");
        index.lines().find(|line| line.contains(&uri)).expect("it is named")
    };
    assert!(line("captions-fr").contains("FORCED=YES"), "{index}");
    assert!(
        line("captions-en").contains("FORCED=NO") && line("captions-en").contains("transcribes-spoken-dialog"),
        "{index}"
    );
    assert!(index.contains("mp4a.40.2,wvtt\""), "{index}");
}

#[test]
fn subtitles_that_outlast_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("words.txt"),
        "1\n00:00:00,500 --> 00:01:30,000\nto be continued\n",
    )
    .expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 {X264} -c:a flac -c:s subrip film.mkv",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    assert!(captions(&stream, "captions").contains("to be continued"));
}

#[test]
fn captions_beside_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    let latin: Vec<u8> = SRT
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    std::fs::write(folder.path().join("film.de.srt"), latin).expect("written");
    let vtt = format!(
        "WEBVTT\r\n\r\n{}",
        SRT.replace(',', ".").replace(" & ", " &amp; ").replace('\n', "\r\n")
    );
    let utf16: Vec<u8> = format!("\u{FEFF}{vtt}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(folder.path().join("film.vtt"), utf16).expect("written");
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-de", Some("de"));
    captioned(&stream, "captions", None);
}

#[test]
fn captions_in_a_transport_stream() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    std::fs::write(folder.path().join("film.en.srt"), SRT).expect("written");
    let wishes = Wishes {
        format: Format::Ts,
        ..Wishes::default()
    };
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &wishes,
        &Expect::default(),
    );
    captioned(&stream, "captions-en", Some("en"));
    // The cue clock must be the pictures' clock.
    let facts = lab::ffprobe(&stream.out.join("360p/00001.ts"));
    let start: f64 = facts["streams"][0]["start_time"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a start");
    let text = captions(&stream, "captions-en");
    let mpegts: f64 = text
        .split("MPEGTS:")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .and_then(|word| word.parse().ok())
        .expect("a map");
    near(mpegts / 90_000.0, start, 0.05, "the captions' clock");
}

/// A film of a quarter of an hour in which something is said every hundred seconds, at `n * 100 + 0.5`.
fn seldom(folder: &Path, name: &str, options: &str) -> Cues {
    let cue = |n: u32| {
        let (minute, second) = (n * 100 / 60, n * 100 % 60);
        format!(
            "{n}\n00:{minute:02}:{second:02},500 --> 00:{minute:02}:{:02},000\nword {n}\n\n",
            second + 2
        )
    };
    let words: Vec<String> = (0..9).map(cue).collect();
    std::fs::write(folder.join("words.txt"), words.concat()).expect("written");
    let film = "-f lavfi -i color=s=64x64:r=5:d=900 -f srt -i words.txt -map 0 -map 1 -c:v libx264";
    lab::ffmpeg(folder, &format!("{film} {options} {name}"));
    let plan = CaptionsPlan {
        name: "captions".into(),
        index: Some(1),
        file: None,
        language: None,
        label: "Captions".into(),
        forced: false,
        hearing_impaired: false,
        channel: None,
    };
    Cues::open(folder.join(name).to_str().expect("a path"), &plan, 0.0).expect("it opens")
}

/// Otherwise a film of hours would be read to its end before its first seconds could be played.
#[test]
fn words_are_read_no_further_than_they_are_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, options) in [("film.mkv", "-c:s srt"), ("film.mp4", "-c:s mov_text")] {
        let mut cues = seldom(folder.path(), name, options);
        let known = |cues: &[Cue]| cues.iter().map(|cue| cue.text.clone()).collect::<Vec<_>>();
        let first = known(cues.until(6.0));
        assert!((1..=2).contains(&first.len()), "{name}: {first:?}");
        let more = known(cues.until(301.0));
        assert!((4..=5).contains(&more.len()), "{name}: {more:?}");
        let all = known(cues.until(f64::INFINITY));
        assert_eq!(all, (0..9).map(|n| format!("word {n}")).collect::<Vec<_>>(), "{name}");
        assert_eq!(known(cues.until(f64::INFINITY)), all, "{name}: once is enough");
    }
}

#[test]
fn words_without_an_end_are_shown_for_a_while() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut cues = seldom(folder.path(), "film.mkv", "-c:s srt -bsf:s setts=duration=0");
    let times = |cues: &[Cue]| cues.iter().map(|cue| (cue.start, cue.end)).collect::<Vec<_>>();
    assert_eq!(times(cues.until(6.0)), [(0.5, 4.5)]);
    assert_eq!(times(cues.until(106.0)), [(0.5, 4.5), (100.5, 104.5)]);
    let all = times(cues.until(f64::INFINITY));
    assert!(
        all.len() > 7 && all.iter().all(|(start, end)| (end - start - 4.0).abs() < 1e-9),
        "{all:?}"
    );
}
