//! A job as it is shown.

use crate::cause::Cause;
use crate::job::Phase;
use crate::job_record::{JobRecord, JobState, Stage};
use crate::journal::job_rows::JobRow;

/// A row as it is shown. A job that runs in no process was interrupted.
pub(super) fn record(row: JobRow, owned: bool) -> JobRecord {
    let mut record = row.progress.unwrap_or_else(|| JobRecord {
        job: row.job,
        video: row.video,
        title: String::new(),
        file: row.file,
        destination: row.destination,
        accepted: row.accepted,
        replaces: row.replaces.is_some(),
        state: JobState::Queued,
        stage: Stage::Probe,
        done: 0.0,
        speed: None,
        upload_rate: None,
        seconds_left: None,
        duration: None,
        tracks: Vec::new(),
        playable: false,
        error: None,
        notes: Vec::new(),
    });
    record.title = row.title;
    record.error = row.error;
    record.playable = row.visible;
    let told = record.state;
    record.state = match row.phase {
        Phase::Queued => JobState::Queued,
        Phase::Running => JobState::Running,
        Phase::Paused => JobState::Paused,
        // It has failed when nothing of it is left, or when nothing more can be done about that now.
        Phase::Failing | Phase::Cancelling if told != JobState::Failed => JobState::Running,
        Phase::Failing | Phase::Cancelling | Phase::Failed => JobState::Failed,
        Phase::Live => JobState::Live,
    };
    if record.state == JobState::Running && !owned {
        record.state = JobState::Paused;
        record.error = Some(Cause::Interrupted.into());
    }
    if record.state != JobState::Running {
        (record.speed, record.upload_rate, record.seconds_left) = (None, None, None);
    }
    if record.state == JobState::Live {
        (record.stage, record.done, record.playable) = (Stage::Live, 1.0, true);
    }
    record
}
