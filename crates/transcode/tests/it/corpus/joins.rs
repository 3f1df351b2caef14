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
