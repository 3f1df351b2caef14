//! The film as one MP4 file to keep: the top rung and the default sound, its index in front.
//!
//! Samples are kept in a file beside the segments while they pass by, and put behind the index at the end.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use screener_wire::Failure;

use super::boxes::{MATRIX, Place, boxed, full, put16, put32, trak};
use super::track::{Description, Format, Sample};
use crate::error::write_failed;

/// The file's name.
pub const NAME: &str = "download.mp4";

/// Ticks per second of the movie's own clock.
const MOVIE: u64 = 1000;

/// The samples of the tracks that go into the file.
pub struct Download {
    root: PathBuf,
    tracks: Vec<Kept>,
}

struct Kept {
    track: usize,
    description: Description,
    path: PathBuf,
    file: BufWriter<File>,
    samples: Vec<Entry>,
    /// One a segment: its samples and bytes.
    chunks: Vec<(u32, u64)>,
}

struct Entry {
    size: u32,
    duration: u32,
    late: u32,
    key: bool,
}

impl Download {
    /// A file below `root` of these tracks.
    pub fn new(root: &Path, tracks: Vec<(usize, Description)>) -> Result<Self, Failure> {
        let tracks = tracks
            .into_iter()
            .map(|(track, description)| {
                let path = root.join(format!(".{NAME}-{track}.part"));
                let file = File::create(&path).map_err(|error| write_failed(&path, &error))?;
                Ok(Kept {
                    track,
                    description,
                    path,
                    file: BufWriter::new(file),
                    samples: Vec::new(),
                    chunks: Vec::new(),
                })
            })
            .collect::<Result<_, Failure>>()?;
        Ok(Self {
            root: root.to_owned(),
            tracks,
        })
    }

    /// Keeps a segment's samples, in order.
    pub fn keep(&mut self, track: usize, samples: &[Sample]) -> Result<(), Failure> {
        let Some(kept) = self.tracks.iter_mut().find(|kept| kept.track == track) else {
            return Ok(());
        };
        let delay = kept.description.delay();
        let mut bytes = 0;
        for sample in samples {
            kept.file
                .write_all(&sample.data)
                .map_err(|error| write_failed(&kept.path, &error))?;
            bytes += sample.data.len() as u64;
            kept.samples.push(Entry {
                size: sample.data.len() as u32,
                duration: sample.duration.max(0) as u32,
                late: (sample.pts + delay - sample.dts).max(0) as u32,
                key: sample.key,
            });
        }
        kept.chunks.push((samples.len() as u32, bytes));
        Ok(())
    }

    /// Puts the file together; its size in bytes.
    pub fn finish(self) -> Result<u64, Failure> {
        let whole = self.root.join(NAME);
        let part = self.root.join(format!(".{NAME}.part"));
        let paths: Vec<PathBuf> = self.tracks.iter().map(|kept| kept.path.clone()).collect();
        let written = assemble(self.tracks, &part).and_then(|()| {
            fs::rename(&part, &whole)?;
            File::open(&self.root)?.sync_all()?;
            for path in &paths {
                fs::remove_file(path)?;
            }
            Ok(fs::metadata(&whole)?.len())
        });
        written.map_err(|error| write_failed(&whole, &error))
    }
}

fn assemble(tracks: Vec<Kept>, to: &Path) -> io::Result<()> {
    let mut sources = Vec::new();
    let mut kept = Vec::new();
    for Kept {
        description,
        path,
        file,
        samples,
        chunks,
        ..
    } in tracks
    {
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()?;
        sources.push(File::open(&path)?);
        kept.push((description, samples, chunks));
    }
    let total: u64 = kept
        .iter()
        .flat_map(|(_, _, chunks)| chunks)
        .map(|(_, bytes)| bytes)
        .sum();
    // The index's size does not depend on the offsets in it, so it is made once to see where the media begins.
    let empty: Vec<Vec<u64>> = kept.iter().map(|(_, _, chunks)| vec![0; chunks.len()]).collect();
    let mut at = index(&kept, &empty).len() as u64 + 16;
    let rounds = kept.iter().map(|(_, _, chunks)| chunks.len()).max().unwrap_or(0);
    let mut offsets = empty;
    for round in 0..rounds {
        for ((_, _, chunks), offsets) in kept.iter().zip(&mut offsets) {
            if let Some((_, bytes)) = chunks.get(round) {
                offsets[round] = at;
                at += bytes;
            }
        }
    }
    let mut out = BufWriter::new(File::create(to)?);
    out.write_all(&index(&kept, &offsets))?;
    out.write_all(&[0, 0, 0, 1])?;
    out.write_all(b"mdat")?;
    out.write_all(&(total + 16).to_be_bytes())?;
    for source in &mut sources {
        source.seek(SeekFrom::Start(0))?;
    }
    for round in 0..rounds {
        for ((_, _, chunks), source) in kept.iter().zip(&mut sources) {
            if let Some(&(_, bytes)) = chunks.get(round) {
                io::copy(&mut source.take(bytes), &mut out)?;
            }
        }
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

type Tables = (Description, Vec<Entry>, Vec<(u32, u64)>);

/// `ftyp` and `moov`.
fn index(tracks: &[Tables], offsets: &[Vec<u64>]) -> Vec<u8> {
    let duration = |(description, samples, _): &Tables| -> (u32, u32) {
        let ticks: u64 = samples.iter().map(|sample| u64::from(sample.duration)).sum();
        ((ticks * MOVIE / u64::from(description.timescale)) as u32, ticks as u32)
    };
    let mut out = Vec::new();
    boxed(&mut out, *b"ftyp", |out| {
        out.extend(b"isom");
        put32(out, 0x200);
        out.extend(b"isomiso2avc1mp41");
    });
    boxed(&mut out, *b"moov", |out| {
        full(out, *b"mvhd", 0, 0, |out| {
            let longest = tracks.iter().map(|track| duration(track).0).max().unwrap_or(0);
            for value in [0, 0, MOVIE as u32, longest, 0x1_0000] {
                put32(out, value);
            }
            put16(out, 0x100);
            out.extend([0; 10]);
            for value in MATRIX {
                put32(out, value);
            }
            out.extend([0; 24]);
            put32(out, tracks.len() as u32 + 1);
        });
        for (number, (track, offsets)) in tracks.iter().zip(offsets).enumerate() {
            let (shown, ticks) = duration(track);
            let tables = |out: &mut Vec<u8>| tables(out, track, offsets);
            boxed(out, *b"trak", |out| {
                trak(
                    out,
                    &track.0,
                    &Place {
                        id: number as u32 + 1,
                        shown,
                        duration: ticks,
                        tables: Some(&tables),
                    },
                );
            });
        }
    });
    out
}

fn tables(out: &mut Vec<u8>, (description, samples, chunks): &Tables, offsets: &[u64]) {
    runs(out, *b"stts", samples.iter().map(|sample| sample.duration));
    if matches!(description.format, Format::Video { .. }) {
        runs(out, *b"ctts", samples.iter().map(|sample| sample.late));
        full(out, *b"stss", 0, 0, |out| {
            let keys: Vec<u32> = samples
                .iter()
                .zip(1..)
                .filter(|(sample, _)| sample.key)
                .map(|(_, number)| number)
                .collect();
            put32(out, keys.len() as u32);
            for key in keys {
                put32(out, key);
            }
        });
    }
    full(out, *b"stsc", 0, 0, |out| {
        put32(out, chunks.len() as u32);
        for ((count, _), number) in chunks.iter().zip(1..) {
            for value in [number, *count, 1] {
                put32(out, value);
            }
        }
    });
    full(out, *b"stsz", 0, 0, |out| {
        put32(out, 0);
        put32(out, samples.len() as u32);
        for sample in samples {
            put32(out, sample.size);
        }
    });
    full(out, *b"co64", 0, 0, |out| {
        put32(out, offsets.len() as u32);
        for offset in offsets {
            out.extend(offset.to_be_bytes());
        }
    });
}

/// A table of equal values in a row.
fn runs(out: &mut Vec<u8>, kind: [u8; 4], values: impl Iterator<Item = u32>) {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((count, last)) if *last == value => *count += 1,
            _ => runs.push((1, value)),
        }
    }
    full(out, kind, 0, 0, |out| {
        put32(out, runs.len() as u32);
        for (count, value) in runs {
            put32(out, count);
            put32(out, value);
        }
    });
}
