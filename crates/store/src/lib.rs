//! A bucket that speaks S3: one call is one attempt, and its error says what the caller does next.
//!
//! Owns the calls ([`objects`], [`parts`], [`lifecycle`]), how a bucket is reached ([`connection`]), what its errors mean
//! ([`StoreError`], [`Class`]), the loop above one attempt ([`retry`]) and what all uploads share: places ([`pool`]), bandwidth
//! and memory. What another kind of store needs goes in here.
//!
//! It must not know jobs, the journal, videos or playlists, and says nothing to people: words are made of its errors above.

mod bandwidth;
pub mod buffers;
pub mod checksum;
pub mod clock;
pub mod connection;
mod error;
pub mod lifecycle;
pub mod object_key;
pub mod objects;
pub mod parts;
pub mod pool;
pub mod retry;
mod skew;

pub use clock::{Clock, SystemClock};
pub use connection::{SILENCE, Store, StoreConfig};
pub use error::{Class, StoreError};
pub use lifecycle::{Lifecycle, RULE};
pub use object_key::ObjectKey;
pub use objects::{Condition, Head, Listed, Listing, Object, Put};
pub use parts::{Dangling, Part, Upload};
pub use pool::Pool;
