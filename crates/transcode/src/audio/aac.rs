//! AAC-LC in stereo: the encoder, its track, and a frame of silence.

use ffmpeg::format::sample::{Sample as SampleFormat, Type};
use ffmpeg::{ChannelLayout, codec, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use crate::error::internal;
use crate::mux::track::{Description, Format};

/// Samples of one AAC frame.
pub const FRAME: usize = 1024;
/// AAC frames that are encoded again before the first that is kept.
pub const PRIMING: i64 = 4;

/// The output rate for a source's rate: the source's own where players like it, else the nearest.
pub fn output_rate(source: u32) -> u32 {
    match source {
        44_100 | 48_000 => source,
        22_050 | 11_025 | 88_200 | 176_400 => 44_100,
        _ => 48_000,
    }
}

/// An AAC encoder and its track.
pub struct Encoder {
    /// libavcodec's encoder.
    pub inner: codec::encoder::Audio,
    /// Its track.
    pub description: Description,
}

/// Opens AAC-LC, stereo.
pub fn open(name: &str, bit_rate: u64, rate: u32, language: [u8; 3]) -> Result<Encoder, Failure> {
    let found = codec::encoder::find(codec::Id::AAC).ok_or_else(|| internal("this FFmpeg has no AAC encoder"))?;
    let mut audio = codec::Context::new_with_codec(found)
        .encoder()
        .audio()
        .map_err(internal)?;
    audio.set_rate(rate as i32);
    audio.set_channel_layout(ChannelLayout::STEREO);
    audio.set_channels(2);
    audio.set_format(SampleFormat::F32(Type::Planar));
    audio.set_bit_rate(bit_rate as usize);
    audio.set_time_base((1, rate as i32));
    audio.set_flags(codec::Flags::GLOBAL_HEADER);
    let inner = audio
        .open()
        .map_err(|error| internal(format!("AAC refused {name}: {error}")))?;
    // SAFETY: the encoder is open, so its extradata is there and stays as it is.
    let config = unsafe {
        let raw = inner.as_ptr();
        if (*raw).extradata.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts((*raw).extradata, (*raw).extradata_size as usize).to_vec()
        }
    };
    // The first two bytes say it all; what follows is an extension that says "no SBR".
    let config = config
        .get(..2)
        .map(<[u8]>::to_vec)
        .ok_or_else(|| internal("AAC gave no configuration"))?;
    Ok(Encoder {
        description: Description {
            timescale: rate,
            format: Format::Audio {
                rate,
                channels: 2,
                config,
            },
            language,
        },
        inner,
    })
}

/// One coded frame of silence.
pub fn silence(rate: u32, bit_rate: u64) -> Result<Vec<u8>, Failure> {
    let mut encoder = open("silence", bit_rate, rate, *b"und")?.inner;
    let mut frame = frame::Audio::new(SampleFormat::F32(Type::Planar), FRAME, ChannelLayout::STEREO);
    frame.set_channels(2);
    frame.set_rate(rate);
    for plane in 0..2 {
        frame.plane_mut::<f32>(plane).fill(0.0);
    }
    let mut last = Vec::new();
    let mut packet = ffmpeg::Packet::empty();
    for number in 0..4 {
        frame.set_pts(Some(number * FRAME as i64));
        encoder.send_frame(&frame).map_err(internal)?;
        while encoder.receive_packet(&mut packet).is_ok() {
            last = packet.data().unwrap_or_default().to_vec();
        }
    }
    Ok(last)
}
