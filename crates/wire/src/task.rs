//! Engine to worker: one [`Task`], then any number of [`Command`]s.

use std::collections::BTreeMap;

use screener_ladder::{Plan, Wishes};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Segment;

/// The first line to the worker: what it is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Report the facts of a file. Answered by [`crate::Event::Probed`], then [`crate::Event::Finished`] is not sent: `Probed` ends it.
    Probe {
        /// See [`crate::VERSION`].
        version: u32,
        /// Absolute path.
        file: String,
    },
    /// Report the plan for a file: ends with [`crate::Event::Planned`].
    Plan {
        /// See [`crate::VERSION`].
        version: u32,
        /// Absolute path.
        file: String,
        /// What the creator asked for.
        wishes: Wishes,
    },
    /// Make the stream.
    Transcode(Box<Transcode>),
    /// One JPEG at a time of the film; ends with [`crate::Event::Answer`] of `{"file", "width", "height"}`.
    Still {
        /// See [`crate::VERSION`].
        version: u32,
        /// Absolute path of the source, or of an HLS tree's `index.m3u8`' folder.
        file: String,
        /// Seconds from the start.
        at: f64,
        /// Absolute path of the JPEG to write.
        out: String,
    },
    /// Facts of the media segments below a folder, for the rules that need them; ends with [`crate::Event::Answer`].
    Inspect {
        /// See [`crate::VERSION`].
        version: u32,
        /// Absolute path of a folder that holds `index.m3u8` or a media playlist's segments.
        folder: String,
    },
    /// Which encoders work here, and which cage holds; ends with [`crate::Event::Answer`].
    Capabilities {
        /// See [`crate::VERSION`].
        version: u32,
    },
}

/// How one source becomes a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcode {
    /// See [`crate::VERSION`].
    pub version: u32,
    /// Absolute path of the source.
    pub file: String,
    /// Absolute path of this attempt's folder: empty, and nobody else's. Objects lie below it as they lie below the generation folder of the bucket.
    pub out: String,
    /// What the creator asked for.
    pub wishes: Wishes,
    /// How playlists are told.
    pub playlists: Playlists,
    /// Segment groups (one segment of each track) that may be written before the first [`Command::Credit`]; `None`: no limit.
    pub credits: Option<u32>,
    /// What an earlier attempt finished. Its segments are not made again.
    pub resume: Option<Resume>,
}

/// How playlists are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Playlists {
    /// The worker writes finished `VOD` playlists and `index.m3u8` into `out`, below no generation folder.
    Files,
    /// The worker tells heads, entries and indexes as text (`EVENT` playlists, `EXT-X-START`), and writes only I-frame playlists. URIs in the index begin with `prefix` (the generation, `1/`).
    Told {
        /// Number of the generation folder.
        generation: u32,
    },
}

/// What an earlier attempt finished.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// The plan that was followed: the same one is followed again.
    pub plan: Option<Plan>,
    /// Finished segments by track name, each list complete from number 1.
    pub segments: BTreeMap<String, Vec<Segment>>,
    /// Opaque words of the worker from the last [`crate::Event::Checkpoint`] that the journal holds.
    pub checkpoint: Option<Value>,
}

/// Engine to worker, after the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// This many more segment groups may be written.
    Credit {
        /// Groups.
        groups: u32,
    },
    /// Stop now. Answered by [`crate::Event::Failed`] with code `cancelled`.
    Cancel,
}

#[cfg(test)]
mod tests {
    use screener_ladder::loudness::Measured;
    use screener_ladder::source::AudioStream;
    use screener_ladder::{Loudness, SourceInfo, plan};

    use super::*;

    /// What an earlier version kept knows of no parts and no chapters.
    #[test]
    fn older_wishes_and_plans_are_read() {
        let kept = r#"{"format":"ts","preset":"best","heights":[720],"extras":false,"mp4":true,"copy":false,"encoder":"x264"}"#;
        let read: Wishes = serde_json::from_str(kept).unwrap();
        assert_eq!((read.from, read.to, read.heights), (None, None, Some(vec![720])));
        assert!(!read.loudness);
        let source = SourceInfo {
            audio: vec![AudioStream::default()],
            ..SourceInfo::default()
        };
        let plan = plan(&source, &Wishes::default()).unwrap();
        let mut kept = serde_json::to_value(&plan).unwrap();
        for field in ["from", "to"] {
            kept["wishes"].as_object_mut().unwrap().remove(field);
        }
        kept["source"].as_object_mut().unwrap().remove("chapters");
        assert!(kept.get("cut").is_none() && kept.get("chapters").is_none());
        assert_eq!(serde_json::from_value::<Plan>(kept).unwrap(), plan);
    }

    /// A run that goes on makes the sound as loud as the one before it.
    #[test]
    fn a_loudness_is_read_as_it_was_written() {
        for integrated in [-23.017, -35.96, -9.999, -16.04, -27.123] {
            let measured = Measured {
                integrated: Some(integrated),
                peak: -3.333_3,
                usual_peak: -60.0,
            };
            let found = Loudness::of(measured, -3.0);
            let text = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<Loudness>(&text).unwrap(), found);
        }
    }
}
