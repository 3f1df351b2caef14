//! A worker that one can talk with while it works.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio};

use screener_ladder::{Track, Wishes};
use screener_wire::{Command, Event, Playlists, Segment, Task, Transcode, VERSION};

use crate::lab;

/// A worker that one can talk with.
pub struct Worker {
    pub child: Child,
    pub stdin: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
}

impl Worker {
    pub fn start(task: Transcode) -> Self {
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

    pub fn send(&mut self, command: Command) {
        let line = serde_json::to_string(&command).expect("a command is JSON");
        writeln!(self.stdin.as_mut().expect("not closed"), "{line}").expect("the worker listens");
    }

    pub fn next(&mut self) -> Option<Event> {
        let mut line = String::new();
        (self.lines.read_line(&mut line).expect("the worker writes text") > 0)
            .then(|| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// Everything to its end. A killed worker's last line may be half a line, which nobody was told.
    pub fn rest(mut self) -> Vec<Event> {
        let mut text = String::new();
        self.lines.read_to_string(&mut text).expect("the worker writes text");
        let events = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        self.child.wait().expect("the worker ends");
        events
    }
}

pub fn told(file: &Path, out: &Path, wishes: &Wishes) -> Transcode {
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

pub fn small() -> Wishes {
    Wishes {
        heights: Some(vec![240, 144]),
        copy: false,
        preset: screener_ladder::Preset::Fast,
        ..Wishes::default()
    }
}

/// A film with a tone, `seconds` long.
pub fn film(folder: &Path, name: &str, seconds: u32, more: &str) {
    lab::ffmpeg(
        folder,
        &format!(
            "-f lavfi -i testsrc2=s=426x240:r=25:d={seconds} -f lavfi -i sine=330:r=44100:d={seconds} -c:v libx264 -preset ultrafast {more} -c:a aac -ac 2 {name}"
        ),
    );
}

pub fn segments(events: &[Event]) -> Vec<&Segment> {
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

pub fn tracks(events: &[Event]) -> &[Track] {
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

/// Packets' times of a media playlist, as `ffprobe` reads them.
pub fn packets(playlist: &Path) -> String {
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
