//! Whether what is planned to be copied can be.

use screener_ladder::Plan;
use screener_wire::{Failure, Transcode};

use crate::input;
use crate::session::Session;
use crate::timeline::zero;
use crate::video::copied;

/// What only the packets show: a source that begins in the middle of a group of pictures cannot be copied.
pub fn check(session: &Session, task: &Transcode, plan: &mut Plan) -> Result<(), Failure> {
    if !plan.rungs.iter().any(|rung| rung.copied) {
        return Ok(());
    }
    let mut source = input::open_with(&task.file, &session.stop_flag())?.demuxer;
    let zero = zero(&source, plan);
    let clean = plan.source.video.as_ref().is_some_and(|video| {
        source
            .stream(video.index)
            .is_some_and(|stream| copied::has_parameter_sets(&stream))
            && copied::begins_clean(&mut source, video.index, zero, 1.0 / video.frame_rate.value().max(1.0))
    });
    // The last picture of a copied rung cannot be held for sound that goes on.
    let seconds = |index: usize| {
        source.stream(index).map_or(0.0, |stream| {
            stream.duration().max(0) as f64 * f64::from(stream.time_base())
        })
    };
    let pictures = plan.source.video.as_ref().map_or(0.0, |video| seconds(video.index));
    let longer = pictures > 0.0 && plan.audio.iter().any(|audio| seconds(audio.index) > pictures + 0.2);
    if !clean || longer {
        let why = if clean {
            "the sound is longer than the pictures"
        } else {
            "its first picture is no key frame"
        };
        for rung in plan.rungs.iter_mut().filter(|rung| rung.copied) {
            rung.copied = false;
            let said = format!("{} is copied, not re-encoded", rung.name);
            plan.notes.retain(|note| *note != said);
            plan.notes
                .push(format!("{} is re-encoded, not copied: {why}", rung.name));
        }
    }
    Ok(())
}
