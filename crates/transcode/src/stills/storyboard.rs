//! The storyboard: small pictures of the whole film on one sheet, from those that pass by anyway.

use std::fmt::Write as _;

use ffmpeg::format::Pixel;
use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_ladder::{Plan, Rung};
use screener_wire::Failure;

use super::jpeg;
use crate::captions::timestamp;
use crate::decode::decoder;
use crate::decode::normal::Normalizer;
use crate::error::internal;
use crate::input::{self, header};
use crate::output::Output;
use crate::probe::points::NEAR;
use crate::timeline::{self, Grid};
use crate::video::frame::Picture;
use crate::video::scaler::{Edges, Scaler};

/// Tiles of a storyboard, at most.
const TILES: usize = 100;
/// Tiles in a row.
const COLUMNS: usize = 10;
/// Seconds between two tiles, at least.
const APART: f64 = 2.0;
/// Longer side of a tile, pixels.
const TILE: u32 = 160;

/// Small pictures of the whole film on one sheet.
pub struct Storyboard {
    grid: Grid,
    /// Seconds between tiles.
    apart: f64,
    scaler: Scaler,
    tile: (u32, u32),
    /// By number.
    tiles: Vec<Option<frame::Video>>,
}

impl Storyboard {
    /// A storyboard for pictures of this rung.
    pub fn new(plan: &Plan, rung: &Rung, grid: Grid) -> Self {
        let duration = plan.duration().unwrap_or(TILES as f64 * 10.0);
        let apart = (duration / TILES as f64).max(APART);
        let (width, height) = (f64::from(rung.width.max(2)), f64::from(rung.height.max(2)));
        let scale = f64::from(TILE) / width.max(height);
        let even = |length: f64| ((length * scale / 2.0).round() as u32 * 2).max(2);
        let tile = (even(width), even(height));
        Self {
            grid,
            apart,
            scaler: Scaler::new(tile.0, tile.1, Edges::Plain),
            tile,
            tiles: Vec::new(),
        }
    }

    /// Looks at a picture of the smallest rung.
    pub fn look(&mut self, picture: &Picture) -> Result<(), Failure> {
        let number = (self.grid.seconds(picture.pts) / self.apart).floor().max(0.0) as usize;
        if number >= TILES || self.tiles.get(number).is_some_and(Option::is_some) {
            return Ok(());
        }
        let tile = self.scaler.run(&picture.frame)?;
        if self.tiles.len() <= number {
            self.tiles.resize_with(number + 1, || None);
        }
        self.tiles[number] = Some(tile);
        Ok(())
    }

    /// Fetches the tiles that an earlier attempt had passed by.
    pub fn fill(&mut self, file: &str, plan: &Plan) -> Result<(), Failure> {
        let Some(video) = &plan.source.video else { return Ok(()) };
        let missing: Vec<usize> = (0..self.tiles.len())
            .filter(|&number| self.tiles[number].is_none())
            .collect();
        // What lies outside of a part cannot be told by the times of a container that counts pictures.
        if missing.is_empty() || plan.cut.is_some() && plan.source.container == "avi" {
            return Ok(());
        }
        let mut source = input::open(file)?;
        let stream = source
            .demuxer
            .stream(video.index)
            .ok_or_else(|| internal("the video stream is gone"))?;
        let mut decoder = decoder::open(&source.name, &stream, 1)?.video().map_err(internal)?;
        let aspect = header::coded_aspect(&stream.parameters());
        let begin = timeline::begin(&source.demuxer, plan);
        let (tick, end) = (
            f64::from(stream.time_base()),
            plan.cut.and_then(|cut| Some(cut.to? - cut.from)),
        );
        // A search leads to a key picture, which may lie before what is wanted.
        let inside = |decoded: &frame::Video| {
            let time = decoded.timestamp().map(|time| time as f64 * tick - begin);
            plan.cut.is_none() || time.is_some_and(|time| time > -NEAR && end.is_none_or(|end| time < end - NEAR))
        };
        let rung = Rung {
            name: String::new(),
            width: self.tile.0,
            height: self.tile.1,
            frame_rate: plan.rungs[0].frame_rate,
            bit_rate: 0,
            max_rate: 0,
            copied: false,
        };
        for number in missing {
            let at = ((begin + number as f64 * self.apart) * 1_000_000.0) as i64;
            if source.demuxer.seek(at, ..at).is_err() {
                continue;
            }
            decoder.flush();
            let mut packet = ffmpeg::Packet::empty();
            let mut decoded = frame::Video::empty();
            let mut packets = 0;
            while packets < 500 && input::read(&mut source.demuxer, &mut packet).is_ok() {
                if packet.stream() == video.index {
                    packets += 1;
                    let _ = decoder.send_packet(&packet);
                    if decoder.receive_frame(&mut decoded).is_ok() && inside(&decoded) {
                        let mut normal = Normalizer::new(video, &rung, aspect);
                        normal.add(decoded, Some(0.0))?;
                        normal.flush()?;
                        if let Some((frame, _)) = normal.take() {
                            self.tiles[number] = Some(self.scaler.run(&frame)?);
                        }
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The sheet and its index.
    pub fn finish(self, output: &Output, duration: f64) -> Result<(), Failure> {
        let count = self.tiles.len();
        if count == 0 {
            return Ok(());
        }
        let (width, height) = (self.tile.0 as usize, self.tile.1 as usize);
        let columns = COLUMNS.min(count);
        let rows = count.div_ceil(columns);
        let mut sheet = frame::Video::new(Pixel::YUV420P, (width * columns) as u32, (height * rows) as u32);
        for (plane, black) in [(0, 16), (1, 128), (2, 128)] {
            sheet.data_mut(plane).fill(black);
        }
        let mut index = String::from("WEBVTT\n");
        for (number, tile) in self.tiles.iter().enumerate() {
            let (column, row) = (number % columns, number / columns);
            let Some(tile) = tile else { continue };
            for plane in 0..3 {
                let (width, height) = if plane == 0 {
                    (width, height)
                } else {
                    (width / 2, height / 2)
                };
                let (to, from) = (sheet.stride(plane), tile.stride(plane));
                for line in 0..height {
                    let at = (row * height + line) * to + column * width;
                    sheet.data_mut(plane)[at..at + width]
                        .copy_from_slice(&tile.data(plane)[line * from..line * from + width]);
                }
            }
            let start = number as f64 * self.apart;
            let end = (start + self.apart).min(duration.max(start + 0.001));
            let _ = write!(
                index,
                "\n{} --> {}\nstoryboard.jpg#xywh={},{},{width},{height}\n",
                timestamp::text(start),
                timestamp::text(end),
                column * width,
                row * height
            );
        }
        output.file("storyboard.jpg", &jpeg::encode(&sheet, 5)?)?;
        output.file("storyboard.vtt", index.as_bytes())
    }
}
