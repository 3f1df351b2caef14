//! What a source's headers say of its streams: plain facts, without a judgement.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;

use super::whitelist;

/// Cover art and thumbnails are pictures, not films.
pub fn is_picture(stream: &ffmpeg::Stream<'_>) -> bool {
    // SAFETY: the stream lives as long as the reference.
    let disposition = unsafe { (*stream.as_ptr()).disposition };
    disposition & (ffi::AV_DISPOSITION_ATTACHED_PIC | ffi::AV_DISPOSITION_TIMED_THUMBNAILS) != 0
}

/// The decoder that would be used, where it is on the list.
pub fn listed_decoder(id: ffmpeg::codec::Id) -> Option<ffmpeg::Codec> {
    ffmpeg::decoder::find(id).filter(|codec| whitelist::allows(codec.name()))
}

/// The decoder of transparency that a `WebM` has beside its pictures, where they have it: the usual decoders leave it out.
pub fn decoder_with_alpha(stream: &ffmpeg::Stream<'_>) -> Option<ffmpeg::Codec> {
    use ffmpeg::codec::Id;
    let name = match stream.parameters().id() {
        Id::VP8 => "libvpx",
        Id::VP9 => "libvpx-vp9",
        _ => return None,
    };
    let metadata = stream.metadata();
    // SAFETY: the dictionary lives as long as the stream; its entries hold C strings.
    let alpha = unsafe {
        let entry = ffi::av_dict_get(metadata.as_ptr(), c"alpha_mode".as_ptr(), std::ptr::null(), 0);
        !entry.is_null() && !(*entry).value.is_null() && std::ffi::CStr::from_ptr((*entry).value) == c"1"
    };
    ffmpeg::decoder::find_by_name(name).filter(|codec| alpha && whitelist::allows(codec.name()))
}

/// The shape of a stream's pixels as its codec declares it, width by height; 1 where it does not.
pub fn coded_aspect(parameters: &ffmpeg::codec::Parameters) -> f64 {
    // SAFETY: the parameters live as long as the reference.
    aspect(unsafe { (*parameters.as_ptr()).sample_aspect_ratio })
}

/// A sample aspect as a number; 1 where there is none.
pub fn aspect(ratio: ffi::AVRational) -> f64 {
    if ratio.num > 0 && ratio.den > 0 {
        f64::from(ratio.num) / f64::from(ratio.den)
    } else {
        1.0
    }
}

/// A codec's short name, as people know it.
pub fn codec_name(id: ffmpeg::codec::Id) -> String {
    known_codec(id).unwrap_or_else(|| "an unknown codec".into())
}

/// The same, where FFmpeg has a name for it.
pub fn known_codec(id: ffmpeg::codec::Id) -> Option<String> {
    let name = id.name();
    (!name.is_empty() && name != "none").then(|| name.to_owned())
}

/// libavformat that reads PCM in MP4 (ISO/IEC 23003-5) as it is written: before, whatever its width and order, as 16 bits.
const READS_PCM: u32 = 60 << 16 | 5 << 8;

/// Whether this FFmpeg takes the stream's sound for something else than it is.
pub fn is_misread(stream: &ffmpeg::Stream<'_>) -> bool {
    // SAFETY: a plain field of parameters that live as long as the stream; the version is a constant.
    let (tag, version) = unsafe { ((*stream.parameters().as_ptr()).codec_tag, ffi::avformat_version()) };
    version < READS_PCM && matches!(&tag.to_le_bytes(), b"ipcm" | b"fpcm")
}

/// FFmpeg's own name for its release.
pub fn version() -> String {
    // SAFETY: a constant C string.
    let words = unsafe { std::ffi::CStr::from_ptr(ffi::av_version_info()) };
    words.to_string_lossy().into_owned()
}

/// Width and height as stored.
pub fn coded_size(parameters: &ffmpeg::codec::Parameters) -> (u32, u32) {
    // SAFETY: the parameters live as long as the reference.
    let (width, height) = unsafe { ((*parameters.as_ptr()).width, (*parameters.as_ptr()).height) };
    (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0))
}

/// Where a stream's first picture or sound begins, in seconds of the file's own time. What an audio encoder put before it
/// to warm up is decoded and dropped, and counts for nothing.
pub fn begins(stream: &ffmpeg::Stream<'_>) -> Option<f64> {
    let start = stream.start_time();
    if start == ffi::AV_NOPTS_VALUE {
        return None;
    }
    let start = start as f64 * f64::from(stream.time_base());
    let parameters = stream.parameters();
    // SAFETY: plain fields of parameters that live as long as the stream.
    let (padding, rate) = unsafe {
        (
            (*parameters.as_ptr()).initial_padding,
            (*parameters.as_ptr()).sample_rate,
        )
    };
    if start < 0.0 && padding > 0 && rate > 0 {
        return Some((start + f64::from(padding) / f64::from(rate)).min(0.0));
    }
    Some(start)
}

/// Whether pictures are stored as two fields.
pub fn interlaced(raw: &ffi::AVCodecParameters, id: ffmpeg::codec::Id) -> bool {
    use ffi::AVFieldOrder as Order;
    matches!(
        raw.field_order,
        Order::AV_FIELD_TT | Order::AV_FIELD_BB | Order::AV_FIELD_TB | Order::AV_FIELD_BT
    ) || id == ffmpeg::codec::Id::DVVIDEO
}

/// The name of a codec's profile.
///
/// # Safety
/// `parameters` points to valid parameters.
pub unsafe fn profile(parameters: *const ffi::AVCodecParameters) -> Option<String> {
    // SAFETY: the caller's promise; the name is static data of FFmpeg.
    unsafe {
        let name = ffi::avcodec_profile_name((*parameters).codec_id, (*parameters).profile);
        if name.is_null() {
            None
        } else {
            Some(std::ffi::CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }
}

/// Length of the source in bytes; 0 where it is not known.
pub fn bytes(demuxer: &ffmpeg::format::context::Input) -> u64 {
    // SAFETY: the I/O context belongs to the demuxer.
    u64::try_from(unsafe { ffi::avio_size((*demuxer.as_ptr()).pb) }).unwrap_or(0)
}
