//! HLS playlists: lossless rewriting, writing, and checks against the authoring rules.
//!
//! Owns the text of playlists: what stands in a line ([`lines`], [`attributes`]), appending query parameters to every
//! URI without touching another byte ([`rewrite`]), writing playlists of our own ([`media`], [`multivariant`]), reading
//! anybody's ([`parse`]) and judging them by Apple's authoring rules ([`rules`]), with what a worker measured in the
//! media itself ([`facts`]). Pure: it knows no runtime, files, environment or clock, and fetches nothing.
//!
//! Sources: RFC 8216 and its second edition (draft-pantos-hls-rfc8216bis); Apple's "HTTP Live Streaming (HLS) authoring
//! specification for Apple devices".

pub mod attributes;
pub mod facts;
pub mod lines;
pub mod media;
pub mod multivariant;
pub mod parse;
pub mod rewrite;
pub mod rules;
