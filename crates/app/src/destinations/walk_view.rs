//! What a walk through the delivery chain found, as it is shown.

use screener_doctor::{PieceStep, Report, Step, StepState as Seen};
use serde::{Deserialize, Serialize};

use crate::Result;

// Written again, as `StepView` is, because the crate that walks is pure and knows no window.
/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// As it should be.
    Passed,
    /// Goes in another way than was asked for first, and nothing is lost by it.
    Instead,
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

/// The steps of a walk.
pub(super) fn views(report: &Report) -> Vec<StepView> {
    report.steps.iter().map(view).collect()
}

/// The steps about a stack's pieces.
pub(super) fn piece_views(steps: &[PieceStep]) -> Vec<StepView> {
    steps.iter().map(|one| view(&one.step)).collect()
}

fn view(step: &Step) -> StepView {
    StepView {
        step: step.name.clone(),
        title: step.title.clone(),
        state: match step.state {
            Seen::Passed => StepState::Passed,
            Seen::Failed => StepState::Failed,
            Seen::Warning => StepState::Warning,
            Seen::Skipped => StepState::Skipped,
        },
        seen: step.seen.clone(),
        cause: step.cause.clone(),
        mend: step.mend.clone(),
    }
}

/// One of the steps that are the app's own.
pub(super) fn told((name, title): (&str, &str), went: Result<&str>) -> StepView {
    let (state, seen, mend) = match went {
        Ok(seen) => (StepState::Passed, seen.to_owned(), None),
        Err(error) => (StepState::Failed, error.message, Some(error.mend)),
    };
    StepView {
        step: name.into(),
        title: title.into(),
        state,
        seen,
        cause: None,
        mend,
    }
}
