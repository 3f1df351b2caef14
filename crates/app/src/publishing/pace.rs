//! How long a publish takes here: learned from the jobs that ran, told as a range.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use screener_ladder::TrackKind;
use screener_ladder::plan::Plan;
use serde::{Deserialize, Serialize};

use crate::view::{JobState, JobView, Preset};
use crate::{App, Result};

/// Name of the setting that holds what was learned.
const NAME: &str = "pace";

/// How many jobs of a kind are remembered. A computer changes: the newest say more than the first.
const KEPT: usize = 8;

/// Jobs shorter than this say more about starting a process than about encoding.
const SHORTEST: Duration = Duration::from_secs(2);

/// Work done a second, newest last, by destination and preset. Work is the pictures' area times the film's seconds, over all
/// rungs that are encoded: what an encoder's time grows with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pace(BTreeMap<String, Vec<f64>>);

impl Pace {
    fn learn(&mut self, kind: String, work: f64, took: Duration) {
        if took < SHORTEST || !work.is_finite() || work <= 0.0 {
            return;
        }
        let rates = self.0.entry(kind).or_default();
        rates.push(work / took.as_secs_f64());
        if rates.len() > KEPT {
            rates.remove(0);
        }
    }

    /// Least and most seconds for so much work, as wide as what was seen, and never narrower than one job can promise.
    fn expect(&self, kind: &str, work: f64) -> Option<(f64, f64)> {
        let rates = self.0.get(kind).filter(|rates| !rates.is_empty())?;
        if work <= 0.0 {
            return None;
        }
        let fastest = rates.iter().copied().fold(f64::MIN, f64::max);
        let slowest = rates.iter().copied().fold(f64::MAX, f64::min);
        let doubt = if rates.len() < 3 { 0.35 } else { 0.15 };
        Some((work / fastest * (1.0 - doubt), work / slowest * (1.0 + doubt)))
    }
}

fn kind(destination: &str, preset: Preset) -> String {
    let preset = match preset {
        Preset::Fast => "fast",
        Preset::Balanced => "balanced",
        Preset::Best => "best",
    };
    format!("{preset} {destination}")
}

/// Jobs that are watched from their first second on.
#[derive(Default)]
pub(crate) struct Watched {
    presets: HashMap<String, Preset>,
    began: HashMap<String, Instant>,
}

impl Watched {
    /// A job was accepted here, so that its preset is known.
    pub(crate) fn accepted(&mut self, job: &str, preset: Preset) {
        self.presets.insert(job.to_owned(), preset);
    }

    /// Takes note of what runs, and answers what has just gone live with the time it took without a break.
    fn look(&mut self, jobs: &[JobView]) -> Vec<(JobView, Preset, Duration)> {
        let mut ended = Vec::new();
        for job in jobs {
            match job.state {
                JobState::Running => {
                    self.began.entry(job.job.clone()).or_insert_with(Instant::now);
                }
                JobState::Live => {
                    if let (Some(preset), Some(began)) = (self.presets.remove(&job.job), self.began.remove(&job.job)) {
                        ended.push((job.clone(), preset, began.elapsed()));
                    }
                }
                // A pause, a failure: its time says nothing.
                JobState::Queued | JobState::Paused | JobState::Failed => {
                    if self.began.remove(&job.job).is_some() {
                        self.presets.remove(&job.job);
                    }
                }
            }
        }
        ended
    }
}

impl App {
    /// Learns from the jobs that have just ended.
    pub(crate) async fn learn(&self, jobs: &[JobView]) -> Result<()> {
        let ended = self
            .inner
            .watched
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .look(jobs);
        for (job, preset, took) in ended {
            let video = self.engine().video(&crate::library::video_id(&job.id)?).await?;
            let area: f64 = video
                .record
                .rungs
                .iter()
                .filter(|rung| rung.kind == TrackKind::Video && !rung.copied)
                .map(|rung| f64::from(rung.width.unwrap_or(0)) * f64::from(rung.height.unwrap_or(0)))
                .sum();
            let mut pace = self.pace().await?;
            pace.learn(kind(&job.destination, preset), area * video.record.duration, took);
            let text = serde_json::to_string(&pace).map_err(crate::AppError::internal)?;
            self.engine().set_setting(NAME, Some(&text)).await?;
        }
        Ok(())
    }

    async fn pace(&self) -> Result<Pace> {
        let kept = self.engine().setting(NAME).await?;
        Ok(kept
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }

    /// Least and most seconds that a plan will take, to the default destination; `None` before such a job ran here.
    pub(crate) async fn expected_seconds(&self, plan: &Plan, preset: Preset) -> Result<Option<(f64, f64)>> {
        let area: f64 = plan
            .rungs
            .iter()
            .filter(|rung| !rung.copied)
            .map(|rung| f64::from(rung.width) * f64::from(rung.height))
            .sum();
        let work = area * plan.source.duration.unwrap_or(0.0);
        let destination = self.default_destination().await?;
        Ok(self.pace().await?.expect(&kind(&destination, preset), work))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_wide_as_what_was_seen() {
        let mut pace = Pace::default();
        assert_eq!(pace.expect("fast local", 100.0), None);
        pace.learn("fast local".into(), 1000.0, Duration::from_secs(10));
        let (least, most) = pace.expect("fast local", 1000.0).expect("one job ran");
        assert!(least < 7.0 && most > 13.0, "one job promises little: {least} to {most}");
        for seconds in [8, 10, 12] {
            pace.learn("fast local".into(), 1000.0, Duration::from_secs(seconds));
        }
        let (least, most) = pace.expect("fast local", 2000.0).expect("jobs ran");
        assert!(
            (13.0..14.0).contains(&least) && (27.0..28.0).contains(&most),
            "{least} to {most}"
        );
        assert_eq!(
            pace.expect("best local", 1000.0),
            None,
            "another preset is another pace"
        );
        assert_eq!(
            pace.expect("fast local", 0.0),
            None,
            "what is only copied is not encoded"
        );
    }

    #[test]
    fn old_jobs_and_very_short_ones_are_forgotten() {
        let mut pace = Pace::default();
        pace.learn("k".into(), 1.0, Duration::from_millis(500));
        assert_eq!(pace.expect("k", 1.0), None);
        for _ in 0..20 {
            pace.learn("k".into(), 100.0, Duration::from_secs(100));
        }
        for _ in 0..KEPT {
            pace.learn("k".into(), 100.0, Duration::from_secs(10));
        }
        let (_, most) = pace.expect("k", 100.0).expect("jobs ran");
        assert!(most < 12.0, "{most}");
    }
}
