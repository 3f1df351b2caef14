//! What is said of each step.

use serde::{Deserialize, Serialize};

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// As it should be.
    Passed,
    /// Broken: viewers see nothing, or see what they should not.
    Failed,
    /// Works, but not as it should.
    Warning,
    /// Not looked at, because an earlier step failed or the destination has no such part.
    Skipped,
}

/// One step of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Stable name, for programs.
    pub name: String,
    /// In words.
    pub title: String,
    /// How it went.
    pub state: StepState,
    /// The evidence. Holds no signature.
    pub seen: String,
    /// The likely cause of what is wrong.
    pub cause: Option<String>,
    /// What to do about it.
    pub mend: Option<String>,
}

/// All steps, in the order in which a viewer's request meets them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The steps.
    pub steps: Vec<Step>,
    /// Whether the destination knows links by their names.
    #[serde(default)]
    pub names: bool,
}

impl Report {
    /// Whether no step failed.
    pub fn is_sound(&self) -> bool {
        self.broken().is_none()
    }

    /// The first step that failed: the one to mend.
    pub fn broken(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.state == StepState::Failed)
    }

    /// A step by its name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}
