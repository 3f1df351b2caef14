//! Films of an unusual kind: several programmes, Dolby Vision, transparency, stills that look like films.

use screener_ladder::Wishes;

use super::{Expect, X264, case, judge, near};
use crate::lab;

/// Two programmes with other clocks: picture and sound of one, the larger.
#[test]
fn several_programmes() {
    let stream = case(
        "film.ts",
        &format!(
            "-f lavfi -i testsrc2=s=320x180:r=25:d=3 -f lavfi -i sine=440:r=48000:d=3 -f lavfi -i testsrc=s=640x360:r=25:d=3 \
             -f lavfi -i sine=1760:r=48000:d=3 -map 0:v -map 1:a -map 2:v -map 3:a {X264} -c:a mp2 \
             -program title=SD:st=0:st=1 -program title=HD:st=2:st=3 OUT"
        ),
        &Expect {
            sync: false,
            ..Expect::default()
        },
    );
    let notes = &stream.plan.notes;
    let expected = "The file holds several programmes: “HD” is used, “SD” left out";
    assert!(notes.iter().any(|note| note == expected), "{notes:?}");
    // The tone of that programme, and nothing of the other's.
    for (band, heard) in [(1760, true), (440, false)] {
        let words = lab::judged(
            &stream.out.join("audio/index.m3u8"),
            &["-af", &format!("bandpass=f={band}:w=50,volumedetect")],
        );
        let loudest = lab::number(&words, "max_volume").expect("it was measured");
        assert_eq!(loudest > -30.0, heard, "{band} Hz: {loudest} dB");
    }
}

/// Pictures that an ordinary decoder shows in green and purple; and those that it does not.
#[test]
fn dolby_vision() {
    let folder = tempfile::tempdir().expect("a folder");
    for (profile, compatibility, refused) in [(5, 0, true), (8, 0, true), (8, 1, false), (7, 6, false)] {
        lab::ffmpeg(
            folder.path(),
            "-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le \
             -tag:v hvc1 film.mp4",
        );
        let film = folder.path().join("film.mp4");
        let mut record = vec![1, 0];
        record.extend((profile << 9 | 3 << 3 | 0b101_u16).to_be_bytes());
        record.push(compatibility << 4);
        record.extend([0; 19]);
        let kind = if profile < 8 { *b"dvcC" } else { *b"dvvC" };
        lab::movie::describe(&film, kind, &record);
        let outcome = lab::probe(&film);
        let failure = outcome.failure();
        assert_eq!(failure.is_some(), refused, "{profile}.{compatibility}: {failure:?}");
        if let Some(failure) = failure {
            assert_eq!(failure.code, "unsupported_codec");
            assert!(
                failure.message.contains(&format!("Dolby Vision, profile {profile}")),
                "{failure:?}"
            );
        }
    }
}

/// A still picture in a film's container is a picture.
#[test]
fn a_still_picture() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=64x64 -frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8 still.avif",
    );
    let still = std::fs::read(folder.path().join("still.avif")).expect("made");
    for (name, brand, kind) in [
        ("still.avif", *b"avif", "AVIF"),
        ("photo.heic", *b"heic", "HEIC"),
        ("photo.heif", *b"mif1", "AVIF"),
    ] {
        let mut bytes = still.clone();
        bytes[8..12].copy_from_slice(&brand);
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let outcome = lab::probe(&path);
        let failure = outcome.failure().expect("it is refused");
        assert!(
            failure.code == "not_a_video" && failure.message.contains(&format!("it looks like “{kind}”")),
            "{name}: {failure:?}"
        );
    }
}

/// What is transparent is black, whatever colour lies there; what is opaque stays as it is, half of it is half as bright.
#[test]
fn transparent_pictures() {
    let source = "-f lavfi -i color=white:s=640x360:r=25:d=1,format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,160),0,if(lt(X,320),128,255))'";
    let table = [
        ("film.mov", "-pix_fmt yuva444p10le -c:v prores_ks -profile:v 4444"),
        ("film.mov", "-c:v qtrle -pix_fmt argb"),
        ("film.mov", "-c:v png -pix_fmt rgba"),
        ("film.mkv", "-c:v ffv1 -pix_fmt yuva420p"),
        (
            "film.webm",
            "-c:v libvpx-vp9 -pix_fmt yuva420p -deadline realtime -cpu-used 8",
        ),
        (
            "film.webm",
            "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -deadline realtime",
        ),
    ];
    for (name, codec) in table {
        let stream = case(
            name,
            &format!("{source} {codec} OUT"),
            &Expect {
                duration: 1.0,
                audio: &[],
                sync: false,
                ..Expect::default()
            },
        );
        let notes = &stream.plan.notes;
        let expected = "The picture may be transparent: it is shown over black";
        assert!(notes.iter().any(|note| note == expected), "{codec}: {notes:?}");
        let grey = lab::grey(&stream.out.join("index.m3u8"), 0.5, 4);
        near(f64::from(grey[4]), 0.0, 6.0, codec);
        near(f64::from(grey[5]), 128.0, 10.0, codec);
        near(f64::from(grey[6]), 255.0, 8.0, codec);
    }
}

/// Edges that the container asks to cut off: by an MP4's clean aperture.
#[test]
fn edges_that_are_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("-f lavfi -i color=gray:s=320x140:r=25:d=1,pad=320:180:0:20:white {X264} -g 25 -b:v 100k film.mp4"),
    );
    let film = folder.path().join("film.mp4");
    let aperture: Vec<u8> = [320, 1, 140, 1, 0, 1, 0, 1_u32]
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    lab::movie::describe(&film, *b"clap", &aperture);
    let stream = judge(
        &film,
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect {
            rungs: &[("140p", 320, 140)],
            duration: 1.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
    let grey = lab::grey(&stream.out.join("index.m3u8"), 0.5, 10);
    assert!(grey.iter().all(|value| (90..160).contains(value)), "{grey:?}");
    let notes = &stream.plan.notes;
    let expected = "The edges of the picture are cut off as the file asks";
    assert!(notes.iter().any(|note| note == expected), "{notes:?}");
}
