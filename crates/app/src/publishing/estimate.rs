//! How long a film will take, from what was learned of the jobs before it.

use screener_ladder::plan::Plan;
use screener_ladder::{Preset, TrackKind};

use super::job_view::JobView;
use super::pace::{Pace, kind};
use crate::typed_ids::video_id;
use crate::{App, AppError, Result};

/// Name of the setting that holds what was learned.
const NAME: &str = "pace";

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
            let video = self.engine().video(&video_id(&job.id)?).await?;
            let area: f64 = video
                .record
                .rungs
                .iter()
                .filter(|rung| rung.kind == TrackKind::Video && !rung.copied)
                .map(|rung| f64::from(rung.width.unwrap_or(0)) * f64::from(rung.height.unwrap_or(0)))
                .sum();
            let mut pace = self.pace().await?;
            pace.learn(kind(&job.destination, preset), area * video.record.duration, took);
            let text = serde_json::to_string(&pace).map_err(AppError::internal)?;
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
        let work = area * plan.duration().unwrap_or(0.0);
        let destination = self.default_destination().await?;
        Ok(self.pace().await?.expect(&kind(&destination, preset), work))
    }
}
