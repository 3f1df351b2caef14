//! The quiet tables: library cache, links, destinations, key pairs, settings, removals.

use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::catalog::VideoRecord;
use crate::destination::Destination;
use crate::engine::KeyPair;
use crate::error::{Error, failure};
use crate::{LinkRecord, Video, VideoId};

pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| spoiled(&e))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|e| spoiled(&e))
}

fn spoiled(error: &serde_json::Error) -> Error {
    Error::Refused(failure(
        "journal",
        format!("A record of the journal cannot be read: {error}."),
        "Move the data folder away and refresh the library.",
    ))
}

/// A deletion that is under way.
pub(crate) struct Removal {
    pub(crate) destination: String,
    pub(crate) folder: String,
    pub(crate) video: VideoId,
}

pub(crate) fn add_removal(t: &Transaction<'_>, removal: &Removal) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO removals (destination, folder, video) VALUES (?1, ?2, ?3)",
        params![removal.destination, removal.folder, removal.video.as_str()],
    )?;
    Ok(())
}

pub(crate) fn removals(t: &Transaction<'_>) -> Result<Vec<Removal>, Error> {
    let mut statement = t.prepare("SELECT destination, folder, video FROM removals")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?)))?;
    rows.map(|row| {
        let (destination, folder, video) = row?;
        Ok(Removal {
            destination,
            folder,
            video: video_id(&video)?,
        })
    })
    .collect()
}

pub(crate) fn end_removal(t: &Transaction<'_>, removal: &Removal) -> Result<(), Error> {
    t.execute(
        "DELETE FROM removals WHERE destination = ?1 AND folder = ?2",
        params![removal.destination, removal.folder],
    )?;
    Ok(())
}

pub(crate) fn video_id(text: &str) -> Result<VideoId, Error> {
    text.parse().map_err(|e| {
        Error::Refused(failure(
            "journal",
            format!("The journal is spoiled: {e}."),
            "Move the data folder away and refresh the library.",
        ))
    })
}

/// Keeps a video's record without its checksums, which only a check of the bucket needs.
pub(crate) fn keep_video(
    t: &Transaction<'_>,
    destination: &str,
    etag: &str,
    record: &VideoRecord,
) -> Result<(), Error> {
    let record = VideoRecord {
        checksums: std::collections::BTreeMap::new(),
        ..record.clone()
    };
    t.prepare_cached("INSERT OR REPLACE INTO library (video, destination, title, created, etag, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![record.id.as_str(), destination, record.title, record.created, etag, to_json(&record)?])?;
    Ok(())
}

pub(crate) fn forget_video(t: &Transaction<'_>, video: &VideoId) -> Result<(), Error> {
    t.execute("DELETE FROM library WHERE video = ?1", [video.as_str()])?;
    t.execute("DELETE FROM links WHERE video = ?1", [video.as_str()])?;
    Ok(())
}

pub(crate) fn etags(
    t: &Transaction<'_>,
    destination: &str,
) -> Result<std::collections::HashMap<String, String>, Error> {
    let mut statement = t.prepare("SELECT video, etag FROM library WHERE destination = ?1")?;
    let rows = statement.query_map([destination], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn videos(t: &Transaction<'_>, only: Option<&VideoId>) -> Result<Vec<Video>, Error> {
    let mut statement = t.prepare(
        "SELECT l.destination, l.etag, l.record, (SELECT max(k.expires) FROM links k WHERE k.video = l.video)
         FROM library l WHERE ?1 IS NULL OR l.video = ?1 ORDER BY l.created DESC, l.video",
    )?;
    let rows = statement.query_map([only.map(VideoId::as_str)], |r| {
        Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?, r.get(3)?))
    })?;
    rows.map(|row| {
        let (destination, etag, record, newest_link_ends) = row?;
        Ok(Video {
            destination,
            etag,
            record: from_json(&record)?,
            newest_link_ends,
        })
    })
    .collect()
}

pub(crate) fn add_link(t: &Transaction<'_>, link: &LinkRecord) -> Result<(), Error> {
    t.execute(
        "INSERT INTO links (video, made, expires, opens, ip) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![link.video.as_str(), link.made, link.expires, link.opens, link.ip],
    )?;
    Ok(())
}

pub(crate) fn links(t: &Transaction<'_>, video: Option<&VideoId>) -> Result<Vec<LinkRecord>, Error> {
    let mut statement = t.prepare(
        "SELECT video, made, expires, opens, ip FROM links WHERE ?1 IS NULL OR video = ?1 ORDER BY expires DESC",
    )?;
    let rows = statement.query_map([video.map(VideoId::as_str)], |r| {
        Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
    })?;
    rows.map(|row| {
        let (video, made, expires, opens, ip) = row?;
        Ok(LinkRecord {
            video: video_id(&video)?,
            made,
            expires,
            opens,
            ip,
        })
    })
    .collect()
}

pub(crate) fn destinations(t: &Transaction<'_>) -> Result<Vec<Destination>, Error> {
    let mut all = vec![Destination::local()];
    let mut statement = t.prepare("SELECT destination FROM destinations ORDER BY name")?;
    for row in statement.query_map([], |r| r.get::<_, String>(0))? {
        let destination: Destination = from_json(&row?)?;
        if destination.name != crate::destination::LOCAL {
            all.push(destination);
        }
    }
    Ok(all)
}

pub(crate) fn destination(t: &Transaction<'_>, name: &str) -> Result<Destination, Error> {
    destinations(t)?
        .into_iter()
        .find(|d| d.name == name)
        .ok_or_else(|| Error::NoSuchDestination(name.to_owned()))
}

pub(crate) fn keep_destination(t: &Transaction<'_>, destination: &Destination) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO destinations (name, destination) VALUES (?1, ?2)",
        params![destination.name, to_json(destination)?],
    )?;
    Ok(())
}

pub(crate) fn forget_destination(t: &Transaction<'_>, name: &str) -> Result<(), Error> {
    t.execute("DELETE FROM destinations WHERE name = ?1", [name])?;
    t.execute("DELETE FROM library WHERE destination = ?1", [name])?;
    Ok(())
}

pub(crate) fn key_pairs(t: &Transaction<'_>) -> Result<Vec<KeyPair>, Error> {
    let mut statement = t.prepare("SELECT record FROM key_pairs ORDER BY id")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    rows.map(|row| from_json(&row?)).collect()
}

pub(crate) fn keep_key_pair(t: &Transaction<'_>, pair: &KeyPair) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO key_pairs (id, record) VALUES (?1, ?2)",
        params![pair.id, to_json(pair)?],
    )?;
    Ok(())
}

pub(crate) fn forget_key_pair(t: &Transaction<'_>, id: &str) -> Result<(), Error> {
    t.execute("DELETE FROM key_pairs WHERE id = ?1", [id])?;
    Ok(())
}

pub(crate) fn setting(t: &Transaction<'_>, name: &str) -> Result<Option<String>, Error> {
    Ok(
        t.query_row("SELECT value FROM settings WHERE name = ?1", [name], |r| r.get(0))
            .optional()?,
    )
}

pub(crate) fn set_setting(t: &Transaction<'_>, name: &str, value: Option<&str>) -> Result<(), Error> {
    match value {
        Some(value) => t.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            [name, value],
        )?,
        None => t.execute("DELETE FROM settings WHERE name = ?1", [name])?,
    };
    Ok(())
}
