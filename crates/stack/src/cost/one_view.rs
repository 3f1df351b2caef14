//! What one viewer fetches who watches a film from its beginning to its end.
//!
//! **Which rung** a viewer gets depends on the line and the window. Assumed is the average of the rungs with pictures: a phone fetches
//! less, a television more, and [`OneView::least`] and [`OneView::most`] say how far that goes. Nothing is fetched twice, and nothing of
//! it is in the browser's cache from before. Of several renditions of sound one is fetched, the largest.

use super::used::Sent;

/// What a rendition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rung with pictures; with the sound in it where the segments are MPEG-TS.
    Pictures,
    /// Sound alone.
    Sound,
    /// Captions: some kilobytes, which few switch on. They count nothing.
    Captions,
}

/// One rendition of a film, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// What it holds.
    pub kind: Kind,
    /// Bytes of all its segments.
    pub bytes: u64,
    /// Segments.
    pub segments: u32,
}

/// One whole view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneView {
    /// What is sent for it.
    pub sent: Sent,
    /// Bytes if the smallest rung is watched.
    pub least: f64,
    /// Bytes if the largest is.
    pub most: f64,
}

/// Bytes of a response's status and headers, which are billed as well: CORS, caching and CloudFront's own.
const HEADERS: f64 = 700.0;
/// Bytes of a playlist as it is sent, packed: 1,200 signed segments are 7 kB.
const PLAYLIST: f64 = 7_000.0;
/// Requests for the viewer's page and what stands around a film: its scripts and styles, the record, the poster, the storyboard.
const AROUND: f64 = 10.0;
/// Bytes of those.
const AROUND_BYTES: f64 = 600_000.0;

impl OneView {
    /// A view of a film with these renditions; `None` where it has neither pictures nor sound.
    pub fn of(renditions: &[Rendition]) -> Option<Self> {
        let of_kind = |kind: Kind| renditions.iter().filter(move |one| one.kind == kind);
        let sound = of_kind(Kind::Sound).max_by_key(|one| one.bytes);
        let pictures: Vec<&Rendition> = of_kind(Kind::Pictures).collect();
        if pictures.is_empty() && sound.is_none() {
            return None;
        }
        let rungs = pictures.len() as f64;
        let average = |amount: fn(&Rendition) -> f64| {
            if pictures.is_empty() {
                0.0
            } else {
                pictures.iter().map(|one| amount(one)).sum::<f64>() / rungs
            }
        };
        let bytes = |one: &Rendition| one.bytes as f64;
        let sound_bytes = sound.map_or(0.0, bytes);
        let segments = average(|one| f64::from(one.segments)) + sound.map_or(0.0, |one| f64::from(one.segments));
        // The multivariant playlist; a player begins with one rung and goes over to another; sound.
        let playlists = 1.0 + rungs.min(2.0) + f64::from(u8::from(sound.is_some()));
        // Of each of them but the first the part that a decoder begins with.
        let requests = segments + playlists + (playlists - 1.0) + AROUND;
        let beside = sound_bytes + requests * HEADERS + playlists * PLAYLIST + AROUND_BYTES;
        let sizes = || pictures.iter().map(|one| bytes(one));
        Some(Self {
            sent: Sent {
                requests,
                playlists,
                bytes: average(bytes) + beside,
            },
            least: sizes().reduce(f64::min).unwrap_or_default() + beside,
            most: sizes().reduce(f64::max).unwrap_or_default() + beside,
        })
    }
}
