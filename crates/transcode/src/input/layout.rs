//! Where a source says that its channels stand, as FFmpeg numbers places (`enum AVChannel`).

use ffmpeg_next::ffi;

/// Nothing says where a channel stands.
pub const NONE: i32 = 512;

/// What a channel is not for, or nobody knows what for.
const UNUSED: std::ops::RangeInclusive<i32> = 0x200..=0x3FF;

/// The place of each channel; `NONE` where it has none that is known.
pub fn places(layout: &ffi::AVChannelLayout) -> Vec<i32> {
    let count = usize::try_from(layout.nb_channels).unwrap_or(0);
    match layout.order {
        ffi::AVChannelOrder::AV_CHANNEL_ORDER_NATIVE => {
            // SAFETY: in this order the union is a mask.
            let mask = unsafe { layout.u.mask };
            (0..64).filter(|place| mask >> place & 1 == 1).collect()
        }
        ffi::AVChannelOrder::AV_CHANNEL_ORDER_CUSTOM => (0..count)
            // SAFETY: in this order the union points at as many entries as there are channels. A place is read as the number
            // that it is: another version of FFmpeg may know more of them than the binding's enumeration.
            .map(|at| unsafe { (&raw const (*layout.u.map.add(at)).id).cast::<i32>().read() })
            .map(|place| if UNUSED.contains(&place) { NONE } else { place })
            .collect(),
        _ => vec![NONE; count],
    }
}

/// Short names of places, by their numbers.
const NAMES: [&str; 18] = [
    "FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR",
];

/// The short name of a place.
pub fn name(place: i32) -> Option<&'static str> {
    NAMES.get(usize::try_from(place).ok()?).copied()
}
