//! One transcode under way: what every part of it may ask.

use screener_ladder::{Format as SegmentFormat, Plan};
use screener_wire::{Playlists, Transcode};

use crate::session::Session;

/// One transcode under way.
pub struct Run<'a> {
    /// The task's parent.
    pub session: &'a Session,
    /// What is asked for.
    pub task: &'a Transcode,
    /// How it is done.
    pub plan: &'a Plan,
}

impl Run<'_> {
    /// Whether playlists grow while the work goes on.
    pub fn event(&self) -> bool {
        matches!(self.task.playlists, Playlists::Told { .. })
    }

    /// MPEG-TS instead of fragmented MP4.
    pub fn transport(&self) -> bool {
        self.plan.wishes.format == SegmentFormat::Ts
    }
}
