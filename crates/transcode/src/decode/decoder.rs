//! Opens the decoder of a stream.

use ffmpeg::codec::{self, threading};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use crate::error::failure;
use crate::input;

/// Opens a listed decoder with `threads` threads.
pub fn open(
    name: &str,
    stream: &ffmpeg::format::stream::Stream<'_>,
    threads: usize,
) -> Result<codec::decoder::Opened, Failure> {
    let (mut context, codec) = input::decoder(name, stream)?;
    context.set_threading(threading::Config {
        count: threads,
        ..threading::Config::kind(threading::Type::Frame)
    });
    context.decoder().open_as(codec).map_err(|error| {
        failure(
            "unsupported_codec",
            format!("{name}: its {} stream cannot be decoded: {error}.", codec.name()),
            "Export the film as H.264 or ProRes with AAC or PCM sound, and try again.",
        )
    })
}
