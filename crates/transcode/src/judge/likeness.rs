//! What a picture looks like from afar: enough to tell it from another one, little enough to survive any encoder.

use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame;

/// Fields across and down of a plane.
const LUMA: usize = 8;
const CHROMA: usize = 4;

/// Means of fields of the three planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    luma: [u8; LUMA * LUMA],
    chroma: [[u8; CHROMA * CHROMA]; 2],
}

/// Steps of 256 by which all fields may differ in the mean, and one alone.
const MEAN: u32 = 12;
const MOST: u32 = 64;

impl Look {
    /// Of a picture with 8 bits and 4:2:0; `None` for any other.
    pub fn of(picture: &frame::Video) -> Option<Self> {
        if !matches!(picture.format(), Pixel::YUV420P | Pixel::YUVJ420P) {
            return None;
        }
        let plane = |index: usize, shift: u32| Plane {
            data: picture.data(index),
            stride: picture.stride(index),
            width: (picture.width() as usize).div_ceil(1 << shift),
            height: (picture.height() as usize).div_ceil(1 << shift),
        };
        let mut look = Self {
            luma: [0; LUMA * LUMA],
            chroma: [[0; CHROMA * CHROMA]; 2],
        };
        plane(0, 0).means::<LUMA>(&mut look.luma);
        plane(1, 1).means::<CHROMA>(&mut look.chroma[0]);
        plane(2, 1).means::<CHROMA>(&mut look.chroma[1]);
        Some(look)
    }

    /// Mean and largest difference of the fields.
    pub fn differs(&self, other: &Self) -> (u32, u32) {
        let all = |look: &Self| {
            let [u, v] = look.chroma;
            look.luma.into_iter().chain(u).chain(v).collect::<Vec<u8>>()
        };
        let (one, other) = (all(self), all(other));
        let apart = one
            .iter()
            .zip(&other)
            .map(|(one, other)| u32::from(one.abs_diff(*other)));
        (apart.clone().sum::<u32>() / one.len() as u32, apart.max().unwrap_or(0))
    }

    /// Whether it may be the same picture, encoded.
    pub fn is_like(&self, other: &Self) -> bool {
        let (mean, most) = self.differs(other);
        mean <= MEAN && most <= MOST
    }
}

struct Plane<'a> {
    data: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
}

impl Plane<'_> {
    /// Means of `N` times `N` fields, every second line of them.
    fn means<const N: usize>(&self, out: &mut [u8]) {
        let edge = |index: usize, size: usize| index * size / N;
        for down in 0..N {
            let (top, bottom) = (
                edge(down, self.height),
                edge(down + 1, self.height).max(edge(down, self.height) + 1),
            );
            let (mut sums, mut counts) = ([0_u32; N], [0_u32; N]);
            for line in (top..bottom.min(self.height)).step_by(2) {
                let Some(row) = self.data.get(line * self.stride..line * self.stride + self.width) else {
                    continue;
                };
                for across in 0..N {
                    let (left, right) = (edge(across, self.width), edge(across + 1, self.width));
                    let field = &row[left..right];
                    sums[across] += field.iter().map(|&value| u32::from(value)).sum::<u32>();
                    counts[across] += field.len() as u32;
                }
            }
            for across in 0..N {
                out[down * N + across] = (sums[across] / counts[across].max(1)) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ffmpeg_next as ffmpeg;

    use super::*;

    fn picture(luma: impl Fn(usize, usize) -> u8) -> frame::Video {
        ffmpeg::init().expect("FFmpeg");
        let mut picture = frame::Video::new(Pixel::YUV420P, 160, 90);
        let stride = picture.stride(0);
        for (at, value) in picture.data_mut(0).iter_mut().enumerate() {
            *value = luma(at % stride, at / stride);
        }
        picture.data_mut(1).fill(128);
        picture.data_mut(2).fill(128);
        picture
    }

    #[test]
    fn another_picture_is_told_from_a_noisy_one() {
        let meant = Look::of(&picture(|x, _| (x + 40) as u8)).expect("8 bits");
        let noisy = Look::of(&picture(|x, y| (x + 40) as u8 + ((x * 7 + y * 13) % 9) as u8)).expect("8 bits");
        assert!(noisy.is_like(&meant), "{:?}", noisy.differs(&meant));
        let turned = Look::of(&picture(|x, _| 240 - x as u8)).expect("8 bits");
        assert!(!turned.is_like(&meant), "{:?}", turned.differs(&meant));
        let grey = Look::of(&picture(|_, _| 128)).expect("8 bits");
        assert!(!grey.is_like(&meant), "{:?}", grey.differs(&meant));
    }
}
