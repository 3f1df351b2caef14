//! A link as a QR code, for a phone's camera.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::cause::Cause;

/// A QR code as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QrView {
    /// Modules on each side.
    pub size: u32,
    /// The dark ones, as an SVG path whose unit is a module.
    pub path: String,
}

/// The QR code of `text`. A signed link is long: low correction keeps the squares large enough for a camera.
///
/// # Errors
/// `too_long` where no QR code holds it.
pub fn qr(text: &str) -> Result<QrView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).map_err(|error| Cause::TooLongForQr {
        bytes: text.len(),
        error: error.to_string(),
    })?;
    let size = code.width();
    let colors = code.into_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    Ok(QrView {
        size: u32::try_from(size).unwrap_or(u32::MAX),
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules, painted from the path again.
    fn painted(view: &QrView) -> Vec<Vec<bool>> {
        let size = view.size as usize;
        let mut rows = vec![vec![false; size]; size];
        for run in view.path.split('M').skip(1) {
            let numbers: Vec<usize> = run
                .split(['h', 'v', ' ', 'z', '-'])
                .filter_map(|n| n.parse().ok())
                .collect();
            let [x, y, width, ..] = numbers[..] else {
                panic!("{run}")
            };
            rows[y][x..x + width].fill(true);
        }
        rows
    }

    #[test]
    fn the_path_paints_the_code() {
        let text = format!("https://d111111abcdef8.cloudfront.net/watch/#{}", "Aa0~_-".repeat(100));
        let view = qr(&text).expect("a code");
        let code = QrCode::with_error_correction_level(&text, EcLevel::L).expect("a code");
        let expected: Vec<Vec<bool>> = code
            .to_colors()
            .chunks(code.width())
            .map(|row| row.iter().map(|color| *color == Color::Dark).collect())
            .collect();
        assert_eq!(painted(&view), expected);
    }

    #[test]
    fn what_is_too_long_is_said() {
        assert_eq!(qr(&"a".repeat(3000)).expect_err("too long").code, "too_long");
    }
}
