//! The segments of a playlist, each with what was measured of it.

use crate::facts::{MediaFacts, SegmentFacts, piece};
use crate::parse::{Media, Segment, resolve};

/// A segment with its path and its facts.
pub(super) type Known<'a> = (&'a Segment, String, Option<&'a SegmentFacts>);

/// Facts of a playlist's segments, in order, as far as they are known.
pub(super) fn known<'a>(name: &str, media: &'a Media, facts: &'a MediaFacts) -> Vec<Known<'a>> {
    media
        .segments
        .iter()
        .map(|segment| {
            let path = resolve(name, &segment.uri).unwrap_or_else(|| segment.uri.clone());
            let path = piece(&path, segment.byte_range);
            let found = facts.segments.get(&path);
            (segment, path, found)
        })
        .collect()
}
