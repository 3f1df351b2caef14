//! What a check found: of a destination as a viewer walks it, of a stream by Apple's rules.

use serde::{Deserialize, Serialize};

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// As it should be.
    Passed,
    /// Broken.
    Failed,
    /// Works, but not as it should.
    Warning,
    /// Not looked at, because an earlier step failed.
    Skipped,
}

/// One step of the delivery chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StepView {
    /// Stable name.
    pub step: String,
    /// In words.
    pub title: String,
    /// How it went.
    pub state: StepState,
    /// What was seen.
    pub seen: String,
    /// Likely cause.
    pub cause: Option<String>,
    /// What to do.
    pub mend: Option<String>,
}

/// The delivery chain as a viewer walks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DoctorView {
    /// Destination's name.
    pub destination: String,
    /// No step failed.
    pub ok: bool,
    /// In order.
    pub steps: Vec<StepView>,
}

/// Weight of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Has to hold.
    Must,
    /// Is advised.
    Should,
}

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FindingView {
    /// Number in Apple's HLS Authoring Specification, or the section of the RFC.
    pub rule: String,
    /// Weight.
    pub level: Level,
    /// Where.
    pub playlist: String,
    /// What the rule asks.
    pub message: String,
    /// What was found.
    pub value: String,
    /// What to do.
    pub mend: String,
}

/// Apple's rules against a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CheckView {
    /// What was looked at.
    pub target: String,
    /// No MUST is broken.
    pub ok: bool,
    /// How many playlists were read.
    pub playlists: u32,
    /// How many rules were judged.
    pub rules: u32,
    /// What does not hold.
    pub findings: Vec<FindingView>,
}
