//! Where the film begins on the source's clock.

use ffmpeg_next as ffmpeg;
use screener_ladder::Plan;

use crate::input::header;

/// Sound that begins so little before the pictures is what its encoder put in front to warm up, in containers that have no
/// word for it (AAC in Matroska or MPEG-TS): two frames and a bit.
const WARM_UP: f64 = 0.05;

/// The film's zero on the source's clock: where the first of its streams begins.
pub fn zero(source: &ffmpeg::format::context::Input, plan: &Plan) -> f64 {
    let begins = |index: usize| header::begins(&source.stream(index)?);
    let pictures = plan.source.video.as_ref().and_then(|video| begins(video.index));
    let sound = plan
        .audio
        .iter()
        .filter_map(|audio| begins(audio.index))
        .reduce(f64::min);
    match (pictures, sound) {
        (Some(pictures), Some(sound)) if sound < pictures - WARM_UP => sound,
        (Some(pictures), _) => pictures,
        (None, sound) => sound.unwrap_or(0.0),
    }
}

/// Where what is made of it begins: the film's zero, or the in point behind it.
pub fn begin(source: &ffmpeg::format::context::Input, plan: &Plan) -> f64 {
    zero(source, plan) + plan.begins()
}
