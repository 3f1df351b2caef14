//! The bench of the tests: sources from `ffmpeg`, the real worker, and `ffprobe` and `ffmpeg` as judges.

pub mod movie;
pub mod numbers;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use screener_hls::facts::MediaFacts;
use screener_hls::rules;
use screener_ladder::{Plan, Wishes};
use screener_wire::{Event, Failure, Measured, Playlists, Task, Transcode, VERSION};
use serde_json::Value;

/// No test's worker needs longer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(150);

/// A worker's whole life: what it told, and how it ended.
pub struct Outcome {
    pub events: Vec<Event>,
    pub status: ExitStatus,
}

impl Outcome {
    pub fn failure(&self) -> Option<&Failure> {
        self.events.iter().find_map(|event| {
            if let Event::Failed(failure) = event {
                Some(failure)
            } else {
                None
            }
        })
    }

    pub fn plan(&self) -> Option<&Plan> {
        self.events.iter().find_map(|event| {
            if let Event::Planned { plan } = event {
                Some(&**plan)
            } else {
                None
            }
        })
    }
}

/// Gives the real worker a task and listens to its end.
pub fn work(task: &Task) -> Outcome {
    work_with(task, &[])
}

/// The same, with this environment.
pub fn work_with(task: &Task, environment: &[(&str, &str)]) -> Outcome {
    let line = serde_json::to_string(task).expect("a task is JSON");
    let mut worker = Command::new(env!("CARGO_BIN_EXE_screener-worker"))
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the worker starts");
    let mut stdin = worker.stdin.take().expect("stdin is a pipe");
    writeln!(stdin, "{line}").expect("the worker reads its task");
    let stdout = BufReader::new(worker.stdout.take().expect("stdout is a pipe"));
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let pid = worker.id().to_string();
    // A worker that hangs would hang the tests: it is ended, and its end by signal is seen.
    let watch = std::thread::spawn(move || {
        if ended.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-9", &pid]).status();
        }
    });
    let events = stdout
        .lines()
        .map(|line| {
            let line = line.expect("the worker writes text");
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
        })
        .collect();
    let status = worker.wait().expect("the worker ends");
    drop((stdin, done));
    watch.join().expect("the watch ends");
    Outcome { events, status }
}

pub fn probe(file: &Path) -> Outcome {
    work(&Task::Probe {
        version: VERSION,
        file: text(file),
    })
}

/// A whole transcoding, playlists and all.
pub fn task(file: &Path, out: &Path, wishes: &Wishes) -> Task {
    Task::Transcode(Box::new(Transcode {
        version: VERSION,
        file: text(file),
        out: text(out),
        wishes: wishes.clone(),
        playlists: Playlists::Files,
        credits: None,
        resume: None,
    }))
}

/// Where the packets of the pictures lie in a file, and how many bytes they have.
pub fn packets_of(film: &Path) -> Vec<(usize, usize)> {
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "packet=pos,size",
            "-of",
            "csv=p=0",
        ])
        .arg(film)
        .output()
        .expect("ffprobe is installed");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (size, at) = line.split_once(',')?;
            Some((at.trim_end_matches(',').parse().ok()?, size.parse().ok()?))
        })
        .collect()
}

pub fn transcode(file: &Path, out: &Path, wishes: &Wishes) -> Outcome {
    work(&task(file, out, wishes))
}

/// A finished stream on disk.
pub struct Stream {
    pub out: PathBuf,
    /// The folder that goes with the stream, where it is the stream's own.
    pub folder: Option<tempfile::TempDir>,
    pub plan: Plan,
    pub duration: f64,
    pub measured: BTreeMap<String, Measured>,
}

/// Transcodes what must be transcodable.
pub fn stream(file: &Path, out: &Path, wishes: &Wishes) -> Stream {
    let outcome = transcode(file, out, wishes);
    if let Some(failure) = outcome.failure() {
        panic!("{}: {failure:?}", file.display());
    }
    assert!(outcome.status.success(), "{}: {}", file.display(), outcome.status);
    let plan = outcome.plan().expect("a plan is told").clone();
    let (duration, measured) = outcome
        .events
        .into_iter()
        .find_map(|event| match event {
            Event::Finished { duration, measured, .. } => Some((duration, measured)),
            _ => None,
        })
        .expect("the end is told");
    let measured = measured.into_iter().map(|track| (track.track.clone(), track)).collect();
    Stream {
        out: out.to_owned(),
        folder: None,
        plan,
        duration,
        measured,
    }
}

/// Runs `ffmpeg` in `folder`, quietly; arguments are split at white space but for those in `more`.
pub fn ffmpeg(folder: &Path, arguments: &str) {
    let output = Command::new("ffmpeg")
        .current_dir(folder)
        .args(["-v", "error", "-nostdin", "-y", "-threads", "2"])
        .args(arguments.split_whitespace())
        .output()
        .expect("ffmpeg is installed");
    assert!(
        output.status.success(),
        "ffmpeg {arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Writes a display matrix (where the picture's right and down go) into an MP4's first track header (ISO 14496-12, 8.3.2).
pub fn set_matrix(film: &Path, [a, b, c, d]: [i32; 4]) {
    let mut bytes = std::fs::read(film).expect("made");
    let header = bytes
        .windows(4)
        .position(|window| window == b"tkhd")
        .expect("a track header");
    assert_eq!(bytes[header + 4], 0, "version 0");
    let cells = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30];
    for (at, cell) in (header + 44..).step_by(4).zip(cells) {
        bytes[at..at + 4].copy_from_slice(&cell.to_be_bytes());
    }
    std::fs::write(film, bytes).expect("written");
}

/// Gives an MP4's sample description another four-character code (ISO/IEC 14496-12, 8.5.2).
pub fn set_format(film: &Path, from: [u8; 4], to: [u8; 4]) {
    let mut bytes = std::fs::read(film).expect("made");
    let description = bytes
        .windows(24)
        .position(|window| window.starts_with(b"stsd") && window[16..20] == from)
        .expect("a description of that format");
    bytes[description + 16..description + 20].copy_from_slice(&to);
    std::fs::write(film, bytes).expect("written");
}

/// What `ffprobe` says of a file or playlist, as JSON.
pub fn ffprobe(path: &Path) -> Value {
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-of",
            "json",
            "-show_format",
            "-show_streams",
            "-count_packets",
            "-allowed_extensions",
            "ALL",
        ])
        .arg(path)
        .output()
        .expect("ffprobe is installed");
    assert!(
        output.status.success(),
        "ffprobe {}: {}",
        path.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("ffprobe writes JSON")
}

/// What `ffmpeg`'s filters print about a stream when it is decoded to nothing.
pub fn judged(index: &Path, arguments: &[&str]) -> String {
    let output = Command::new("ffmpeg")
        .args(["-v", "info", "-nostdin", "-nostats", "-threads", "2"])
        .args(
            // Of playlists alone.
            ["-allowed_extensions", "ALL"]
                .into_iter()
                .filter(|_| index.extension().is_some_and(|kind| kind == "m3u8")),
        )
        .arg("-i")
        .arg(index)
        .args(arguments)
        .args(["-f", "null", "-"])
        .output()
        .expect("ffmpeg is installed");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words}");
    words
}

/// The number after `name:` in a filter's output.
pub fn number(words: &str, name: &str) -> Option<f64> {
    let after = words.split(&format!("{name}:")).nth(1)?;
    after
        .trim_start()
        .split(|c: char| c.is_whitespace() || c == '|')
        .next()?
        .parse()
        .ok()
}

/// One decoded picture of a stream at a second, as `side` x `side` grey values.
pub fn grey(index: &Path, at: f64, side: usize) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-threads",
            "2",
            "-allowed_extensions",
            "ALL",
            "-i",
        ])
        .arg(index)
        .args(["-map", "0:v:0", "-ss", &at.to_string(), "-frames:v", "1"])
        .args([
            "-vf",
            &format!("scale={side}:{side}:flags=area,format=gray"),
            "-f",
            "rawvideo",
            "-",
        ])
        .output()
        .expect("ffmpeg is installed");
    assert_eq!(
        output.stdout.len(),
        side * side,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Apple's authoring rules against a stream on disk, with the facts that the worker reports of its media.
pub fn report(out: &Path) -> rules::Report {
    let outcome = work(&Task::Inspect {
        version: VERSION,
        folder: text(out),
    });
    let facts: MediaFacts = outcome
        .events
        .iter()
        .find_map(|event| {
            if let Event::Answer { value } = event {
                serde_json::from_value(value.clone()).ok()
            } else {
                None
            }
        })
        .unwrap_or_else(|| panic!("no facts: {:?}", outcome.failure()));
    let read = |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let index = read(&out.join("index.m3u8"));
    let mut playlists = BTreeMap::new();
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    for path in below(out)
        .iter()
        .flat_map(|path| below(path).into_iter().chain([path.clone()]))
    {
        if path.extension().is_some_and(|kind| kind == "m3u8") {
            let name = path.strip_prefix(out).expect("below it").to_string_lossy().into_owned();
            playlists.insert(name, read(&path));
        }
    }
    rules::judge(&rules::Stream {
        index: &index,
        playlists: &playlists,
        facts: Some(&facts),
        delivery: None,
    })
}

/// No MUST of those rules is broken.
pub fn check(out: &Path) {
    let report = report(out);
    let broken: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.level == rules::Level::Must)
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(
        report.judged.len() > 10,
        "hardly anything was judged: {:?}",
        report.judged
    );
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("test paths are UTF-8").to_owned()
}
