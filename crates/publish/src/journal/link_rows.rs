//! Links that were made, here or on another computer.

use rusqlite::{Row, Transaction, params};

use super::text::video_id;
use crate::error::Error;
use crate::ids::VideoId;
use crate::link_record::LinkRecord;

const COLUMNS: &str = "video, link, name, made, expires, opens, ip, password, taken_back, changed";

/// Keeps a link, or what has changed of it. `unsaid`: its record in the bucket has to be written.
pub(crate) fn keep_link(t: &Transaction<'_>, link: &LinkRecord, unsaid: bool) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO links (video, link, name, made, expires, opens, ip, password, taken_back, changed, unsaid)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (video, link) DO UPDATE SET name = ?3, expires = ?5, opens = ?6, ip = ?7, password = ?8, taken_back = ?9,
         changed = ?10, unsaid = ?11",
    )?
    .execute(params![
        link.video.as_str(),
        link.link,
        link.name,
        link.made,
        link.expires,
        link.opens,
        link.ip,
        link.password,
        link.taken_back,
        link.changed,
        unsaid && link.link.is_some(),
    ])?;
    Ok(())
}

/// Links of one video or of all, the latest end first.
pub(crate) fn links(t: &Transaction<'_>, video: Option<&VideoId>) -> Result<Vec<LinkRecord>, Error> {
    let mut statement = t.prepare(&format!(
        "SELECT {COLUMNS} FROM links WHERE ?1 IS NULL OR video = ?1 ORDER BY expires DESC, made DESC, link"
    ))?;
    let rows = statement.query_map([video.map(VideoId::as_str)], columns)?;
    rows.map(|row| record(row?)).collect()
}

/// Links of one name. Names are random: there is one, or none.
pub(crate) fn by_link(t: &Transaction<'_>, link: &str) -> Result<Option<LinkRecord>, Error> {
    let mut statement = t.prepare_cached(&format!("SELECT {COLUMNS} FROM links WHERE link = ?1"))?;
    let mut rows = statement.query_map([link], columns)?;
    rows.next().map(|row| record(row?)).transpose()
}

/// Links whose records in the bucket have to be written yet.
pub(crate) fn unsaid(t: &Transaction<'_>) -> Result<Vec<LinkRecord>, Error> {
    let mut statement = t.prepare(&format!("SELECT {COLUMNS} FROM links WHERE unsaid = 1"))?;
    let rows = statement.query_map([], columns)?;
    rows.map(|row| record(row?)).collect()
}

/// The record in the bucket is this one, as the store names it.
pub(crate) fn said(t: &Transaction<'_>, link: &LinkRecord, etag: &str) -> Result<(), Error> {
    t.prepare_cached("UPDATE links SET etag = ?3, unsaid = (changed <> ?4) WHERE video = ?1 AND link = ?2")?
        .execute(params![link.video.as_str(), link.link, etag, link.changed])?;
    Ok(())
}

/// What the store called the record when it was read or written last; by video and link.
pub(crate) fn etags(
    t: &Transaction<'_>,
    video: Option<&VideoId>,
) -> Result<std::collections::HashMap<(String, String), String>, Error> {
    let mut statement =
        t.prepare("SELECT video, link, etag FROM links WHERE link IS NOT NULL AND (?1 IS NULL OR video = ?1)")?;
    let rows = statement.query_map([video.map(VideoId::as_str)], |r| {
        Ok(((r.get(0)?, r.get(1)?), r.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn forget_links(t: &Transaction<'_>, video: &VideoId) -> Result<(), Error> {
    t.execute("DELETE FROM links WHERE video = ?1", [video.as_str()])?;
    Ok(())
}

type Columns = (String, LinkColumns);
type LinkColumns = (
    Option<String>,
    String,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    bool,
    Option<i64>,
    i64,
);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    let rest = (
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
        row.get(8)?,
        row.get(9)?,
    );
    Ok((row.get(0)?, rest))
}

fn record(
    (video, (link, name, made, expires, opens, ip, password, taken_back, changed)): Columns,
) -> Result<LinkRecord, Error> {
    Ok(LinkRecord {
        video: video_id(&video)?,
        link,
        name,
        made,
        expires,
        opens,
        ip,
        password,
        taken_back,
        changed,
    })
}
