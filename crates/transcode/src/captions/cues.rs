//! The cues of one caption rendition, from inside the source or beside it.

use std::collections::BTreeSet;
use std::path::Path;

use screener_ladder::plan::CaptionsPlan;
use screener_wire::Failure;

use super::cue::Cue;
use super::wanted::Part;
use super::{closed, embedded, sidecar};
use crate::input;

/// The cues of one caption rendition, as far as they were asked for.
#[derive(Default)]
pub struct Cues {
    /// Sorted by start.
    known: Vec<Cue>,
    /// Times and words of what is known.
    said: BTreeSet<(u64, u64, String)>,
    more: More,
    part: Part,
}

/// Where more cues come from.
#[derive(Default)]
enum More {
    #[default]
    None,
    Embedded(Box<embedded::Reader>),
    Closed(Box<closed::Reader>),
}

impl Cues {
    /// Words beside the source, which are read at once and count from the film's zero, or inside it. `zero` is the film's
    /// zero on the source's clock.
    pub fn open(file: &str, plan: &CaptionsPlan, zero: f64) -> Result<Self, Failure> {
        Self::of_part(file, plan, zero, Part::default())
    }

    /// The same for a part of the film: times are the part's own, and what is said outside of it is left out.
    pub fn of_part(file: &str, plan: &CaptionsPlan, zero: f64, part: Part) -> Result<Self, Failure> {
        let mut cues = Self {
            part,
            ..Self::default()
        };
        let zero = zero + part.from;
        match (&plan.file, plan.index) {
            (Some(beside), _) => {
                let words = sidecar::read(Path::new(beside), plan.language.as_deref());
                let mut words = words.map_err(|unread| unread.of(input::name_of(beside)))?.cues;
                for cue in &mut words {
                    cue.start -= part.from;
                    cue.end -= part.from;
                }
                cues.add(words);
            }
            (None, Some(index)) => {
                cues.more = match plan.channel {
                    Some(channel) => closed::Reader::open(file, index, channel, zero, part.seek)?
                        .map_or(More::None, |reader| More::Closed(Box::new(reader))),
                    None => embedded::Reader::open(file, index, plan.language.as_deref(), zero, part.seek)?
                        .map_or(More::None, |reader| More::Embedded(Box::new(reader))),
                }
            }
            (None, None) => {}
        }
        Ok(cues)
    }

    /// Every cue that begins before `end` (seconds in the film), and perhaps more, sorted by start.
    pub fn until(&mut self, end: f64) -> &[Cue] {
        let more = match &mut self.more {
            More::None => Vec::new(),
            More::Embedded(reader) => reader.until(end),
            More::Closed(reader) => reader.until(end),
        };
        self.add(more);
        &self.known
    }

    /// Whether there is none at all, as far as was asked.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Bytes of the source that were read for them.
    pub fn looked(&self) -> usize {
        match &self.more {
            More::None => 0,
            More::Embedded(reader) => reader.looked,
            More::Closed(reader) => reader.looked,
        }
    }

    /// Whether there are no more than those that are known.
    pub fn ended(&self) -> bool {
        match &self.more {
            More::None => true,
            More::Embedded(reader) => reader.ended,
            More::Closed(reader) => reader.ended,
        }
    }

    fn add(&mut self, more: Vec<Cue>) {
        if more.is_empty() {
            return;
        }
        let lasts = self.part.lasts;
        self.known.extend(
            more.into_iter()
                .map(|cue| Cue {
                    start: cue.start.max(0.0),
                    end: cue.end.min(lasts),
                    ..cue
                })
                .filter(|cue| {
                    cue.start.is_finite() && cue.end.is_finite() && cue.end > cue.start && !cue.text.is_empty()
                })
                // Typesetting says the same words in several layers.
                .filter(|cue| {
                    let time = (cue.start.to_bits(), cue.end.to_bits());
                    self.said.insert((time.0, time.1, cue.text.clone()))
                }),
        );
        self.known
            .sort_by(|a, b| a.start.total_cmp(&b.start).then(a.end.total_cmp(&b.end)));
    }
}
