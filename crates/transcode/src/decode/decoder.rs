//! Opens the decoder of a stream.

use ffmpeg::codec::{self, threading};
use ffmpeg_next as ffmpeg;
use screener_wire::{Cause, Failure};

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
        Cause::DecoderRefused {
            name: name.to_owned(),
            codec: codec.name().to_owned(),
            error: error.to_string(),
        }
        .into()
    })
}
