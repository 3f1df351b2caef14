//! The output: the folder where finished things go. Written under a temporary name, made durable, renamed, then told. Keeps what the playlists need.

pub mod finished;
pub mod resume;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use screener_ladder::TrackKind;
use screener_wire::{Cause, Event, Failure, Measured, Segment};

use self::finished::{Finished, Made, Planned};
use crate::error::write_failed;
use crate::judge;
#[cfg(debug_assertions)]
use crate::judge::spoil::{self, Place};
use crate::judge::verdict::Verdict;
use crate::mux::download::{self, Download};
use crate::mux::playlists::{self, Pace};
use crate::mux::track::{Description, Format};
use crate::mux::{fmp4, mpegts};
use crate::session::Session;

/// Pieces smaller than this go to the disk together.
const PIECES: usize = 64 << 10;

struct Row {
    planned: Planned,
    /// The init segment as it lies on the disk; empty where there is none.
    init: Vec<u8>,
    segments: Vec<Finished>,
    stream: Option<mpegts::Writer>,
}

/// All tracks of a stream and the folder below which they lie.
pub struct Output {
    session: Session,
    root: PathBuf,
    transport: bool,
    judged: bool,
    rows: Vec<Mutex<Row>>,
    /// The film in one file, where it is wished for.
    download: Mutex<Option<Download>>,
}

impl Output {
    /// An output below `root` with these tracks; `done` are segments of an earlier attempt, by track. Where it is not `judged`, what is
    /// written is not read back.
    pub fn new(
        session: &Session,
        root: &Path,
        transport: bool,
        judged: bool,
        tracks: Vec<Planned>,
        mut done: Vec<Vec<Finished>>,
    ) -> Self {
        done.resize(tracks.len(), Vec::new());
        let rows = tracks
            .into_iter()
            .zip(done)
            .map(|(planned, segments)| {
                let stream = transport.then(|| mpegts::Writer::after(segments.iter().map(|segment| segment.bytes)));
                Mutex::new(Row {
                    planned,
                    init: Vec::new(),
                    segments,
                    stream,
                })
            })
            .collect();
        Self {
            session: session.clone(),
            root: root.to_owned(),
            transport,
            judged,
            rows,
            download: Mutex::new(None),
        }
    }

    /// From now on keeps what these tracks get for a file of their own.
    pub fn download(&self, tracks: &[usize]) -> Result<(), Failure> {
        let tracks = tracks
            .iter()
            .filter_map(|&track| self.look(track, |planned, _| Some((track, planned.description.clone()?))))
            .collect();
        let download = Download::new(&self.root, tracks)?;
        *self.download.lock().unwrap_or_else(PoisonError::into_inner) = Some(download);
        Ok(())
    }

    /// Puts that file together and tells it.
    pub fn finish_download(&self) -> Result<(), Failure> {
        let Some(download) = self.download.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Ok(());
        };
        let bytes = download.finish()?;
        self.session.tell(&Event::File {
            path: download::NAME.into(),
            bytes,
        });
        Ok(())
    }

    fn row(&self, track: usize) -> std::sync::MutexGuard<'_, Row> {
        self.rows[track].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a file that is no segment, and tells it.
    pub fn file(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write(path, bytes)?;
        self.tell_file(path, bytes);
        Ok(())
    }

    /// Who is told may take the file away.
    fn tell_file(&self, path: &str, bytes: &[u8]) {
        self.session.tell(&Event::File {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
        });
    }

    /// Writes a file whole: nobody ever sees half of it, and its name outlives a power cut.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write_pieces(path, [bytes].into_iter())
    }

    fn write_pieces<'a>(&self, path: &str, pieces: impl Iterator<Item = &'a [u8]>) -> Result<(), Failure> {
        let whole = self.root.join(path);
        let folder = whole.parent().unwrap_or(&self.root);
        let name = whole.file_name().unwrap_or_default().to_string_lossy();
        let part = folder.join(format!(".{name}.part"));
        let attempt = || -> std::io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = BufWriter::with_capacity(PIECES, File::create(&part)?);
            for piece in pieces {
                file.write_all(piece)?;
            }
            file.into_inner().map_err(IntoInnerError::into_error)?.sync_all()?;
            fs::rename(&part, &whole)?;
            File::open(folder)?.sync_all()
        };
        attempt().map_err(|error| write_failed(&whole, &error))
    }

    /// Writes the init segments.
    pub fn inits(&self) -> Result<(), Failure> {
        for index in 0..self.rows.len() {
            let init = {
                let row = self.row(index);
                row.planned
                    .track
                    .init
                    .clone()
                    .zip(row.planned.description.as_ref().map(fmp4::init))
            };
            if let Some((path, bytes)) = init {
                self.write(&path, &bytes)?;
                self.row(index).init = self.read(&path)?;
                self.tell_file(&path, &bytes);
            }
        }
        Ok(())
    }

    /// Writes a coded segment and tells it.
    pub fn put(&self, track: usize, mut made: Made) -> Result<(), Failure> {
        let Some(first) = made.samples.first() else {
            return Ok(());
        };
        let mut row = self.row(track);
        let Some(description) = row.planned.description.clone() else {
            return Ok(());
        };
        let start = description.seconds(first.dts);
        let duration = description.seconds(made.end - first.dts);
        description.settle(&mut made.samples);
        #[cfg(debug_assertions)]
        if spoil::wanted(
            if row.planned.copied {
                Place::Copied
            } else {
                Place::Coded
            },
            &row.planned.track.name,
            made.number,
        ) {
            spoil::samples(&mut made.samples);
        }
        if let Some(download) = self.download.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            download.keep(track, &made.samples)?;
        }
        let pace = (row.planned.track.kind == TrackKind::Video).then(|| Pace::of(&made.samples, description.timescale));
        let (pieces, keys) = match &mut row.stream {
            Some(stream) => {
                let (bytes, keys) = stream.segment(&description, &made.samples);
                (vec![Cow::Owned(bytes)], keys)
            }
            None => fmp4::segment(&description, made.number, &made.samples),
        };
        let (copied, depth) = (row.planned.copied, row.planned.depth);
        drop(row);
        let extension = if self.transport { "ts" } else { "m4s" };
        let mut finished = self.store(track, made.number, &pieces, extension)?;
        if self.judged {
            let media = self.read(&self.path(track, &finished.name))?;
            let init = self.row(track).init.clone();
            let found = judge::judge(&description, &init, &media, &made.samples, &made.expected, depth);
            finished.verdict = found.map_err(|fault| {
                let name = self.look(track, |planned, _| planned.track.name.clone());
                if copied {
                    Cause::BrokenCopy { track: name, at: start }
                } else {
                    fault.cause(&name, start)
                }
            })?;
        }
        self.tell(
            track,
            Finished {
                start,
                duration,
                keys,
                pace,
                anchor: made.anchor,
                ..finished
            },
        );
        Ok(())
    }

    /// Writes a text segment and tells it.
    pub fn put_text(&self, track: usize, number: u32, start: f64, duration: f64, text: &str) -> Result<(), Failure> {
        let finished = self.store(track, number, &[Cow::Borrowed(text.as_bytes())], "vtt")?;
        self.tell(
            track,
            Finished {
                start,
                duration,
                ..finished
            },
        );
        Ok(())
    }

    /// Writes a segment, of which nothing but its size is known then.
    fn store(&self, track: usize, number: u32, pieces: &[Cow<'_, [u8]>], extension: &str) -> Result<Finished, Failure> {
        let name = format!("{number:05}.{extension}");
        let path = self.path(track, &name);
        self.write_pieces(&path, pieces.iter().map(AsRef::as_ref))?;
        #[cfg(debug_assertions)]
        self.look(track, |planned, _| {
            if spoil::wanted(Place::Written, &planned.track.name, number) {
                spoil::file(&self.root.join(&path));
            }
        });
        Ok(Finished {
            number,
            name,
            bytes: pieces.iter().map(|piece| piece.len() as u64).sum(),
            ..Finished::default()
        })
    }

    fn path(&self, track: usize, name: &str) -> String {
        self.look(track, |planned, _| format!("{}/{name}", planned.track.name))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let whole = self.root.join(path);
        fs::read(&whole).map_err(|error| write_failed(&whole, &error))
    }

    /// Tells a segment that stands.
    fn tell(&self, track: usize, finished: Finished) {
        let folder = self.look(track, |planned, _| planned.track.name.clone());
        self.session.tell(&Event::Segment(Segment {
            path: format!("{folder}/{}", finished.name),
            track: folder,
            number: finished.number,
            bytes: finished.bytes,
            start: finished.start,
            duration: finished.duration,
            entry: playlists::entry(finished.duration, &finished.name).to_text(),
            state: resume::state(&finished),
        }));
        self.row(track).segments.push(finished);
    }

    /// A track has no more segments.
    pub fn end(&self, track: usize) {
        let row = self.row(track);
        let event = Event::TrackEnded {
            track: row.planned.track.name.clone(),
            segments: row.segments.len() as u32,
        };
        drop(row);
        self.session.tell(&event);
    }

    /// How many tracks there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A track as planned, and its segments so far.
    pub fn look<T>(&self, track: usize, look: impl FnOnce(&Planned, &[Finished]) -> T) -> T {
        let row = self.row(track);
        look(&row.planned, &row.segments)
    }

    /// Where a track's segments end, in seconds.
    pub fn duration(&self, track: usize) -> f64 {
        self.look(track, |_, segments| {
            segments.last().map_or(0.0, |last| last.start + last.duration)
        })
    }

    /// What was found of all of a track.
    pub fn verdict(&self, track: usize) -> Verdict {
        self.look(track, |_, segments| {
            let mut all = Verdict::default();
            for segment in segments {
                all.add(&segment.verdict);
            }
            all
        })
    }

    /// Every track as measured.
    pub fn measured(&self, target: u32) -> Vec<Measured> {
        (0..self.rows.len())
            .map(|track| {
                self.look(track, |planned, segments| {
                    let rates =
                        playlists::rates(segments.iter().map(|segment| (segment.bytes, segment.duration)), target);
                    let size = planned
                        .description
                        .as_ref()
                        .and_then(|description| match description.format {
                            Format::Video { width, height, .. } => Some((width, height)),
                            Format::Audio { .. } => None,
                        });
                    Measured {
                        track: planned.track.name.clone(),
                        kind: planned.track.kind,
                        codecs: match planned.track.kind {
                            TrackKind::Captions => String::new(),
                            _ => planned
                                .description
                                .as_ref()
                                .map(Description::codecs)
                                .unwrap_or_default(),
                        },
                        width: size.map(|size| size.0),
                        height: size.map(|size| size.1),
                        copied: planned.copied,
                        bytes: segments.iter().map(|segment| segment.bytes).sum(),
                        peak: rates.peak,
                        average: rates.average,
                    }
                })
            })
            .collect()
    }
}
