//! x264: how hard it works on a rung, and with what.

use ffmpeg_next as ffmpeg;
use screener_ladder::{Preset, Rung};
use screener_wire::Failure;

use super::color::Color;
use super::encode::{self, Effort, Encoder};
use super::surface::Intake;
use crate::timeline::Grid;

/// The rungs before this one are the large ones, which have several threads.
const LARGE: usize = 2;

/// x264's constant quality of the first rung. A little above 23: that pays for the additional key pictures of the short first segments.
const QUALITY: &str = "23.1";

/// The same below it: what fast encoders do not try costs bytes.
const LOWER_QUALITY: &str = "23.2";

/// Threads of the encoder with so many rungs above it; 0: as many as x264 takes by itself, by cores and height. Where the ceiling
/// of the rate rules, fewer have cost the large rungs up to 0.4 of VMAF on two cores, at the same bytes and in the same time.
pub fn threads(depth: usize) -> u32 {
    if depth < LARGE {
        return 0;
    }
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) as u32;
    (cores / 4).max(1)
}

/// What fast encoders below the first rung try of a macroblock: all that veryfast does but the parts of B pictures, which take
/// 6 to 10 % of its time for half a per cent of the bytes. Steeper edges than the command line's make up for it.
const PARTITIONS: &str = "i8x8,i4x4,p8x8";

/// The rungs from this one on, where they are small, search motion in a diamond instead of a hexagon, a tenth less of their time:
/// few pixels make few steps.
const DIAMOND: usize = 2;

/// The shorter side of a small rung.
const SMALL: u32 = 480;

/// x264's name of a preset.
pub fn preset(preset: Preset) -> &'static str {
    match preset {
        Preset::Fast => "veryfast",
        Preset::Balanced => "medium",
        Preset::Best => "slow",
    }
}

/// The encoder for a rung's first segments, where it can be a quicker one than `main`.
pub fn open_quick(rung: &Rung, grid: Grid, color: Color, effort: Effort, main: &Encoder) -> Option<Encoder> {
    if effort.preset == Preset::Fast {
        return None;
    }
    let quick = open(rung, grid, color, Effort { quick: true, ..effort }).ok()?;
    // One init segment serves both, so they must agree on every bit of it.
    (quick.description == main.description).then_some(quick)
}

/// Opens x264 for a rung: capped CRF, key pictures only where asked for.
pub fn open(rung: &Rung, grid: Grid, color: Color, effort: Effort) -> Result<Encoder, Failure> {
    let mut options = ffmpeg::Dictionary::new();
    let work = if effort.quick { Preset::Fast } else { effort.preset };
    options.set("preset", preset(work));
    if work == Preset::Fast && effort.depth > 0 {
        options.set("partitions", PARTITIONS);
        if effort.depth >= DIAMOND && rung.width.min(rung.height) <= SMALL {
            options.set("motion-est", "dia");
        }
    }
    if effort.quick {
        // What of the slower preset stands in the parameter sets.
        options.set("refs", if effort.preset == Preset::Best { "5" } else { "3" });
        options.set("x264-params", "chroma-qp-offset=-2");
    }
    options.set("profile", "high");
    options.set("crf", if effort.depth == 0 { QUALITY } else { LOWER_QUALITY });
    options.set("forced-idr", "1");
    options.set("sc_threshold", "0");
    encode::open("libx264", Intake::Planar, rung, grid, color, effort, options)
}

#[cfg(test)]
mod tests {
    use screener_ladder::source::Ratio;

    use super::*;
    use crate::video::color;

    #[test]
    fn the_quick_encoder_shares_the_init_segment() {
        let frame_rate = Ratio { num: 30, den: 1 };
        for (width, height) in [(1920, 1080), (640, 360)] {
            let rung = Rung {
                name: "rung".into(),
                width,
                height,
                frame_rate,
                bit_rate: 2_000_000,
                max_rate: 3_000_000,
                copied: false,
            };
            let grid = Grid::new(frame_rate, true, 6.0);
            for preset in [Preset::Balanced, Preset::Best] {
                let effort = Effort {
                    preset,
                    threads: 2,
                    depth: 3,
                    quick: false,
                };
                let main = open(&rung, grid, color::HD, effort).unwrap();
                assert!(
                    open_quick(&rung, grid, color::HD, effort, &main).is_some(),
                    "{preset:?} {width}x{height}"
                );
            }
        }
    }
}
