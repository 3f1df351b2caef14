//! One publication as a pure state machine: an event goes in, effects come out. It knows no clock, disk, network or runtime.
//!
//! What it holds is what the journal holds plus what is under way. After a kill it is built again from the journal, and
//! [`Publication::advance`] asks again for whatever was under way: every effect may happen twice.
//!
//! Effects are carried out in the order given, and [`Effect::Keep`] is durable before anything after it begins.

mod advance;
mod apply;
pub(crate) mod credit;
mod notes;
mod segments;
mod standing;

use std::collections::BTreeMap;
use std::sync::Arc;

use screener_ladder::{Plan, Track, TrackKind};
use screener_wire::{self as wire, Failure, Measured};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use notes::ENCODED_ANEW;
pub use segments::{Segment, Segments};

/// Where a job stands in the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Waits for its turn.
    #[default]
    Queued,
    /// Is being made.
    Running,
    /// Stopped; goes on when asked, or by itself where its error passes by itself.
    Paused,
    /// Could not be done; what it left in the bucket is being removed.
    Failing,
    /// Could not be done; nothing of it is left.
    Failed,
    /// Given up by the creator; what it left in the bucket is being removed.
    Cancelling,
    /// Published.
    Live,
}

impl Phase {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Failing => "failing",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Live => "live",
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "running" => Self::Running,
            "paused" => Self::Paused,
            "failing" => Self::Failing,
            "failed" => Self::Failed,
            "cancelling" => Self::Cancelling,
            "live" => Self::Live,
            _ => Self::Queued,
        }
    }
}

/// What `index.m3u8` is in the bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visible {
    /// Not there (or, in a replacement, the old generation's).
    #[default]
    Nothing,
    /// The one from the plan's rates.
    Early,
    /// The last one is about to be stored; whether it is, a kill may have left open.
    Closing,
    /// The last one.
    Final,
}

/// What `video.json` is in the bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recorded {
    /// Not there (or, in a replacement, the old generation's).
    #[default]
    Nothing,
    /// Says `publishing`.
    Publishing,
    /// Says `live`.
    Live,
}

/// The worker's last words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// Final `index.m3u8`.
    pub index: String,
    /// Duration of the film, seconds.
    pub duration: f64,
    /// Tracks as measured.
    pub measured: Vec<Measured>,
}

/// A file that the worker finished, and that is no segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// In whose folder it lies.
    pub attempt: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// CRC64NVME, once stored and verified.
    pub stored: Option<u64>,
    /// An upload is under way.
    pub flying: bool,
}

/// A media playlist as it is, or is about to be, in the bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Segments that it names.
    pub segments: u32,
    /// With its end.
    pub ended: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It is this job's turn.
    Begin,
    /// The worker said something.
    Worker(wire::Event),
    /// The worker is gone without a last word, or could not be started.
    WorkerLost,
    /// A media object is stored and verified.
    Stored {
        /// Path below the generation folder.
        path: String,
        /// Its CRC64NVME.
        crc: u64,
    },
    /// A media playlist is stored.
    PlaylistStored {
        /// Track.
        track: String,
        /// What it says.
        shown: Shown,
    },
    /// `index.m3u8` is stored.
    IndexStored {
        /// The final one.
        last: bool,
        /// Its entity tag.
        etag: String,
    },
    /// `video.json` is stored.
    RecordStored {
        /// It says `live`.
        last: bool,
    },
    /// The bucket holds what was made.
    Verified,
    /// The generation that was replaced is gone.
    OldRemoved,
    /// It cannot be done.
    Refused(Failure),
    /// It cannot be done now, and goes on by itself when what stands in the way has passed.
    Suspended(Failure),
    /// The creator wants it to stop for now.
    Pause,
    /// The creator gives it up.
    Cancel,
    /// Nothing of it is left in the bucket.
    Emptied,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Into the journal, before anything after it.
    Keep(Entry),
    /// Start the worker, in a fresh folder.
    Encode {
        /// Number of the attempt and its folder.
        attempt: u32,
        /// Credits to begin with.
        credits: u32,
        /// It goes on behind what earlier attempts finished, as the journal has it.
        resume: bool,
    },
    /// End the worker.
    StopEncoder,
    /// The worker has ended by itself; another job may encode.
    EncoderDone,
    /// The worker may write more.
    Credit(u32),
    /// Store a media object.
    Upload {
        /// Path below the generation folder.
        path: String,
        /// In whose folder it lies.
        attempt: u32,
        /// Size in bytes.
        bytes: u64,
    },
    /// A file on disk is needed no more.
    Discard {
        /// Path below the attempt's folder.
        path: String,
        /// Attempt.
        attempt: u32,
    },
    /// Store a media playlist.
    Playlist {
        /// Track.
        track: String,
        /// What it says.
        shown: Shown,
        /// Its text.
        text: String,
    },
    /// Store `index.m3u8`.
    Index {
        /// The final one.
        last: bool,
        /// Its text.
        text: String,
        /// Over what; `None`: nothing, or what the driver finds to be ours.
        etag: Option<String>,
    },
    /// Store `video.json`.
    Record {
        /// It says `live`.
        last: bool,
    },
    /// Compare the bucket with what was made.
    Verify,
    /// Remove the generation that was replaced.
    RemoveOld,
    /// Remove everything of this job from the bucket, index first.
    Empty,
    /// Remove the job's folder.
    RemoveWork,
    /// Take the job off the list.
    Forget,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Where it stands, and why.
    Phase(Phase, Option<Failure>),
    /// A new attempt begins.
    Attempt(u32),
    /// From here on the bucket may hold something of it.
    Touched,
    /// The plan.
    Plan(Box<Plan>),
    /// The tracks.
    Tracks(Vec<Track>),
    /// The early `index.m3u8`.
    EarlyIndex(String),
    /// The worker's checkpoint.
    Checkpoint(Value),
    /// The worker's last words.
    Finished(Finished),
    /// A finished segment.
    Segment(u32, wire::Segment),
    /// A finished file that is no segment: attempt, path, bytes.
    File(u32, String, u64),
    /// A track's number of segments.
    Ended(String, u32),
    /// An object is stored: path, CRC64NVME.
    Stored(String, u64),
    /// What a media playlist says in the bucket.
    Playlist(String, Shown),
    /// What `index.m3u8` is.
    Visible(Visible, Option<String>),
    /// What `video.json` is.
    Recorded(Recorded),
    /// A note for the creator.
    Note(String),
    /// Everything made is forgotten; the next try writes this generation.
    Reset(u32),
    /// The next try copies nothing.
    NoCopy,
}

/// How many workers in a row may be lost without a new segment.
pub const LOST_IN_A_ROW: u32 = 3;

/// One publication.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says that one operation is under way, and they are independent"
)]
pub struct Publication {
    /// Where it stands.
    pub phase: Phase,
    /// Why it stands there.
    pub error: Option<Failure>,
    /// Generation that is written.
    pub generation: u32,
    /// Generation that is replaced.
    pub replaces: Option<u32>,
    /// Number of the newest attempt.
    pub attempt: u32,
    /// The bucket may hold something of it.
    pub touched: bool,
    /// The plan, once made.
    pub plan: Option<Box<Plan>>,
    /// The tracks, once told.
    pub tracks: Vec<Track>,
    /// The early index, once told.
    pub early_index: Option<String>,
    /// The worker's checkpoint.
    pub checkpoint: Option<Value>,
    /// The worker's last words.
    pub finished: Option<Finished>,
    /// Segments by track.
    pub segments: BTreeMap<String, Arc<Segments>>,
    /// Other files by path.
    pub files: BTreeMap<String, Made>,
    /// Numbers of segments of tracks that have ended.
    pub ended: BTreeMap<String, u32>,
    /// Media playlists in the bucket.
    pub playlists: BTreeMap<String, Shown>,
    /// What `index.m3u8` is.
    pub visible: Visible,
    /// Its entity tag.
    pub index_etag: Option<String>,
    /// What `video.json` is.
    pub recorded: Recorded,
    /// Notes.
    pub notes: Vec<String>,
    /// Bytes of segments that may wait on disk.
    pub budget: u64,
    /// The worker's last progress.
    pub position: f64,
    /// Film seconds per second.
    pub speed: Option<f64>,

    pub(crate) encoding: bool,
    pub(crate) lost: u32,
    pub(crate) credit: credit::Credit,
    pub(crate) flying_playlists: BTreeMap<String, Shown>,
    pub(crate) index_flying: bool,
    pub(crate) record_flying: bool,
    pub(crate) verifying: bool,
    pub(crate) verified: bool,
    pub(crate) emptying: bool,
    pub(crate) removing_old: bool,
}

impl Publication {
    /// True where this job still needs a worker.
    pub fn needs_encoder(&self) -> bool {
        self.finished.is_none()
            && !matches!(
                self.phase,
                Phase::Failing | Phase::Cancelling | Phase::Live | Phase::Failed
            )
    }

    /// True while a worker is meant to run.
    pub fn is_encoding(&self) -> bool {
        self.encoding
    }

    /// What happened, and when: the effects to carry out, in order.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.apply(event, &mut effects);
        self.advance(&mut effects);
        effects
    }

    fn is_paced(kind: TrackKind) -> bool {
        kind != TrackKind::Captions
    }

    /// Stored segments of a track, counted from the first without a gap.
    fn stored_run(&self, track: &str) -> u32 {
        self.segments.get(track).map_or(0, |list| list.stored_run())
    }

    fn made_run(&self, track: &str) -> u32 {
        self.segments.get(track).map_or(0, |list| list.len())
    }

    /// True where a track has ended and all of it is stored.
    fn is_whole(&self, track: &str) -> bool {
        self.ended.get(track).is_some_and(|all| self.stored_run(track) >= *all)
    }

    /// Up to which segment every rung and rendition of sound is stored. A player may switch up to there.
    fn in_step(&self) -> u32 {
        let paced = || self.tracks.iter().filter(|t| Self::is_paced(t.kind));
        paced()
            .filter(|t| !self.is_whole(&t.name))
            .map(|t| self.stored_run(&t.name))
            .min()
            .unwrap_or_else(|| paced().map(|t| self.stored_run(&t.name)).max().unwrap_or(0))
    }
}
