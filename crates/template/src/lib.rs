//! What a distribution of Screener's is made of.
//!
//! Owns the viewer-request function in its two forms: the source that CloudFront runs ([`VIEWER_REQUEST`]) and the same rules in
//! Rust ([`viewer_request`]), which the local edge asks. Pure: what is taken back is asked of whoever calls; it knows no runtime,
//! files, environment, clock or AWS.

pub mod delivery;
pub mod names;
pub mod viewer_request;

pub use viewer_request::{Refusal, Unreadable, judge};

/// Source of the viewer-request function, for the runtime `cloudfront-js-2.0`: it belongs to the behaviors of playlists and of
/// everything else, and is associated with the key value store of what is taken back.
pub const VIEWER_REQUEST: &str = include_str!("viewer_request.js");
