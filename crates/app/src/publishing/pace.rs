//! How long a publish takes here: learned from the jobs that ran, told as a range.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use screener_ladder::Preset;
use screener_publish::JobState;
use serde::{Deserialize, Serialize};

use super::job_view::JobView;

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
    pub(crate) fn learn(&mut self, kind: String, work: f64, took: Duration) {
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
    pub(crate) fn expect(&self, kind: &str, work: f64) -> Option<(f64, f64)> {
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

/// The name under which jobs to a destination, of a preset, are learned.
pub(crate) fn kind(destination: &str, preset: Preset) -> String {
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
    pub(crate) fn look(&mut self, jobs: &[JobView]) -> Vec<(JobView, Preset, Duration)> {
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
