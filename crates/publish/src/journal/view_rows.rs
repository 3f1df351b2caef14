//! Who has watched: views, traffic, and which lines of logs were counted.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};
use screener_views::view::GAP;
use screener_views::{Batch, City, Delta, Generation, Id, Seen, View, Watched};

use super::text::{from_json, to_json};
use crate::error::Error;
use crate::ids::VideoId;

/// Hours that lines are remembered: they come up to a day late, and more than once.
const REMEMBERED: u32 = 72;
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// The lines that were counted, as the reader of logs asks for them.
pub(crate) struct CountedLines<'t>(pub(crate) &'t Transaction<'t>);

impl Seen for CountedLines<'_> {
    type Error = Error;

    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Error> {
        let mut insert = self
            .0
            .prepare_cached("INSERT OR IGNORE INTO log_lines (hour, id) VALUES (?1, ?2)")?;
        for id in ids {
            id.fresh = insert.execute(params![hour, id.hash.cast_signed()])? == 1;
        }
        Ok(())
    }
}

/// Adds what a log says.
pub(crate) fn add(t: &Transaction<'_>, batch: Batch) -> Result<(), Error> {
    for delta in batch.deltas {
        add_delta(t, delta)?;
    }
    Ok(())
}

fn add_delta(t: &Transaction<'_>, delta: Delta) -> Result<(), Error> {
    let video = delta.video.as_str().to_owned();
    let mut link = delta.link.map(|link| link.as_str().to_owned()).unwrap_or_default();
    if delta.watched.is_empty() {
        // Refused requests name what they like: neither videos nor links are made of them.
        if !is_known(
            t,
            "SELECT 1 FROM jobs WHERE video = ?1 UNION ALL SELECT 1 FROM library WHERE video = ?1",
            &video,
        )? {
            return Ok(());
        }
        if !is_known(t, "SELECT 1 FROM links WHERE link = ?1", &link)? {
            link.clear();
        }
    }
    let mut near = t.prepare_cached(
        "SELECT first, last, seen FROM views WHERE video = ?1 AND link = ?2 AND first <= ?3 AND last >= ?4",
    )?;
    let mut remove = t.prepare_cached("DELETE FROM views WHERE video = ?1 AND link = ?2 AND first = ?3")?;
    let mut insert =
        t.prepare_cached("INSERT OR REPLACE INTO views (video, link, first, last, seen) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for view in delta.watched.into_views() {
        let mut merged = Watched::default();
        let (until, since) = (view.last().saturating_add(GAP), view.first().saturating_sub(GAP));
        merged.add_view(view);
        let touching = near.query_map(params![video, link, until.cast_signed(), since.cast_signed()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
        })?;
        for row in touching.collect::<Result<Vec<_>, _>>()? {
            remove.execute(params![video, link, row.0])?;
            if let Some(view) = stored(row) {
                merged.add_view(view);
            }
        }
        for view in merged.into_views() {
            let (first, last) = (view.first().cast_signed(), view.last().cast_signed());
            insert.execute(params![video, link, first, last, view.to_bytes()])?;
        }
    }
    let mut add = t.prepare_cached(
        "INSERT INTO traffic (video, link, month, city, requests, playlists, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (video, link, month, city)
         DO UPDATE SET requests = requests + ?5, playlists = playlists + ?6, bytes = bytes + ?7",
    )?;
    for ((month, city), traffic) in delta.traffic {
        let (requests, bytes) = (traffic.requests.cast_signed(), traffic.bytes.cast_signed());
        let (city, playlists) = (city.as_ref().map_or("", City::as_str), traffic.playlists.cast_signed());
        add.execute(params![video, link, month.number(), city, requests, playlists, bytes])?;
    }
    Ok(())
}

fn is_known(t: &Transaction<'_>, question: &str, name: &str) -> Result<bool, Error> {
    Ok(t.prepare_cached(question)?.exists([name])?)
}

/// A view as it lies in its row; nothing where that is damaged.
fn stored((first, last, seen): (i64, i64, Vec<u8>)) -> Option<View> {
    let view = View::from_bytes(first.cast_unsigned(), last.cast_unsigned(), &seen);
    view.inspect_err(|_| tracing::warn!(first, "a view that was counted cannot be read any more"))
        .ok()
}

/// The videos, or the links, that have a view.
pub(crate) fn with_views(t: &Transaction<'_>, column: &'static str) -> Result<BTreeSet<String>, Error> {
    let mut statement = t.prepare(&format!("SELECT DISTINCT {column} FROM views"))?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Views by video and link; of one video or of all.
pub(crate) fn watched(
    t: &Transaction<'_>,
    video: Option<&VideoId>,
) -> Result<BTreeMap<(String, String), Watched>, Error> {
    let mut statement = t.prepare("SELECT video, link, first, last, seen FROM views WHERE ?1 IS NULL OR video = ?1")?;
    let rows = statement.query_map([video.map(VideoId::as_str)], |row| {
        let view = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(((row.get(0)?, row.get(1)?), view))
    })?;
    let mut watched: BTreeMap<(String, String), Watched> = BTreeMap::new();
    for row in rows {
        let (link, view) = row?;
        if let Some(view) = stored(view) {
            watched.entry(link).or_default().add_view(view);
        }
    }
    Ok(watched)
}

/// Requests and bytes of a link, or of no link (empty), in a month, from the edges of a city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// Video.
    pub video: String,
    /// Link; empty for requests of none.
    pub link: String,
    /// Year * 100 + month, UTC.
    pub month: u32,
    /// Three letters of an airport; empty where it is not known.
    pub city: String,
    /// Requests.
    pub requests: u64,
    /// Of them: for playlists.
    pub playlists: u64,
    /// Bytes.
    pub bytes: u64,
}

pub(crate) fn traffic(t: &Transaction<'_>, video: Option<&VideoId>) -> Result<Vec<TrafficRow>, Error> {
    let mut statement = t.prepare(
        "SELECT video, link, month, city, requests, playlists, bytes FROM traffic WHERE ?1 IS NULL OR video = ?1",
    )?;
    let rows = statement.query_map([video.map(VideoId::as_str)], |row| {
        Ok(TrafficRow {
            video: row.get(0)?,
            link: row.get(1)?,
            month: row.get(2)?,
            city: row.get(3)?,
            requests: row.get::<_, i64>(4)?.cast_unsigned(),
            playlists: row.get::<_, i64>(5)?.cast_unsigned(),
            bytes: row.get::<_, i64>(6)?.cast_unsigned(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of the objects of a destination's log those that were not read as they are now; what is listed no more is forgotten.
pub(crate) fn unread(
    t: &Transaction<'_>,
    destination: &str,
    listed: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, Error> {
    let mut statement = t.prepare("SELECT key, etag FROM log_objects WHERE destination = ?1")?;
    let rows = statement.query_map([destination], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut known: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
    let unread = listed
        .into_iter()
        .filter(|(key, etag)| known.remove(key).as_ref() != Some(etag))
        .collect();
    for gone in known.into_keys() {
        t.execute(
            "DELETE FROM log_objects WHERE destination = ?1 AND key = ?2",
            [destination, &gone],
        )?;
    }
    Ok(unread)
}

pub(crate) fn read(t: &Transaction<'_>, destination: &str, key: &str, etag: &str) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO log_objects (destination, key, etag) VALUES (?1, ?2, ?3)",
        [destination, key, etag],
    )?;
    Ok(())
}

/// Forgets lines that surely do not come again, when every object that is listed was read; and what was counted of links that no
/// record holds by then: the creator's own eyes, and those of whoever looks whether all is well. Their traffic is nobody's. (Views are made
/// of moments and segments: a line that came again all the same would add nothing to them.)
pub(crate) fn forget_lines(t: &Transaction<'_>) -> Result<(), Error> {
    let latest: Option<u32> = t.query_row("SELECT max(hour) FROM log_lines", [], |row| row.get(0))?;
    let before = latest.unwrap_or_default().saturating_sub(REMEMBERED);
    if t.execute("DELETE FROM log_lines WHERE hour < ?1", [before])? == 0 {
        return Ok(());
    }
    t.execute(
        "DELETE FROM views WHERE last < ?1 AND link NOT IN (SELECT link FROM links WHERE link IS NOT NULL)",
        [i64::from(before) * HOUR],
    )?;
    let nobodys = "link <> '' AND link NOT IN (SELECT link FROM links WHERE link IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM views v WHERE v.video = traffic.video AND v.link = traffic.link)";
    t.execute(
        &format!(
            "INSERT INTO traffic (video, link, month, city, requests, playlists, bytes)
             SELECT video, '', month, city, sum(requests), sum(playlists), sum(bytes) FROM traffic WHERE {nobodys} GROUP BY video, month, city
             ON CONFLICT (video, link, month, city) DO UPDATE SET requests = requests + excluded.requests,
                 playlists = playlists + excluded.playlists, bytes = bytes + excluded.bytes"
        ),
        [],
    )?;
    t.execute(&format!("DELETE FROM traffic WHERE {nobodys}"), [])?;
    Ok(())
}

/// Every number goes; what was read is not read again.
pub(crate) fn forget_views(t: &Transaction<'_>) -> Result<(), Error> {
    t.execute("DELETE FROM views", [])?;
    t.execute("DELETE FROM traffic", [])?;
    Ok(())
}

pub(crate) fn forget_video(t: &Transaction<'_>, video: &VideoId) -> Result<(), Error> {
    for table in ["views", "traffic", "segment_times"] {
        t.execute(&format!("DELETE FROM {table} WHERE video = ?1"), [video.as_str()])?;
    }
    Ok(())
}

/// Durations of a generation's segments.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentTimes {
    /// Generation.
    pub generation: u16,
    /// The film has no pictures.
    pub sound_alone: bool,
    /// Seconds.
    pub seconds: Vec<f64>,
}

impl SegmentTimes {
    /// As figures are made of it.
    pub fn shown(&self) -> Generation {
        Generation::new(self.generation, &self.seconds, self.sound_alone)
    }
}

pub(crate) fn keep_segment_times(t: &Transaction<'_>, video: &VideoId, times: &SegmentTimes) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO segment_times (video, generation, sound_alone, seconds) VALUES (?1, ?2, ?3, ?4)",
        params![
            video.as_str(),
            times.generation,
            times.sound_alone,
            to_json(&times.seconds)?
        ],
    )?;
    Ok(())
}

pub(crate) fn segment_times(
    t: &Transaction<'_>,
    video: Option<&VideoId>,
) -> Result<BTreeMap<String, Vec<SegmentTimes>>, Error> {
    let mut statement = t.prepare(
        "SELECT video, generation, sound_alone, seconds FROM segment_times WHERE ?1 IS NULL OR video = ?1 ORDER BY generation",
    )?;
    let rows = statement.query_map([video.map(VideoId::as_str)], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    let mut times: BTreeMap<String, Vec<SegmentTimes>> = BTreeMap::new();
    for row in rows {
        let (video, generation, sound_alone, seconds) = row?;
        times.entry(video).or_default().push(SegmentTimes {
            generation,
            sound_alone,
            seconds: from_json(&seconds)?,
        });
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use screener_views::{Reading, Scope};

    use super::*;

    const VIDEO: &str = "mfrggzdfmztwq2lknnwg23tpob";

    fn line(at: i64, id: &str, link: &str, segment: u32) -> String {
        format!(
            r#"{{"timestamp(ms)":"{at}","x-edge-request-id":"{id}","cs-method":"GET","cs-uri-stem":"/videos/{VIDEO}/1/360p/{segment:05}.m4s","cs-uri-query":"l={link}&Policy=-","sc-status":"200","sc-bytes":"1000"}}"#
        )
    }

    fn count(journal: &rusqlite::Connection, lines: &[String]) {
        let t = journal.unchecked_transaction().expect("a transaction");
        let mut reading = Reading::new(Scope::new("videos"), CountedLines(&t), |batch| add(&t, batch));
        reading.object(lines.join("\n").as_bytes()).expect("read");
        reading.finish().expect("counted");
        forget_lines(&t).expect("forgotten");
        t.commit().expect("kept");
    }

    fn journal() -> (tempfile::TempDir, rusqlite::Connection) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        drop(super::super::Journal::open(&path).expect("a journal"));
        (folder, rusqlite::Connection::open(path).expect("the same"))
    }

    fn traffic_of(journal: &rusqlite::Connection, link: &str) -> Vec<(i64, i64)> {
        let mut statement = journal
            .prepare("SELECT requests, bytes FROM traffic WHERE link = ?1 ORDER BY month")
            .expect("a question");
        let rows = statement.query_map([link], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.expect("asked").collect::<Result<_, _>>().expect("answered")
    }

    #[test]
    fn traffic_is_kept_by_the_city_of_the_edge() {
        let (_folder, journal) = journal();
        let at = |id, edge: &str, path: &str| {
            let edge = format!(r#""x-edge-location":"{edge}","cs-method""#);
            line(1_795_847_400_000, id, "aaaamqx7ab", 1)
                .replace(r#""cs-method""#, &edge)
                .replace("1/360p/00001.m4s", path)
        };
        count(
            &journal,
            &[
                at("a", "FRA56-P3", "index.m3u8"),
                at("b", "FRA60-C1", "1/360p/00001.m4s"),
                at("c", "NRT12-P1", "1/360p/00002.m4s"),
                at("d", "-", "1/360p/00003.m4s"),
            ],
        );
        let t = journal.unchecked_transaction().expect("a transaction");
        let rows = traffic(&t, None).expect("read").into_iter();
        let rows: Vec<_> = rows
            .map(|row| (row.month, row.city, row.requests, row.playlists, row.bytes))
            .collect();
        let wanted = [("", 1, 0, 1000), ("FRA", 2, 1, 2000), ("NRT", 1, 0, 1000)];
        assert_eq!(
            rows,
            wanted.map(|(city, requests, playlists, bytes)| (202_611, city.into(), requests, playlists, bytes))
        );
    }

    #[test]
    fn lines_that_come_again_late_or_in_another_object_count_once() {
        let (_folder, journal) = journal();
        let now = 1_795_847_400_000;
        let first: Vec<_> = (0..10)
            .map(|n| line(now + n * 1000, &format!("a{n}"), "aaaamqx7ab", 1))
            .collect();
        count(&journal, &first);
        count(
            &journal,
            &[
                first[3].clone(),
                line(now + 86_400_000, "b", "aaaamqx7ab", 2),
                first[4].clone(),
            ],
        );
        assert_eq!(traffic_of(&journal, "aaaamqx7ab"), [(11, 11_000)]);
        let t = journal.unchecked_transaction().expect("a transaction");
        let watched = watched(&t, None).expect("read");
        let views = &watched[&(VIDEO.to_owned(), "aaaamqx7ab".to_owned())];
        assert_eq!(views.len(), 2);
    }

    #[test]
    fn old_logs_that_are_read_late_count_and_nobodys_links_are_forgotten() {
        let (_folder, journal) = journal();
        let (now, day) = (1_795_847_400_000, 86_400_000);
        count(&journal, &[line(now, "now", "aaaamqx7ab", 1)]);
        // A bucket that was not looked at for three weeks.
        count(
            &journal,
            &[
                line(now - 21 * day, "then", "aaaamqx7ac", 1),
                line(now - 21 * day, "then", "aaaamqx7ac", 1),
            ],
        );
        assert_eq!(
            traffic_of(&journal, ""),
            [(1, 1000)],
            "no record holds that link: its view is gone"
        );
        assert_eq!(
            traffic_of(&journal, "aaaamqx7ab"),
            [(1, 1000)],
            "this one may still get its record"
        );
        journal
            .execute(
                "INSERT INTO links (video, link, made, expires) VALUES (?1, 'aaaamqx7ad', 0, 1)",
                [VIDEO],
            )
            .expect("a record");
        count(&journal, &[line(now - 20 * day, "later", "aaaamqx7ad", 1)]);
        assert_eq!(traffic_of(&journal, "aaaamqx7ad"), [(1, 1000)]);
    }
}
