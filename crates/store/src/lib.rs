//! A bucket that speaks S3: one call is one attempt, and its error says what the caller does next.
//!
//! Owns the calls ([`objects`], [`parts`], [`listing`], [`deletion`], [`lifecycle`]), how a bucket is reached ([`connection`]),
//! what its errors mean ([`StoreError`], [`Class`]), the loop above one attempt ([`retry`]) and what all uploads share: places
//! ([`pool`]), bandwidth and memory. What another kind of store needs goes in here: a call that a store does not know in one way
//! is asked in the next one within the attempt, and what worked is kept ([`Abilities`]); [`trial`] finds all of it out at once.
//!
//! It must not know jobs, the journal, videos or playlists, and says nothing to people: words are made of its errors above.

pub mod abilities;
mod asking;
mod bandwidth;
pub mod buffers;
pub mod checksum;
pub mod clock;
pub mod connection;
pub mod deletion;
mod error;
pub mod lifecycle;
pub mod listing;
pub mod object_key;
pub mod objects;
pub mod parts;
pub mod pool;
pub mod retry;
mod skew;
pub mod trial;

pub use abilities::{Abilities, Conditions, Deletion, Learned, Pages};
pub use checksum::Checksum;
pub use clock::{Clock, SystemClock};
pub use connection::{SILENCE, Store, StoreConfig};
pub use error::{Class, StoreError};
pub use lifecycle::{Lifecycle, RULE};
pub use listing::{Further, Listed, Listing};
pub use object_key::ObjectKey;
pub use objects::{Condition, Head, Object, Put};
pub use parts::{Dangling, Part, Upload};
pub use pool::Pool;
