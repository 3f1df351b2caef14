//! Encoders in hardware: by name where FFmpeg has them, and only where two seconds of film go through them.

use ffmpeg::codec::encoder;
use ffmpeg::format::Pixel;
use ffmpeg::{Error, frame, picture};
use ffmpeg_next as ffmpeg;
use screener_ladder::source::Ratio;
use screener_ladder::{Preset, Rung};
use screener_wire::Failure;

use super::color::{self, Color};
use super::encode::{self, Effort, Encoder};
use super::surface::Intake;
use crate::h264;
use crate::timeline::Grid;

/// An encoder in hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardware {
    /// What creators call it.
    pub name: &'static str,
    /// What FFmpeg calls it.
    pub codec: &'static str,
    /// How it takes pictures.
    pub intake: Intake,
    /// Taken where none is named. Those that nobody has seen at work yet are taken by name alone.
    pub automatic: bool,
    /// The option that makes a wished key picture one that a decoder can begin at.
    pub forced: Option<(&'static str, &'static str)>,
}

/// Best first. A computer with Intel graphics has both of the last two; QSV needs a runtime of its own, which may be missing.
const KNOWN: [Hardware; 5] = [
    Hardware {
        name: "videotoolbox",
        codec: "h264_videotoolbox",
        intake: Intake::Planar,
        automatic: true,
        forced: None,
    },
    Hardware {
        name: "nvenc",
        codec: "h264_nvenc",
        intake: Intake::Planar,
        automatic: true,
        forced: Some(("forced-idr", "1")),
    },
    Hardware {
        name: "amf",
        codec: "h264_amf",
        intake: Intake::Planar,
        automatic: true,
        forced: Some(("forced_idr", "1")),
    },
    Hardware {
        name: "qsv",
        codec: "h264_qsv",
        intake: Intake::SemiPlanar,
        automatic: false,
        forced: Some(("forced_idr", "1")),
    },
    Hardware {
        name: "vaapi",
        codec: "h264_vaapi",
        intake: Intake::Vaapi,
        automatic: false,
        forced: None,
    },
];

/// What is used for a wish, and what is to be said about it.
pub fn choose(wish: &str) -> (Option<Hardware>, Option<String>) {
    match wish {
        "" | "auto" => {
            let mut automatic = KNOWN.into_iter().filter(|hardware| hardware.automatic);
            (automatic.find(|hardware| test(*hardware).is_ok()), None)
        }
        "x264" => (None, None),
        name => match KNOWN.iter().find(|hardware| hardware.name == name) {
            None => (
                None,
                Some(format!("The encoder “{name}” is not known here: x264 is used")),
            ),
            Some(hardware) => match test(*hardware) {
                Ok(()) => (Some(*hardware), None),
                Err(why) => (None, Some(format!("{name} is not used but x264: {why}"))),
            },
        },
    }
}

/// Those that work on this machine.
pub fn working() -> Vec<Hardware> {
    KNOWN.into_iter().filter(|hardware| test(*hardware).is_ok()).collect()
}

/// Opens an encoder in hardware for a rung: no reordering, key pictures only where asked for.
pub fn open(rung: &Rung, grid: Grid, color: Color, effort: Effort, hardware: Hardware) -> Result<Encoder, Failure> {
    let mut options = ffmpeg::Dictionary::new();
    options.set("profile", "high");
    options.set("bf", "0");
    options.set("b", &rung.bit_rate.to_string());
    if let Some((name, value)) = hardware.forced {
        options.set(name, value);
    }
    encode::open(hardware.codec, hardware.intake, rung, grid, color, effort, options)
}

/// Two seconds of film with a key picture in the middle.
fn test(hardware: Hardware) -> Result<(), String> {
    if encoder::find_by_name(hardware.codec).is_none() {
        return Err("this FFmpeg has it not".into());
    }
    let frame_rate = Ratio { num: 30, den: 1 };
    let rung = Rung {
        name: hardware.name.into(),
        width: 640,
        height: 360,
        frame_rate,
        bit_rate: 1_000_000,
        max_rate: 1_500_000,
        copied: false,
    };
    let grid = Grid::new(frame_rate, true, 6.0);
    let effort = Effort {
        preset: Preset::Balanced,
        threads: 1,
        depth: 0,
        quick: false,
    };
    let mut encoder = open(&rung, grid, color::HD, effort, hardware)
        .map_err(|_| String::from("it could not be started on this machine"))?;
    let mut packets = Vec::new();
    let mut take = |encoder: &mut encoder::Video| -> Result<(), String> {
        let mut packet = ffmpeg::Packet::empty();
        loop {
            match encoder.receive_packet(&mut packet) {
                Ok(()) => {
                    let idr = h264::units(packet.data().unwrap_or_default())
                        .iter()
                        .any(|unit| unit[0] & 31 == 5);
                    packets.push((packet.pts().unwrap_or(-1), idr));
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(error.to_string()),
            }
        }
    };
    for number in 0..60_i64 {
        let mut frame = frame::Video::new(Pixel::YUV420P, rung.width, rung.height);
        for plane in 0..3 {
            frame.data_mut(plane).fill((64 + number * 2) as u8);
        }
        frame.set_pts(Some(number * grid.frame));
        frame.set_kind(if number % 30 == 0 {
            picture::Type::I
        } else {
            picture::Type::None
        });
        encoder.send(&frame).map_err(|error| error.to_string())?;
        take(&mut encoder.inner)?;
    }
    encoder.inner.send_eof().map_err(|error| error.to_string())?;
    take(&mut encoder.inner)?;
    let key = |pts: i64| packets.iter().any(|&(at, idr)| at == pts && idr);
    if packets.len() != 60 || !key(0) || !key(30 * grid.frame) {
        return Err("it failed two seconds of film".into());
    }
    Ok(())
}
