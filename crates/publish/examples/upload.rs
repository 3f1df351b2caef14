//! Uploads what lies in a folder through the engine, journal and all, and says how long it took: what `benches/publish.sh` compares.
//!
//! `upload ENDPOINT BUCKET REGION ACCESS SECRET FOLDER [SEGMENTS]` prints `{"seconds":…,"peak_bytes":…}`. With a number of segments
//! the files of the folder are uploaded again and again, under names of their own.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use screener_ladder::source::Ratio;
use screener_ladder::{Plan, Rung, Track, TrackKind};
use screener_publish::{Access, Attempt, Config, Destination, Encoder, Engine, Error, JobState, Limits, NewJob};
use screener_store::{Store, StoreConfig, SystemClock};
use screener_wire::{Command, Event, Failure, Segment, Task};

/// Seconds that a segment plays.
const SEGMENT_SECONDS: u32 = 6;

/// An encoder that has nothing to do: every segment lies there already. It tells them as a worker does, as far as its credits go.
struct Folder {
    folder: PathBuf,
    /// Segments in all; files are told again and again until there are so many.
    segments: Option<u32>,
}

struct Telling {
    out: PathBuf,
    files: Vec<PathBuf>,
    segments: u32,
    told: u32,
    before: VecDeque<Event>,
    credits: u32,
    ended: bool,
}

/// A rung of the rate that the files have, by which the engine knows how far ahead of the bucket it may let the encoder be.
fn rung(files: &[PathBuf]) -> Rung {
    let bytes: u64 = files
        .iter()
        .map(|file| file.metadata().expect("it is there").len())
        .sum();
    let rate = bytes * 8 / (files.len() as u64 * u64::from(SEGMENT_SECONDS));
    Rung {
        name: "film".into(),
        width: 1920,
        height: 1080,
        frame_rate: Ratio { num: 30, den: 1 },
        bit_rate: rate,
        max_rate: rate,
        copied: false,
    }
}

#[async_trait]
impl Encoder for Folder {
    async fn start(&self, task: Task) -> Result<Box<dyn Attempt>, Failure> {
        let Task::Transcode(task) = task else {
            unreachable!("the engine only transcodes")
        };
        let out = PathBuf::from(&task.out);
        std::fs::create_dir_all(out.join("film")).expect("the work folder can be written");
        let mut files: Vec<_> = std::fs::read_dir(&self.folder)
            .expect("a folder")
            .flatten()
            .map(|e| e.path())
            .collect();
        files.sort();
        let track = Track {
            name: "film".into(),
            kind: TrackKind::Video,
            language: None,
            head: "#EXTM3U\n".into(),
            init: None,
        };
        let plan = Plan {
            wishes: task.wishes.clone(),
            rungs: vec![rung(&files)],
            segment_duration: SEGMENT_SECONDS.into(),
            target_duration: SEGMENT_SECONDS,
            ..Plan::default()
        };
        let index = "1/film/index.m3u8\n".into();
        let before = [
            Event::Planned { plan: Box::new(plan) },
            Event::Tracks { tracks: vec![track] },
            Event::Index { text: index },
        ];
        Ok(Box::new(Telling {
            out,
            segments: self
                .segments
                .unwrap_or(u32::try_from(files.len()).expect("not that many")),
            files,
            told: 0,
            before: before.into(),
            credits: task.credits.unwrap_or(u32::MAX),
            ended: false,
        }))
    }
}

#[async_trait]
impl Attempt for Telling {
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.before.pop_front() {
            return Some(event);
        }
        if self.told == self.segments {
            if std::mem::replace(&mut self.ended, true) {
                return None;
            }
            return Some(Event::Finished {
                index: "1/film/index.m3u8\n".into(),
                duration: 1.0,
                measured: Vec::new(),
            });
        }
        if self.credits == 0 {
            // Until a credit comes: then this is asked anew.
            std::future::pending::<()>().await;
        }
        self.credits -= 1;
        let file = &self.files[self.told as usize % self.files.len()];
        self.told += 1;
        let number = self.told;
        let path = format!("film/{number:05}.m4s");
        std::fs::hard_link(file, self.out.join(&path)).expect("the same disk");
        Some(Event::Segment(Segment {
            track: "film".into(),
            number,
            entry: format!("#EXTINF:6.0,\n{number:05}.m4s\n"),
            path,
            bytes: file.metadata().expect("it is there").len(),
            duration: 6.0,
            ..Segment::default()
        }))
    }

    async fn send(&mut self, command: Command) {
        if let Command::Credit { groups } = command {
            self.credits += groups;
        }
    }
}

/// Highest resident memory of this process so far, bytes; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

struct To(StoreConfig);

#[async_trait]
impl Access for To {
    async fn store(&self, _: &Destination) -> Result<Store, Error> {
        Ok(Store::new(self.0.clone()))
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "what it is for")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [endpoint, bucket, region, access, secret, folder, more @ ..] = &words[..] else {
        panic!("upload ENDPOINT BUCKET REGION ACCESS SECRET FOLDER [SEGMENTS]");
    };
    let segments = more.first().map(|n| n.parse().expect("a number of segments"));
    let data =
        tempfile::tempdir_in(Path::new(folder).parent().expect("a folder in a folder")).expect("a folder of our own");
    let film = data.path().join("film");
    std::fs::write(&film, b"stands for the source").expect("it can be written");
    let engine = Engine::open(Config {
        data_dir: data.path().join("data"),
        encoder: Arc::new(Folder {
            folder: folder.into(),
            segments,
        }),
        access: Arc::new(To(StoreConfig::with_keys(endpoint, bucket, region, access, secret))),
        clock: Arc::new(SystemClock),
        limits: Limits::default(),
    })
    .expect("the journal opens");
    let begun = Instant::now();
    engine.start();
    let new = NewJob {
        file: film,
        title: None,
        wishes: screener_ladder::Wishes::default(),
        destination: "local".into(),
    };
    let accepted = engine.accept(new).await.expect("it is accepted");
    let jobs = engine.settled(&[accepted.job]).await.expect("it settles");
    assert_eq!(jobs[0].state, JobState::Live, "{:?}", jobs[0].error);
    let seconds = begun.elapsed().as_secs_f64();
    println!(r#"{{"seconds":{seconds:.3},"peak_bytes":{}}}"#, peak());
    engine.stop().await;
}
