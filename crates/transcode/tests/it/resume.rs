//! Going on after a kill: nothing finished is made again, and nobody sees or hears where the seam is.
//!
//! `SCREENER_FULL`: 20 random moments instead of 4. `SCREENER_SEED` says from where they are drawn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::{Duration, Instant};

use screener_ladder::{Format, Plan, Track, TrackKind, Wishes};
use screener_wire::{Event, Resume, Segment};

use crate::lab;
use crate::talk::{Worker, film, packets, segments, small, told, tracks};

/// A source, and the whole run that killed ones are compared with.
struct Whole {
    folder: tempfile::TempDir,
    source: PathBuf,
    wishes: Wishes,
    events: Vec<Event>,
    span: Duration,
}

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Behind so many segments.
    Segments(usize),
    /// After so much of the whole run's time, in thousandths.
    Share(u32),
}

impl Whole {
    fn new(arguments: &str, file: &str, wishes: &Wishes) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        film(folder.path(), file, 9, arguments);
        Self::of(folder, file, wishes)
    }

    /// Of a film in a folder.
    fn of(folder: tempfile::TempDir, file: &str, wishes: &Wishes) -> Self {
        let source = folder.path().join(file);
        let begun = Instant::now();
        let events = Worker::start(told(&source, &folder.path().join("whole"), wishes)).rest();
        let whole = Self {
            folder,
            source,
            wishes: wishes.clone(),
            events,
            span: begun.elapsed(),
        };
        for track in tracks(&whole.events) {
            write_playlist(&whole.path("whole"), track, &segments(&whole.events));
        }
        whole
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the run, kills it, and answers what it told.
    fn killed(&self, moment: Moment, out: &Path) -> Vec<Event> {
        let mut worker = Worker::start(told(&self.source, out, &self.wishes));
        let mut before = Vec::new();
        match moment {
            Moment::Segments(count) => {
                while segments(&before).len() < count {
                    before.push(worker.next().expect("the run is longer than that"));
                }
            }
            // There is no event to wait for: any moment is as good as another.
            Moment::Share(share) => std::thread::sleep(self.span * share / 1000),
        }
        worker.child.kill().expect("killed");
        before.extend(worker.rest());
        before
    }

    /// Kills a run, lets another go on, and compares both with the uninterrupted one. Answers the segments that were done
    /// when it was killed.
    fn survives(&self, moment: Moment, name: &str) -> usize {
        let (first, second) = (
            self.path(&format!("{name}-first")),
            self.path(&format!("{name}-second")),
        );
        let before = self.killed(moment, &first);
        let plan = before.iter().find_map(|event| {
            if let Event::Planned { plan } = event {
                Some(Plan::clone(plan))
            } else {
                None
            }
        });
        let mut done: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        for segment in segments(&before) {
            done.entry(segment.track.clone()).or_default().push(segment.clone());
        }
        let mut task = told(&self.source, &second, &self.wishes);
        task.resume = Some(Resume {
            plan,
            segments: done.clone(),
            checkpoint: None,
        });
        let after = Worker::start(task).rest();
        assert!(
            matches!(after.last(), Some(Event::Finished { .. })),
            "{name}, {moment:?}: {:?}",
            after.last()
        );
        let both: Vec<&Segment> = segments(&before).into_iter().chain(segments(&after)).collect();
        for track in tracks(&self.events) {
            let earlier = done.get(&track.name).map_or(&[][..], Vec::as_slice);
            self.same_track(track, &both, earlier, (&first, &second), &format!("{name}, {moment:?}"));
        }
        self.quiet(&second, name);
        segments(&before).len()
    }

    fn same_track(&self, track: &Track, both: &[&Segment], earlier: &[Segment], parts: (&Path, &Path), when: &str) {
        let (first, second) = parts;
        let whole = self.path("whole");
        let all = segments(&self.events);
        let mine = |all: &[&Segment]| -> Vec<u32> {
            let mut numbers: Vec<u32> = all
                .iter()
                .filter(|segment| segment.track == track.name)
                .map(|segment| segment.number)
                .collect();
            numbers.sort_unstable();
            numbers
        };
        // Each once: what was finished is not made again.
        assert_eq!(mine(both), mine(&all), "{} in {when}", track.name);
        for segment in earlier {
            assert!(
                !second.join(&segment.path).exists(),
                "{} was made again in {when}",
                segment.path
            );
            std::fs::create_dir_all(second.join(&track.name)).expect("made");
            std::fs::copy(first.join(&segment.path), second.join(&segment.path)).expect("copied");
        }
        if track.kind == TrackKind::Captions {
            return;
        }
        if let Some(init) = &track.init {
            let bytes = |folder: &Path| std::fs::read(folder.join(init)).expect("an init segment");
            assert_eq!(bytes(&whole), bytes(second), "{init} in {when}");
            if !earlier.is_empty() {
                assert_eq!(bytes(&whole), bytes(first), "{init} of the killed run in {when}");
            }
        }
        write_playlist(second, track, both);
        let list = |folder: &Path| folder.join(&track.name).join("list.m3u8");
        assert_eq!(
            packets(&list(&whole)),
            packets(&list(second)),
            "{} in {when}",
            track.name
        );
        if track.kind == TrackKind::Audio {
            assert_eq!(
                samples(&list(&whole)),
                samples(&list(second)),
                "{} in {when}",
                track.name
            );
        } else if let Some(seam) = both
            .iter()
            .find(|segment| segment.track == track.name && segment.number as usize == earlier.len() + 1)
            .filter(|segment| segment.number > 1)
        {
            let (ours, theirs) = (
                self.vmaf(&list(second), track, seam.start),
                self.vmaf(&list(&whole), track, seam.start),
            );
            eprintln!(
                "{} in {when}: VMAF at the seam {ours:.2}, without it {theirs:.2}",
                track.name
            );
            // Better is no seam that anybody minds.
            assert!(
                theirs > 60.0,
                "{} in {when}: other pictures are compared: {theirs}",
                track.name
            );
            assert!(
                ours > theirs - 0.5,
                "{} in {when}: {ours} where {theirs} was",
                track.name
            );
        }
    }

    /// VMAF of the 50 pictures around `at` against the source's. Pictures are paired by their number: containers round times.
    fn vmaf(&self, list: &Path, track: &Track, at: f64) -> f64 {
        let size = if track.name == "240p" { "426:240" } else { "256:144" };
        let times: Vec<f64> = packets(list)
            .lines()
            .filter_map(|line| line.split(',').next()?.parse().ok())
            .collect();
        let first = times.iter().copied().fold(f64::INFINITY, f64::min);
        let seam = times.iter().filter(|time| **time - first < at - 0.001).count();
        let window = format!(
            "trim=start_frame={}:end_frame={},setpts=N/25/TB",
            seam.saturating_sub(25),
            seam + 25
        );
        let output = Process::new(newer_ffmpeg())
            .args(["-v", "info", "-nostats", "-nostdin", "-allowed_extensions", "ALL", "-i"])
            .arg(list)
            .arg("-i")
            .arg(&self.source)
            .arg("-lavfi")
            .arg(format!(
                "[0:v]{window}[a];[1:v]scale={size}:flags=bicubic,{window}[b];[a][b]libvmaf=n_threads=2"
            ))
            .args(["-f", "null", "-"])
            .output()
            .expect("it was installed");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        lab::number(&words, "VMAF score").unwrap_or_else(|| panic!("no VMAF: {words}"))
    }

    /// The tone goes on without a click: what differs from the uninterrupted sound is as quiet as coding noise.
    fn quiet(&self, second: &Path, name: &str) {
        let sound = |folder: &Path| folder.join("audio/list.m3u8").to_str().expect("UTF-8").to_owned();
        let output = Process::new("ffmpeg")
            .args([
                "-v",
                "info",
                "-nostats",
                "-allowed_extensions",
                "ALL",
                "-i",
                &sound(&self.path("whole")),
            ])
            .args(["-allowed_extensions", "ALL", "-i", &sound(second)])
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
        assert!(peak < -36.0, "the seam of {name} is heard: {peak} dB\n{words}");
    }
}

/// The `FFmpeg` that `scripts/setup.sh test` brings along from `PyPI`: it has a VMAF meter, which Debian's has not.
fn newer_ffmpeg() -> PathBuf {
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/py/lib");
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    below(&libraries)
        .iter()
        .flat_map(|python| below(&python.join("site-packages/imageio_ffmpeg/binaries")))
        .find(|file| {
            file.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("ffmpeg-"))
        })
        .expect("imageio-ffmpeg is not in .tools/py: run scripts/setup.sh test")
}

/// Decoded samples of a stream.
fn samples(list: &Path) -> usize {
    let output = Process::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-allowed_extensions", "ALL", "-i"])
        .arg(list)
        .args(["-f", "s16le", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.len() / 4
}

fn write_playlist(folder: &Path, track: &Track, segments: &[&Segment]) {
    let mut mine: Vec<_> = segments.iter().filter(|segment| segment.track == track.name).collect();
    mine.sort_by_key(|segment| segment.number);
    let entries: String = mine.iter().map(|segment| segment.entry.as_str()).collect();
    std::fs::create_dir_all(folder.join(&track.name)).expect("made");
    std::fs::write(
        folder.join(&track.name).join("list.m3u8"),
        format!("{}{entries}#EXT-X-ENDLIST\n", track.head),
    )
    .expect("written");
}

/// What is killed: arguments of the source's encoder, its name, and what is wished of it.
fn recipes() -> Vec<(&'static str, &'static str, Wishes)> {
    let ts = Wishes {
        format: Format::Ts,
        ..small()
    };
    let copy = Wishes { copy: true, ..small() };
    vec![
        ("", "film.mp4", small()),
        ("", "film.mkv", ts.clone()),
        ("-g 25 -bf 2 -b:v 300k", "film.mp4", copy.clone()),
        ("-g 40 -bf 3 -b:v 300k", "film.mkv", Wishes { copy: true, ..ts }),
        // No index: what was done is read again and left out.
        ("-bf 2", "film.ts", small()),
        (
            "-vf select='not(between(mod(n,10),3,6))' -vsync vfr -bf 2",
            "film.mov",
            small(),
        ),
    ]
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let whole = Whole::new("", "film.mp4", &small());
    for count in [1, 5, 9, 11] {
        whole.survives(Moment::Segments(count), &format!("after-{count}"));
    }
}

#[test]
fn a_killed_run_that_copies_goes_on_where_it_was() {
    let (arguments, file, wishes) = &recipes()[2];
    Whole::new(arguments, file, wishes).survives(Moment::Segments(4), "copied");
}

/// Left and right lie in tracks of their own: both go on where they were.
#[test]
fn a_killed_run_of_two_sides_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=426x240:r=25:d=9 -f lavfi -i sine=330:r=44100:d=9 -f lavfi -i sine=440:r=44100:d=9 \
         -map 0:v -map 1:a -map 2:a -c:v libx264 -preset ultrafast -c:a pcm_s16le film.mov",
    );
    let whole = Whole::of(folder, "film.mov", &small());
    whole.survives(Moment::Segments(5), "two-sides");
}

/// What was measured is in the plan: nothing is measured again, and what is made after the kill is as loud as what was before. It is held as
/// it was as well, where it grows loud just before a segment ends.
#[test]
fn a_killed_run_goes_on_as_loud_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=426x240:r=25:d=20 \
         -f lavfi -i aevalsrc=exprs='(0.05+0.85*exp(-pow((mod(t,6)-5.85)/0.08,2)))*sin(2*PI*330*t)':s=48000:d=20 \
         -c:v libx264 -preset ultrafast -c:a aac -ac 2 -b:a 192k film.mp4",
    );
    let wishes = Wishes {
        loudness: true,
        ..small()
    };
    let whole = Whole::of(folder, "film.mp4", &wishes);
    let plan = |events: &[Event]| {
        events.iter().find_map(|event| match event {
            Event::Planned { plan } => Some(plan.clone()),
            _ => None,
        })
    };
    let first = plan(&whole.events).expect("planned");
    let loudness = first.audio[0].loudness.expect("measured");
    assert!(
        loudness.gain > 3.0 && loudness.peak + loudness.gain > 0.0,
        "{loudness:?}"
    );
    for count in [2, 6] {
        whole.survives(Moment::Segments(count), &format!("loud-{count}"));
    }
    let mut task = told(&whole.source, &whole.path("again"), &wishes);
    task.resume = Some(Resume {
        plan: Some(*first.clone()),
        ..Resume::default()
    });
    let events = Worker::start(task).rest();
    assert_eq!(plan(&events), Some(first));
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Note { text } if text.contains("read through")))
    );
}

#[test]
fn killed_at_random_moments() {
    let full = std::env::var_os("SCREENER_FULL").is_some();
    let seed: u64 = std::env::var("SCREENER_SEED")
        .ok()
        .and_then(|words| words.parse().ok())
        .unwrap_or(1);
    // Knuth's multiplier: the moments of a seed are always the same shares of the run.
    let mut state = seed;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).expect("31 bits")
    };
    let recipes = recipes();
    let mut done = Vec::new();
    if full {
        let wholes: Vec<Whole> = recipes
            .iter()
            .map(|(arguments, file, wishes)| Whole::new(arguments, file, wishes))
            .collect();
        for kill in 0..20 {
            let moment = Moment::Share(50 + random() % 900);
            done.push(wholes[kill % wholes.len()].survives(moment, &format!("kill-{kill}")));
        }
    } else {
        for (kill, at) in [1, 3, 4, 5].into_iter().enumerate() {
            let (arguments, file, wishes) = &recipes[at];
            let moment = Moment::Share(300 + random() % 600);
            done.push(Whole::new(arguments, file, wishes).survives(moment, &format!("kill-{kill}")));
        }
    }
    eprintln!("segments done at each kill: {done:?}");
    assert!(
        done.iter().any(|count| *count > 0),
        "every run was killed before it had done anything"
    );
}
