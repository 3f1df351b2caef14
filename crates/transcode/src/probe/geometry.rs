//! How a stored picture becomes the one that is seen: turned, mirrored, its pixels made square.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use screener_ladder::source::Ratio;

use crate::input::whitelist;

/// How a stored picture becomes the one that is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Upside down first.
    pub mirrored: bool,
    /// Then so many degrees clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
}

impl Turn {
    /// FFmpeg's filters for it, in order.
    pub fn filters(self) -> impl Iterator<Item = &'static str> {
        let turned = match self.rotation {
            90 => Some("transpose=clock"),
            180 => Some("hflip,vflip"),
            270 => Some("transpose=cclock"),
            _ => None,
        };
        self.mirrored.then_some("vflip").into_iter().chain(turned)
    }
}

/// What the display matrix asks for; angles between go to the nearest quarter.
pub fn turn(stream: &ffmpeg::Stream<'_>) -> Turn {
    let Some(matrix) = stream.side_data().find(|data| data.kind() == SideData::DisplayMatrix) else {
        return Turn::default();
    };
    let data = matrix.data();
    if data.len() < 36 {
        return Turn::default();
    }
    let mut cells = [0_i32; 9];
    for (cell, bytes) in cells.iter_mut().zip(data.chunks_exact(4)) {
        *cell = i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    of_matrix(&cells)
}

/// Rows of a display matrix are where the picture's axes go: right to (a, b), down to (c, d).
fn of_matrix(cells: &[i32; 9]) -> Turn {
    let [a, b, c, d] = [cells[0], cells[1], cells[3], cells[4]].map(f64::from);
    if a * d - b * c == 0.0 {
        return Turn::default();
    }
    let quarters = (b.atan2(a).to_degrees() / 90.0).round() as i64;
    Turn {
        mirrored: a * d - b * c < 0.0,
        rotation: (quarters.rem_euclid(4) * 90) as u16,
    }
}

/// The sample aspect ratio, where it is a plausible one.
pub fn sample_aspect(stream: &ffmpeg::Stream<'_>, width: u32, height: u32) -> Ratio {
    // SAFETY: plain fields of a stream that lives as long as the reference.
    let declared = unsafe {
        let raw = stream.as_ptr();
        [(*raw).sample_aspect_ratio, (*(*raw).codecpar).sample_aspect_ratio]
    };
    let Some(aspect) = declared.iter().find(|aspect| aspect.num > 0 && aspect.den > 0) else {
        return Ratio::default();
    };
    let ratio = Ratio::new(aspect.num as u32, aspect.den as u32);
    // Scaling to odd sizes leaves such crumbs; nobody sees them.
    if (ratio.value() - 1.0).abs() < 0.005 {
        return Ratio::default();
    }
    let wide = f64::from(width) * ratio.value();
    let plausible =
        (0.1..=10.0).contains(&ratio.value()) && wide >= 2.0 && wide <= f64::from(whitelist::MAX_SIDE) && height >= 1;
    if plausible { ratio } else { Ratio::default() }
}

/// Size in square pixels as a viewer sees it: the width follows the sample aspect, then the picture is turned.
pub fn display_size(width: u32, height: u32, aspect: Ratio, rotation: u16) -> (u32, u32) {
    let square = ((f64::from(width) * aspect.value()).round() as u32).max(1);
    if rotation % 180 == 90 {
        (height, square)
    } else {
        (square, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_seen() {
        let pal = Ratio { num: 64, den: 45 };
        assert_eq!(display_size(720, 576, pal, 0), (1024, 576));
        assert_eq!(display_size(1920, 1080, Ratio::default(), 90), (1080, 1920));
        assert_eq!(display_size(1920, 1080, Ratio::default(), 180), (1920, 1080));
        assert_eq!(display_size(1440, 1080, Ratio { num: 4, den: 3 }, 270), (1080, 1920));
    }

    #[test]
    fn every_way_to_turn_a_picture() {
        let turn = |a: i32, b: i32, c: i32, d: i32| {
            let of = |cell: i32| cell << 16;
            let turn = of_matrix(&[of(a), of(b), 0, of(c), of(d), 0, 0, 0, 1 << 30]);
            (turn.mirrored, turn.rotation)
        };
        assert_eq!(turn(1, 0, 0, 1), (false, 0));
        assert_eq!(turn(0, 1, -1, 0), (false, 90));
        assert_eq!(turn(-1, 0, 0, -1), (false, 180));
        assert_eq!(turn(0, -1, 1, 0), (false, 270));
        assert_eq!(turn(1, 0, 0, -1), (true, 0), "upside down");
        assert_eq!(turn(-1, 0, 0, 1), (true, 180), "left to right");
        assert_eq!(turn(0, 1, 1, 0), (true, 90));
        assert_eq!(turn(0, -1, -1, 0), (true, 270));
        assert_eq!(turn(0, 0, 0, 0), (false, 0), "no matrix at all");
    }
}
