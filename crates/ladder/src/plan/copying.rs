//! What may be copied instead of encoded, and why not.

use super::sizes::Size;
use crate::cut::Cut;
use crate::source::{AudioStream, SourceInfo, VideoStream};

/// Apple's table gives 1080p 6 to 7.8 Mbit/s: what a copied rung may take of the cap of an encoded one.
const COPY_SHARE: f64 = 1.3;

/// `Ok` where the source's video can stand as the rung of `size`; else the reason in words.
pub fn video(video: &VideoStream, size: Size, cap: u64, rate_kept: bool, segment: f64) -> Result<(), String> {
    if video.codec != "h264" {
        return Err(format!("the source is {}, not H.264", video.codec));
    }
    // (Full range would stand alone among rungs of video range.)
    if video.bit_depth != 8 || video.pixel_format != "yuv420p" {
        return Err(format!(
            "its pictures are stored as {}, which few players show",
            video.pixel_format
        ));
    }
    // What was cut out is still in the packets around each cut.
    if video.hidden {
        return Err("parts of it are cut out, and a copy would hold them".into());
    }
    if video.changes {
        return Err("its coding changes in mid-film".into());
    }
    if video.rotation != 0 {
        return Err("the picture must be turned".into());
    }
    if video.mirrored {
        return Err("the picture must be mirrored".into());
    }
    if video.interlaced {
        return Err("it is interlaced".into());
    }
    if video.hdr {
        return Err("it is HDR".into());
    }
    if video.crop.is_some() {
        return Err("its edges must be cut off".into());
    }
    if (video.width, video.height) != (size.width, size.height) {
        return Err("its picture is not stored in the size of a rung".into());
    }
    if (video.display_width, video.display_height) != (size.width, size.height) {
        return Err("its pixels are not square".into());
    }
    if !rate_kept {
        return Err("its frame rate is above 60".into());
    }
    match video.key_frame_interval {
        None => return Err("the distance of its key frames is not known".into()),
        Some(interval) if interval > segment + 0.001 => {
            return Err(format!("its key frames are up to {interval:.1} s apart"));
        }
        Some(_) => {}
    }
    match video.bit_rate {
        None => Err("its bit rate is not known".into()),
        Some(rate) if rate as f64 > cap as f64 * COPY_SHARE => Err(format!(
            "its {:.1} Mbit/s are more than the rung's cap",
            rate as f64 / 1e6
        )),
        Some(_) => Ok(()),
    }
}

/// `Ok` where the packets of a part hold that part and nothing else.
pub fn part(cut: Option<&Cut>) -> Result<(), String> {
    match cut {
        Some(cut) if !cut.clean => Err("it is cut between key frames, and a copy would hold what is cut off".into()),
        _ => Ok(()),
    }
}

/// May this stream's packets stand as the stereo AAC rendition? Only raw AAC-LC with its configuration in the container:
/// ADTS headers, or the doubled rates of HE-AAC, would have to be rewritten.
pub fn audio(source: &SourceInfo, stream: &AudioStream) -> bool {
    stream.codec == "aac"
        && !stream.hidden
        && stream.profile.as_deref().is_none_or(|profile| profile == "LC")
        && stream.channels == 2
        && matches!(stream.sample_rate, 44_100 | 48_000)
        && stream.bit_rate.is_some_and(|rate| rate <= 330_000)
        && matches!(source.container.as_str(), "mov" | "matroska" | "webm" | "flv")
}
