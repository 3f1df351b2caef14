//! How loud each channel of a source is in the stereo that is made of it: the levels of ITU-R BS.775, never divided by their sum.

use ffmpeg_next::ffi;

use crate::input::layout;

/// Amplitude in the left and in the right.
pub type Gain = [f64; 2];

/// -3 dB.
const HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;
const NOTHING: Gain = [0.0, 0.0];
const LEFT: Gain = [1.0, 0.0];
const RIGHT: Gain = [0.0, 1.0];
const CENTER: Gain = [HALF, HALF];
const LEFT_ROUND: Gain = [HALF, 0.0];
const RIGHT_ROUND: Gain = [0.0, HALF];
/// One place of which the listener has two speakers, behind or above.
const MIDDLE_ROUND: Gain = [0.5, 0.5];

/// Stereo as it is.
pub const STEREO: [Gain; 2] = [LEFT, RIGHT];

/// Places as FFmpeg numbers them (`enum AVChannel`): the left of a finished stereo mix, and of one for headphones.
const MIXED_LEFT: i32 = 29;
const BINAURAL_LEFT: i32 = 61;

/// Of each channel of a layout.
pub fn gains(channels: &ffi::AVChannelLayout) -> Vec<Gain> {
    let count = usize::try_from(channels.nb_channels).unwrap_or(0);
    if count == 1 {
        // One channel is heard in both ears, wherever it is said to stand.
        return vec![[1.0, 1.0]];
    }
    if channels.order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_AMBISONIC {
        return (0..count).map(ambisonic).collect();
    }
    let mut gains = placed(&layout::places(channels));
    // Where no channel stands at the front, the loudest is as loud as it was.
    let loudest = gains.iter().flatten().fold(0.0_f64, |most, gain| most.max(*gain));
    let deaf = |side: usize| gains.iter().all(|gain| gain[side] == 0.0);
    if deaf(0) || deaf(1) {
        return unnamed(count);
    }
    if loudest < 1.0 {
        gains.iter_mut().flatten().for_each(|gain| *gain /= loudest);
    }
    gains
}

/// Whether sums of these channels may be louder than what a player can play.
pub fn adds_up(gains: &[Gain]) -> bool {
    [0, 1]
        .iter()
        .any(|&side| gains.iter().map(|gain| gain[side]).sum::<f64>() > 1.0 + 1e-9)
}

fn placed(places: &[i32]) -> Vec<Gain> {
    // A mix that somebody made for two ears stands beside what it was made of.
    let finished = [MIXED_LEFT, BINAURAL_LEFT]
        .into_iter()
        .find(|left| places.contains(left) && places.contains(&(left + 1)));
    places
        .iter()
        .enumerate()
        .map(|(at, &place)| match finished {
            Some(left) if place == left => LEFT,
            Some(left) if place == left + 1 => RIGHT,
            Some(_) => NOTHING,
            // Two channels of one place are two recordings of one thing: the first.
            None if places[..at].contains(&place) => NOTHING,
            None => gain(place),
        })
        .collect()
}

/// The gain of a place of `enum AVChannel`.
pub fn gain(place: i32) -> Gain {
    match place {
        // Front, of centre, of a stereo mix, and for headphones.
        0 | 6 | 29 | 61 => LEFT,
        1 | 7 | 30 | 62 => RIGHT,
        2 => CENTER,
        // Back, side, wide, direct, above and below.
        4 | 9 | 12 | 15 | 31 | 33 | 36 | 39 | 41 | 43 => LEFT_ROUND,
        5 | 10 | 14 | 17 | 32 | 34 | 37 | 40 | 42 | 44 => RIGHT_ROUND,
        8 | 11 | 13 | 16 | 38 => MIDDLE_ROUND,
        // What shakes the seats is for those who have the loudspeaker.
        _ => NOTHING,
    }
}

/// The gain of a place by its short name.
pub fn named(name: &str) -> Gain {
    let place = (0..).map_while(layout::name).position(|known| known == name);
    place.map_or(NOTHING, |place| gain(place as i32))
}

/// Channels that no one named: in the order of the usual layouts, and of more than those the first two.
fn unnamed(count: usize) -> Vec<Gain> {
    let usual: &[i32] = match count {
        3 => &[0, 1, 2],
        4 => &[0, 1, 4, 5],
        5 => &[0, 1, 2, 4, 5],
        6 => &[0, 1, 2, 3, 4, 5],
        7 => &[0, 1, 2, 3, 8, 9, 10],
        8 => &[0, 1, 2, 3, 4, 5, 9, 10],
        _ => &[0, 1],
    };
    (0..count)
        .map(|at| usual.get(at).map_or(NOTHING, |&place| gain(place)))
        .collect()
}

/// Two microphones that point left and right, of a sphere of sound (channels W, Y, Z, X, …).
fn ambisonic(channel: usize) -> Gain {
    match channel {
        0 => CENTER,
        1 => [0.5, -0.5],
        _ => NOTHING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn native(mask: u64) -> ffi::AVChannelLayout {
        ffi::AVChannelLayout {
            order: ffi::AVChannelOrder::AV_CHANNEL_ORDER_NATIVE,
            nb_channels: mask.count_ones() as i32,
            u: ffi::AVChannelLayout__bindgen_ty_1 { mask },
            opaque: std::ptr::null_mut(),
        }
    }

    fn count(channels: i32) -> ffi::AVChannelLayout {
        ffi::AVChannelLayout {
            order: ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC,
            nb_channels: channels,
            u: ffi::AVChannelLayout__bindgen_ty_1 { mask: 0 },
            opaque: std::ptr::null_mut(),
        }
    }

    #[test]
    fn stereo_stays_and_one_channel_is_in_both() {
        assert_eq!(gains(&native(0b11)), STEREO);
        assert_eq!(gains(&count(2)), STEREO);
        assert_eq!(gains(&native(0b11 << 29)), STEREO);
        for place in [0, 1, 2, 3, 9] {
            assert_eq!(gains(&native(1 << place)), [[1.0, 1.0]]);
        }
        assert!(!adds_up(&STEREO));
        assert!(adds_up(&gains(&native(ffi::AV_CH_LAYOUT_5POINT1))));
    }

    #[test]
    fn nothing_at_the_front() {
        assert_eq!(gains(&native(0b11 << 9)), STEREO, "two at the sides");
        assert_eq!(gains(&native(0b1100)), [[1.0, 1.0], NOTHING], "a centre and its bass");
        assert_eq!(gains(&native(1 << 3 | 1 << 35)), STEREO, "nothing but bass");
    }

    #[test]
    fn a_finished_mix_among_others() {
        let found = gains(&native(ffi::AV_CH_LAYOUT_5POINT1 | 0b11 << 29));
        assert_eq!(found[..6], [NOTHING; 6]);
        assert_eq!(found[6..], STEREO);
    }

    #[test]
    fn every_number_of_channels_gives_sound_in_both_sides() {
        for channels in 1..=64 {
            let found = gains(&count(channels));
            assert_eq!(found.len(), channels as usize);
            assert!(found.iter().any(|gain| gain[0] >= 1.0) && found.iter().any(|gain| gain[1] >= 1.0));
        }
    }
}
