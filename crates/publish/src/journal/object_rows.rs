//! A publication in rows: built again from them after a kill, kept entry by entry while it runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Transaction, params};
use screener_store::checksum::{crc_text, crc_value};
use screener_store::{Checksum, ObjectKey, Part, Upload};
use screener_wire::Segment;

use super::text::{from_json, to_json};
use crate::error::Error;
use crate::ids::JobId;
use crate::job::{Entry, Made, Phase, Publication, Recorded, Shown, Visible};

impl Visible {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Early => "early",
            Self::Closing => "closing",
            Self::Final => "final",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "early" => Self::Early,
            "closing" => Self::Closing,
            "final" => Self::Final,
            _ => Self::Nothing,
        }
    }
}

impl Recorded {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Publishing => "publishing",
            Self::Live => "live",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "publishing" => Self::Publishing,
            "live" => Self::Live,
            _ => Self::Nothing,
        }
    }
}

/// The publication as the journal has it.
pub(crate) fn load(t: &Transaction<'_>, job: &JobId) -> Result<Publication, Error> {
    let mut p = t
        .query_row(
            "SELECT phase, error, generation, replaces, attempt, touched, plan, tracks, early_index, checkpoint, finished, visible, index_etag, recorded, notes
             FROM jobs WHERE job = ?1",
            [job.as_str()],
            |r| {
                let text = |n: usize| r.get::<_, Option<String>>(n);
                Ok((
                    Publication {
                        phase: Phase::parse(&r.get::<_, String>(0)?),
                        generation: r.get(2)?,
                        replaces: r.get(3)?,
                        attempt: r.get(4)?,
                        touched: r.get(5)?,
                        early_index: r.get(8)?,
                        visible: Visible::parse(&r.get::<_, String>(11)?),
                        index_etag: r.get(12)?,
                        recorded: Recorded::parse(&r.get::<_, String>(13)?),
                        ..Publication::default()
                    },
                    [text(1)?, text(6)?, text(7)?, text(9)?, text(10)?, text(14)?],
                ))
            },
        )
        .optional()?
        .ok_or_else(|| Error::NoSuchJob(job.clone()))
        .and_then(|(mut p, [error, plan, tracks, checkpoint, finished, notes])| {
            p.error = error.as_deref().map(from_json).transpose()?;
            p.plan = plan.as_deref().map(from_json).transpose()?;
            p.tracks = tracks.as_deref().map(from_json).transpose()?.unwrap_or_default();
            p.checkpoint = checkpoint.as_deref().map(from_json).transpose()?;
            p.finished = finished.as_deref().map(from_json).transpose()?;
            p.notes = notes.as_deref().map(from_json).transpose()?.unwrap_or_default();
            Ok(p)
        })?;
    let mut objects =
        t.prepare("SELECT path, attempt, bytes, segment, crc FROM objects WHERE job = ?1 ORDER BY path")?;
    let mut rows = objects.query([job.as_str()])?;
    let mut segments = Vec::new();
    while let Some(r) = rows.next()? {
        let (path, segment): (String, Option<String>) = (r.get(0)?, r.get(3)?);
        let made = Made {
            attempt: r.get(1)?,
            bytes: r.get(2)?,
            stored: r.get::<_, Option<String>>(4)?.as_deref().and_then(crc_value),
            flying: false,
        };
        match segment {
            Some(text) => segments.push((from_json::<Segment>(&text)?, made)),
            None => drop(p.files.insert(path, made)),
        }
    }
    // Names need not be in the order of numbers.
    segments.sort_by_key(|(segment, _)| segment.number);
    for (segment, made) in segments {
        let list = p.segments.entry(segment.track.clone()).or_default();
        Arc::make_mut(list).push(&segment, made.attempt, made.stored);
    }
    let mut ended = t.prepare("SELECT track, segments FROM ended WHERE job = ?1")?;
    p.ended = ended
        .query_map([job.as_str()], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut playlists = t.prepare("SELECT track, segments, ended FROM playlists WHERE job = ?1")?;
    p.playlists = playlists
        .query_map([job.as_str()], |r| {
            Ok((
                r.get(0)?,
                Shown {
                    segments: r.get(1)?,
                    ended: r.get(2)?,
                },
            ))
        })?
        .collect::<Result<_, _>>()?;
    Ok(p)
}

/// Every segment of a job by its track, in the order of numbers, as the worker told them.
pub(crate) fn segments(t: &Transaction<'_>, job: &JobId) -> Result<BTreeMap<String, Vec<Segment>>, Error> {
    let mut statement = t.prepare("SELECT segment FROM objects WHERE job = ?1 AND segment IS NOT NULL")?;
    let mut rows = statement.query([job.as_str()])?;
    let mut tracks: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let segment: Segment = from_json(&row.get::<_, String>(0)?)?;
        tracks.entry(segment.track.clone()).or_default().push(segment);
    }
    for list in tracks.values_mut() {
        list.sort_by_key(|segment| segment.number);
    }
    Ok(tracks)
}

/// Keeps one entry.
pub(crate) fn keep(t: &Transaction<'_>, job: &JobId, entry: &Entry) -> Result<(), Error> {
    let set = |column: &str, value: &dyn rusqlite::ToSql| {
        t.prepare_cached(&format!("UPDATE jobs SET {column} = ?2 WHERE job = ?1"))?
            .execute(params![job.as_str(), value])
    };
    match entry {
        Entry::Phase(phase, error) => {
            let error = error.as_ref().map(to_json).transpose()?;
            t.prepare_cached("UPDATE jobs SET phase = ?2, error = ?3 WHERE job = ?1")?
                .execute(params![job.as_str(), phase.as_str(), error])?;
        }
        Entry::Attempt(attempt) => drop(set("attempt", attempt)?),
        Entry::Touched => drop(set("touched", &true)?),
        Entry::Plan(plan) => drop(set("plan", &to_json(plan)?)?),
        Entry::Tracks(tracks) => drop(set("tracks", &to_json(tracks)?)?),
        Entry::EarlyIndex(text) => drop(set("early_index", text)?),
        Entry::Checkpoint(state) => drop(set("checkpoint", &to_json(state)?)?),
        Entry::Finished(finished) => drop(set("finished", &to_json(finished)?)?),
        Entry::Segment(attempt, segment) => {
            t.prepare_cached(
                "INSERT OR REPLACE INTO objects (job, path, attempt, bytes, segment) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                job.as_str(),
                segment.path,
                attempt,
                segment.bytes,
                to_json(segment)?
            ])?;
        }
        Entry::File(attempt, path, bytes) => {
            t.prepare_cached("INSERT OR REPLACE INTO objects (job, path, attempt, bytes) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![job.as_str(), path, attempt, bytes])?;
        }
        Entry::Ended(track, segments) => {
            t.execute(
                "INSERT OR REPLACE INTO ended (job, track, segments) VALUES (?1, ?2, ?3)",
                params![job.as_str(), track, segments],
            )?;
        }
        Entry::Stored(path, crc) => {
            t.prepare_cached("UPDATE objects SET crc = ?3 WHERE job = ?1 AND path = ?2")?
                .execute(params![job.as_str(), path, crc_text(*crc)])?;
        }
        Entry::Playlist(track, shown) => {
            t.prepare_cached("INSERT OR REPLACE INTO playlists (job, track, segments, ended) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![job.as_str(), track, shown.segments, shown.ended])?;
        }
        Entry::Visible(visible, etag) => {
            t.execute(
                "UPDATE jobs SET visible = ?2, index_etag = ?3 WHERE job = ?1",
                params![job.as_str(), visible.as_str(), etag],
            )?;
        }
        Entry::Recorded(recorded) => drop(set("recorded", &recorded.as_str())?),
        Entry::Note(text) => {
            t.execute(
                "UPDATE jobs SET notes = json_insert(notes, '$[#]', ?2) WHERE job = ?1",
                params![job.as_str(), text],
            )?;
        }
        Entry::NoCopy => {
            t.execute(
                "UPDATE jobs SET wishes = json_set(wishes, '$.copy', json('false')) WHERE job = ?1",
                [job.as_str()],
            )?;
        }
        Entry::Reset(generation) => {
            for table in ["objects", "ended", "playlists"] {
                t.execute(&format!("DELETE FROM {table} WHERE job = ?1"), [job.as_str()])?;
            }
            t.execute(
                "UPDATE jobs SET generation = ?2, touched = 0, plan = NULL, tracks = NULL, early_index = NULL, checkpoint = NULL, finished = NULL,
                 visible = 'nothing', index_etag = NULL, recorded = 'nothing', notes = '[]', stage = 'probe', progress = NULL WHERE job = ?1",
                params![job.as_str(), generation],
            )?;
        }
    }
    Ok(())
}

/// A multipart upload that the journal knows, with the parts that are stored.
pub(crate) fn upload(
    t: &Transaction<'_>,
    destination: &str,
    key: &str,
) -> Result<Option<(Upload, u64, Vec<Part>)>, Error> {
    let found: Option<(String, u64, Option<String>)> = t
        .query_row(
            "SELECT id, part_bytes, checksum FROM uploads WHERE destination = ?1 AND object = ?2",
            [destination, key],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()?;
    let Some((id, part_bytes, sums)) = found else {
        return Ok(None);
    };
    let mut statement = t.prepare(
        "SELECT number, etag, crc, bytes, sent FROM parts WHERE destination = ?1 AND object = ?2 ORDER BY number",
    )?;
    let parts = statement
        .query_map([destination, key], |r| {
            let crc64nvme: String = r.get(2)?;
            Ok(Part {
                number: r.get(0)?,
                etag: r.get(1)?,
                sent: r.get::<_, Option<String>>(4)?.unwrap_or_else(|| crc64nvme.clone()),
                crc64nvme,
                bytes: r.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some((
        Upload {
            key: ObjectKey::raw(key),
            id,
            checksum: checksum(sums.as_deref()),
        },
        part_bytes,
        parts,
    )))
}

pub(crate) fn keep_upload(
    t: &Transaction<'_>,
    destination: &str,
    upload: &Upload,
    job: Option<&JobId>,
    part_bytes: u64,
) -> Result<(), Error> {
    forget_upload(t, destination, upload.key.as_str())?;
    t.execute(
        "INSERT INTO uploads (destination, object, id, job, part_bytes, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            destination,
            upload.key.as_str(),
            upload.id,
            job.map(JobId::as_str),
            part_bytes,
            upload.checksum.name()
        ],
    )?;
    Ok(())
}

/// What goes over the wire with the parts of an upload that an older version began is CRC64NVME.
fn checksum(name: Option<&str>) -> Checksum {
    name.and_then(Checksum::named).unwrap_or_default()
}

pub(crate) fn keep_part(t: &Transaction<'_>, destination: &str, upload: &Upload, part: &Part) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT OR REPLACE INTO parts (destination, object, number, etag, crc, bytes, sent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        destination,
        upload.key.as_str(),
        part.number,
        part.etag,
        part.crc64nvme,
        part.bytes,
        part.sent
    ])?;
    Ok(())
}

pub(crate) fn forget_upload(t: &Transaction<'_>, destination: &str, key: &str) -> Result<(), Error> {
    t.execute(
        "DELETE FROM uploads WHERE destination = ?1 AND object = ?2",
        [destination, key],
    )?;
    Ok(())
}

/// Multipart uploads that the journal knows below a key prefix.
pub(crate) fn uploads_below(t: &Transaction<'_>, destination: &str, prefix: &str) -> Result<Vec<Upload>, Error> {
    let mut statement = t.prepare(
        "SELECT object, id, checksum FROM uploads WHERE destination = ?1 AND substr(object, 1, length(?2)) = ?2",
    )?;
    let rows = statement.query_map([destination, prefix], |r| {
        Ok(Upload {
            key: ObjectKey::raw(r.get::<_, String>(0)?),
            id: r.get(1)?,
            checksum: checksum(r.get::<_, Option<String>>(2)?.as_deref()),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every multipart upload that the journal knows of a destination, with its job.
pub(crate) fn known_uploads(t: &Transaction<'_>, destination: &str) -> Result<Vec<(Option<String>, Upload)>, Error> {
    let mut statement = t.prepare("SELECT job, object, id, checksum FROM uploads WHERE destination = ?1")?;
    let rows = statement.query_map([destination], |r| {
        Ok((
            r.get(0)?,
            Upload {
                key: ObjectKey::raw(r.get::<_, String>(1)?),
                id: r.get(2)?,
                checksum: checksum(r.get::<_, Option<String>>(3)?.as_deref()),
            },
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
