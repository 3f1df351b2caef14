//! Decodes up to a moment, turns and scales the picture as a viewer sees it, and packs it as JPEG.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::util::frame;
use ffmpeg_next::{ffi, filter, format};
use screener_ladder::source::Edges;
use screener_wire::{Cause, Failure};

use crate::error::internal;
use crate::input::{self, Source, header};
use crate::probe::geometry::{Turn, display_size, sample_aspect, turn};
use crate::probe::{choose, crop};
use crate::pulse;

/// Longest side of a still.
const LARGEST: u32 = 1280;
/// Pictures decoded at most before giving up on the moment: a minute of 60 frames a second.
const DECODED: usize = 3600;

/// A picture, packed.
pub struct Packed {
    /// JPEG bytes.
    pub jpeg: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// The picture at `at` seconds after the first one.
pub fn at(mut source: Source, at: f64) -> Result<Packed, Failure> {
    let none = |name: &str| Cause::NoStill { name: name.to_owned() };
    let index = choose(&source.demuxer).ok_or_else(|| none(&source.name))?;
    let stream = source.demuxer.stream(index).ok_or_else(|| none(&source.name))?;
    let (tick, start) = (f64::from(stream.time_base()), stream.start_time());
    let start = if start == ffi::AV_NOPTS_VALUE {
        0.0
    } else {
        start as f64 * tick
    };
    let turn = turn(&stream);
    let (width, height) = header::coded_size(&stream.parameters());
    let aspect = sample_aspect(&stream, width, height);
    let edges = crop(&source, index).unwrap_or_default();
    let (wide, high) = (width - edges.left - edges.right, height - edges.top - edges.bottom);
    let size = fit(display_size(wide, high, aspect, turn.rotation));
    let (context, codec) = input::decoder(&source.name, &stream)?;
    let mut decoder = context
        .decoder()
        .open_as(codec)
        .and_then(ffmpeg::decoder::Opened::video)
        .map_err(internal)?;
    let target = start + at;
    if at > 0.5 {
        let micros = (target * f64::from(ffi::AV_TIME_BASE)) as i64;
        // A source that cannot seek is read from its beginning.
        let _ = source.demuxer.seek(micros, ..micros);
    }
    let found = decode(&mut source, &mut decoder, index, tick, target).ok_or_else(|| none(&source.name))?;
    // It may have turned in mid-film.
    let stored = (found.width(), found.height());
    let (size, edges) = if stored == (width, height) {
        (size, edges)
    } else {
        let size = fit(display_size(stored.0, stored.1, aspect, turn.rotation));
        (size, Edges::default())
    };
    pack(found, turn, edges, size).map_err(internal)
}

/// The last picture at or before `target`, else the first behind it.
fn decode(
    source: &mut Source,
    decoder: &mut ffmpeg::decoder::Video,
    index: usize,
    tick: f64,
    target: f64,
) -> Option<frame::Video> {
    let mut best: Option<frame::Video> = None;
    let mut packet = ffmpeg::Packet::empty();
    let (mut count, mut ended) = (0, false);
    while !ended && count < DECODED {
        pulse::alive();
        if input::read(&mut source.demuxer, &mut packet).is_err() {
            ended = true;
            let _ = decoder.send_eof();
        } else if packet.stream() == index {
            // A broken packet is skipped: a later picture may be whole.
            let _ = decoder.send_packet(&packet);
        } else {
            continue;
        }
        loop {
            let mut picture = frame::Video::empty();
            if decoder.receive_frame(&mut picture).is_err() {
                break;
            }
            count += 1;
            let time = picture.timestamp().map_or(0.0, |time| time as f64 * tick);
            if time > target + 0.001 && best.is_some() {
                return best;
            }
            let behind = time > target + 0.001;
            best = Some(picture);
            if behind {
                return best;
            }
        }
    }
    best
}

/// The size within [`LARGEST`], even, aspect kept.
fn fit((width, height): (u32, u32)) -> (u32, u32) {
    let scale = (f64::from(LARGEST) / f64::from(width.max(height).max(1))).min(1.0);
    let even = |side: u32| ((f64::from(side) * scale / 2.0).round() as u32 * 2).max(2);
    (even(width), even(height))
}

fn pack(picture: frame::Video, turn: Turn, edges: Edges, (width, height): (u32, u32)) -> Result<Packed, ffmpeg::Error> {
    let mut graph = filter::Graph::new();
    // SAFETY: a plain field of a frame that lives as long as the reference.
    let number = unsafe { (*picture.as_ptr()).format };
    let source = format!(
        "video_size={}x{}:pix_fmt={}:time_base=1/1000:pixel_aspect=1/1",
        picture.width(),
        picture.height(),
        number,
    );
    let find = |name: &str| filter::find(name).ok_or(ffmpeg::Error::FilterNotFound);
    graph.add(&find("buffer")?, "in", &source)?;
    graph.add(&find("buffersink")?, "out", "")?;
    graph
        .output("in", 0)?
        .input("out", 0)?
        .parse(&steps(&picture, turn, edges, width, height))?;
    graph.validate()?;
    let mut picture = picture;
    picture.set_pts(Some(0));
    graph
        .get("in")
        .ok_or(ffmpeg::Error::FilterNotFound)?
        .source()
        .add(&picture)?;
    graph.get("in").ok_or(ffmpeg::Error::FilterNotFound)?.source().flush()?;
    let mut scaled = frame::Video::empty();
    graph
        .get("out")
        .ok_or(ffmpeg::Error::FilterNotFound)?
        .sink()
        .frame(&mut scaled)?;
    let jpeg = encode(&mut scaled)?;
    Ok(Packed { jpeg, width, height })
}

fn steps(picture: &frame::Video, turn: Turn, edges: Edges, width: u32, height: u32) -> String {
    let mut steps = Vec::new();
    if edges != Edges::default() {
        let Edges {
            top,
            bottom,
            left,
            right,
        } = edges;
        steps.push(format!("crop=iw-{left}-{right}:ih-{top}-{bottom}:{left}:{top}"));
    }
    // SAFETY: a plain field of a frame that lives as long as the reference.
    let transfer = unsafe { (*picture.as_ptr()).color_trc };
    let hdr = matches!(
        transfer,
        ffi::AVColorTransferCharacteristic::AVCOL_TRC_SMPTE2084
            | ffi::AVColorTransferCharacteristic::AVCOL_TRC_ARIB_STD_B67
    );
    if hdr && filter::find("zscale").is_some() {
        steps.push(
            "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
                .into(),
        );
    }
    steps.extend(turn.filters().map(str::to_owned));
    steps.push(format!(
        "scale={width}:{height}:flags=bicubic:out_range=pc,setsar=1,format=yuvj420p"
    ));
    steps.join(",")
}

fn encode(picture: &mut frame::Video) -> Result<Vec<u8>, ffmpeg::Error> {
    let codec = ffmpeg::encoder::find(ffmpeg::codec::Id::MJPEG).ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut context = ffmpeg::codec::Context::new_with_codec(codec).encoder().video()?;
    context.set_width(picture.width());
    context.set_height(picture.height());
    context.set_format(format::Pixel::YUVJ420P);
    context.set_time_base((1, 25));
    context.set_color_range(ffmpeg::color::Range::JPEG);
    // SAFETY: plain fields of a context that is ours and not opened: a constant quality of 3 (1 best, 31 worst).
    unsafe {
        let raw = context.as_mut_ptr();
        (*raw).flags |= ffi::AV_CODEC_FLAG_QSCALE as i32;
        (*raw).global_quality = 3 * ffi::FF_QP2LAMBDA;
        (*picture.as_mut_ptr()).quality = 3 * ffi::FF_QP2LAMBDA;
    }
    let mut encoder = context.open_as(codec)?;
    encoder.send_frame(picture)?;
    encoder.send_eof()?;
    let mut packet = ffmpeg::Packet::empty();
    encoder.receive_packet(&mut packet)?;
    packet.data().map(<[u8]>::to_vec).ok_or(ffmpeg::Error::Unknown)
}
