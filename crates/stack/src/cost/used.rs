//! What was used, or would be: the quantities that prices are times.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::world::World;

/// Requests and what was sent in answer to them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sent {
    /// Requests to CloudFront, whatever their answer.
    pub requests: f64,
    /// Of them: for playlists, which the endpoint answers.
    pub playlists: f64,
    /// Bytes to viewers, headers among them.
    pub bytes: f64,
}

impl Sent {
    /// So many times as much.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            requests: self.requests * factor,
            playlists: self.playlists * factor,
            bytes: self.bytes * factor,
        }
    }
}

impl AddAssign for Sent {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.playlists += other.playlists;
        self.bytes += other.bytes;
    }
}

/// What was used of one account in a month, or would be. Nothing in it is negative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used {
    /// By the part of the world whose edges answered.
    pub sent: BTreeMap<World, Sent>,
    /// Bytes kept in the bucket for a whole month.
    pub stored: f64,
    /// Objects written into the bucket.
    pub written: f64,
    /// Paths in invalidations.
    pub invalidated: f64,
}

impl Used {
    /// What was sent to viewers near one part of the world, and nothing else.
    pub fn sent(world: World, sent: Sent) -> Self {
        Self {
            sent: [(world, sent)].into(),
            ..Self::default()
        }
    }

    /// What it takes to keep so many bytes for a month, and nothing else.
    pub fn stored(bytes: f64) -> Self {
        Self {
            stored: bytes,
            ..Self::default()
        }
    }

    /// So many times as much.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self {
            sent: self
                .sent
                .iter()
                .map(|(world, sent)| (*world, sent.times(factor)))
                .collect(),
            stored: self.stored * factor,
            written: self.written * factor,
            invalidated: self.invalidated * factor,
        }
    }

    /// What was sent to all parts of the world.
    pub fn all_sent(&self) -> Sent {
        let mut all = Sent::default();
        for sent in self.sent.values() {
            all += *sent;
        }
        all
    }
}

impl AddAssign<&Self> for Used {
    fn add_assign(&mut self, other: &Self) {
        for (world, sent) in &other.sent {
            *self.sent.entry(*world).or_default() += *sent;
        }
        self.stored += other.stored;
        self.written += other.written;
        self.invalidated += other.invalidated;
    }
}

/// What stands behind the domain: not everybody pays for every part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The bucket's region.
    pub region: String,
    /// The endpoint is behind API Gateway rather than a function URL.
    pub gateway: bool,
    /// Links can be taken back: a function asks a store on each request.
    pub revocation: bool,
    /// Access logs are kept.
    pub logged: bool,
}
