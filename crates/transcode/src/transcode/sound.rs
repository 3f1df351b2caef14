//! The thread of one audio rendition: decode, lay on the film's time line, mix to stereo, encode AAC, cut with the pictures.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use ffmpeg::format::sample::{Sample as SampleFormat, Type};
use ffmpeg::software::resampling;
use ffmpeg::{ChannelLayout, Error, codec, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::work::Progress;
use crate::error::internal;
use crate::mux::track::{Description, Format, Sample};
use crate::output::Output;
use crate::output::finished::Anchor;
use crate::output::finished::Made;
use crate::output::resume::From;
use crate::session::Session;
use crate::timeline::{Grid, Timeline};

/// Samples of one AAC frame.
pub const FRAME: usize = 1024;
/// AAC frames that are encoded again before the first that is kept.
const PRIMING: i64 = 4;
/// Samples by which MP3 comes out of a decoder later than it went into an encoder: 529 of every decoder's, 576 of LAME's, which
/// others are near to. Other containers' time stamps take it off; AVI has none.
pub const MP3_DELAY: u32 = 1105;
/// Time stamps further off than this are believed rather than the count of samples: a gap, or a clock that drifts.
const TOLERANCE: f64 = 0.015;

/// The output rate for a source's rate: the source's own where players like it, else the nearest.
pub fn output_rate(source: u32) -> u32 {
    match source {
        44_100 | 48_000 => source,
        22_050 | 11_025 | 88_200 | 176_400 => 44_100,
        _ => 48_000,
    }
}

/// An AAC encoder and its track.
pub struct Encoder {
    inner: codec::encoder::Audio,
    /// Its track.
    pub description: Description,
}

/// Opens AAC-LC, stereo.
pub fn open(name: &str, bit_rate: u64, rate: u32, language: [u8; 3]) -> Result<Encoder, Failure> {
    let found = codec::encoder::find(codec::Id::AAC).ok_or_else(|| internal("this FFmpeg has no AAC encoder"))?;
    let mut audio = codec::Context::new_with_codec(found)
        .encoder()
        .audio()
        .map_err(internal)?;
    audio.set_rate(rate as i32);
    audio.set_channel_layout(ChannelLayout::STEREO);
    audio.set_channels(2);
    audio.set_format(SampleFormat::F32(Type::Planar));
    audio.set_bit_rate(bit_rate as usize);
    audio.set_time_base((1, rate as i32));
    audio.set_flags(codec::Flags::GLOBAL_HEADER);
    let inner = audio
        .open()
        .map_err(|error| internal(format!("AAC refused {name}: {error}")))?;
    // SAFETY: the encoder is open, so its extradata is there and stays as it is.
    let config = unsafe {
        let raw = inner.as_ptr();
        if (*raw).extradata.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts((*raw).extradata, (*raw).extradata_size as usize).to_vec()
        }
    };
    // The first two bytes say it all; what follows is an extension that says "no SBR".
    let config = config
        .get(..2)
        .map(<[u8]>::to_vec)
        .ok_or_else(|| internal("AAC gave no configuration"))?;
    Ok(Encoder {
        description: Description {
            timescale: rate,
            format: Format::Audio {
                rate,
                channels: 2,
                config,
            },
            language,
        },
        inner,
    })
}

/// One coded frame of silence.
pub fn silence(rate: u32, bit_rate: u64) -> Result<Vec<u8>, Failure> {
    let mut encoder = open("silence", bit_rate, rate, *b"und")?.inner;
    let mut frame = frame::Audio::new(SampleFormat::F32(Type::Planar), FRAME, ChannelLayout::STEREO);
    frame.set_channels(2);
    frame.set_rate(rate);
    for plane in 0..2 {
        frame.plane_mut::<f32>(plane).fill(0.0);
    }
    let mut last = Vec::new();
    let mut packet = ffmpeg::Packet::empty();
    for number in 0..4 {
        frame.set_pts(Some(number * FRAME as i64));
        encoder.send_frame(&frame).map_err(internal)?;
        while encoder.receive_packet(&mut packet).is_ok() {
            last = packet.data().unwrap_or_default().to_vec();
        }
    }
    Ok(last)
}

/// Everything the thread of an audio rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Packets of the source.
    pub from: Receiver<ffmpeg::Packet>,
    /// Decoder of the source's stream.
    pub decoder: codec::decoder::Audio,
    /// Time base of its packets.
    pub time_base: ffmpeg::Rational,
    /// The film's zero, seconds on the source's clock; for this stream, where its decoder gives everything later than it was
    /// recorded, later by as much.
    pub zero: f64,
    /// The encoder.
    pub encoder: Encoder,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// Cuts the frames.
    pub cutter: Option<Cutter<'a>>,
    /// Where this run goes on, in samples.
    pub first: From,
    /// Where the sound stood some way before that.
    pub anchor: Option<Anchor>,
}

impl Thread<'_> {
    /// Works until the packets end.
    pub fn run(mut self) -> Result<(), Failure> {
        let rate = self.encoder.description.timescale;
        let mut cutter = self.cutter.take().ok_or_else(|| internal("no cutter"))?;
        let mut mixer = Mixer {
            context: None,
            rate,
            planes: [VecDeque::new(), VecDeque::new()],
            buffers: [Vec::new(), Vec::new()],
        };
        cutter.tell_start();
        // Frames before the first wanted one prime the encoder: its first packets still ring of silence.
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        let mut line = Line {
            at: lead,
            sent: lead,
            await_anchor: self.anchor.filter(|anchor| lead > 0 && anchor.at <= lead),
            drop: 0,
        };
        let mut decoded = frame::Audio::empty();
        loop {
            let packet = self.from.recv().ok();
            self.session.check()?;
            let fed = match &packet {
                // A packet that cannot be decoded is a gap, and gaps are filled with silence.
                Some(packet) => self.decoder.send_packet(packet).is_ok(),
                None => self.decoder.send_eof().is_ok(),
            };
            if fed {
                while self.decoder.receive_frame(&mut decoded).is_ok() {
                    crate::pulse::alive();
                    let seconds = decoded.timestamp().map(|time| {
                        time as f64 * f64::from(self.time_base.numerator()) / f64::from(self.time_base.denominator())
                            - self.zero
                    });
                    if let Some(anchor) = line.await_anchor {
                        match decoded.timestamp() {
                            Some(time) if time < anchor.time => continue,
                            Some(time) if time == anchor.time => {
                                // From here every sample lies where the run before would have laid it.
                                line.at = anchor.at;
                                line.drop = (lead - anchor.at) as usize;
                            }
                            // The source's frames are others than before: time stamps must do.
                            _ => {}
                        }
                        line.await_anchor = None;
                    }
                    if let Some(time) = decoded.timestamp() {
                        cutter.anchors.push_back(Anchor {
                            time,
                            at: line.at + mixer.delay(),
                        });
                    }
                    let off = mixer.prepare(&decoded, seconds, &mut line)?;
                    self.silence(off.max(0), &mut mixer, &mut line, &mut cutter)?;
                    mixer.add(&decoded, (-off).max(0) as usize, &mut line)?;
                    mixer.skip(&mut line);
                    self.encode(&mut mixer, &mut line, &mut cutter)?;
                }
            }
            if packet.is_none() {
                break;
            }
        }
        mixer.flush(&mut line)?;
        let pictures = if cutter.alone.is_some() {
            None
        } else {
            self.timeline.wait_for_end()
        };
        self.session.check()?;
        // Sound that ends before the pictures goes on as silence: every playlist lasts as long as the film.
        let wanted = pictures
            .map_or(line.at, |end| (end * f64::from(rate)).ceil() as i64)
            .max(line.at);
        self.silence(wanted - line.at, &mut mixer, &mut line, &mut cutter)?;
        self.encode(&mut mixer, &mut line, &mut cutter)?;
        let rest = mixer.planes[0].len();
        if rest > 0 {
            mixer.silence(FRAME - rest);
            self.encode(&mut mixer, &mut line, &mut cutter)?;
        }
        self.encoder.inner.send_eof().map_err(internal)?;
        self.take(&mut cutter, lead)?;
        cutter.finish(line.sent)
    }

    /// Lays down silence, a second at a time: time stamps may leave out hours.
    fn silence(
        &mut self,
        samples: i64,
        mixer: &mut Mixer,
        line: &mut Line,
        cutter: &mut Cutter,
    ) -> Result<(), Failure> {
        let mut left = samples;
        while left > 0 {
            let piece = left.min(i64::from(mixer.rate));
            mixer.silence(piece as usize);
            (line.at, left) = (line.at + piece, left - piece);
            mixer.skip(line);
            self.encode(mixer, line, cutter)?;
            self.session.check()?;
            crate::pulse::alive();
        }
        Ok(())
    }

    fn encode(&mut self, mixer: &mut Mixer, line: &mut Line, cutter: &mut Cutter) -> Result<(), Failure> {
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        while let Some(mut frame) = mixer.frame() {
            frame.set_pts(Some(line.sent));
            line.sent += FRAME as i64;
            self.encoder.inner.send_frame(&frame).map_err(internal)?;
            self.take(cutter, lead)?;
        }
        Ok(())
    }

    fn take(&mut self, cutter: &mut Cutter, lead: i64) -> Result<(), Failure> {
        let mut packet = ffmpeg::Packet::empty();
        loop {
            match self.encoder.inner.receive_packet(&mut packet) {
                Ok(()) => {
                    let pts = packet.pts().unwrap_or(0);
                    // The packet before the first sample holds the encoder's own delay and no sound; it is left out rather
                    // than hidden by an edit list, which MPEG-TS does not have and some players ignore.
                    if pts >= lead {
                        cutter.keep(packet.data().unwrap_or_default(), pts)?;
                    }
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(internal(error)),
            }
        }
    }
}

/// Where the sound stands, in output samples from the film's zero.
struct Line {
    /// Samples laid down.
    at: i64,
    /// Samples sent to the encoder.
    sent: i64,
    /// The frame at which the line is taken up again.
    await_anchor: Option<Anchor>,
    /// Samples between that frame and the first that is encoded.
    drop: usize,
}

/// Brings whatever the source has to stereo floats at the output rate.
struct Mixer {
    context: Option<(resampling::Context, (SampleFormat, ChannelLayout, u32))>,
    rate: u32,
    planes: [VecDeque<f32>; 2],
    buffers: [Vec<f32>; 2],
}

impl Mixer {
    /// Gets ready for what a frame holds. Answers by how many samples it comes too late, or, below zero, too early.
    fn prepare(&mut self, decoded: &frame::Audio, seconds: Option<f64>, line: &mut Line) -> Result<i64, Failure> {
        let layout = match decoded.channel_layout() {
            layout if layout.is_empty() || layout.channels() != i32::from(decoded.channels()) => {
                ChannelLayout::default(i32::from(decoded.channels()))
            }
            layout => layout,
        };
        let from = (decoded.format(), layout, decoded.rate());
        if self.context.as_ref().is_none_or(|(_, known)| *known != from) {
            self.flush(line)?;
            let mut options = ffmpeg::Dictionary::new();
            // Sums of channels would clip in floats, too, once they are played.
            options.set("rematrix_maxval", "1.0");
            let context = resampling::Context::get_with(
                from.0,
                layout,
                from.2,
                SampleFormat::F32(Type::Planar),
                ChannelLayout::STEREO,
                self.rate,
                options,
            )
            .map_err(internal)?;
            self.context = Some((context, from));
        }
        let Some(seconds) = seconds else { return Ok(0) };
        let due = (seconds * f64::from(self.rate)).round() as i64;
        let buffered = self.delay();
        let off = due - (line.at + buffered);
        let matters = off.abs() as f64 > TOLERANCE * f64::from(self.rate)
            || (line.at == line.sent && buffered == 0 && self.planes[0].is_empty() && line.drop == 0);
        Ok(if matters { off } else { 0 })
    }

    /// Adds what a frame holds, without its first samples.
    fn add(&mut self, decoded: &frame::Audio, skip: usize, line: &mut Line) -> Result<(), Failure> {
        // SAFETY: `extended_data` of a decoded frame points at its planes, `samples` long each.
        let planes = unsafe { (*decoded.as_ptr()).extended_data.cast::<*const u8>() };
        self.convert(planes, decoded.samples(), skip, line)
    }

    /// Runs the resampler; no planes ask for what it still holds.
    fn convert(&mut self, planes: *mut *const u8, samples: usize, skip: usize, line: &mut Line) -> Result<(), Failure> {
        let Some((context, _)) = &mut self.context else {
            return Ok(());
        };
        // SAFETY: the context is initialised; both buffers are as long as it is told.
        let out = unsafe {
            let room = ffmpeg::ffi::swr_get_out_samples(context.as_mut_ptr(), samples as i32).max(0) as usize + 64;
            for buffer in &mut self.buffers {
                buffer.resize(room, 0.0);
            }
            let mut to = [
                self.buffers[0].as_mut_ptr().cast::<u8>(),
                self.buffers[1].as_mut_ptr().cast::<u8>(),
            ];
            ffmpeg::ffi::swr_convert(
                context.as_mut_ptr(),
                to.as_mut_ptr(),
                room as i32,
                planes,
                samples as i32,
            )
        };
        if out < 0 {
            return Err(internal(Error::from(out)));
        }
        let (out, skip) = (out as usize, skip.min(out as usize));
        for (plane, buffer) in self.planes.iter_mut().zip(&self.buffers) {
            plane.extend(&buffer[skip..out]);
        }
        line.at += (out - skip) as i64;
        Ok(())
    }

    /// Output samples that the resampler still holds.
    fn delay(&mut self) -> i64 {
        match &mut self.context {
            // SAFETY: the context is initialised.
            Some((context, _)) => unsafe { ffmpeg::ffi::swr_get_delay(context.as_mut_ptr(), i64::from(self.rate)) },
            None => 0,
        }
    }

    /// Leaves out what an earlier run encoded.
    fn skip(&mut self, line: &mut Line) {
        let count = line.drop.min(self.planes[0].len());
        for plane in &mut self.planes {
            plane.drain(..count);
        }
        line.drop -= count;
    }

    fn silence(&mut self, samples: usize) {
        for plane in &mut self.planes {
            plane.extend(std::iter::repeat_n(0.0, samples));
        }
    }

    /// Takes out what the resampler holds back.
    fn flush(&mut self, line: &mut Line) -> Result<(), Failure> {
        self.convert(std::ptr::null_mut(), 0, 0, line)
    }

    /// The next whole AAC frame.
    fn frame(&mut self) -> Option<frame::Audio> {
        if self.planes[0].len() < FRAME {
            return None;
        }
        let mut frame = frame::Audio::new(SampleFormat::F32(Type::Planar), FRAME, ChannelLayout::STEREO);
        frame.set_channels(2);
        frame.set_rate(self.rate);
        for (index, plane) in self.planes.iter_mut().enumerate() {
            for (to, from) in frame.plane_mut::<f32>(index).iter_mut().zip(plane.drain(..FRAME)) {
                *to = from;
            }
        }
        Some(frame)
    }
}

/// Cuts AAC frames into segments that begin where the pictures' do.
pub struct Cutter<'a> {
    /// The task.
    pub session: &'a Session,
    /// Where segments go.
    pub output: &'a Output,
    /// Number of the track in the output.
    pub track: usize,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// The grid, where there are no pictures to follow.
    pub alone: Option<Grid>,
    /// Samples per second.
    pub rate: u32,
    /// Segment that counts as the first group of this run.
    pub group: u32,
    /// Segment under way.
    pub number: u32,
    /// Frames before this sample are an earlier attempt's.
    pub from: i64,
    /// Frames not yet in a segment.
    pub samples: VecDeque<Sample>,
    /// Where frames of the source lie, newest last.
    pub anchors: VecDeque<Anchor>,
    /// Tells the others where segments begin: the first rendition where there are no pictures.
    pub leads: bool,
    /// Told how far the sound is, by the rendition that leads.
    pub progress: &'a Mutex<Progress>,
}

impl Cutter<'_> {
    /// Takes the next AAC frame.
    pub fn keep(&mut self, data: &[u8], pts: i64) -> Result<(), Failure> {
        if pts < self.from {
            return Ok(());
        }
        self.samples.push_back(Sample {
            data: data.to_vec(),
            pts,
            dts: pts,
            duration: FRAME as i64,
            key: true,
        });
        self.cut(pts + FRAME as i64)
    }

    /// Tells where the segment under way begins.
    pub fn tell_start(&self) {
        if self.leads {
            self.timeline.begin(self.from as f64 / f64::from(self.rate));
        }
    }

    fn start(&self, number: u32) -> Option<f64> {
        match self.alone {
            Some(grid) => Some(grid.seconds(grid.start(number))),
            None => self.timeline.start(number),
        }
    }

    /// Cuts every segment that is complete when frames reach up to `end`.
    fn cut(&mut self, end: i64) -> Result<(), Failure> {
        while let Some(start) = self.start(self.number + 1) {
            let boundary = start * f64::from(self.rate);
            if (end as f64) < boundary {
                break;
            }
            let count = self
                .samples
                .iter()
                .take_while(|sample| (sample.pts as f64) < boundary - 0.5)
                .count();
            if count == self.samples.len() && (end as f64) < boundary {
                // Its last frame may be still to come.
                break;
            }
            self.put(count)?;
        }
        Ok(())
    }

    fn put(&mut self, count: usize) -> Result<(), Failure> {
        if self.alone.is_some() {
            self.session
                .wait_for_group(u64::from(self.number.saturating_sub(self.group)) + 1)?;
        }
        let samples: Vec<Sample> = self.samples.drain(..count).collect();
        let end = samples.last().map_or(0, |last| last.pts + last.duration);
        // A later run takes up the line a little before the frames that prime its encoder.
        let wanted = end - (PRIMING + 2) * FRAME as i64;
        while self.anchors.get(1).is_some_and(|next| next.at <= wanted) {
            self.anchors.pop_front();
        }
        let anchor = self.anchors.front().copied().filter(|anchor| anchor.at <= wanted);
        self.output.put(
            self.track,
            Made {
                number: self.number,
                end,
                samples,
                anchor,
            },
        )?;
        self.number += 1;
        self.from = end;
        if self.leads {
            let position = end as f64 / f64::from(self.rate);
            self.progress
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .at(position);
        }
        self.tell_start();
        Ok(())
    }

    /// Cuts what is left.
    pub fn finish(mut self, end: i64) -> Result<(), Failure> {
        self.cut(end + 2 * FRAME as i64)?;
        if !self.samples.is_empty() {
            self.put(self.samples.len())?;
        }
        if self.leads {
            self.timeline.end(end as f64 / f64::from(self.rate));
        }
        self.output.end(self.track);
        Ok(())
    }
}
