//! Lengths that are declared, and nothing stands behind them.

use screener_ladder::Wishes;

use super::{Expect, X264, both, case, judge};
use crate::lab;

/// A piece of a live recording: fragments whose clock starts at ten hours, and at an hour and a half in Matroska.
#[test]
fn recordings_whose_clock_starts_late() {
    let stream = case(
        "film.mp4",
        &format!(
            "{} {X264} -g 25 -c:a aac -output_ts_offset 36000 -movflags frag_keyframe+empty_moov+default_base_moof+frag_discont \
             -avoid_negative_ts disabled OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    let declared = stream.plan.source.duration.expect("it declares one");
    assert!((2.9..3.2).contains(&declared), "{declared}");
}

/// The same, longer than what is read at the look.
#[test]
fn long_recordings_whose_clock_starts_late() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i color=s=64x36:r=10:d=45 {X264} -g 20 -output_ts_offset 36000 \
             -movflags frag_keyframe+empty_moov+default_base_moof+frag_discont -avoid_negative_ts disabled film.mp4"
        ),
    );
    let outcome = lab::probe(&folder.path().join("film.mp4"));
    let words = format!("{:?}", outcome.events);
    assert!(words.contains("45.0") && !words.contains("36045"), "{words}");
}

/// Captions that go on long after the film, in a container that says no more than when the last of all is over.
#[test]
fn captions_that_outlast_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n2\n00:01:20,000 --> 00:01:30,000\nbye\n";
    std::fs::write(folder.path().join("words.srt"), words).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -i words.srt {X264} -c:a aac -c:s srt film.mkv",
            both("640x360", "25")
        ),
    );
    // Without the statistics of each track: their name is made another.
    let film = folder.path().join("film.mkv");
    let mut bytes = std::fs::read(&film).expect("made");
    while let Some(at) = bytes.windows(8).position(|window| window == b"DURATION") {
        bytes[at..at + 8].copy_from_slice(b"WHATEVER");
    }
    std::fs::write(&film, bytes).expect("written");
    let stream = judge(
        &film,
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    let declared = stream.plan.source.duration.expect("it declares one");
    assert!((2.9..3.2).contains(&declared), "{declared}");
}

/// What only the end can show is said, and the film is there.
#[test]
fn a_declared_length_that_the_film_does_not_reach() {
    let folder = tempfile::tempdir().expect("a folder");
    // Longer than what is read at the look.
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=64x36:r=5:d=40 -c:v msmpeg4 -q:v 5 film.asf",
    );
    let film = folder.path().join("film.asf");
    let mut bytes = std::fs::read(&film).expect("made");
    // The file properties: an identifier, sizes and a date, then how long it lasts, in steps of 100 ns.
    let properties = [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11];
    let at = bytes
        .windows(8)
        .position(|window| window == properties)
        .expect("properties")
        + 64;
    bytes[at..at + 8].copy_from_slice(&900_000_000_u64.to_le_bytes());
    std::fs::write(&film, bytes).expect("written");
    let outcome = lab::transcode(&film, &folder.path().join("out"), &Wishes::default());
    assert!(outcome.failure().is_none(), "{:?}", outcome.failure());
    let said = format!("{:?}", outcome.events);
    assert!(said.contains("the file says "), "{said}");
}

/// Bytes behind the last box that look like the head of a large one.
#[test]
fn readable_bytes_behind_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let trailer = b"<?xpacket begin=\"\" id=\"camera\"?><gps lat=\"0\" lon=\"0\"/><?xpacket end=\"w\"?>";
    for more in ["", "-movflags +faststart", "-movflags frag_keyframe+empty_moov"] {
        lab::ffmpeg(
            folder.path(),
            &format!("{} {X264} -c:a aac {more} film.mp4", both("640x360", "25")),
        );
        let film = folder.path().join("film.mp4");
        let mut bytes = std::fs::read(&film).expect("made");
        bytes.extend(trailer);
        std::fs::write(&film, bytes).expect("written");
        judge(
            &film,
            &folder.path().join("out"),
            &Wishes::default(),
            &Expect::default(),
        );
    }
}

/// Heads that count themselves, padding or an index that is not there: no picture and no sound is missing.
#[test]
fn sizes_that_are_a_little_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let set = |name: &str, at: usize, by: u32| {
        let path = folder.path().join(name);
        let mut bytes = std::fs::read(&path).expect("made");
        let size = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) + by;
        bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
        std::fs::write(&path, bytes).expect("written");
    };
    let silent = Expect {
        rungs: &[],
        rate: None,
        sync: false,
        ..Expect::default()
    };
    lab::ffmpeg(folder.path(), "-f lavfi -i sine=880:r=48000:d=3 song.wav");
    set("song.wav", 4, 44);
    judge(
        &folder.path().join("song.wav"),
        &folder.path().join("wav"),
        &Wishes::default(),
        &silent,
    );
    lab::ffmpeg(
        folder.path(),
        &format!("{} -c:v mpeg4 -q:v 5 -c:a pcm_s16le film.avi", both("640x360", "25")),
    );
    set("film.avi", 4, 4096);
    let silent = Expect {
        sync: false,
        ..Expect::default()
    };
    judge(
        &folder.path().join("film.avi"),
        &folder.path().join("avi"),
        &Wishes::default(),
        &silent,
    );
}
