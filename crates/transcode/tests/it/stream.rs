//! The stream while it is made: order of words, credits, cancel, and going on after a kill.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio};

use screener_ladder::wire::{Command, Event, Playlists, Resume, Segment, Task, Transcode, VERSION};
use screener_ladder::{Format, Plan, Track, TrackKind, Wishes};

use crate::lab;

/// A worker that one can talk with.
struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
}

impl Worker {
    fn start(task: Transcode) -> Self {
        let mut child = Process::new(env!("CARGO_BIN_EXE_screener-worker"))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the worker starts");
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        let line = serde_json::to_string(&Task::Transcode(Box::new(task))).expect("a task is JSON");
        writeln!(stdin, "{line}").expect("the worker reads its task");
        let lines = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        Self {
            child,
            stdin: Some(stdin),
            lines,
        }
    }

    fn send(&mut self, command: Command) {
        let line = serde_json::to_string(&command).expect("a command is JSON");
        writeln!(self.stdin.as_mut().expect("not closed"), "{line}").expect("the worker listens");
    }

    fn next(&mut self) -> Option<Event> {
        let mut line = String::new();
        (self.lines.read_line(&mut line).expect("the worker writes text") > 0)
            .then(|| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    fn rest(mut self) -> Vec<Event> {
        let events = std::iter::from_fn(|| self.next()).collect();
        self.child.wait().expect("the worker ends");
        events
    }
}

fn told(file: &Path, out: &Path, wishes: &Wishes) -> Transcode {
    Transcode {
        version: VERSION,
        file: lab::text(file),
        out: lab::text(out),
        wishes: wishes.clone(),
        playlists: Playlists::Told { generation: 1 },
        credits: None,
        resume: None,
    }
}

fn small() -> Wishes {
    Wishes {
        heights: Some(vec![240, 144]),
        copy: false,
        preset: screener_ladder::Preset::Fast,
        ..Wishes::default()
    }
}

/// A film with a tone, `seconds` long.
fn film(folder: &Path, name: &str, seconds: u32, more: &str) {
    lab::ffmpeg(
        folder,
        &format!(
            "-f lavfi -i testsrc2=s=426x240:r=25:d={seconds} -f lavfi -i sine=330:r=44100:d={seconds} -c:v libx264 -preset ultrafast {more} -c:a aac -ac 2 {name}"
        ),
    );
}

fn segments(events: &[Event]) -> Vec<&Segment> {
    events
        .iter()
        .filter_map(|event| {
            if let Event::Segment(segment) = event {
                Some(segment)
            } else {
                None
            }
        })
        .collect()
}

fn tracks(events: &[Event]) -> &[Track] {
    events
        .iter()
        .find_map(|event| {
            if let Event::Tracks { tracks } = event {
                Some(&tracks[..])
            } else {
                None
            }
        })
        .expect("tracks are told")
}

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

/// Packets' times of a media playlist, as `ffprobe` reads them.
fn packets(playlist: &Path) -> String {
    let output = Process::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "packet=pts_time,dts_time",
            "-of",
            "csv=p=0",
        ])
        .arg(playlist)
        .output()
        .expect("ffprobe is installed");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

fn write_playlist(folder: &Path, track: &Track, segments: &[&Segment]) {
    let mut mine: Vec<_> = segments.iter().filter(|segment| segment.track == track.name).collect();
    mine.sort_by_key(|segment| segment.number);
    let entries: String = mine.iter().map(|segment| segment.entry.as_str()).collect();
    std::fs::write(
        folder.join(&track.name).join("list.m3u8"),
        format!("{}{entries}#EXT-X-ENDLIST\n", track.head),
    )
    .expect("written");
}

/// Kills a run behind its `kill`-th segment, lets another go on, and compares with an uninterrupted one.
#[expect(clippy::too_many_lines, reason = "one story: whole, killed, resumed, compared")]
fn killed_and_resumed(arguments: &str, file: &str, wishes: &Wishes, kills: &[usize]) {
    let folder = tempfile::tempdir().expect("a folder");
    film(folder.path(), file, 9, arguments);
    let source = folder.path().join(file);
    let whole = folder.path().join("whole");
    let uninterrupted = Worker::start(told(&source, &whole, wishes)).rest();
    let all = segments(&uninterrupted);
    for track in tracks(&uninterrupted) {
        write_playlist(&whole, track, &all);
    }
    for &kill in kills {
        let first = folder.path().join(format!("first-{kill}"));
        let mut worker = Worker::start(told(&source, &first, wishes));
        let mut before = Vec::new();
        while segments(&before).len() < kill {
            before.push(worker.next().expect("the run is longer than that"));
        }
        worker.child.kill().expect("killed");
        before.extend(worker.rest());
        let plan: Plan = before
            .iter()
            .find_map(|event| {
                if let Event::Planned { plan } = event {
                    Some((**plan).clone())
                } else {
                    None
                }
            })
            .expect("a plan");
        let mut done: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        for segment in segments(&before) {
            done.entry(segment.track.clone()).or_default().push(segment.clone());
        }
        let second = folder.path().join(format!("second-{kill}"));
        let mut task = told(&source, &second, wishes);
        task.resume = Some(Resume {
            plan: Some(plan),
            segments: done.clone(),
            checkpoint: None,
        });
        let after = Worker::start(task).rest();
        assert!(
            matches!(after.last(), Some(Event::Finished { .. })),
            "{:?}",
            after.last()
        );
        let both: Vec<&Segment> = segments(&before).into_iter().chain(segments(&after)).collect();
        for track in tracks(&uninterrupted) {
            // What was finished is not made again.
            let count = all.iter().filter(|segment| segment.track == track.name).count();
            assert_eq!(
                both.iter().filter(|segment| segment.track == track.name).count(),
                count,
                "{} after {kill}",
                track.name
            );
            if track.kind == TrackKind::Captions {
                continue;
            }
            if let Some(init) = &track.init {
                assert_eq!(
                    std::fs::read(whole.join(init)).expect("init"),
                    std::fs::read(second.join(init)).expect("init")
                );
            }
            for segment in done.get(&track.name).into_iter().flatten() {
                std::fs::copy(first.join(&segment.path), second.join(&segment.path)).expect("copied");
            }
            write_playlist(&second, track, &both);
            assert_eq!(
                packets(&whole.join(&track.name).join("list.m3u8")),
                packets(&second.join(&track.name).join("list.m3u8")),
                "{} after {kill}",
                track.name
            );
        }
        // The tone goes on without a click: what differs from the uninterrupted sound is as quiet as coding noise.
        let sound = |folder: &Path| folder.join("audio/list.m3u8").to_str().expect("UTF-8").to_owned();
        let output = Process::new("ffmpeg")
            .args([
                "-v",
                "info",
                "-nostats",
                "-allowed_extensions",
                "ALL",
                "-i",
                &sound(&whole),
                "-allowed_extensions",
                "ALL",
                "-i",
                &sound(&second),
            ])
            .args([
                "-filter_complex",
                "[1:a]volume=-1[n];[0:a][n]amix=normalize=0,volumedetect",
                "-f",
                "null",
                "-",
            ])
            .output()
            .expect("ffmpeg is installed");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let peak = lab::number(&words, "max_volume").unwrap_or_else(|| panic!("{words}"));
        assert!(peak < -36.0, "the seam after {kill} is heard: {peak} dB\n{words}");
    }
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    killed_and_resumed("", "film.mp4", &small(), &[1, 5, 9]);
}

#[test]
fn a_killed_run_of_transport_streams_goes_on_where_it_was() {
    killed_and_resumed(
        "",
        "film.mkv",
        &Wishes {
            format: Format::Ts,
            ..small()
        },
        &[7],
    );
}

#[test]
fn a_killed_run_that_copies_goes_on_where_it_was() {
    killed_and_resumed(
        "-g 25 -bf 2 -b:v 300k",
        "film.mp4",
        &Wishes { copy: true, ..small() },
        &[4],
    );
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
