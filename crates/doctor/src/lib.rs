//! The delivery chain as a viewer walks it: for each step what was seen, the likely cause, and the mend.
//!
//! Pure but for one port: [`Fetch`] asks over HTTP, and whoever calls brings it, together with the time. It must not
//! know jobs, the journal, AWS's control plane or where keys are kept; it is handed a key and signs links of its own,
//! good, ended and absent ones, to see what the chain makes of them.
//!
//! What it needs is one video at the destination. Where there is none yet, [`sample()`] has one of three small objects.

mod chain;
mod fetch;
mod look;
mod sample;
mod stack_pieces;
mod step;

pub use chain::{examine, examine_and_tell};
pub use fetch::{Answer, Fetch, Method, Request, Unreachable};
pub use sample::{SampleObject, sample};
pub use stack_pieces::{CertificateFacts, Piece, PieceStep, Sight, StackFacts, examine_pieces};
pub use step::{Report, Step, StepState};

use screener_cloudfront::{Hash, KeyPairId, LinkId, PrivateKey};

/// What is examined.
#[derive(Debug)]
pub struct Subject {
    /// Host of the distribution, with the port where there is one.
    pub domain: String,
    /// Where videos lie in the bucket, without slashes at its ends.
    pub prefix: String,
    /// A video that is published there.
    pub video_id: String,
    /// The id under which the distribution knows the key.
    pub key_pair_id: KeyPairId,
    /// The hash that links are signed with.
    pub hash: Hash,
    /// The private key, or why it could not be had from where keys are kept.
    pub key: Result<PrivateKey, String>,
    /// The endpoint's own address, where there is one beside the distribution's: `https://….amazonaws.com/live`.
    pub endpoint: Option<String>,
    /// Web origins that play films of this destination: `tauri://localhost`.
    pub origins: Vec<String>,
    /// Whether the viewer's page is expected at `watch/index.html`.
    pub page: bool,
    /// The name of a link that the destination's store of what is taken back holds; `None` where it has no such store.
    pub taken_back: Option<LinkId>,
    /// Seconds since 1970, by this computer's clock.
    pub now: i64,
}
