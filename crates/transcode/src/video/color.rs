//! The colour that rungs are tagged with.

use ffmpeg::ffi::{AVColorPrimaries, AVColorSpace, AVColorTransferCharacteristic};
use ffmpeg_next as ffmpeg;
use screener_ladder::source::VideoStream;

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
    /// Whether anything is said at all.
    pub fn tagged(self) -> bool {
        self != UNTAGGED
    }

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

/// Nothing said.
const UNTAGGED: Color = Color {
    primaries: AVColorPrimaries::AVCOL_PRI_UNSPECIFIED,
    transfer: AVColorTransferCharacteristic::AVCOL_TRC_UNSPECIFIED,
    space: AVColorSpace::AVCOL_SPC_UNSPECIFIED,
};

/// The colour that all rungs are tagged with: the source's own words. An untagged source stays untagged: to name a guess
/// would not change a pixel, but players and judges that compare with the source convert from one guess to the other.
/// What is brought to BT.709 on the way (HDR, RGB) says so.
pub fn color(stream: &ffmpeg::format::stream::Stream<'_>, video: &VideoStream) -> Color {
    if video.hdr
        || ["rgb", "bgr", "gbr", "argb", "abgr", "pal"]
            .iter()
            .any(|name| video.pixel_format.starts_with(name))
    {
        return HD;
    }
    let parameters = stream.parameters();
    // SAFETY: the stream's parameters live as long as it does.
    let (primaries, transfer, space) = unsafe {
        let raw = parameters.as_ptr();
        ((*raw).color_primaries, (*raw).color_trc, (*raw).color_space)
    };
    Color {
        primaries,
        transfer,
        space: if space == AVColorSpace::AVCOL_SPC_RGB {
            AVColorSpace::AVCOL_SPC_BT709
        } else {
            space
        },
    }
}
