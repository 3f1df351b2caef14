//! Reading log objects: each line once, with flat memory, into what is added to a database.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use crate::access_line::Line;
use crate::gzip_members::Members;
use crate::hit::{Hit, LinkId, Mark, VideoId};
use crate::seen::{Id, Seen, stable_hash};
use crate::split::{Piece, Split};
use crate::traffic::{City, Month, Traffic};
use crate::watched::Watched;

/// Lines after which [`Seen`] is asked.
const CHUNK: usize = 8192;
/// Views, runs of segments, and months in a city, that a batch holds at most, each of some hundred bytes.
const MOST_HELD: usize = 200_000;
/// Milliseconds of an hour.
const HOUR: u64 = 3_600_000;

/// What is read, and how much is held.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The folder of videos, `videos`.
    pub prefix: String,
    /// Lines before this, in milliseconds since 1970, are left out: what [`Seen`] no longer remembers was counted once.
    pub not_before: u64,
    /// Pairs of video and link that a [`Batch`] holds at most; at least one.
    pub pairs: usize,
}

impl Scope {
    /// All lines of videos below `prefix`, ten thousand pairs at a time.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            not_before: 0,
            pairs: 10_000,
        }
    }
}

/// What reading has met. `lines` is the sum of those left out and those counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that were not empty.
    pub lines: u64,
    /// Of them: no lines of such a log, or longer than 64 kB.
    pub garbage: u64,
    /// Of them: of no video, as the page's own files.
    pub others: u64,
    /// Of them: before [`Scope::not_before`].
    pub old: u64,
    /// Of them: seen before, in this reading or an earlier one.
    pub doubled: u64,
    /// Of them: in the deltas.
    pub counted: u64,
    /// Places where an object was damaged, its end among them. What could be read was.
    pub damages: u64,
}

/// What is to be added of one link of one video, or of a video's lines without a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The video. Its id has the form of one; whether there is such a video, and such a link, the reader of the log knows not:
    /// refused requests name what they like.
    pub video: VideoId,
    /// The link; `None` for lines without one, which are traffic alone.
    pub link: Option<LinkId>,
    /// Its views, as far as these lines go: to be merged with those that are stored.
    pub watched: Watched,
    /// Its traffic, by month and by the city of the edge that answered: to be added to what is stored.
    pub traffic: BTreeMap<(Month, Option<City>), Traffic>,
}

/// Deltas that are to be stored, each pair once, by video and link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// What is to be added.
    pub deltas: Vec<Delta>,
}

/// A log object that could not be read, or a port that failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E> {
    /// The object's reader failed. What came before is counted; the object may be read again.
    #[error("the log object could not be read")]
    Object(#[source] io::Error),
    /// [`Seen`] or the sink failed. What they took of this reading must be undone together, and the reading thrown away.
    #[error("what was counted could not be stored")]
    Port(E),
}

type Pair = (VideoId, Option<LinkId>);

/// A line, as it waits to be told from those seen before.
#[derive(Clone, Copy)]
struct Row {
    hour: u32,
    hash: u64,
    at: u64,
    pair: Pair,
    mark: Option<Mark>,
    watching: bool,
    bytes: u64,
    playlist: bool,
    city: Option<City>,
}

/// What was sent, by month and by the city of the edge.
type Sent = BTreeMap<(Month, Option<City>), Traffic>;

/// Reads objects, any number of them, in any order. [`Seen`] remembers lines as soon as it is asked and the sink gets
/// batches when they are full and at the end: both belong into one transaction, which ends after [`finish`](Self::finish).
pub struct Reading<S, K> {
    scope: Scope,
    seen: S,
    sink: K,
    counts: Counts,
    rows: Vec<Row>,
    ids: Vec<Id>,
    pairs: HashMap<Pair, (Watched, Sent)>,
    held: usize,
}

impl<S: Seen, K: FnMut(Batch) -> Result<(), S::Error>> Reading<S, K> {
    /// A reading of what `scope` says.
    pub fn new(scope: Scope, seen: S, sink: K) -> Self {
        Self {
            scope,
            seen,
            sink,
            counts: Counts::default(),
            rows: Vec::with_capacity(CHUNK),
            ids: Vec::new(),
            pairs: HashMap::new(),
            held: 0,
        }
    }

    /// Reads one object: gzip of one or several members, or plain text; one JSON object a line. Lines that are none, and damage
    /// of the object, are counted and passed over. At most some hundred kilobytes of it are in memory.
    pub fn object(&mut self, object: impl Read) -> Result<(), ReadError<S::Error>> {
        let mut lines = Split::new(Members::new(object));
        let outcome = loop {
            let row = match lines.next() {
                Ok(Some(Piece::Line(line))) => self.row(line),
                Ok(Some(Piece::TooLong)) => {
                    self.counts.lines += 1;
                    self.counts.garbage += 1;
                    None
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(ReadError::Object(error)),
            };
            self.rows.extend(row);
            if self.rows.len() >= CHUNK {
                self.settle().map_err(ReadError::Port)?;
            }
        };
        self.counts.damages += lines.text().damages();
        outcome
    }

    /// What was met so far; lines that still wait are in `lines` alone.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Counts what still waits and gives the sink the rest.
    pub fn finish(mut self) -> Result<Counts, ReadError<S::Error>> {
        self.settle().and_then(|()| self.flush()).map_err(ReadError::Port)?;
        Ok(self.counts)
    }

    fn row(&mut self, text: &[u8]) -> Option<Row> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return None;
        }
        self.counts.lines += 1;
        let Some(line) = Line::parse(text) else {
            self.counts.garbage += 1;
            return None;
        };
        let Some(hit) = Hit::of(&line, &self.scope.prefix) else {
            self.counts.others += 1;
            return None;
        };
        if hit.at < self.scope.not_before {
            self.counts.old += 1;
            return None;
        }
        Some(Row {
            hour: u32::try_from(hit.at / HOUR).unwrap_or(u32::MAX),
            hash: stable_hash(line.id.as_deref().map_or(text, str::as_bytes)),
            at: hit.at,
            pair: (hit.video, hit.link),
            mark: hit.fetched.mark(),
            watching: hit.watching,
            bytes: hit.bytes,
            playlist: hit.playlist,
            city: hit.city,
        })
    }

    /// Tells the lines that wait from those seen before, and counts them.
    fn settle(&mut self) -> Result<(), S::Error> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by_key(|row| (row.hour, row.hash));
        let all = rows.len();
        rows.dedup_by_key(|row| (row.hour, row.hash));
        self.counts.doubled += (all - rows.len()) as u64;
        for hour in rows.chunk_by(|one, other| one.hour == other.hour) {
            let mut ids = std::mem::take(&mut self.ids);
            ids.clear();
            ids.extend(hour.iter().map(|row| Id {
                hash: row.hash,
                fresh: false,
            }));
            self.seen.fresh(hour[0].hour, &mut ids)?;
            for (row, id) in hour.iter().zip(&ids) {
                if id.fresh {
                    self.count(row)?;
                } else {
                    self.counts.doubled += 1;
                }
            }
            self.ids = ids;
        }
        rows.clear();
        self.rows = rows;
        Ok(())
    }

    fn count(&mut self, row: &Row) -> Result<(), S::Error> {
        let full = self.pairs.len() >= self.scope.pairs.max(1) && !self.pairs.contains_key(&row.pair);
        if full || self.held >= MOST_HELD {
            self.flush()?;
        }
        self.counts.counted += 1;
        let (watched, traffic) = self.pairs.entry(row.pair).or_default();
        let rows = traffic.len();
        *traffic.entry((Month::of(row.at), row.city)).or_default() += Traffic {
            requests: 1,
            playlists: u64::from(row.playlist),
            bytes: row.bytes,
        };
        self.held += traffic.len() - rows;
        if row.watching && row.pair.1.is_some() {
            self.held += usize::from(watched.add(row.at, row.mark));
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), S::Error> {
        let mut deltas: Vec<Delta> = self
            .pairs
            .drain()
            .map(|((video, link), (watched, traffic))| Delta {
                video,
                link,
                watched,
                traffic,
            })
            .collect();
        self.held = 0;
        if deltas.is_empty() {
            return Ok(());
        }
        deltas.sort_unstable_by_key(|delta| (delta.video, delta.link));
        (self.sink)(Batch { deltas })
    }
}
