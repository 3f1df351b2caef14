//! Films that are not published yet: what one is, what would be made of it, one of its frames, its stream in a folder, and Apple's rules
//! against a stream. All of it is asked of the worker, because no byte of a creator's media is parsed in this process.
//!
//! `source_view` and `plan_view` show the answers of this file; `frame`, `transcoding` with its `out_folder`, and `apple_rules` are a verb each.

pub(crate) mod apple_rules;
pub(crate) mod film_frame;
pub(crate) mod film_time;
mod out_folder;
pub(crate) mod plan_view;
pub(crate) mod source_view;
pub(crate) mod transcoding;

use std::path::{Path, PathBuf};

use screener_ladder::Wishes;
use screener_wire::{Event, Task, VERSION};

use self::plan_view::{PlanView, planned};
use self::source_view::{ProbeView, probed};
use crate::cause::Cause;
use crate::publishing::intake;
use crate::{App, Result};

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl App {
    /// What a file is.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub async fn probe(&self, file: PathBuf) -> Result<ProbeView> {
        let file = intake::film(&file)?;
        match self
            .worker()
            .ask(Task::Probe {
                version: VERSION,
                file: text(&file),
            })
            .await?
        {
            Event::Probed { source } => Ok(probed(&file, &source)),
            _ => Err(Cause::OtherAnswer.into()),
        }
    }

    /// What would be made of a file.
    ///
    /// # Errors
    /// What is wrong with the file or the wishes.
    pub async fn plan(&self, file: PathBuf, wishes: Wishes) -> Result<PlanView> {
        let file = intake::film(&file)?;
        let preset = wishes.preset;
        let task = Task::Plan {
            version: VERSION,
            file: text(&file),
            wishes,
        };
        match self.worker().ask(task).await? {
            Event::Planned { plan } => {
                let expected = self.expected_seconds(&plan, preset).await?;
                Ok(planned(&file, &plan, expected))
            }
            _ => Err(Cause::OtherAnswer.into()),
        }
    }
}
