//! The stream while it is made: order of words, credits, cancel.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command as Process;

use screener_ladder::{Format, Wishes};
use screener_wire::{Command, Event};

use crate::lab;
use crate::talk::{Worker, film, packets, segments, small, told, tracks};

#[test]
fn words_come_in_the_order_that_a_stream_appears_in() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 5, "");
    let out = folder.path().join("out");
    let events = Worker::start(told(&folder.path().join("film.mp4"), &out, &small())).rest();
    let position = |wanted: fn(&Event) -> bool| events.iter().position(wanted).expect("it is told");
    let index = position(|event| matches!(event, Event::Index { .. }));
    assert!(position(|event| matches!(event, Event::Planned { .. })) < index);
    assert!(position(|event| matches!(event, Event::Tracks { .. })) < index);
    assert!(index < position(|event| matches!(event, Event::Segment(_))));
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
    for track in tracks(&events) {
        assert!(track.head.contains("#EXT-X-PLAYLIST-TYPE:EVENT"), "{}", track.head);
        assert!(track.head.contains("#EXT-X-START:TIME-OFFSET=0"), "{}", track.head);
        let mine: Vec<_> = segments(&events)
            .into_iter()
            .filter(|segment| segment.track == track.name)
            .collect();
        assert_eq!(
            mine.iter().map(|segment| segment.number).collect::<Vec<_>>(),
            (1..=mine.len() as u32).collect::<Vec<_>>()
        );
        for segment in mine {
            let bytes = std::fs::metadata(out.join(&segment.path))
                .expect("told after it is whole")
                .len();
            assert_eq!(bytes, segment.bytes);
        }
    }
    let Some(Event::Index { text }) = events.get(index) else {
        unreachable!()
    };
    assert!(text.contains("\n1/240p/index.m3u8\n"), "{text}");
    assert!(
        std::fs::read_dir(&out)
            .expect("a folder")
            .all(|entry| entry.expect("an entry").file_name() != "index.m3u8")
    );
}

#[test]
fn no_group_is_written_without_credit() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 8, "");
    let mut task = told(&folder.path().join("film.mp4"), &folder.path().join("out"), &small());
    task.credits = Some(1);
    let mut worker = Worker::start(task);
    let mut allowed = 1;
    let mut seen = BTreeMap::new();
    // Every further group is paid for once the one before has come in both rungs.
    let mut finished = false;
    while let Some(event) = worker.next() {
        match event {
            Event::Segment(segment) if segment.track.ends_with('p') => {
                assert!(segment.number <= allowed, "{} was not paid for", segment.path);
                *seen.entry(segment.number).or_insert(0) += 1;
                if seen[&segment.number] == 2 {
                    worker.send(Command::Credit { groups: 1 });
                    allowed += 1;
                }
            }
            Event::Finished { .. } => finished = true,
            _ => {}
        }
    }
    assert!(finished);
    assert!(allowed > 4);
}

#[test]
fn a_cancel_is_answered_and_leaves_no_half_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 30, "");
    let out = folder.path().join("out");
    let mut worker = Worker::start(told(&folder.path().join("film.mp4"), &out, &small()));
    while !matches!(worker.next().expect("a segment comes"), Event::Segment(_)) {}
    worker.send(Command::Cancel);
    let events = worker.rest();
    let Some(Event::Failed(failure)) = events.last() else {
        panic!("{:?}", events.last())
    };
    assert_eq!(failure.code, "cancelled");
    for track in std::fs::read_dir(&out).expect("a folder") {
        for file in std::fs::read_dir(track.expect("an entry").path()).into_iter().flatten() {
            let name = file.expect("an entry").file_name().into_string().expect("UTF-8");
            assert!(!name.starts_with('.'), "{name}");
        }
    }
}

#[test]
fn it_leaves_when_its_parent_no_longer_speaks() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 60, "");
    let mut worker = Worker::start(told(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &small(),
    ));
    while !matches!(worker.next().expect("a segment comes"), Event::Segment(_)) {}
    worker.stdin = None;
    let events = worker.rest();
    assert!(!events.iter().any(|event| matches!(event, Event::Finished { .. })));
}

#[test]
fn a_copied_rung_is_the_source() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 8, "-g 50 -bf 2 -b:v 300k");
    let out = folder.path().join("out");
    let stream = lab::stream(&folder.path().join("film.mp4"), &out, &Wishes { copy: true, ..small() });
    assert!(stream.measured["240p"].copied);
    assert!(stream.measured["audio"].copied);
    let sums = |file: &Path| -> Vec<String> {
        let output = Process::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(file)
            .args(["-map", "0:v", "-f", "framemd5", "-"])
            .output()
            .expect("ffmpeg is installed");
        let text = String::from_utf8(output.stdout).expect("text");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit(',').next().unwrap_or_default().trim().to_owned())
            .collect()
    };
    let (source, copy) = (
        sums(&folder.path().join("film.mp4")),
        sums(&out.join("240p/index.m3u8")),
    );
    assert_eq!(source.len(), 200);
    assert_eq!(source, copy);
    // The other rung can be switched to at every segment: it begins where the copied one does.
    let starts = |name: &str| {
        std::fs::read_to_string(out.join(name).join("index.m3u8"))
            .expect("a playlist")
            .replace(name, "")
    };
    assert_eq!(starts("240p"), starts("144p"));
}

#[test]
fn sound_that_goes_on_behind_the_pictures_keeps_the_last_one() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=426x240:r=25:d=3 -f lavfi -i sine=330:r=44100:d=9 -c:v libx264 -preset ultrafast -c:a aac film.mp4",
    );
    let out = folder.path().join("out");
    let stream = lab::stream(&folder.path().join("film.mp4"), &out, &small());
    assert!((stream.duration - 9.0).abs() < 0.05, "{}", stream.duration);
    let lines = |name: &str| {
        let text = std::fs::read_to_string(out.join(name).join("index.m3u8")).expect("a playlist");
        text.lines().filter(|line| line.starts_with("#EXTINF")).count()
    };
    assert_eq!(lines("240p"), lines("audio"));
}

#[test]
fn an_encoder_that_is_not_there_is_replaced_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 2, "");
    let wishes = Wishes {
        encoder: "abacus".into(),
        ..small()
    };
    let events = Worker::start(told(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &wishes,
    ))
    .rest();
    let said = events
        .iter()
        .any(|event| matches!(event, Event::Note { text } if text.contains("abacus") && text.contains("x264")));
    assert!(said, "{events:?}");
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
}

#[test]
fn the_film_can_be_kept_as_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 5, "");
    let out = folder.path().join("out");
    lab::stream(&folder.path().join("film.mp4"), &out, &Wishes { mp4: true, ..small() });
    let file = out.join("download.mp4");
    let head = std::fs::read(&file).expect("it is there");
    let place = |kind: &[u8]| {
        head.windows(4)
            .position(|bytes| bytes == kind)
            .expect("the box is there")
    };
    assert!(place(b"moov") < place(b"mdat"), "the index stands in front");
    let sums = |path: &Path, map: &str| {
        let output = Process::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(path)
            .args(["-map", map, "-f", "framemd5", "-"])
            .output()
            .expect("ffmpeg");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit(',').next().unwrap_or_default().trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(sums(&file, "0:v"), sums(&out.join("240p/index.m3u8"), "0:v"));
    assert_eq!(sums(&file, "0:a"), sums(&out.join("audio/index.m3u8"), "0:a"));
    assert!(std::fs::read_dir(&out).expect("a folder").all(|entry| {
        !entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .ends_with(".part")
    }));
}

#[test]
fn transport_streams_share_one_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), "film.mp4", 4, "");
    let out = folder.path().join("out");
    lab::stream(
        &folder.path().join("film.mp4"),
        &out,
        &Wishes {
            format: Format::Ts,
            ..small()
        },
    );
    for track in ["240p", "144p", "audio"] {
        let first = packets(&out.join(track).join("index.m3u8"));
        assert!(
            first.starts_with("10.000000,"),
            "{track}: {}",
            first.lines().next().unwrap_or_default()
        );
    }
}
