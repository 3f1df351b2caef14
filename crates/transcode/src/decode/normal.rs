//! What the ladder takes: upright, progressive, 4:2:0 with 8 bits in video range, standard dynamic range.

use std::collections::VecDeque;

use ffmpeg::format::Pixel;
use ffmpeg::util::color;
use ffmpeg::{Error, filter, frame};
use ffmpeg_next as ffmpeg;
use screener_ladder::Rung;
use screener_ladder::source::{Edges, Ratio, VideoStream};
use screener_wire::Failure;

use crate::error::internal;
use crate::input::header;
use crate::probe::geometry::Turn;

/// The graph counts in microseconds, whatever the source does: a tenth of a tick of the finest grid at worst.
const MICROS: f64 = 1_000_000.0;

/// Makes decoded pictures fit for the ladder; most pass through untouched.
pub struct Normalizer {
    source: VideoStream,
    top: Rung,
    /// The shape of pixels that the source's pictures begin with.
    aspect: f64,
    graph: Option<(filter::Graph, Shape)>,
    ready: VecDeque<(frame::Video, Option<f64>)>,
    last: f64,
}

/// What a graph is built for.
#[derive(Clone, Copy, PartialEq)]
struct Shape {
    format: Pixel,
    width: u32,
    height: u32,
    range: color::Range,
    /// The size within the top rung's where the picture's own shape is another than the film's.
    within: Option<(u32, u32)>,
}

impl Normalizer {
    /// What this source's pictures need to become this rung's. `aspect`: the shape of pixels that the codec declares at the beginning.
    pub fn new(source: &VideoStream, top: &Rung, aspect: f64) -> Self {
        Self {
            source: source.clone(),
            top: top.clone(),
            aspect,
            graph: None,
            ready: VecDeque::new(),
            last: 0.0,
        }
    }

    /// Takes a decoded picture and its time in seconds.
    pub fn add(&mut self, mut frame: frame::Video, seconds: Option<f64>) -> Result<(), Failure> {
        let shape = Shape {
            format: frame.format(),
            width: frame.width(),
            height: frame.height(),
            range: frame.color_range(),
            within: self.within(&frame),
        };
        if shape.width == 0 || shape.height == 0 {
            return Ok(());
        }
        if !self.needs_graph(shape) {
            self.flush()?;
            self.ready.push_back((frame, seconds));
            return Ok(());
        }
        if self.graph.as_ref().is_none_or(|(_, known)| *known != shape) {
            self.flush()?;
            self.graph = Some((self.build(shape)?, shape));
        }
        let seconds = seconds.unwrap_or(self.last + 1.0 / self.source.frame_rate.value().max(1.0));
        self.last = seconds;
        frame.set_pts(Some((seconds * MICROS).round() as i64));
        if let Some((graph, _)) = &mut self.graph {
            let mut input = graph.get("in").ok_or_else(|| internal("a filter is gone"))?;
            input.source().add(&frame).map_err(internal)?;
        }
        self.drain()
    }

    /// The next picture that is fit.
    pub fn take(&mut self) -> Option<(frame::Video, Option<f64>)> {
        self.ready.pop_front()
    }

    /// No more pictures come: what the graph holds is let out.
    pub fn flush(&mut self) -> Result<(), Failure> {
        if let Some((graph, _)) = &mut self.graph
            && let Some(mut input) = graph.get("in")
        {
            input.source().flush().map_err(internal)?;
            self.drain()?;
            self.graph = None;
        }
        Ok(())
    }

    /// Evenly spaced pictures are thinned here; uneven ones where they are laid on the time line.
    fn capped(&self) -> bool {
        !self.source.variable_frame_rate && self.top.frame_rate.value() + 0.01 < self.source.frame_rate.value()
    }

    fn needs_graph(&self, shape: Shape) -> bool {
        let source = &self.source;
        // Square pixels need none: the top rung's own scaling makes them.
        source.rotation != 0
            || source.mirrored
            || source.interlaced
            || source.hdr
            || self.capped()
            || shape.format != Pixel::YUV420P
            || shape.range == color::Range::JPEG
            || shape.within.is_some()
            || self.crop(shape.width, shape.height).is_some()
    }

    /// What is cut off a picture of this size.
    fn crop(&self, width: u32, height: u32) -> Option<Edges> {
        self.source
            .crop
            .filter(|_| (width, height) == (self.source.width, self.source.height))
    }

    /// The top rung's size before the picture is turned.
    fn lying(&self) -> (u32, u32) {
        let (width, height) = (self.top.width, self.top.height);
        if matches!(self.source.rotation, 90 | 270) {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Meetings and phones turn, and adverts have their own shape, in mid-film: such pictures stand between bars. `None` for all others.
    fn within(&self, frame: &frame::Video) -> Option<(u32, u32)> {
        // SAFETY: a plain field of a frame that lives as long as the reference.
        let own = header::aspect(unsafe { (*frame.as_ptr()).sample_aspect_ratio });
        let usual = self.source.sample_aspect.value();
        let pixel = if (own / self.aspect - 1.0).abs() < 0.005 {
            usual
        } else {
            own
        };
        let shape = |width: u32, height: u32, pixel: f64| f64::from(width) * pixel / f64::from(height.max(1));
        let cut = |width: u32, height: u32| {
            let edges = self.crop(width, height).unwrap_or_default();
            (width - edges.left - edges.right, height - edges.top - edges.bottom)
        };
        let ((width, height), (wide, high)) = (
            cut(frame.width(), frame.height()),
            cut(self.source.width, self.source.height),
        );
        let (ratio, film) = (shape(width, height, pixel), shape(wide, high, usual));
        // Rounding of sizes, and lines that a decoder crops, are no other shape.
        if film <= 0.0 || !(0.02..=50.0).contains(&ratio) || (ratio / film - 1.0).abs() < 0.02 {
            return None;
        }
        let (width, height) = self.lying();
        let even = |side: f64, most: u32| (((side / 2.0).round() as u32) * 2).clamp(2, most);
        Some(if ratio > film {
            (width, even(f64::from(height) * film / ratio, height))
        } else {
            (even(f64::from(width) * ratio / film, width), height)
        })
    }

    fn build(&self, shape: Shape) -> Result<filter::Graph, Failure> {
        let mut graph = filter::Graph::new();
        let missing = |name| internal(format!("this FFmpeg has no filter {name}"));
        // SAFETY: a graph's thread count may be set before it is configured.
        unsafe {
            (*graph.as_mut_ptr()).nb_threads = 2;
        }
        let arguments = format!(
            "video_size={}x{}:pix_fmt={}:time_base=1/1000000:pixel_aspect=1/1:frame_rate={}/{}",
            shape.width,
            shape.height,
            ffmpeg::ffi::AVPixelFormat::from(shape.format) as i32,
            self.source.frame_rate.num,
            self.source.frame_rate.den
        );
        graph
            .add(
                &filter::find("buffer").ok_or_else(|| missing("buffer"))?,
                "in",
                &arguments,
            )
            .map_err(internal)?;
        graph
            .add(
                &filter::find("buffersink").ok_or_else(|| missing("buffersink"))?,
                "out",
                "",
            )
            .map_err(internal)?;
        let spec = self.spec(shape);
        graph
            .output("in", 0)
            .and_then(|parser| parser.input("out", 0))
            .and_then(|parser| parser.parse(&spec))
            .and_then(|()| graph.validate())
            .map_err(|error| internal(format!("the filters “{spec}” were refused: {error}")))?;
        Ok(graph)
    }

    fn spec(&self, shape: Shape) -> String {
        let source = &self.source;
        let mut steps = Vec::new();
        if source.interlaced {
            steps.push("bwdif=mode=send_frame:parity=auto:deint=interlaced".to_owned());
        }
        if self.capped() {
            let Ratio { num, den } = self.top.frame_rate;
            steps.push(format!("fps={num}/{den}"));
        }
        if let Some(edges) = self.crop(shape.width, shape.height) {
            let Edges {
                top,
                bottom,
                left,
                right,
            } = edges;
            let (width, height) = (shape.width - left - right, shape.height - top - bottom);
            steps.push(format!("crop={width}:{height}:{left}:{top}"));
        }
        // What is transparent comes over black: every picture is multiplied with its own transparency.
        let packed = source.alpha && !is_planar(shape.format);
        if source.alpha && has_alpha(shape.format) {
            if packed {
                steps.push("format=gbrap|gbrap16".to_owned());
            }
            steps.push("premultiply=inplace=1".to_owned());
        }
        let (width, height) = shape.within.unwrap_or(self.lying());
        if source.hdr {
            let transfer = source.transfer.as_deref().unwrap_or("smpte2084");
            // Smaller first, then in linear light: the other way round is the same picture for four times the work.
            steps.push(format!(
                "zscale=w={width}:h={height}:filter=bicubic:tin={transfer}:pin=2020:min=2020_ncl:t=linear:npl=100"
            ));
            steps.push(
                "format=gbrpf32le,zscale=p=709,tonemap=tonemap=hable:desat=0,zscale=t=709:m=709:r=limited".to_owned(),
            );
        } else {
            let mut scale = format!("scale={width}:{height}:flags=bicubic:out_range=tv");
            if is_rgb(shape.format) || packed {
                scale += ":out_color_matrix=bt709";
            }
            steps.push(scale);
        }
        steps.push("format=yuv420p".to_owned());
        if shape.within.is_some() {
            let (wide, high) = self.lying();
            let (left, above) = ((wide - width) / 4 * 2, (high - height) / 4 * 2);
            steps.push(format!("pad={wide}:{high}:{left}:{above}:black"));
        }
        let turn = Turn {
            mirrored: source.mirrored,
            rotation: source.rotation,
        };
        steps.extend(turn.filters().map(str::to_owned));
        steps.join(",")
    }

    fn drain(&mut self) -> Result<(), Failure> {
        let Some((graph, _)) = &mut self.graph else {
            return Ok(());
        };
        let mut output = graph.get("out").ok_or_else(|| internal("a filter is gone"))?;
        loop {
            let mut frame = frame::Video::empty();
            match output.sink().frame(&mut frame) {
                Ok(()) => {
                    let base = output.sink().time_base();
                    let seconds = frame
                        .pts()
                        .map(|pts| pts as f64 * f64::from(base.numerator()) / f64::from(base.denominator()));
                    self.ready.push_back((frame, seconds));
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(internal(error)),
            }
        }
    }
}

fn is_rgb(format: Pixel) -> bool {
    has(format, ffmpeg::ffi::AV_PIX_FMT_FLAG_RGB)
}

fn has_alpha(format: Pixel) -> bool {
    has(format, ffmpeg::ffi::AV_PIX_FMT_FLAG_ALPHA)
}

fn is_planar(format: Pixel) -> bool {
    has(format, ffmpeg::ffi::AV_PIX_FMT_FLAG_PLANAR)
}

fn has(format: Pixel, flag: i32) -> bool {
    format.descriptor().is_some_and(|descriptor| {
        // SAFETY: descriptors are static.
        unsafe { (*descriptor.as_ptr()).flags & u64::from(flag as u32) != 0 }
    })
}
