//! The cues of one caption rendition, from inside the source or beside it.

use std::path::Path;

use screener_ladder::plan::CaptionsPlan;
use screener_wire::Failure;

use super::cue::Cue;
use super::{embedded, sidecar};

/// The cues of one caption rendition, as far as they were asked for.
#[derive(Default)]
pub struct Cues {
    /// Sorted by start.
    known: Vec<Cue>,
    more: Option<embedded::Reader>,
}

impl Cues {
    /// Words beside the source, which are read at once and count from the film's zero, or inside it. `zero` is the film's
    /// zero on the source's clock.
    pub fn open(file: &str, plan: &CaptionsPlan, zero: f64) -> Result<Self, Failure> {
        let mut cues = Self::default();
        match (&plan.file, plan.index) {
            (Some(beside), _) => cues.add(sidecar::read(Path::new(beside))?),
            (None, Some(index)) => cues.more = embedded::Reader::open(file, index, zero)?,
            (None, None) => {}
        }
        Ok(cues)
    }

    /// Every cue that begins before `end` (seconds in the film), and perhaps more, sorted by start.
    pub fn until(&mut self, end: f64) -> &[Cue] {
        if let Some(more) = self.more.as_mut().map(|reader| reader.until(end)) {
            self.add(more);
        }
        &self.known
    }

    fn add(&mut self, more: Vec<Cue>) {
        if more.is_empty() {
            return;
        }
        self.known.extend(
            more.into_iter().filter(|cue| {
                cue.start.is_finite() && cue.end.is_finite() && cue.end > cue.start && !cue.text.is_empty()
            }),
        );
        self.known
            .sort_by(|a, b| a.start.total_cmp(&b.start).then(a.end.total_cmp(&b.end)));
        self.known.dedup();
    }
}
