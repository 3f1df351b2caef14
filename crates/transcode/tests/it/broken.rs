//! `screener check` on streams that were broken by hand: each break is named. And on others' streams: none is invented.

use std::path::Path;

use screener_hls::rules::Level;
use screener_ladder::{Format, Wishes};

use crate::lab;

/// A stream of two rungs, and a way to break copies of it.
struct Whole {
    folder: tempfile::TempDir,
}

impl Whole {
    fn new(format: Format) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        lab::ffmpeg(
            folder.path(),
            "-f lavfi -i testsrc2=s=426x240:r=25:d=9 -f lavfi -i sine=d=9 -c:v libx264 -preset ultrafast -c:a aac film.mp4",
        );
        let wishes = Wishes {
            format,
            heights: Some(vec![240, 144]),
            ..Wishes::default()
        };
        lab::stream(&folder.path().join("film.mp4"), &folder.path().join("out"), &wishes);
        lab::check(&folder.path().join("out"));
        Self { folder }
    }

    /// The rules that are found broken after `change`, with what was found.
    fn broken(&self, change: &dyn Fn(&Path)) -> Vec<String> {
        let copy = tempfile::tempdir().expect("a folder");
        let out = self.folder.path().join("out");
        for track in std::fs::read_dir(&out).expect("a stream").flatten() {
            let to = copy.path().join(track.file_name());
            if track.path().is_file() {
                std::fs::copy(track.path(), to).expect("copied");
                continue;
            }
            std::fs::create_dir(&to).expect("made");
            for file in std::fs::read_dir(track.path()).expect("a track").flatten() {
                std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
            }
        }
        change(copy.path());
        let findings = lab::report(copy.path()).findings.into_iter();
        findings
            .filter(|finding| finding.level == Level::Must)
            .map(|finding| format!("{} {}: {}", finding.rule, finding.subject, finding.found))
            .collect()
    }

    fn expect(&self, rule: &str, what: &str, change: &dyn Fn(&Path)) {
        let found = self.broken(change);
        let named = found.iter().any(|line| line.starts_with(&format!("{rule} ")));
        assert!(named, "{what}: {rule} is not among {found:#?}");
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("text");
    assert!(text.contains(from), "{}: {from}", file.display());
    std::fs::write(file, text.replace(from, to)).expect("written");
}

fn bytes(file: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(file).expect("a segment");
    change(&mut bytes);
    std::fs::write(file, bytes).expect("written");
}

fn swap(a: &Path, b: &Path) {
    let (first, second) = (
        std::fs::read(a).expect("a segment"),
        std::fs::read(b).expect("a segment"),
    );
    std::fs::write(a, second).expect("written");
    std::fs::write(b, first).expect("written");
}

/// The first line that holds `word`.
fn line(file: &Path, word: &str) -> String {
    let text = std::fs::read_to_string(file).expect("text");
    text.lines()
        .find(|line| line.contains(word))
        .expect("it is there")
        .to_owned()
}

#[test]
fn a_broken_cmaf_stream() {
    let whole = Whole::new(Format::Cmaf);
    let rung = |out: &Path, name: &str| out.join("240p").join(name);
    whole.expect("RFC 8216 3", "the init segment is gone", &|out| {
        std::fs::remove_file(rung(out, "init.mp4")).expect("removed");
    });
    whole.expect("RFC 8216 4.3.4.2", "another rung's init segment", &|out| {
        std::fs::copy(out.join("144p/init.mp4"), rung(out, "init.mp4")).expect("copied");
    });
    whole.expect("RFC 8216 3", "a segment is gone", &|out| {
        std::fs::remove_file(rung(out, "00003.m4s")).expect("removed");
    });
    whole.expect("RFC 8216 3", "a segment is a web page", &|out| {
        std::fs::write(rung(out, "00003.m4s"), "<html>404</html>").expect("written");
    });
    whole.expect("RFC 8216 4.3.2.3", "two segments changed places", &|out| {
        swap(&rung(out, "00003.m4s"), &rung(out, "00004.m4s"));
    });
    whole.expect("7.4", "a segment begins with another picture", &|out| {
        bytes(&rung(out, "00003.m4s"), |bytes| {
            let media = bytes.windows(4).position(|word| word == b"mdat").expect("media");
            // The IDR picture's unit becomes one of another kind.
            assert_eq!(bytes[media + 8] & 31, 5);
            bytes[media + 8] -= 4;
        });
    });
    whole.expect("RFC 8216 6.2.4", "the sound lies a second later", &|out| {
        for number in 1..=5 {
            bytes(&out.join(format!("audio/{number:05}.m4s")), |bytes| {
                let at = bytes.windows(4).position(|word| word == b"tfdt").expect("a time") + 8;
                let time = u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight")) + 44_100;
                bytes[at..at + 8].copy_from_slice(&time.to_be_bytes());
            });
        }
    });
    whole.expect("RFC 8216 4.3.3.6", "I-frames lie elsewhere", &|out| {
        edit(&rung(out, "iframes.m3u8"), "@28\n", "@1028\n");
    });
    whole.expect("8.1", "a duration is wrong", &|out| {
        let extinf = line(&rung(out, "index.m3u8"), "#EXTINF:2");
        edit(&rung(out, "index.m3u8"), &extinf, "#EXTINF:1.40000,");
    });
    whole.expect("1.27", "BANDWIDTH is wrong", &|out| {
        edit(
            &out.join("index.m3u8"),
            "STREAM-INF:BANDWIDTH=",
            "STREAM-INF:BANDWIDTH=9",
        );
    });
    whole.expect("RFC 8216 4.3.4.2", "the sound is of another kind", &|out| {
        edit(&out.join("index.m3u8"), "mp4a.40.2", "ec-3");
    });
}

#[test]
fn a_broken_transport_stream() {
    let whole = Whole::new(Format::Ts);
    let rung = |out: &Path, name: &str| out.join("240p").join(name);
    whole.expect("RFC 8216 3", "a segment without tables", &|out| {
        bytes(&rung(out, "00003.ts"), |bytes| drop(bytes.drain(..2 * 188)));
    });
    whole.expect("8.1", "a segment that was cut off", &|out| {
        bytes(&rung(out, "00003.ts"), |bytes| bytes.truncate(bytes.len() / 376 * 188));
    });
    whole.expect("RFC 8216 4.3.3.6", "an I-frame's range begins within it", &|out| {
        edit(&rung(out, "iframes.m3u8"), "@376\n", "@752\n");
    });
}

#[test]
fn others_streams_break_nothing_that_they_keep() {
    let folder = tempfile::tempdir().expect("a folder");
    let film = "-f lavfi -i testsrc2=s=426x240:r=25:d=9 -f lavfi -i sine=d=9 -map 0 -map 1 -c:v libx264 -preset ultrafast -g 50 -c:a aac \
                -hls_time 2 -hls_playlist_type vod";
    let kinds = [
        ("ts", "-hls_segment_filename ts%03d.ts"),
        ("fmp4", "-hls_segment_type fmp4 -hls_segment_filename f%03d.m4s"),
        ("single-ts", "-hls_flags single_file"),
        ("single-fmp4", "-hls_segment_type fmp4 -hls_flags single_file"),
        ("master", "-master_pl_name index.m3u8 -hls_segment_filename m%03d.ts"),
    ];
    // What these streams really lack: I-frame playlists, several rates, LANGUAGE, the measured rates, and words of the index.
    let lacking = ["6.1", "9.9", "9.11", "9.12", "9.14", "9.15", "1.26", "1.27"];
    for (kind, more) in kinds {
        let out = folder.path().join(kind);
        std::fs::create_dir(&out).expect("made");
        lab::ffmpeg(&out, &format!("{film} {more} media.m3u8"));
        let index = out.join("index.m3u8");
        if !index.exists() {
            std::fs::rename(out.join("media.m3u8"), &index).expect("renamed");
        }
        let report = lab::report(&out);
        let invented: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Must && !lacking.contains(&finding.rule.as_str()))
            .collect();
        assert!(invented.is_empty(), "{kind}: {invented:#?}");
        assert!(
            report.judged.contains("7.4"),
            "{kind}: the media were not looked at: {:?}",
            report.judged
        );
    }
}
