//! Films that were joined of several: other parameter sets, other sizes, other clocks from the middle on.

use std::path::Path;

use screener_ladder::Wishes;

use super::{frames, near, seconds};
use crate::lab;

/// Two halves of three seconds whose parameter sets differ.
fn halves(folder: &Path) {
    for (name, profile, source, tone) in [("a", "high", "testsrc2", 880), ("b", "baseline", "testsrc", 440)] {
        lab::ffmpeg(
            folder,
            &format!(
                "-f lavfi -i {source}=s=640x360:r=25:d=3 -f lavfi -i sine={tone}:r=48000:d=3 -c:v libx264 -profile:v {profile} \
                 -pix_fmt yuv420p -g 25 -b:v 500k -c:a aac -ac 2 {name}.mp4"
            ),
        );
    }
    std::fs::write(folder.join("list.txt"), "file a.mp4\nfile b.mp4\n").expect("written");
}

/// Every picture of the stream is decoded, and no decoder complains.
fn decoded(out: &Path, pictures: f64) {
    let words = lab::judged(&out.join("360p/index.m3u8"), &[]);
    for complaint in ["error", "concealing", "unavailable", "corrupt", "invalid", "illegal"] {
        assert!(!words.contains(complaint), "{words}");
    }
    let facts = lab::ffprobe(&out.join("360p/index.m3u8"));
    near(frames(&facts), pictures, 0.0, "pictures");
    near(seconds(&facts), pictures / 25.0, 0.05, "seconds");
}

/// In band (MP4, Matroska, transport streams) and as a new record (FLV).
#[test]
fn joined_without_encoding() {
    let folder = tempfile::tempdir().expect("a folder");
    halves(folder.path());
    for name in ["film.mp4", "film.mkv", "film.ts", "film.flv"] {
        lab::ffmpeg(folder.path(), &format!("-f concat -i list.txt -c copy {name}"));
        let both: &[bool] = if name == "film.mp4" { &[true, false] } else { &[true] };
        for &copy in both {
            let out = folder.path().join(format!("{name}-{copy}"));
            let wishes = Wishes {
                copy,
                ..Wishes::default()
            };
            let stream = lab::stream(&folder.path().join(name), &out, &wishes);
            lab::check(&out);
            assert!(!stream.plan.rungs[0].copied, "{name}: {:?}", stream.plan.notes);
            decoded(&out, 150.0);
        }
    }
}

/// The same parameter sets once more, before every key picture, are no change.
#[test]
fn parameter_sets_that_are_repeated_are_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    halves(folder.path());
    lab::ffmpeg(folder.path(), "-i a.mp4 -c copy film.ts");
    let out = folder.path().join("out");
    let stream = lab::stream(&folder.path().join("film.ts"), &out, &Wishes::default());
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    decoded(&out, 75.0);
}

/// A phone that is turned in mid-film: wide first, then tall, between bars, a square a square.
#[test]
fn a_picture_that_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    for (size, square) in [("640x360", 160), ("360x640", 160)] {
        lab::ffmpeg(
            folder.path(),
            &format!(
                "-f lavfi -i color=gray:s={size}:r=25:d=2,drawbox=x=(iw-{square})/2:y=(ih-{square})/2:w={square}:h={square}:c=white:t=fill \
                 -c:v libvpx -deadline realtime -cpu-used 8 -b:v 500k -g 25 {size}.webm"
            ),
        );
    }
    std::fs::write(folder.path().join("list.txt"), "file 640x360.webm\nfile 360x640.webm\n").expect("written");
    lab::ffmpeg(folder.path(), "-f concat -i list.txt -c copy film.webm");
    let out = folder.path().join("out");
    let stream = lab::stream(&folder.path().join("film.webm"), &out, &Wishes::default());
    lab::check(&out);
    near(stream.duration, 4.0, 0.1, "the whole");
    // 16 x 16 cells of 40 x 22.5 pixels. Wide: a square of 160. Tall: 202 pixels wide, so that the square is 90.
    let (wide, tall) = (
        lab::grey(&out.join("index.m3u8"), 1.0, 16),
        lab::grey(&out.join("index.m3u8"), 3.0, 16),
    );
    let cell = |grey: &[u8], x: usize, y: usize| grey[y * 16 + x];
    assert!(
        (90..160).contains(&cell(&wide, 0, 8)) && cell(&wide, 7, 8) > 220,
        "{wide:?}"
    );
    assert!((90..160).contains(&cell(&tall, 6, 2)), "{tall:?}");
    assert!(cell(&tall, 2, 8) < 10 && cell(&tall, 13, 8) < 10, "{tall:?}");
    let bright = |grey: &[u8], cells: &mut dyn Iterator<Item = (usize, usize)>| -> f64 {
        cells
            .map(|(x, y)| (f64::from(cell(grey, x, y)) - 127.0).max(0.0) / 128.0)
            .sum()
    };
    let across = bright(&tall, &mut (0..16).map(|x| (x, 8))) * 40.0;
    let down = bright(&tall, &mut (0..16).map(|y| (8, y))) * 22.5;
    near(across / down, 1.0, 0.2, "a square");
}

/// A film whose pixels become wider in mid-film (a broadcast that changes to 16:9).
#[test]
fn pixels_that_change_their_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, aspect) in [("a", "4/3"), ("b", "16/9")] {
        lab::ffmpeg(
            folder.path(),
            &format!(
                "-f lavfi -i color=gray:s=720x576:r=25:d=2,setdar={aspect} -c:v mpeg2video -q:v 4 -g 12 {name}.ts"
            ),
        );
    }
    let bytes = ["a.ts", "b.ts"].map(|name| std::fs::read(folder.path().join(name)).expect("made"));
    std::fs::write(folder.path().join("film.ts"), bytes.concat()).expect("written");
    let out = folder.path().join("out");
    let stream = lab::stream(&folder.path().join("film.ts"), &out, &Wishes::default());
    assert_eq!((stream.plan.rungs[0].width, stream.plan.rungs[0].height), (768, 576));
    let grey = lab::grey(&out.join("index.m3u8"), 1.0, 16);
    assert!(grey.iter().all(|value| (90..160).contains(value)), "{grey:?}");
    let grey = lab::grey(&out.join("index.m3u8"), 3.0, 16);
    assert!(
        grey[8] < 10 && grey[15 * 16 + 8] < 10 && (90..160).contains(&grey[8 * 16]),
        "{grey:?}"
    );
}
