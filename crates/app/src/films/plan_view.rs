//! What would be made of a file, as it is shown.

use std::path::Path;

use screener_ladder::Wishes;
use screener_ladder::plan::Plan;
use serde::{Deserialize, Serialize};

use super::source_view::{ProbeView, probed, title_of};

/// One rung, audio rendition or captions of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanRungView {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// `video`, `audio` or `captions`.
    pub kind: String,
    /// Video only.
    pub width: Option<u32>,
    /// Video only.
    pub height: Option<u32>,
    /// Video only.
    pub frame_rate: Option<f64>,
    /// Expected average, bits per second.
    pub bit_rate: Option<f64>,
    /// BCP 47, where known.
    pub language: Option<String>,
    /// Copied, not re-encoded.
    pub copied: bool,
}

/// What will be made of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanView {
    /// The file.
    pub source: ProbeView,
    /// Title that would be used.
    pub title: String,
    /// The wishes it follows.
    pub wishes: Wishes,
    /// Rungs, audio and captions.
    pub rungs: Vec<PlanRungView>,
    /// Seconds of what is made, where that is known: less than the source's where a part of it is wished for.
    pub duration: Option<f64>,
    /// Seconds.
    pub segment_duration: f64,
    /// Expected size of everything that is made.
    pub expected_bytes: f64,
    /// Expected time, least and most seconds, from earlier jobs on this computer; `None` before the first.
    pub expected_seconds: Option<(f64, f64)>,
    /// What is notable, in words.
    pub notes: Vec<String>,
}

pub(crate) fn planned(file: &Path, plan: &Plan, expected_seconds: Option<(f64, f64)>) -> PlanView {
    let video = plan.rungs.iter().map(|rung| PlanRungView {
        name: rung.name.clone(),
        kind: "video".into(),
        width: Some(rung.width),
        height: Some(rung.height),
        frame_rate: Some(rung.frame_rate.value()),
        bit_rate: Some(rung.bit_rate as f64),
        language: None,
        copied: rung.copied,
    });
    let audio = plan.audio.iter().map(|audio| PlanRungView {
        name: audio.name.clone(),
        kind: "audio".into(),
        width: None,
        height: None,
        frame_rate: None,
        bit_rate: Some(audio.bit_rate as f64),
        language: audio.language.clone(),
        copied: audio.copied,
    });
    let captions = plan.captions.iter().map(|captions| PlanRungView {
        name: captions.name.clone(),
        kind: "captions".into(),
        width: None,
        height: None,
        frame_rate: None,
        bit_rate: None,
        language: captions.language.clone(),
        copied: false,
    });
    PlanView {
        source: probed(file, &plan.source),
        title: title_of(file, plan.source.title.as_deref()),
        wishes: plan.wishes.clone(),
        rungs: video.chain(audio).chain(captions).collect(),
        duration: plan.duration(),
        segment_duration: plan.segment_duration,
        expected_bytes: plan.expected_bytes as f64,
        expected_seconds,
        notes: plan.notes.clone(),
    }
}
