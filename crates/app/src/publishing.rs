//! Publishing: from what is dropped to jobs that run.
//!
//! `intake` finds the films that files and folders mean, this file puts them into the queue, `queued_jobs` has what may be asked of a
//! job, `job_view` shows one and `updates` tells what has changed; `pace` learns from the jobs that ran what `estimate` tells of the next.

pub(crate) mod estimate;
pub(crate) mod intake;
pub(crate) mod job_view;
pub(crate) mod pace;
pub(crate) mod queued_jobs;
pub(crate) mod update_view;
pub(crate) mod updates;

use std::path::{Path, PathBuf};

use screener_ladder::Wishes;
use screener_publish::NewJob;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::films::source_view::title_of;
use crate::{App, AppError, Result};

/// What to publish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublishRequest {
    /// Files and folders; folders become a batch.
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub files: Vec<PathBuf>,
    /// Title, for a single file.
    pub title: Option<String>,
    /// Destination's name; `None` is the default one.
    pub destination: Option<String>,
    /// How.
    pub wishes: Wishes,
}

/// One file of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AcceptedView {
    /// Path.
    pub file: String,
    /// The job, once durable.
    pub job: Option<String>,
    /// The video it makes.
    pub id: Option<String>,
    /// Why it was not accepted.
    pub error: Option<AppError>,
}

impl App {
    /// Puts files into the queue; folders become a batch. Each is durable when this answers.
    ///
    /// # Errors
    /// `no_such_destination`, `wrong_title`, `wrong_cut`. What is wrong with one file is said of that file.
    pub async fn publish(&self, request: PublishRequest) -> Result<Vec<AcceptedView>> {
        let PublishRequest {
            files,
            title,
            destination,
            wishes,
        } = request;
        let destination = match destination {
            Some(name) => self.engine().destination(&name).await.map_err(|e| e.failure())?.name,
            None => self.default_destination().await?,
        };
        // Without a key there is no link: said before hours of work, not after.
        self.signer(&self.engine().destination(&destination).await?).await?;
        let mut wanted = Vec::new();
        let mut answers = Vec::new();
        for file in files {
            match intake::films(&file) {
                Ok(films) => wanted.extend(films),
                Err(error) => answers.push(AcceptedView {
                    file: file.display().to_string(),
                    job: None,
                    id: None,
                    error: Some(error),
                }),
            }
        }
        if title.is_some() && wanted.len() > 1 {
            return Err(Cause::OneTitle { films: wanted.len() }.into());
        }
        let cut = wishes.points(None).map_err(Failure::from)?.is_some();
        if cut && wanted.len() > 1 {
            return Err(Cause::OneCut { films: wanted.len() }.into());
        }
        for path in wanted {
            let file = path.display().to_string();
            let accepted = self.accept(path, title.clone(), &destination, &wishes).await;
            answers.push(match accepted {
                Ok((job, id)) => AcceptedView {
                    file,
                    job: Some(job),
                    id: Some(id),
                    error: None,
                },
                Err(error) => AcceptedView {
                    file,
                    job: None,
                    id: None,
                    error: Some(error),
                },
            });
        }
        if answers.iter().any(|answer| answer.job.is_some()) {
            self.keep_page_aside(&destination);
        }
        Ok(answers)
    }

    async fn accept(
        &self,
        path: PathBuf,
        title: Option<String>,
        destination: &str,
        wishes: &Wishes,
    ) -> Result<(String, String)> {
        let file = intake::film(&path)?;
        self.judge_cut(&file, wishes).await?;
        let title = Some(title.unwrap_or_else(|| title_of(&file, None)));
        let new = NewJob {
            file,
            title,
            wishes: wishes.clone(),
            destination: destination.to_owned(),
        };
        let accepted = self.engine().accept(new).await?;
        self.inner
            .watched
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .accepted(accepted.job.as_str(), wishes.preset);
        Ok((accepted.job.to_string(), accepted.id.to_string()))
    }

    /// Whether a film has the part that is wished for: said before it waits for its turn, not after.
    pub(crate) async fn judge_cut(&self, file: &Path, wishes: &Wishes) -> Result<()> {
        if wishes.points(None).map_err(Failure::from)?.is_some() {
            self.plan(file.to_owned(), wishes.clone()).await?;
        }
        Ok(())
    }
}
