//! The state machine alone, in a world of lists: 100,000 seeded schedules with crashes, reordering, faults, pauses,
//! cancellations and retries. After every change of the bucket the invariants of the delivery protocol are asked.

mod invariants;
mod journal;

use std::collections::{BTreeMap, BTreeSet};

use screener_ladder::{Plan, Track, TrackKind};
use screener_publish::job::{Effect, Entry, Event, Phase, Publication, Shown};
use screener_wire::{self as wire, Failure, PLAYLIST_END, Segment};

use journal::keep;

/// Twenty thousand; with `SCREENER_FULL` a hundred thousand.
fn how_many() -> u64 {
    if std::env::var_os("SCREENER_FULL").is_some() {
        100_000
    } else {
        20_000
    }
}

const TRACKS: [&str; 2] = ["v", "a"];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    /// True once in `n`.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// An operation on the bucket that is under way.
enum Flight {
    Upload {
        path: String,
        generation: u32,
    },
    Playlist {
        track: String,
        shown: Shown,
        text: String,
        generation: u32,
    },
    Index {
        last: bool,
        text: String,
    },
    Record {
        last: bool,
        generation: u32,
    },
    Verify,
    RemoveOld(u32),
    Empty {
        whole: bool,
        generation: u32,
    },
}

struct Worker {
    next: BTreeMap<String, u32>,
    credits: u32,
    told: bool,
}

struct World {
    random: Random,
    seed: u64,
    machine: Publication,
    durable: Publication,
    bucket: BTreeMap<String, String>,
    disk: BTreeSet<(u32, String)>,
    worker: Option<Worker>,
    flights: Vec<Flight>,
    encoded: BTreeMap<(u32, String), u32>,
    journalled: BTreeSet<(u32, String)>,
    segments: u32,
    replacing: bool,
    forgotten: bool,
}

fn index(generation: u32, last: bool) -> String {
    let lines = TRACKS
        .map(|t| {
            format!(
                "{generation}/{t}/index.m3u8
"
            )
        })
        .concat();
    if last { format!("#LAST\n{lines}") } else { lines }
}

fn plan() -> Plan {
    Plan {
        segment_duration: 6.0,
        target_duration: 6,
        ..Plan::default()
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let replacing = random.once_in(4);
        let segments = 1 + random.below(3) as u32;
        let mut bucket = BTreeMap::new();
        let mut durable = Publication::default();
        durable.generation = if replacing { 2 } else { 1 };
        durable.replaces = replacing.then_some(1);
        durable.budget = 100;
        if replacing {
            bucket.insert("index.m3u8".into(), index(1, true));
            bucket.insert("video.json".into(), "live 1".into());
            for t in TRACKS {
                bucket.insert(format!("1/{t}/index.m3u8"), format!("1.m4s\n{PLAYLIST_END}"));
                bucket.insert(format!("1/{t}/1.m4s"), String::new());
            }
        }
        Self {
            random,
            seed,
            machine: durable.clone(),
            durable,
            bucket,
            disk: BTreeSet::new(),
            worker: None,
            flights: Vec::new(),
            encoded: BTreeMap::new(),
            journalled: BTreeSet::new(),
            segments,
            replacing,
            forgotten: false,
        }
    }

    fn over(&self) -> bool {
        self.forgotten || matches!(self.machine.phase, Phase::Live | Phase::Failed | Phase::Paused)
    }

    fn step(&mut self, event: Event) {
        let effects = self.machine.step(event);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            // A kill between any two effects.
            if self.random.once_in(150) {
                return self.crash();
            }
            match effect {
                Effect::Keep(entry) => {
                    if let Entry::Segment(attempt, segment) = &entry {
                        assert!(
                            self.disk.contains(&(*attempt, segment.path.clone())),
                            "journalled before it was on disk"
                        );
                        self.journalled.insert((self.machine.generation, segment.path.clone()));
                    }
                    keep(&mut self.durable, entry);
                }
                Effect::Encode {
                    attempt,
                    credits,
                    resume,
                } => {
                    assert_eq!(
                        self.durable.attempt, attempt,
                        "an attempt is in the journal before its folder is made"
                    );
                    let next = TRACKS.iter().map(|t| {
                        // The driver reads them from the journal.
                        let known = self
                            .durable
                            .segments
                            .get(*t)
                            .filter(|_| resume)
                            .map_or(0, |list| list.len());
                        ((*t).to_owned(), known + 1)
                    });
                    self.worker = Some(Worker {
                        next: next.collect(),
                        credits,
                        told: false,
                    });
                }
                Effect::StopEncoder | Effect::EncoderDone => self.worker = None,
                Effect::Credit(n) => {
                    if let Some(worker) = &mut self.worker {
                        worker.credits += n;
                    }
                }
                Effect::Upload { path, attempt, .. } => {
                    assert!(
                        self.durable.touched,
                        "the bucket is touched only after the journal knows"
                    );
                    assert!(
                        self.disk.contains(&(attempt, path.clone())),
                        "seed {}: {path} is not on disk",
                        self.seed
                    );
                    self.flights.push(Flight::Upload {
                        path,
                        generation: self.machine.generation,
                    });
                }
                Effect::Discard { path, attempt } => drop(self.disk.remove(&(attempt, path))),
                Effect::Playlist { track, shown, text } => {
                    let same = self
                        .flights
                        .iter()
                        .any(|f| matches!(f, Flight::Playlist { track: t, .. } if *t == track));
                    assert!(!same, "two writes of one playlist could arrive in the wrong order");
                    self.flights.push(Flight::Playlist {
                        track,
                        shown,
                        text,
                        generation: self.machine.generation,
                    });
                }
                Effect::Index { last, text, .. } => self.flights.push(Flight::Index { last, text }),
                Effect::Record { last } => self.flights.push(Flight::Record {
                    last,
                    generation: self.machine.generation,
                }),
                Effect::Verify => self.flights.push(Flight::Verify),
                Effect::RemoveOld => self
                    .flights
                    .push(Flight::RemoveOld(self.machine.replaces.expect("it replaces"))),
                Effect::Empty => {
                    // The driver lets what is under way end first.
                    for flight in std::mem::take(&mut self.flights) {
                        if self.random.once_in(2) {
                            self.arrive(&flight);
                        }
                    }
                    self.flights.push(Flight::Empty {
                        whole: self.machine.replaces.is_none(),
                        generation: self.machine.generation,
                    });
                }
                Effect::RemoveWork => self.disk.clear(),
                Effect::Forget => self.forgotten = true,
            }
        }
    }

    fn crash(&mut self) {
        for flight in std::mem::take(&mut self.flights) {
            // What was on its way has arrived, or has not; nobody was told.
            match flight {
                Flight::Empty { whole, generation } => self.empty_some(whole, generation),
                other if self.random.once_in(2) => self.arrive(&other),
                _ => {}
            }
        }
        self.worker = None;
        self.machine = self.durable.clone();
        self.begin();
    }

    /// What the owner does with a job that nobody drives.
    fn begin(&mut self) {
        match self.machine.phase {
            Phase::Queued | Phase::Running => self.step(Event::Begin),
            Phase::Failing | Phase::Cancelling => {
                let mut effects = Vec::new();
                self.machine.advance(&mut effects);
                self.carry_out(effects);
            }
            _ => {}
        }
    }

    fn put(&mut self, path: String, text: String) {
        if path.ends_with("/index.m3u8")
            && let Some(old) = self.bucket.get(&path)
        {
            assert!(
                text.starts_with(old.as_str()),
                "seed {}: a playlist that was served changed",
                self.seed
            );
        }
        self.bucket.insert(path, text);
        self.nothing_dangles();
    }

    fn arrive(&mut self, flight: &Flight) {
        match flight {
            Flight::Upload { path, generation } => self.put(format!("{generation}/{path}"), String::new()),
            Flight::Playlist {
                track,
                text,
                generation,
                ..
            } => self.put(format!("{generation}/{track}/index.m3u8"), text.clone()),
            Flight::Index { text, .. } => self.put("index.m3u8".into(), text.clone()),
            Flight::Record { last, generation } => {
                self.put(
                    "video.json".into(),
                    format!("{} {generation}", if *last { "live" } else { "publishing" }),
                );
            }
            Flight::Verify => {}
            Flight::RemoveOld(old) => {
                let folder = format!("{old}/");
                self.bucket.retain(|k, _| !k.starts_with(&folder));
                self.nothing_dangles();
            }
            Flight::Empty { whole, generation } => {
                self.empty_some(*whole, *generation);
                let folder = format!("{generation}/");
                self.bucket.retain(|k, _| !*whole && !k.starts_with(&folder));
                self.nothing_dangles();
            }
        }
    }

    /// Part of a removal: the index first, then some of the rest.
    fn empty_some(&mut self, whole: bool, generation: u32) {
        if whole {
            self.bucket.remove("index.m3u8");
            self.nothing_dangles();
            self.bucket.remove("video.json");
        }
        let folder = format!("{generation}/");
        let mut random = Random(self.random.next());
        self.bucket.retain(|k, _| !k.starts_with(&folder) || random.once_in(2));
        self.nothing_dangles();
    }

    fn worker_turn(&mut self) {
        let (seed, segments) = (self.seed, self.segments);
        let Some(worker) = &mut self.worker else { return };
        let attempt = self.machine.attempt;
        let generation = self.machine.generation;
        if !worker.told {
            worker.told = true;
            let tracks = TRACKS.iter().map(|t| Track {
                name: (*t).into(),
                kind: if *t == "v" { TrackKind::Video } else { TrackKind::Audio },
                language: None,
                head: String::new(),
                init: Some(format!("{t}/init.mp4")),
            });
            let tracks = tracks.collect();
            for t in TRACKS {
                self.disk.insert((attempt, format!("{t}/init.mp4")));
            }
            for event in [
                wire::Event::Planned { plan: Box::new(plan()) },
                wire::Event::Tracks { tracks },
                wire::Event::File {
                    path: "v/init.mp4".into(),
                    bytes: 1,
                },
                wire::Event::File {
                    path: "a/init.mp4".into(),
                    bytes: 1,
                },
                wire::Event::Index {
                    text: index(generation, false),
                },
            ] {
                if self.machine.attempt == attempt && self.worker.is_some() {
                    self.step(Event::Worker(event));
                }
            }
            return;
        }
        // Tracks advance each for itself, never further than credits allow.
        let behind = *worker.next.values().min().expect("two tracks");
        let track = TRACKS[self.random.below(2)];
        let next = worker.next[track];
        if next > segments {
            if worker.next.values().all(|n| *n > segments) {
                let finished = wire::Event::Finished {
                    index: index(generation, true),
                    duration: 1.0,
                    measured: Vec::new(),
                };
                self.step(Event::Worker(finished));
            }
            return;
        }
        if next > behind {
            return;
        }
        if worker.next.values().all(|n| *n == next) {
            if worker.credits == 0 {
                return;
            }
            worker.credits -= 1;
        }
        worker.next.insert(track.to_owned(), next + 1);
        let path = format!("{track}/{next}.m4s");
        self.disk.insert((attempt, path.clone()));
        let already = self.journalled.contains(&(generation, path.clone()));
        assert!(!already, "seed {seed}: {path} was finished, and is encoded again");
        *self.encoded.entry((generation, path.clone())).or_default() += 1;
        let entry = format!("{next}.m4s\n");
        let segment = Segment {
            track: track.into(),
            number: next,
            path,
            bytes: 1,
            start: 0.0,
            duration: 6.0,
            entry,
            ..Segment::default()
        };
        self.step(Event::Worker(wire::Event::Segment(segment)));
    }

    fn land(&mut self) {
        if self.flights.is_empty() {
            return;
        }
        let n = self.random.below(self.flights.len());
        let flight = self.flights.swap_remove(n);
        let trouble = || Failure {
            code: "x".into(),
            message: String::new(),
            mend: String::new(),
        };
        let removing = matches!(flight, Flight::Empty { .. } | Flight::RemoveOld(_));
        if !removing && self.random.once_in(60) {
            // It has arrived, or not, and is said to have failed.
            if self.random.once_in(2) {
                self.arrive(&flight);
            }
            let event = if self.random.once_in(2) {
                Event::Refused(trouble())
            } else {
                Event::Suspended(trouble())
            };
            return self.stop_with(event);
        }
        self.arrive(&flight);
        let event = match flight {
            Flight::Upload { path, .. } => Event::Stored { path, crc: 7 },
            Flight::Playlist { track, shown, .. } => Event::PlaylistStored { track, shown },
            Flight::Index { last, .. } => Event::IndexStored { last, etag: "e".into() },
            Flight::Record { last, .. } => Event::RecordStored { last },
            Flight::Verify => {
                for t in TRACKS {
                    let text = &self.bucket[&format!("{}/{t}/index.m3u8", self.machine.generation)];
                    assert!(text.ends_with(PLAYLIST_END));
                }
                Event::Verified
            }
            Flight::RemoveOld(_) => Event::OldRemoved,
            Flight::Empty { .. } => Event::Emptied,
        };
        self.step(event);
    }

    /// An event after which the driver leaves: what is under way ends, untold.
    fn stop_with(&mut self, event: Event) {
        self.step(event);
        if self.machine.phase == Phase::Paused {
            for flight in std::mem::take(&mut self.flights) {
                if self.random.once_in(2) {
                    self.arrive(&flight);
                }
            }
        }
    }

    fn run(mut self) -> (Phase, bool) {
        self.begin();
        let mut ended = 0;
        for turn in 0.. {
            assert!(
                turn < 5_000,
                "seed {}: it comes to no end: {:?}",
                self.seed,
                self.machine
            );
            if self.over() {
                if self.forgotten || self.machine.phase == Phase::Live {
                    break;
                }
                // Asked to go on, or left as it is.
                ended += 1;
                if self.machine.phase == Phase::Failed && (ended > 3 || self.random.once_in(2)) {
                    break;
                }
                if self.random.once_in(6) {
                    self.step(Event::Cancel);
                    continue;
                }
                keep(&mut self.durable, Entry::Phase(Phase::Queued, None));
                self.machine = self.durable.clone();
                self.machine.budget = 100;
                self.begin();
                continue;
            }
            match self.random.below(100) {
                0 => self.crash(),
                1 if self.random.once_in(3) => self.stop_with(Event::Pause),
                2 if self.random.once_in(4) => self.step(Event::Cancel),
                3 if self.worker.take().is_some() => self.step(Event::WorkerLost),
                4..50 => self.worker_turn(),
                _ => self.land(),
            }
        }
        self.at_the_end()
    }
}

#[test]
fn schedules_hold_the_invariants() {
    let schedules = how_many();
    let halves = [0..schedules / 2, schedules / 2..schedules].map(|seeds| {
        std::thread::spawn(move || {
            let mut ends = BTreeMap::new();
            for seed in seeds {
                let (phase, forgotten) = World::new(seed).run();
                *ends.entry(format!("{phase:?} {forgotten}")).or_insert(0_u32) += 1;
            }
            ends
        })
    });
    let mut all = BTreeMap::new();
    for half in halves {
        for (end, n) in half.join().unwrap() {
            *all.entry(end).or_insert(0) += n;
        }
    }
    // The schedules do reach every end.
    assert!(
        all.get("Live false").is_some_and(|n| u64::from(*n) > schedules / 10),
        "{all:?}"
    );
    assert!(
        all.get("Failed false").is_some_and(|n| u64::from(*n) > schedules / 100),
        "{all:?}"
    );
    assert!(
        all.iter()
            .any(|(end, n)| end.ends_with("true") && u64::from(*n) > schedules / 100),
        "{all:?}"
    );
}
