//! Time stamps of the media: do they go on, and do all renditions agree?

use super::Level::Must;
use super::measured::known;
use super::{Judge, Rule};
use crate::facts::MediaFacts;
use crate::parse::Media;

const BREAK: Rule = (
    "RFC 8216 4.3.2.3",
    Must,
    "EXT-X-DISCONTINUITY stands where time stamps do not go on.",
    "Name every segment, in order; where the source really breaks, write EXT-X-DISCONTINUITY.",
);
const SAME_CLOCK: Rule = (
    "RFC 8216 6.2.4",
    Must,
    "The same moment has the same time stamp in every rendition.",
    "Package all renditions on one clock.",
);

/// Time stamps go on from segment to segment, or a break is declared.
pub(super) fn follow(judge: &mut Judge, name: &str, media: &Media, facts: &MediaFacts) {
    let mut end: Option<f64> = None;
    for (segment, path, found) in known(name, media, facts) {
        let found = found.filter(|found| found.error.is_none());
        let start = found.and_then(|found| found.start);
        if let Some((start, end)) = start.zip(end).filter(|_| !segment.discontinuity && !segment.gap) {
            let gap = apart(start, end);
            judge.expect(BREAK, &path, gap.abs() <= 0.5, || {
                format!("it begins {gap:.3} s after the end of the segment before, without EXT-X-DISCONTINUITY")
            });
        }
        end = start.zip(found).map(|(start, found)| start + found.duration);
    }
}

/// Seconds from `b` to `a`, on a clock that may have begun again (MPEG-TS counts 33 bits of 90 kHz).
fn apart(a: f64, b: f64) -> f64 {
    const ROUND: f64 = 8_589_934_592.0 / 90_000.0;
    let gap = a - b;
    if gap.abs() > ROUND / 2.0 {
        gap - gap.signum() * ROUND
    } else {
        gap
    }
}

/// The same moment has the same time stamp in every rung, and in the sound that goes with it.
pub(super) fn agree(judge: &mut Judge, playlists: &[(&String, &Media, bool)], facts: &MediaFacts) {
    // Where each segment begins: by the playlist, and by its time stamps.
    let starts = |name: &str, media: &Media| -> Vec<(f64, Option<f64>)> {
        let mut at = 0.0;
        known(name, media, facts)
            .iter()
            .map(|(segment, _, found)| {
                let begin = (at, found.and_then(|found| found.start));
                at += segment.duration.unwrap_or(0.0);
                begin
            })
            .collect()
    };
    let Some((first_name, first, _)) = playlists.iter().find(|(_, media, video)| *video && media.ended) else {
        return;
    };
    let ours = starts(first_name, first);
    for (name, media, video) in playlists {
        if std::ptr::eq(*media, *first) || !media.ended {
            continue;
        }
        let theirs = starts(name, media);
        let pairs = ours.iter().zip(&theirs).filter(|(a, b)| (a.0 - b.0).abs() < 0.25);
        let off = pairs
            .filter_map(|(a, b)| Some((a.0, apart(b.1?, a.1?) - (b.0 - a.0))))
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let Some((at, off)) = off else { continue };
        // Muxers of separate sound move it by its encoder's delay, which is no other moment.
        let most = if *video { 0.15 } else { 0.3 };
        judge.expect(SAME_CLOCK, name, off.abs() <= most, || {
            format!("at {at:.1} s its time stamps are {off:.3} s off those of {first_name}")
        });
    }
}
