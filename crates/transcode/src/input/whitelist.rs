//! What is opened at all: real containers and well-kept decoders. Everything else in FFmpeg is never reached.
//!
//! No demuxer here opens a second file by itself, and no decoder is one of the rare ones, whose parsers are where
//! memory errors are still found (`MagicYUV`: CVE-2026-8461, unfixed in FFmpeg 5.1.9).

/// Demuxers by the first of their names.
pub const CONTAINERS: &[&str] = &[
    "mov",
    "matroska",
    "mpegts",
    "mpeg",
    "avi",
    "flv",
    "asf",
    "ogg",
    "wav",
    "w64",
    "aiff",
    "caf",
    "mp3",
    "aac",
    "ac3",
    "eac3",
    "flac",
    "mxf",
    "gxf",
    "dv",
    // Animations, and what drones, security cameras and encoders leave without a container.
    "gif",
    "png",
    "yuv4mpegpipe",
    "h264",
    "hevc",
    "ivf",
];

/// Decoders of pictures.
pub const VIDEO: &[&str] = &[
    "h264",
    "hevc",
    "vp8",
    "vp9",
    // Only for transparency, which the two above leave out.
    "libvpx",
    "libvpx-vp9",
    "libdav1d",
    "libaom-av1",
    "av1",
    "mpeg1video",
    "mpeg2video",
    "mpeg4",
    "msmpeg4v2",
    "msmpeg4",
    "h263",
    "flv",
    "wmv1",
    "wmv2",
    "wmv3",
    "vc1",
    "vp6",
    "vp6f",
    "theora",
    "prores",
    "dnxhd",
    "cfhd",
    "mjpeg",
    "dvvideo",
    "ffv1",
    "huffyuv",
    "ffvhuff",
    "utvideo",
    "rawvideo",
    "v210",
    "qtrle",
    "gif",
    "png",
];

/// Decoders of sound.
pub const AUDIO: &[&str] = &[
    "aac",
    "aac_latm",
    "mp3float",
    "mp3",
    "mp2float",
    "mp2",
    "mp1float",
    "ac3",
    "eac3",
    "dca",
    "truehd",
    "mlp",
    "opus",
    "libopus",
    "vorbis",
    "flac",
    "alac",
    "pcm_s16le",
    "pcm_s16be",
    "pcm_s24le",
    "pcm_s24be",
    "pcm_s32le",
    "pcm_s32be",
    "pcm_f32le",
    "pcm_f32be",
    "pcm_f64le",
    "pcm_f64be",
    "pcm_u8",
    "pcm_s8",
    "pcm_mulaw",
    "pcm_alaw",
    "pcm_bluray",
    "pcm_dvd",
    "wmav1",
    "wmav2",
    "wmapro",
    "adpcm_ms",
    "adpcm_ima_wav",
    "adpcm_ima_qt",
    "adpcm_swf",
    "amrnb",
    "amrwb",
    "nellymoser",
    "s302m",
];

/// Decoders of text subtitles.
pub const TEXT: &[&str] = &["subrip", "srt", "webvtt", "mov_text", "ass", "ssa", "text"];

/// Widest and highest picture, in pixels a side.
pub const MAX_SIDE: u32 = 8192;

/// Largest picture: 8K. A larger one would take gigabytes of frames.
pub const MAX_PIXELS: u64 = 8192 * 4608;

/// FFmpeg's `format_whitelist`.
pub fn containers() -> String {
    CONTAINERS.join(",")
}

/// FFmpeg's `codec_whitelist`.
pub fn decoders() -> String {
    [VIDEO, AUDIO, TEXT].concat().join(",")
}

/// Whether the decoder of that name may be used.
pub fn allows(decoder: &str) -> bool {
    [VIDEO, AUDIO, TEXT].iter().any(|list| list.contains(&decoder))
}
