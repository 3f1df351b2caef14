//! Faults that can be switched on, so that the judge can be seen at work: `SCREENER_SPOIL=coded:1080p:2` spoils the second segment of that
//! track where it comes out of its encoder, `copied:…` from the source, `written:…` on the disk. Not in releases.

use std::path::Path;

use crate::mux::track::Sample;

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As it comes out of an encoder.
    Coded,
    /// As it comes from the source.
    Copied,
    /// Behind that.
    Written,
}

/// Whether a segment is to be spoiled there.
pub fn wanted(place: Place, track: &str, number: u32) -> bool {
    let Ok(words) = std::env::var("SCREENER_SPOIL") else {
        return false;
    };
    let name = match place {
        Place::Coded => "coded",
        Place::Copied => "copied",
        Place::Written => "written",
    };
    words == format!("{name}:{track}:{number}")
}

/// Spoils the first sample behind its middle.
pub fn samples(samples: &mut [Sample]) {
    if let Some(sample) = samples.first_mut() {
        let middle = sample.data.len() / 2;
        sample.data[middle..].fill(0);
    }
}

/// Spoils a byte in the middle of a file.
pub fn file(path: &Path) {
    if let Ok(mut bytes) = std::fs::read(path) {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        let _ = std::fs::write(path, bytes);
    }
}
