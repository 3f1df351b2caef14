//! Sound.

use screener_ladder::Wishes;

use super::{Expect, SRT, X264, both, case, judge, near, picture, sound};
use crate::lab;

#[test]
fn two_languages() {
    let stream = case(
        "film.mkv",
        &format!(
            "{} {} -map 0:v -map 1:a -map 2:a {X264} -c:a aac -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger \
             -disposition:a:0 0 -disposition:a:1 default OUT",
            both("640x360", "25"),
            sound(48_000, "3")
        ),
        &Expect {
            audio: &["audio-en", "audio-de"],
            ..Expect::default()
        },
    );
    assert!(stream.plan.audio[1].default);
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let german = index
        .lines()
        .find(|line| line.contains("LANGUAGE=\"de\""))
        .expect("German is named");
    assert!(
        german.contains("NAME=\"Deutsch\"") && german.contains("DEFAULT=YES"),
        "{german}"
    );
    let english = index
        .lines()
        .find(|line| line.contains("LANGUAGE=\"en\""))
        .expect("English is named");
    assert!(
        english.contains("DEFAULT=NO") || !english.contains("DEFAULT"),
        "{english}"
    );
}

#[test]
fn surround() {
    case(
        "film.mp4",
        &format!(
            "{} {X264} -af pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn mono() {
    case(
        "film.mov",
        &format!("{} {X264} -ac 1 -c:a pcm_s16be OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn no_sound() {
    let stream = case(
        "film.mp4",
        &format!("{} {X264} OUT", picture("640x360", "25", "3")),
        &Expect {
            audio: &[],
            ..Expect::default()
        },
    );
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("silent")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn high_sample_rate() {
    case(
        "film.mkv",
        &format!(
            "{} {} {X264} -c:a flac OUT",
            picture("640x360", "25", "3"),
            sound(96_000, "3")
        ),
        &Expect::default(),
    );
}

#[test]
fn low_sample_rate() {
    case(
        "film.avi",
        &format!(
            "{} {} {X264} -c:a pcm_u8 OUT",
            picture("640x360", "25", "3"),
            sound(11_025, "3")
        ),
        &Expect::default(),
    );
}

#[test]
fn sound_that_begins_late() {
    let folder = tempfile::tempdir().expect("a folder");
    // The tone's track begins at 1 s, where the pattern does: there is no sound before.
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -itsoffset 1 -f lavfi -i aevalsrc=exprs='0.5*sin(880*PI*t)':s=48000:d=2 {X264} -c:a aac film.mkv",
            picture("640x360", "25", "3")
        ),
    );
    judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
}

#[test]
fn in_sync_after_ten_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    // Rates that are no whole numbers of anything: drift would show.
    lab::ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i testsrc2=s=128x72:r=30000/1001:d=600,drawbox=c=black:t=fill:enable='lt(t,598)' \
             -f lavfi -i aevalsrc=exprs='gte(t,598)*0.5*sin(880*PI*t)':s=44100:d=600 {X264} -c:a pcm_s16le film.mov"
        ),
    );
    let wishes = Wishes {
        extras: false,
        ..Wishes::default()
    };
    let stream = lab::stream(&folder.path().join("film.mov"), &folder.path().join("out"), &wishes);
    near(stream.duration, 600.0, 0.1, "the whole");
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    let shown = lab::number(&words, "black_end").expect("black before");
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    let heard = lab::number(&words, "silence_end").expect("silent before");
    near(heard - shown, 0.0, 0.02 + 1001.0 / 30_000.0, "sound behind picture");
    near(shown, 598.0, 0.05, "the pattern begins");
}

fn only_sound(name: &str, encoding: &str) {
    let rungs = &[];
    let stream = case(
        name,
        &format!("{} {encoding} OUT", sound(44_100, "3")),
        &Expect {
            rungs,
            rate: None,
            ..Expect::default()
        },
    );
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("no pictures")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn m4a() {
    only_sound("song.m4a", "-c:a aac");
}

#[test]
fn mp3() {
    only_sound("song.mp3", "-c:a libmp3lame");
}

#[test]
fn wav() {
    only_sound("song.wav", "-c:a pcm_s16le");
}

/// A talk with its words: both end together.
#[test]
fn sound_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -c:a flac -c:s subrip talk.mka",
            sound(44_100, "14")
        ),
    );
    let stream = lab::stream(
        &folder.path().join("talk.mka"),
        &folder.path().join("out"),
        &Wishes::default(),
    );
    let playlist = |name: &str| std::fs::read_to_string(stream.out.join(name).join("index.m3u8")).expect("a playlist");
    assert_eq!(
        playlist("captions").matches("#EXTINF").count(),
        playlist("audio").matches("#EXTINF").count()
    );
    assert!(
        !playlist("captions").contains("#EXTINF:0.000"),
        "{}",
        playlist("captions")
    );
}

#[test]
fn flac() {
    only_sound("song.flac", "-c:a flac");
}

#[test]
fn cover_art_is_no_film() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=320x320:d=0.04 -frames:v 1 cover.jpg",
    );
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -i cover.jpg -map 0:a -map 1:v -c:a libmp3lame -c:v copy -disposition:v attached_pic song.mp3",
            sound(44_100, "3")
        ),
    );
    let rungs = &[];
    judge(
        &folder.path().join("song.mp3"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect {
            rungs,
            rate: None,
            ..Expect::default()
        },
    );
}
