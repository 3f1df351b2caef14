//! One picture as JPEG.

use ffmpeg::codec::{self, encoder};
use ffmpeg::format::Pixel;
use ffmpeg::software::scaling;
use ffmpeg::{Dictionary, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use crate::error::internal;

/// Encodes a picture in its own size. `quality` from 2 (best) to 31.
pub fn encode(picture: &frame::Video, quality: u32) -> Result<Vec<u8>, Failure> {
    // JPEG has full range; the scaler brings video range to it.
    let mut context = scaling::Context::get(
        picture.format(),
        picture.width(),
        picture.height(),
        Pixel::YUVJ420P,
        picture.width(),
        picture.height(),
        scaling::Flags::BICUBIC,
    )
    .map_err(internal)?;
    let mut full = frame::Video::new(Pixel::YUVJ420P, picture.width(), picture.height());
    context.run(picture, &mut full).map_err(internal)?;
    full.set_pts(Some(0));
    let found = encoder::find(codec::Id::MJPEG).ok_or_else(|| internal("this FFmpeg has no JPEG encoder"))?;
    let mut context = codec::Context::new_with_codec(found);
    // SAFETY: the context is valid and not yet open; a plain field without a setter.
    unsafe {
        (*context.as_mut_ptr()).thread_count = 1;
    }
    let mut video = context.encoder().video().map_err(internal)?;
    video.set_width(picture.width());
    video.set_height(picture.height());
    video.set_format(Pixel::YUVJ420P);
    video.set_time_base((1, 25));
    let mut options = Dictionary::new();
    let quality = quality.to_string();
    options.set("qmin", &quality);
    options.set("qmax", &quality);
    let mut encoder = video.open_with(options).map_err(internal)?;
    encoder.send_frame(&full).map_err(internal)?;
    encoder.send_eof().map_err(internal)?;
    let mut packet = ffmpeg::Packet::empty();
    encoder.receive_packet(&mut packet).map_err(internal)?;
    Ok(packet.data().unwrap_or_default().to_vec())
}
