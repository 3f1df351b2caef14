//! How far it is, in numbers.

use super::{Phase, Publication, Recorded, Visible};
use crate::job_record::{Stage, TrackProgress};

impl Publication {
    /// Duration of the film, as well as it is known.
    pub fn duration(&self) -> Option<f64> {
        self.finished
            .as_ref()
            .map(|f| f.duration)
            .or_else(|| self.plan.as_ref().and_then(|plan| plan.duration()))
    }

    /// Where it is.
    pub fn stage(&self) -> Stage {
        match (self.phase, &self.finished) {
            (Phase::Live, _) => Stage::Live,
            (_, Some(_)) if self.verifying || self.verified => Stage::Verify,
            (_, Some(_)) => Stage::Upload,
            _ if self.plan.is_some() => Stage::Encode,
            _ => Stage::Probe,
        }
    }

    /// True as soon as a link plays.
    pub fn playable(&self) -> bool {
        self.replaces.is_some() || (self.visible != Visible::Nothing && self.recorded != Recorded::Nothing)
    }

    /// Every track.
    pub fn track_progress(&self) -> Vec<TrackProgress> {
        let whole = self.duration().filter(|d| *d > 0.0);
        let part = |seconds: f64| whole.map_or(0.0, |d| (seconds / d).clamp(0.0, 1.0));
        let view = |track: &screener_ladder::Track| {
            let list = self.segments.get(&track.name);
            let segments = || list.into_iter().flat_map(|list| list.iter());
            let made: f64 = segments().map(|s| s.duration).sum();
            let bytes: u64 = segments().map(|s| s.bytes).sum();
            let stored: f64 = segments().filter(|s| s.stored.is_some()).map(|s| s.duration).sum();
            let ended = self.ended.contains_key(&track.name) && self.finished.is_some();
            let copied = self.plan.as_ref().is_some_and(|p| {
                p.rungs.iter().any(|r| r.name == track.name && r.copied)
                    || p.audio.iter().any(|a| a.name == track.name && a.copied)
            });
            TrackProgress {
                name: track.name.clone(),
                kind: track.kind,
                encoded: if ended {
                    1.0
                } else {
                    part(made.max(self.position.min(made + 6.0)))
                },
                stored: if ended && self.is_whole(&track.name) {
                    1.0
                } else {
                    part(stored)
                },
                copied,
                bit_rate: rate(bytes, made),
                bytes: (bytes > 0).then_some(bytes),
            }
        };
        self.tracks.iter().map(view).collect()
    }

    /// 0 to 1, over everything. Encoding and storing count alike; the last hundredth is the verification.
    pub fn done(&self) -> f64 {
        if self.phase == Phase::Live {
            return 1.0;
        }
        let tracks = self.track_progress();
        let paced: Vec<_> = tracks.iter().filter(|t| Self::is_paced(t.kind)).collect();
        if paced.is_empty() {
            return 0.0;
        }
        let mean = |of: fn(&TrackProgress) -> f64| paced.iter().map(|t| of(t)).sum::<f64>() / paced.len() as f64;
        0.99 * (0.5 * mean(|t| t.encoded) + 0.5 * mean(|t| t.stored))
    }

    /// Every media object: path below the generation folder, size, CRC64NVME once stored.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&str, u64, Option<u64>)> {
        let segments = self
            .segments
            .values()
            .flat_map(|list| list.iter())
            .map(|s| (s.path, s.bytes, s.stored));
        let files = self
            .files
            .iter()
            .map(|(path, made)| (path.as_str(), made.bytes, made.stored));
        files.chain(segments)
    }

    /// Bytes stored so far.
    pub fn stored_bytes(&self) -> u64 {
        self.objects()
            .filter(|(_, _, stored)| stored.is_some())
            .map(|(_, bytes, _)| bytes)
            .sum()
    }
}

/// Bits per second of so many bytes over so many seconds; in whole milliseconds, so that it stays in integers.
fn rate(bytes: u64, seconds: f64) -> Option<u64> {
    let milliseconds = u64::try_from(std::time::Duration::try_from_secs_f64(seconds).ok()?.as_millis()).ok()?;
    bytes.checked_mul(8_000)?.checked_div(milliseconds)
}
