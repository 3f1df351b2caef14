//! An encoder that follows a script: it writes small files where a worker would write media, and counts what it made.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use screener_ladder::{Plan, Rung, SourceInfo, Track, TrackKind};
use screener_publish::{Attempt, Encoder};
use screener_wire::{Command, Event, Failure, Measured, Playlists, Segment, Task, Transcode};
use tokio::sync::Semaphore;

/// How an attempt ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// As it should.
    Finish,
    /// With words, after so many segment groups.
    Fail(u32, Failure),
    /// Without a word, after so many segment groups of its own.
    Die(u32),
}

/// What is made.
#[derive(Clone, Debug)]
pub struct Script {
    /// Segment groups.
    pub segments: u32,
    /// Tracks.
    pub tracks: Vec<(String, TrackKind)>,
    /// Bytes of each segment.
    pub segment_bytes: usize,
    /// Bytes of a single-file MP4 beside the stream; 0: none.
    pub mp4_bytes: usize,
    /// How attempts end, in their order; the last one stands for all that follow.
    pub ends: VecDeque<End>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            segments: 5,
            tracks: vec![
                ("720p".into(), TrackKind::Video),
                ("360p".into(), TrackKind::Video),
                ("audio".into(), TrackKind::Audio),
            ],
            segment_bytes: 2_000,
            mp4_bytes: 0,
            ends: [End::Finish].into(),
        }
    }
}

/// Seconds of each segment.
pub const SECONDS: f64 = 6.0;

/// The encoder.
pub struct ScriptedEncoder {
    script: Mutex<Script>,
    encoded: Arc<Mutex<BTreeMap<String, u32>>>,
    gate: Arc<Semaphore>,
    attempts: Mutex<u32>,
    tasks: Mutex<Vec<Transcode>>,
}

impl ScriptedEncoder {
    /// One that runs through.
    pub fn new(script: Script) -> Self {
        Self::gated(script, Semaphore::MAX_PERMITS)
    }

    /// One that makes so many segment groups, and more only when [`ScriptedEncoder::allow`] says so.
    pub fn gated(script: Script, groups: usize) -> Self {
        Self {
            script: Mutex::new(script),
            encoded: Arc::default(),
            gate: Arc::new(Semaphore::new(groups)),
            attempts: Mutex::new(0),
            tasks: Mutex::default(),
        }
    }

    /// Allows more segment groups.
    pub fn allow(&self, groups: usize) {
        self.gate.add_permits(groups);
    }

    /// How often each segment was made.
    pub fn encoded(&self) -> BTreeMap<String, u32> {
        self.encoded.lock().expect("no panic holds it").clone()
    }

    /// Attempts so far.
    pub fn attempts(&self) -> u32 {
        *self.attempts.lock().expect("no panic holds it")
    }

    /// Tasks as they came.
    pub fn tasks(&self) -> Vec<Transcode> {
        self.tasks.lock().expect("no panic holds it").clone()
    }

    /// Another script for attempts from now on.
    pub fn rewrite(&self, script: Script) {
        *self.script.lock().expect("no panic holds it") = script;
    }
}

/// The bytes of an object: every path has its own.
pub fn content(path: &str, bytes: usize) -> Vec<u8> {
    let seed = path
        .bytes()
        .fold(0_u64, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)));
    (0..bytes as u64)
        .map(|n| ((seed ^ n.wrapping_mul(2_654_435_761)) >> 3) as u8)
        .collect()
}

/// The plan that a script follows.
pub fn plan(script: &Script, task: &Transcode) -> Plan {
    let rung = |name: &str| Rung {
        name: name.into(),
        width: 640,
        height: 360,
        frame_rate: screener_ladder::source::Ratio { num: 24, den: 1 },
        bit_rate: (script.segment_bytes as f64 * 8.0 / SECONDS) as u64,
        max_rate: (script.segment_bytes as f64 * 8.0 / SECONDS) as u64,
        copied: false,
    };
    Plan {
        source: SourceInfo {
            duration: Some(f64::from(script.segments) * SECONDS),
            ..SourceInfo::default()
        },
        wishes: task.wishes.clone(),
        rungs: script
            .tracks
            .iter()
            .filter(|(_, k)| *k == TrackKind::Video)
            .map(|(n, _)| rung(n))
            .collect(),
        segment_duration: SECONDS,
        target_duration: 6,
        notes: vec!["made by a script".into()],
        ..Plan::default()
    }
}

/// The head of a track's playlist.
pub fn head() -> String {
    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-MAP:URI=\"init.mp4\"\n"
        .into()
}

/// The index that names every track of generation 1, 2, …
pub fn index(script: &Script, generation: u32, last: bool) -> String {
    let mut text = String::from("#EXTM3U\n");
    for (name, kind) in &script.tracks {
        match kind {
            TrackKind::Video => text.push_str(&format!(
                "#EXT-X-STREAM-INF:BANDWIDTH={}\n{generation}/{name}/index.m3u8\n",
                if last { 1001 } else { 1000 }
            )),
            _ => text.push_str(&format!(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"{name}\",URI=\"{generation}/{name}/index.m3u8\"\n"
            )),
        }
    }
    text
}

#[async_trait]
impl Encoder for ScriptedEncoder {
    async fn start(&self, task: Task) -> Result<Box<dyn Attempt>, Failure> {
        let Task::Transcode(task) = task else {
            panic!("the engine only transcodes")
        };
        *self.attempts.lock().expect("no panic holds it") += 1;
        self.tasks.lock().expect("no panic holds it").push((*task).clone());
        let mut script = self.script.lock().expect("no panic holds it");
        let end = if script.ends.len() > 1 {
            script.ends.pop_front()
        } else {
            script.ends.front().cloned()
        };
        let script = script.clone();
        let next = task.resume.as_ref().map_or(0, |r| {
            script
                .tracks
                .iter()
                .map(|(n, _)| r.segments.get(n).map_or(0, Vec::len))
                .min()
                .unwrap_or(0)
        });
        let mut run = Run {
            credits: task.credits.map_or(u32::MAX, |c| c),
            next: u32::try_from(next).expect("small"),
            made: 0,
            end: end.unwrap_or(End::Finish),
            script,
            task: *task,
            ready: VecDeque::new(),
            encoded: self.encoded.clone(),
            gate: self.gate.clone(),
            over: false,
        };
        run.begin();
        Ok(Box::new(run))
    }
}

struct Run {
    script: Script,
    task: Transcode,
    end: End,
    credits: u32,
    next: u32,
    made: u32,
    ready: VecDeque<Event>,
    encoded: Arc<Mutex<BTreeMap<String, u32>>>,
    gate: Arc<Semaphore>,
    over: bool,
}

impl Run {
    fn generation(&self) -> u32 {
        match self.task.playlists {
            Playlists::Told { generation } => generation,
            Playlists::Files => panic!("the engine is told playlists"),
        }
    }

    /// Writes a file; on a full disk the attempt ends with the words for it.
    fn write(&mut self, path: &str, bytes: usize) -> bool {
        let file = Path::new(&self.task.out).join(path);
        let written = std::fs::create_dir_all(file.parent().expect("has one"))
            .and_then(|()| std::fs::write(&file, content(path, bytes)));
        match written {
            Ok(()) => true,
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                // What was cut short is not left for a whole file.
                let _ = std::fs::remove_file(&file);
                self.ready.push_back(Event::Failed(Failure {
                    code: "disk_full".into(),
                    message: "The disk is full.".into(),
                    mend: "Free some room; the job goes on by itself.".into(),
                }));
                self.over = true;
                false
            }
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }

    fn begin(&mut self) {
        let script = self.script.clone();
        self.ready.push_back(Event::Planned {
            plan: Box::new(plan(&script, &self.task)),
        });
        let track = |(name, kind): &(String, TrackKind)| Track {
            name: name.clone(),
            kind: *kind,
            language: None,
            head: head(),
            init: Some(format!("{name}/init.mp4")),
        };
        self.ready.push_back(Event::Tracks {
            tracks: script.tracks.iter().map(track).collect(),
        });
        self.ready.push_back(Event::Index {
            text: index(&script, self.generation(), false),
        });
        for (name, _) in &script.tracks {
            self.file(&format!("{name}/init.mp4"), 700);
        }
        self.file("poster.jpg", 900);
    }

    fn file(&mut self, path: &str, bytes: usize) {
        if self.over || !self.write(path, bytes) {
            return;
        }
        self.ready.push_back(Event::File {
            path: path.into(),
            bytes: bytes as u64,
        });
    }

    fn group(&mut self) {
        self.next += 1;
        self.made += 1;
        let number = self.next;
        for (name, _) in self.script.tracks.clone() {
            let known = self
                .task
                .resume
                .as_ref()
                .and_then(|r| r.segments.get(&name))
                .map_or(0, Vec::len);
            if number as usize <= known {
                continue;
            }
            let path = format!("{name}/{number:05}.m4s");
            if self.over || !self.write(&path, self.script.segment_bytes) {
                return;
            }
            *self
                .encoded
                .lock()
                .expect("no panic holds it")
                .entry(path.clone())
                .or_default() += 1;
            self.ready.push_back(Event::Segment(Segment {
                track: name,
                number,
                path,
                bytes: self.script.segment_bytes as u64,
                start: f64::from(number - 1) * SECONDS,
                duration: SECONDS,
                entry: format!("#EXTINF:6.0,\n{number:05}.m4s\n"),
                ..Segment::default()
            }));
        }
        self.ready.push_back(Event::Progress {
            done: f64::from(number) / f64::from(self.script.segments),
            position: f64::from(number) * SECONDS,
            speed: 2.0,
        });
    }

    fn finish(&mut self) {
        for (track, _) in self.script.tracks.clone() {
            self.file(&format!("{track}/iframes.m3u8"), 300);
            self.ready.push_back(Event::TrackEnded {
                track,
                segments: self.script.segments,
            });
        }
        if self.script.mp4_bytes > 0 {
            self.file("film.mp4", self.script.mp4_bytes);
        }
        if self.over {
            return;
        }
        let measured = self.script.tracks.iter().map(|(track, kind)| Measured {
            track: track.clone(),
            kind: *kind,
            codecs: "avc1.64001f".into(),
            width: None,
            height: None,
            copied: false,
            bytes: u64::from(self.script.segments) * self.script.segment_bytes as u64,
            peak: 3000,
            average: 2000,
        });
        self.ready.push_back(Event::Finished {
            index: index(&self.script, self.generation(), true),
            duration: f64::from(self.script.segments) * SECONDS,
            measured: measured.collect(),
        });
        self.over = true;
    }
}

#[async_trait]
impl Attempt for Run {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            match self.end.clone() {
                End::Fail(after, why) if self.next >= after => {
                    self.over = true;
                    return Some(Event::Failed(why));
                }
                End::Die(after) if self.made >= after => return None,
                _ => {}
            }
            if self.next >= self.script.segments {
                self.finish();
                continue;
            }
            if self.credits == 0 {
                std::future::pending::<()>().await;
            }
            self.gate.acquire().await.expect("never closed").forget();
            self.credits -= 1;
            self.group();
        }
    }

    async fn send(&mut self, command: Command) {
        match command {
            Command::Credit { groups } => self.credits = self.credits.saturating_add(groups),
            Command::Cancel => self.over = true,
        }
    }
}
