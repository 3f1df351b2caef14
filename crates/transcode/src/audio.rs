//! Sound: a thread for each rendition, which makes it anew (`transcoded`) or copies it (`passthrough`), and cuts it with the pictures.

pub mod aac;
pub mod cutter;
pub mod downmix;
pub mod edges;
pub mod laying;
pub mod limiter;
pub mod loudmeter;
pub mod mixer;
pub mod passthrough;
mod resampler;
mod stamps;
pub mod transcoded;
