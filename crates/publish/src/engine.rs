//! The engine's public face: what the shells' common floor calls.
//!
//! `base` is what every verb has; `wishes` takes jobs in and hears what is wished of them, `owner` runs them one after the other,
//! each by a `driver`; `video_changes` changes what is in a bucket, `link_telling` keeps the records of links, `counting` who has watched, `deployments` what has to outlive a deploying process, `lists` answers from the journal; `claims`, `orphans` and `cleanup`
//! keep buckets tidy; `knowledge` opens them with what was found out of their stores.

mod awake;
mod base;
mod claims;
mod cleanup;
mod counting;
mod deployments;
mod driver;
mod fingerprint;
mod knowledge;
mod link_telling;
mod lists;
mod orphans;
mod owner;
mod runner;
mod shown;
mod turn;
mod video_changes;
mod watch;
mod wishes;

pub use base::{Config, Engine, Limits, Stand, Update};
pub use wishes::{Accepted, NewJob};
