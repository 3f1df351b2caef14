//! Sound: a thread for each rendition, which makes it anew (`transcoded`) or copies it (`passthrough`), and cuts it with the pictures.

pub mod aac;
pub mod cutter;
mod mixer;
pub mod passthrough;
pub mod transcoded;
