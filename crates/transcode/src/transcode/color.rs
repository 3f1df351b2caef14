//! The colour that rungs are tagged with.

use ffmpeg::ffi::{AVColorPrimaries, AVColorSpace, AVColorTransferCharacteristic};
use ffmpeg_next as ffmpeg;

/// Colour of the pictures, in libavutil's (and H.273's) numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    /// Primaries.
    pub primaries: AVColorPrimaries,
    /// Transfer characteristics.
    pub transfer: AVColorTransferCharacteristic,
    /// Matrix coefficients.
    pub space: AVColorSpace,
}

impl Color {
    /// H.273 numbers.
    pub fn numbers(self) -> (u16, u16, u16) {
        (self.primaries as u16, self.transfer as u16, self.space as u16)
    }
}

/// BT.709.
pub const HD: Color = Color {
    primaries: AVColorPrimaries::AVCOL_PRI_BT709,
    transfer: AVColorTransferCharacteristic::AVCOL_TRC_BT709,
    space: AVColorSpace::AVCOL_SPC_BT709,
};

/// BT.601 with 525 lines.
const SD: Color = Color {
    primaries: AVColorPrimaries::AVCOL_PRI_SMPTE170M,
    transfer: AVColorTransferCharacteristic::AVCOL_TRC_SMPTE170M,
    space: AVColorSpace::AVCOL_SPC_SMPTE170M,
};

/// The colour that all rungs are tagged with. Untagged pictures are taken for what players would take the source for:
/// left untagged, the small rungs would be shown in other colours than the large ones.
pub fn color(stream: &ffmpeg::format::stream::Stream<'_>, hdr: bool, height: u32) -> Color {
    let parameters = stream.parameters();
    // SAFETY: the stream's parameters live as long as it does.
    let (primaries, transfer, space) = unsafe {
        let raw = parameters.as_ptr();
        ((*raw).color_primaries, (*raw).color_trc, (*raw).color_space)
    };
    if hdr {
        return HD;
    }
    let guess = if height >= 720 { HD } else { SD };
    Color {
        primaries: if primaries == AVColorPrimaries::AVCOL_PRI_UNSPECIFIED {
            guess.primaries
        } else {
            primaries
        },
        transfer: if transfer == AVColorTransferCharacteristic::AVCOL_TRC_UNSPECIFIED {
            guess.transfer
        } else {
            transfer
        },
        space: match space {
            AVColorSpace::AVCOL_SPC_UNSPECIFIED | AVColorSpace::AVCOL_SPC_RGB => guess.space,
            space => space,
        },
    }
}
