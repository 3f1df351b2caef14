//! Rows of jobs.

use std::path::PathBuf;

use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use screener_ladder::Wishes;
use screener_wire::Failure;

use super::text::{from_json, job_id, to_json, video_id};
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::job::Phase;
use crate::job_record::JobRecord;

/// What was asked of a job last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Run,
    Pause,
    Cancel,
    Retry,
}

impl Wish {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Pause => "pause",
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "pause" => Self::Pause,
            "cancel" => Self::Cancel,
            "retry" => Self::Retry,
            _ => Self::Run,
        }
    }
}

/// What stands of a job beside its objects.
#[derive(Clone, Debug)]
pub(crate) struct JobRow {
    pub(crate) job: JobId,
    pub(crate) video: VideoId,
    pub(crate) title: String,
    pub(crate) file: PathBuf,
    pub(crate) fingerprint: String,
    pub(crate) destination: String,
    pub(crate) wishes: Wishes,
    pub(crate) accepted: i64,
    pub(crate) wish: Wish,
    pub(crate) phase: Phase,
    pub(crate) error: Option<Failure>,
    pub(crate) replaces: Option<u32>,
    pub(crate) progress: Option<JobRecord>,
    pub(crate) finished: bool,
    pub(crate) visible: bool,
}

impl JobRow {
    /// True where the creator wants nothing of it any more.
    pub(crate) fn is_given_up(&self) -> bool {
        self.phase == Phase::Cancelling || (self.wish == Wish::Cancel && self.phase != Phase::Live)
    }
}

const COLUMNS: &str = "job, video, title, file, fingerprint, destination, wishes, accepted, wish, phase, error, replaces, progress, finished IS NOT NULL, visible <> 'nothing'";

fn row(r: &Row<'_>) -> Result<JobRow, Error> {
    let (job, video): (String, String) = (r.get(0)?, r.get(1)?);
    let (file, wishes, wish, phase): (String, String, String, String) = (r.get(3)?, r.get(6)?, r.get(8)?, r.get(9)?);
    let (error, progress): (Option<String>, Option<String>) = (r.get(10)?, r.get(12)?);
    Ok(JobRow {
        job: job_id(&job)?,
        video: video_id(&video)?,
        title: r.get(2)?,
        file: PathBuf::from(file),
        fingerprint: r.get(4)?,
        destination: r.get(5)?,
        wishes: from_json(&wishes)?,
        accepted: r.get(7)?,
        wish: Wish::parse(&wish),
        phase: Phase::parse(&phase),
        error: error.as_deref().map(from_json).transpose()?,
        replaces: r.get(11)?,
        progress: progress.as_deref().map(from_json).transpose()?,
        finished: r.get(13)?,
        visible: r.get(14)?,
    })
}

pub(crate) fn add(t: &Transaction<'_>, job: &JobRow, generation: u32) -> Result<(), Error> {
    t.execute(
        "INSERT INTO jobs (job, video, title, file, fingerprint, destination, wishes, accepted, place, phase, replaces, generation)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT coalesce(max(place), 0) + 1 FROM jobs), ?9, ?10, ?11)",
        params![
            job.job.as_str(),
            job.video.as_str(),
            job.title,
            job.file.to_string_lossy(),
            job.fingerprint,
            job.destination,
            to_json(&job.wishes)?,
            job.accepted,
            job.phase.as_str(),
            job.replaces,
            generation
        ],
    )?;
    Ok(())
}

pub(crate) fn all(t: &Transaction<'_>) -> Result<Vec<JobRow>, Error> {
    let mut statement = t.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs ORDER BY place, accepted"))?;
    let mut rows = statement.query([])?;
    let mut jobs = Vec::new();
    while let Some(r) = rows.next()? {
        jobs.push(row(r)?);
    }
    Ok(jobs)
}

pub(crate) fn one(t: &Transaction<'_>, job: &JobId) -> Result<JobRow, Error> {
    let mut statement = t.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE job = ?1"))?;
    let found = statement.query_row([job.as_str()], |r| Ok(row(r))).optional()?;
    found.ok_or_else(|| Error::NoSuchJob(job.clone()))?
}

/// Jobs that are paused and have something in a bucket.
pub(crate) fn paused_in_buckets(t: &Transaction<'_>) -> Result<Vec<JobRow>, Error> {
    let mut statement = t.prepare(&format!(
        "SELECT {COLUMNS} FROM jobs WHERE touched AND phase = 'paused' ORDER BY place"
    ))?;
    let mut rows = statement.query([])?;
    let mut jobs = Vec::new();
    while let Some(r) = rows.next()? {
        jobs.push(row(r)?);
    }
    Ok(jobs)
}

/// Jobs that make or replace a video.
pub(crate) fn of_video(t: &Transaction<'_>, video: &VideoId) -> Result<Vec<JobRow>, Error> {
    Ok(all(t)?.into_iter().filter(|j| &j.video == video).collect())
}

pub(crate) fn wish(t: &Transaction<'_>, job: &JobId, wish: Wish) -> Result<(), Error> {
    let changed = t.execute(
        "UPDATE jobs SET wish = ?2 WHERE job = ?1",
        params![job.as_str(), wish.as_str()],
    )?;
    if changed == 0 {
        Err(Error::NoSuchJob(job.clone()))
    } else {
        Ok(())
    }
}

pub(crate) fn remove(t: &Transaction<'_>, job: &JobId) -> Result<(), Error> {
    t.execute("DELETE FROM jobs WHERE job = ?1", [job.as_str()])?;
    Ok(())
}

/// Puts a job at `place` (from 0) of the queue.
pub(crate) fn move_to(t: &Transaction<'_>, job: &JobId, place: usize) -> Result<(), Error> {
    let mut order: Vec<JobId> = all(t)?.into_iter().map(|j| j.job).collect();
    let from = order
        .iter()
        .position(|j| j == job)
        .ok_or_else(|| Error::NoSuchJob(job.clone()))?;
    let moved = order.remove(from);
    order.insert(place.min(order.len()), moved);
    for (n, job) in order.iter().enumerate() {
        t.execute(
            "UPDATE jobs SET place = ?2 WHERE job = ?1",
            params![job.as_str(), i64::try_from(n).unwrap_or(i64::MAX)],
        )?;
    }
    Ok(())
}

pub(crate) fn set_title(t: &Transaction<'_>, video: &VideoId, title: &str) -> Result<(), Error> {
    t.execute("UPDATE jobs SET title = ?2 WHERE video = ?1", [video.as_str(), title])?;
    Ok(())
}

pub(crate) fn set_progress(t: &Transaction<'_>, progress: &JobRecord) -> Result<(), Error> {
    t.execute(
        "UPDATE jobs SET progress = ?2 WHERE job = ?1",
        params![progress.job.as_str(), to_json(progress)?],
    )?;
    Ok(())
}

/// Puts a job that runs nowhere into another phase.
pub(crate) fn set_phase(t: &Transaction<'_>, job: &JobId, phase: Phase) -> Result<(), Error> {
    t.execute(
        "UPDATE jobs SET phase = ?2, error = NULL WHERE job = ?1",
        params![job.as_str(), phase.as_str()],
    )?;
    Ok(())
}

pub(crate) fn forget_progress(t: &Transaction<'_>, job: &JobId) -> Result<(), Error> {
    t.execute("UPDATE jobs SET progress = NULL WHERE job = ?1", [job.as_str()])?;
    Ok(())
}
