//! Time stamps of the media: do they go on, and do all renditions agree?

use super::findings::Level::Must;
use super::findings::{Judge, Rule};
use super::known::{Known, known};
use crate::facts::{MediaFacts, SegmentFacts};
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
    for pair in known(name, media, facts).windows(2) {
        let (segment, path, _) = &pair[1];
        if let Some((gap, _)) = gap(pair).filter(|_| !segment.discontinuity && !segment.gap) {
            judge.expect(BREAK, path, gap.abs() <= 0.5, || {
                format!("it begins {gap:.3} s after the end of the segment before, without EXT-X-DISCONTINUITY")
            });
        }
    }
}

/// Seconds from the end of the first of two segments to the start of the second, and from start to start. Time stamps alone do not
/// tell how long the last picture stands: where the playlist tells it better, its word is taken.
fn gap(pair: &[Known<'_>]) -> Option<(f64, f64)> {
    let [(segment, _, before), (_, _, after)] = pair else {
        return None;
    };
    let (before, after) = (before.as_ref()?, after.as_ref()?);
    if before.error.is_some() || after.error.is_some() {
        return None;
    }
    let starts = apart(after.start?, before.start?);
    let gap = starts - before.duration;
    let declared = segment.duration.map(|duration| starts - duration);
    let better = declared.filter(|declared| declared.abs() < gap.abs() && open_ended(before, after));
    Some((better.unwrap_or(gap), starts))
}

/// Whether time stamps alone do not tell how long the first of two segments lasts: in MPEG-TS the last of unevenly spaced pictures
/// may stand for as long as it likes. Where packets are missing it is another matter.
fn open_ended(before: &SegmentFacts, after: &SegmentFacts) -> bool {
    let goes_on = before
        .counters
        .zip(after.counters)
        .is_some_and(|((_, last), (first, _))| (last + 1) & 15 == first);
    let uneven = before.video.as_ref().is_some_and(|video| video.uneven);
    uneven && goes_on
}

/// Longest that the last picture of a film is taken to stand without being repeated, in seconds.
const STANDS: f64 = 2.5;

/// Seconds that the first of these segments lasts; `None` where that cannot be known.
pub(super) fn lasts(rest: &[Known<'_>]) -> Option<f64> {
    let (segment, _, facts) = rest.first()?;
    let facts = facts.filter(|facts| facts.duration > 0.0)?;
    let stamps = facts.container.as_deref() == Some("mpegts") && facts.video.is_some();
    let next = rest.get(1).filter(|(next, ..)| !next.discontinuity && !next.gap);
    if let Some((_, _, Some(after))) = next.filter(|_| stamps)
        && open_ended(facts, after)
        && let Some((gap, starts)) = gap(&rest[..2])
        && gap.abs() <= 0.5
    {
        return Some(starts);
    }
    let stands = 0.0..=STANDS;
    let unknown = stamps && next.is_none() && stands.contains(&(segment.duration? - facts.duration));
    (!unknown).then_some(facts.duration)
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
