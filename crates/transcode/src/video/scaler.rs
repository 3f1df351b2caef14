//! Pictures in another size, bicubic: by zimg where libavfilter has it, which takes two thirds of libswscale's time, else by libswscale.

use std::sync::Arc;

use ffmpeg::format::Pixel;
use ffmpeg::software::scaling;
use ffmpeg::{Error, filter, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::frame::Picture;
use crate::error::internal;

/// Pixel format, width, height.
type Shape = (Pixel, u32, u32);

/// How steep edges come out: the cubic curve's C, with B = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edges {
    /// 0.65: a little steeper than libswscale's own bicubic, which has 0.6.
    Plain,
    /// 0.75: for pictures that were scaled before, which takes a little off every edge each time.
    Steep,
}

/// Scales pictures to one size and to YUV 4:2:0.
pub struct Scaler {
    engine: Option<(Engine, Shape)>,
    width: u32,
    height: u32,
    edges: Edges,
}

enum Engine {
    Zimg(filter::Graph),
    Swscale(scaling::Context),
}

// SAFETY: neither a filter graph nor libswscale's context belongs to a thread; they are only used through `&mut self`.
unsafe impl Send for Scaler {}

impl Scaler {
    /// A scaler to this size.
    pub fn new(width: u32, height: u32, edges: Edges) -> Self {
        Self {
            engine: None,
            width,
            height,
            edges,
        }
    }

    /// The picture in this scaler's size; the same one where it already is.
    pub fn scale(&mut self, picture: &Arc<Picture>) -> Result<Arc<Picture>, Failure> {
        if shape(&picture.frame) == (Pixel::YUV420P, self.width, self.height) {
            return Ok(Arc::clone(picture));
        }
        let frame = self.run(&picture.frame)?;
        Ok(Arc::new(Picture {
            frame,
            pts: picture.pts,
            begins: picture.begins,
            key: picture.key,
        }))
    }

    /// A frame in this scaler's size, time stamp and picture type kept.
    pub fn run(&mut self, frame: &frame::Video) -> Result<frame::Video, Failure> {
        let from = shape(frame);
        if self.engine.as_ref().is_none_or(|(_, known)| *known != from) {
            let engine = match self.zimg(from) {
                Some(graph) => Engine::Zimg(graph),
                None => Engine::Swscale(self.swscale(from)?),
            };
            self.engine = Some((engine, from));
        }
        let scaled = match &mut self.engine {
            Some((Engine::Zimg(graph), _)) => through(graph, frame),
            _ => Err(Error::FilterNotFound),
        };
        let mut out = match scaled {
            Ok(out) => out,
            Err(_) => self.by_swscale(frame, from)?,
        };
        out.set_pts(frame.pts());
        out.set_kind(frame.kind());
        Ok(out)
    }

    /// By libswscale; from now on, where zimg was tried and refused.
    fn by_swscale(&mut self, frame: &frame::Video, from: Shape) -> Result<frame::Video, Failure> {
        if !matches!(self.engine, Some((Engine::Swscale(_), _))) {
            self.engine = Some((Engine::Swscale(self.swscale(from)?), from));
        }
        let Some((Engine::Swscale(context), _)) = &mut self.engine else {
            return Err(internal("no scaler"));
        };
        let mut out = frame::Video::new(Pixel::YUV420P, self.width, self.height);
        context.run(frame, &mut out).map_err(internal)?;
        Ok(out)
    }

    fn swscale(&self, from: Shape) -> Result<scaling::Context, Failure> {
        scaling::Context::get(
            from.0,
            from.1,
            from.2,
            Pixel::YUV420P,
            self.width,
            self.height,
            scaling::Flags::BICUBIC,
        )
        .map_err(internal)
    }

    /// `None` where this FFmpeg has no zimg, and for what zimg does not take: half pixels of colour.
    fn zimg(&self, from: Shape) -> Option<filter::Graph> {
        let even = [from.1, from.2, self.width, self.height]
            .iter()
            .all(|length| length % 2 == 0);
        if from.0 != Pixel::YUV420P || !even {
            return None;
        }
        let mut graph = filter::Graph::new();
        // SAFETY: a graph's thread count may be set before it is configured. Every rung has a thread of its own already.
        unsafe {
            (*graph.as_mut_ptr()).nb_threads = 1;
        }
        let arguments = format!(
            "video_size={}x{}:pix_fmt={}:time_base=1/1000000:pixel_aspect=1/1",
            from.1,
            from.2,
            ffmpeg::ffi::AVPixelFormat::from(from.0) as i32
        );
        graph.add(&filter::find("buffer")?, "in", &arguments).ok()?;
        graph.add(&filter::find("buffersink")?, "out", "").ok()?;
        let (width, height) = (self.width, self.height);
        let steep = match self.edges {
            Edges::Plain => 0.65,
            Edges::Steep => 0.75,
        };
        let spec = format!("zscale=w={width}:h={height}:filter=bicubic:param_a=0:param_b={steep}");
        graph
            .output("in", 0)
            .and_then(|parser| parser.input("out", 0))
            .and_then(|parser| parser.parse(&spec))
            .and_then(|()| graph.validate())
            .ok()?;
        Some(graph)
    }
}

fn shape(frame: &frame::Video) -> Shape {
    (frame.format(), frame.width(), frame.height())
}

/// One frame through a graph that holds none back.
fn through(graph: &mut filter::Graph, frame: &frame::Video) -> Result<frame::Video, Error> {
    let mut pixels = frame::Video::empty();
    // SAFETY: a new reference to the same pixels. What they mean is left out: only their number is to change.
    unsafe {
        let raw = pixels.as_mut_ptr();
        let failed = ffmpeg::ffi::av_frame_ref(raw, frame.as_ptr());
        if failed < 0 {
            return Err(Error::from(failed));
        }
        (*raw).color_primaries = ffmpeg::ffi::AVColorPrimaries::AVCOL_PRI_UNSPECIFIED;
        (*raw).color_trc = ffmpeg::ffi::AVColorTransferCharacteristic::AVCOL_TRC_UNSPECIFIED;
        (*raw).colorspace = ffmpeg::ffi::AVColorSpace::AVCOL_SPC_UNSPECIFIED;
        (*raw).color_range = ffmpeg::ffi::AVColorRange::AVCOL_RANGE_UNSPECIFIED;
        (*raw).chroma_location = ffmpeg::ffi::AVChromaLocation::AVCHROMA_LOC_UNSPECIFIED;
        (*raw).interlaced_frame = 0;
    }
    graph.get("in").ok_or(Error::FilterNotFound)?.source().add(&pixels)?;
    let mut out = frame::Video::empty();
    graph.get("out").ok_or(Error::FilterNotFound)?.sink().frame(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with edges in both directions and in colour.
    fn picture(width: u32, height: u32) -> frame::Video {
        let mut frame = frame::Video::new(Pixel::YUV420P, width, height);
        for plane in 0..3 {
            let stride = frame.stride(plane);
            for (at, pixel) in frame.data_mut(plane).iter_mut().enumerate() {
                let (x, y) = (at % stride, at / stride);
                *pixel = 40 + ((x / 7 + y / 5) % 3 * 80) as u8;
            }
        }
        frame
    }

    /// The largest difference of brightness.
    fn worst(one: &frame::Video, other: &frame::Video) -> u8 {
        let rows = |frame: &frame::Video| {
            let (stride, width) = (frame.stride(0), frame.width() as usize);
            let rows = frame.data(0).chunks(stride).take(frame.height() as usize);
            rows.flat_map(|row| row[..width].to_vec()).collect::<Vec<u8>>()
        };
        let pairs = rows(one).into_iter().zip(rows(other));
        pairs.map(|(one, other)| one.abs_diff(other)).max().unwrap_or(u8::MAX)
    }

    #[test]
    fn both_scalers_make_the_same_picture() {
        let source = picture(1280, 720);
        let mut scaler = Scaler::new(640, 360, Edges::Plain);
        let by_zimg = scaler.run(&source).unwrap();
        assert!(
            matches!(scaler.engine, Some((Engine::Zimg(_), _))),
            "this FFmpeg has zscale"
        );
        let by_swscale = scaler.by_swscale(&source, shape(&source)).unwrap();
        // Colour is not compared: zimg keeps its samples at the left of the pixels, as H.264 says; libswscale moves them.
        let off = worst(&by_zimg, &by_swscale);
        assert!(off <= 4, "{off} of 255");
    }

    #[test]
    fn odd_sizes_and_new_shapes_are_scaled_too() {
        let mut scaler = Scaler::new(64, 36, Edges::Steep);
        for (width, height) in [(321, 181), (320, 180), (2, 2)] {
            let mut source = picture(width, height);
            source.set_pts(Some(7));
            let out = scaler.run(&source).unwrap();
            assert_eq!(
                (out.width(), out.height(), out.pts()),
                (64, 36, Some(7)),
                "{width}x{height}"
            );
        }
    }
}
