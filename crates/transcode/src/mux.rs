//! Coded samples as files: fragmented MP4, MPEG-TS, one MP4 to keep, and the playlists that name them.
//!
//! Another muxer is a file beside `fmp4` and `mpegts`: it gets a track's description and its samples, and answers with bytes and where key
//! pictures lie in them.

mod boxes;
pub mod download;
pub mod fmp4;
pub mod mpegts;
pub mod playlists;
pub mod track;
