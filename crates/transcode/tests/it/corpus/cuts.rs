//! Films of which something was cut out: what the container says not to show is nobody's to see or to hear.

use screener_ladder::{Format, Wishes};

use super::{X264, frames, near, seconds};
use crate::lab::{self, Stream};

/// Three seconds, of which one and a half to two are white and loud; all else is dark and silent.
fn whole(size: &str, video: &str, sound: &str) -> String {
    format!(
        "-f lavfi -i testsrc2=s={size}:r=25:d=3,eq=brightness=-0.6,drawbox=c=white:t=fill:enable='between(t,1.1,1.4)' \
         -f lavfi -i aevalsrc=exprs='between(t,1.1,1.4)*0.5*sin(880*PI*t)':s=48000:d=3:c=stereo {video} {sound}"
    )
}

/// A film made so, of which these pieces are kept, becomes a stream.
fn cut(name: &str, make: &str, pieces: &[(f64, f64)], wishes: &Wishes) -> Stream {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(folder.path(), &format!("{make} {name}"));
    let film = folder.path().join(name);
    lab::movie::keep_pieces(&film, pieces);
    let mut stream = lab::stream(&film, &folder.path().join("out"), wishes);
    lab::check(&stream.out);
    stream.folder = Some(folder);
    stream
}

/// Nothing white, nothing loud, and as long as what was left in.
fn nothing_hidden(stream: &Stream, length: f64, what: &str) {
    near(stream.duration, length, 0.1, what);
    for rung in &stream.plan.rungs {
        let index = stream.out.join(&rung.name).join("index.m3u8");
        let facts = lab::ffprobe(&index);
        near(frames(&facts), length * 25.0, 1.0, what);
        near(seconds(&facts), length, 0.1, what);
        let words = lab::judged(
            &index,
            &["-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG"],
        );
        let brightest = words
            .split("lavfi.signalstats.YAVG=")
            .skip(1)
            .filter_map(|after| after.split_whitespace().next()?.parse::<f64>().ok())
            .fold(0.0, f64::max);
        assert!((1.0..150.0).contains(&brightest), "{what}: {brightest}");
    }
    for audio in &stream.plan.audio {
        let index = stream.out.join(&audio.name).join("index.m3u8");
        near(seconds(&lab::ffprobe(&index)), length, 0.1, what);
        let words = lab::judged(&index, &["-af", "volumedetect"]);
        let loudest = lab::number(&words, "max_volume").expect("it was measured");
        assert!(loudest < -60.0, "{what}: {loudest}");
    }
}

const LONG: &str = "-preset ultrafast -pix_fmt yuv420p -g 50 -bf 2 -b:v 300k -maxrate 400k -bufsize 400k";

/// In and out in the middle of a group of pictures, where a copy would be wished for and where not.
#[test]
fn a_cut_in_the_middle() {
    let make = whole("640x360", &format!("-c:v libx264 {LONG}"), "-c:a aac");
    for (copy, format) in [(true, Format::Cmaf), (true, Format::Ts), (false, Format::Cmaf)] {
        let wishes = Wishes {
            copy,
            format,
            ..Wishes::default()
        };
        let stream = cut("film.mp4", &make, &[(0.0, 1.0), (1.5, 1.5)], &wishes);
        nothing_hidden(&stream, 2.5, &format!("{copy} {format:?}"));
        assert!(!stream.plan.rungs[0].copied && !stream.plan.audio[0].copied);
    }
}

/// Nothing is hidden in a copy whose pieces are whole groups of pictures.
#[test]
fn a_cut_at_key_pictures_is_copied() {
    let make = whole("640x360", &format!("{X264} -g 25 -bf 2 -b:v 300k"), "-c:a aac");
    let stream = cut("film.mp4", &make, &[(0.0, 1.0), (2.0, 1.0)], &Wishes::default());
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    assert!(!stream.plan.audio[0].copied);
    nothing_hidden(&stream, 2.0, "whole groups");
    // What is left out before the second piece has the times of what is shown in it: only the first is hidden.
    let wishes = Wishes {
        copy: false,
        ..Wishes::default()
    };
    let stream = cut("film.mp4", &make, &[(0.0, 1.0), (2.0, 1.0)], &wishes);
    nothing_hidden(&stream, 2.0, "whole groups that are encoded");
}

/// Only the end is cut off, or the beginning.
#[test]
fn ends_that_are_cut_off() {
    let make = whole("640x360", &format!("-c:v libx264 {LONG}"), "-c:a aac");
    for pieces in [(0.0, 1.08), (1.42, 1.58)] {
        let stream = cut("film.mp4", &make, &[pieces], &Wishes::default());
        nothing_hidden(&stream, pieces.1, &format!("{pieces:?}"));
    }
}

/// Other codecs, whose decoders have other habits: pictures without order, and sound whose packets are longer or of any length.
#[test]
fn cuts_in_other_codecs() {
    let table = [
        ("film.mov", "-c:v mpeg4 -g 50 -b:v 1M", "-c:a pcm_s16le"),
        (
            "film.mp4",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50 -pix_fmt yuv420p -tag:v hvc1",
            "-c:a alac",
        ),
        (
            "film.mp4",
            "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 50 -b:v 300k",
            "-c:a libopus",
        ),
        (
            "film.mp4",
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 -b:v 300k",
            "-c:a libmp3lame",
        ),
    ];
    for (name, video, sound) in table {
        let stream = cut(
            name,
            &whole("320x180", video, sound),
            &[(0.0, 1.0), (1.5, 1.5)],
            &Wishes::default(),
        );
        nothing_hidden(&stream, 2.5, video);
    }
}

/// Not one sample of what was cut out: packets go on behind the end of a piece, and begin before the next one.
#[test]
fn sound_alone_that_is_cut() {
    for (name, codec) in [("song.m4a", "alac"), ("song.mov", "pcm_s16le")] {
        let make = format!(
            "-f lavfi -i aevalsrc=exprs='between(t,1,1.49999)*0.5*sin(880*PI*t)':s=48000:d=3:c=stereo -c:a {codec}"
        );
        let stream = cut(name, &make, &[(0.0, 1.0), (1.5, 1.5)], &Wishes::default());
        nothing_hidden(&stream, 2.5, name);
    }
}

/// In fragments nobody follows an edit list of several pieces: such a film is refused before anything of it is shown.
#[test]
fn cuts_in_fragments_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = whole("320x180", &format!("{X264} -g 25"), "-c:a aac");
    lab::ffmpeg(
        folder.path(),
        &format!("{make} -movflags frag_keyframe+empty_moov film.mp4"),
    );
    let film = folder.path().join("film.mp4");
    assert!(lab::probe(&film).failure().is_none());
    lab::movie::keep_pieces(&film, &[(0.0, 1.0), (1.5, 1.5)]);
    let outcome = lab::probe(&film);
    let failure = outcome.failure().expect("it is refused");
    assert!(failure.message.contains("cut out of the film"), "{failure:?}");
}
