//! The playlist endpoint: what stands behind `*.m3u8` of a distribution.
//!
//! Owns the way from an event of API Gateway (or of a function URL) to its answer: which keys may be asked for
//! ([`playlist_key`]), what the viewer's link is ([`forwarded`]), what is fetched and rewritten ([`respond`]) and how errors are told.
//! In its default mode it holds no key and signs nothing. It runs in Lambda behind a thin `main.rs`, and inside the
//! local edge with an [`Origin`] of the edge's own; so the library knows neither AWS's SDK (feature `aws`) nor the
//! environment, and prints nothing: what is worth a line comes back as a [`Record`].

pub mod config;
pub mod forwarded;
#[cfg(feature = "aws")]
pub mod https;
pub mod log_record;
pub mod origin;
pub mod playlist_key;
pub mod proxy_event;
pub mod respond;
pub mod response;
#[cfg(feature = "aws")]
pub mod s3_origin;
#[cfg(feature = "aws")]
pub mod secret;
pub mod signer;

pub use config::{Config, ConfigError, Mode};
pub use log_record::Record;
pub use origin::{Object, Origin, OriginError};
pub use respond::Endpoint;
pub use response::Response;
pub use signer::Signer;
