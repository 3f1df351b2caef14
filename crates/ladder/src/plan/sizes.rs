//! Which sizes a ladder has.

/// Heights (short sides) of Apple's authoring ladder that are offered by default.
pub const STANDARD: [u32; 6] = [2160, 1440, 1080, 720, 480, 360];

/// Nothing above is made: content up to 2160p.
const TALLEST: u32 = 2160;

/// A standard rung this close below the source's own size would cost an encode and show nothing new.
const TOO_NEAR: f64 = 0.97;

/// Width and height of one rung, both even, at most the source's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Size {
    /// The side that names the rung: `1080p` is 1080 lines lying, 1080 columns standing.
    pub fn short(self) -> u32 {
        self.width.min(self.height)
    }

    /// Pixels of a frame.
    pub fn pixels(self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }
}

/// The sizes made of a picture of `width` x `height` square pixels, largest first. Never empty; never larger than the
/// picture (but for a side of one pixel, which becomes two); short sides strictly descend.
///
/// `heights`: the short sides wished for; one that the source cannot fill becomes the source's own size.
pub fn sizes(width: u32, height: u32, heights: Option<&[u32]>) -> Vec<Size> {
    let own = Size {
        width: even_below(width),
        height: even_below(height),
    };
    let top = own.short();
    let mut shorts: Vec<u32> = match heights {
        Some(wished) => wished.iter().map(|&h| even_below(h.min(TALLEST)).min(top)).collect(),
        None => STANDARD
            .iter()
            .copied()
            .filter(|&h| h < top)
            .chain([top.min(TALLEST)])
            .collect(),
    };
    shorts.sort_unstable_by(|a, b| b.cmp(a));
    shorts.dedup();
    if shorts.is_empty() {
        shorts.push(top.min(TALLEST));
    }
    // A small source gets one rung, and the source's own size stands in for a standard one just below it.
    let own_is_odd_one = shorts.first() == Some(&top) && !STANDARD.contains(&top);
    if own_is_odd_one && shorts.len() > 1 && f64::from(shorts[1]) >= f64::from(top) * TOO_NEAR {
        shorts.remove(1);
    }
    shorts
        .into_iter()
        .map(|short| scaled(width, height, own, short))
        .collect()
}

fn scaled(width: u32, height: u32, own: Size, short: u32) -> Size {
    if short == own.short() {
        return own;
    }
    let (wide, long, source_short) = if width >= height {
        (true, width, height)
    } else {
        (false, height, width)
    };
    let exact = f64::from(long) * f64::from(short) / f64::from(source_short.max(1));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the source's own side"
    )]
    let long = ((exact / 2.0).round() as u32 * 2).clamp(2, own.width.max(own.height));
    if wide {
        Size {
            width: long,
            height: short,
        }
    } else {
        Size {
            width: short,
            height: long,
        }
    }
}

/// The next even number at or below, and at least 2: 4:2:0 halves both sides.
fn even_below(side: u32) -> u32 {
    (side & !1).max(2)
}
