//! The engine's public face: what the shells' common floor calls.
//!
//! `base` is what every verb has; `queue` takes jobs in and hears what is wished of them, `owner` runs them one after the other,
//! each by a `driver`; `videos` changes what is in a bucket, `lists` answers from the journal; `claims`, `orphans` and `cleanup`
//! keep buckets tidy.

mod awake;
mod base;
mod claims;
mod cleanup;
mod driver;
mod lists;
mod orphans;
mod owner;
mod queue;
mod runner;
mod shown;
mod source;
mod turn;
mod videos;
mod watch;

pub use base::{Config, Engine, Limits, Stand, Update};
pub use queue::{Accepted, NewJob};
