//! One publication as a pure state machine: (event, now) → effects. It knows no clock, disk, network or runtime.

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
