//! What is known of videos beside their jobs: the cache of what buckets say, links that were made, removals under way.

use rusqlite::{Transaction, params};

use super::text::{from_json, to_json, video_id};
use super::{link_rows, view_rows};
use crate::catalog::{Video, VideoRecord};
use crate::error::Error;
use crate::ids::VideoId;

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
    view_rows::forget_video(t, video)?;
    link_rows::forget_links(t, video)
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
        "SELECT l.destination, l.etag, l.record, (SELECT max(k.expires) FROM links k WHERE k.video = l.video AND k.taken_back IS NULL)
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

/// Where each video is or will be: destinations by their videos.
pub(crate) fn homes(t: &Transaction<'_>) -> Result<std::collections::HashMap<String, String>, Error> {
    let mut statement =
        t.prepare("SELECT video, destination FROM jobs UNION SELECT video, destination FROM library")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
