//! Apple's rules against a stream: its text is collected here, its media are looked at by the worker, `hls` judges.

mod collected;
mod on_disk;
mod over_http;

use std::path::Path;

use screener_hls::facts::MediaFacts;
use screener_hls::rules::{Level as Weight, Stream, judge};
use screener_wire::{Event, Task, VERSION};
use serde::{Deserialize, Serialize};

use self::on_disk::local;
use crate::cause::Cause;
use crate::{App, AppError, Result};

// Written again, because the crate that judges is pure and knows no window.
/// Weight of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Has to hold.
    Must,
    /// Is advised.
    Should,
}

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FindingView {
    /// Number in Apple's HLS Authoring Specification, or the section of the RFC.
    pub rule: String,
    /// Weight.
    pub level: Level,
    /// Where.
    pub playlist: String,
    /// What the rule asks.
    pub message: String,
    /// What was found.
    pub value: String,
    /// What to do.
    pub mend: String,
}

/// Apple's rules against a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CheckView {
    /// What was looked at.
    pub target: String,
    /// No MUST is broken.
    pub ok: bool,
    /// How many playlists were read.
    pub playlists: u32,
    /// How many rules were judged.
    pub rules: u32,
    /// What does not hold.
    pub findings: Vec<FindingView>,
}

impl App {
    /// Apple's rules against a folder, a playlist file or a URL.
    ///
    /// # Errors
    /// Where the stream cannot be read.
    pub async fn check(&self, target: String) -> Result<CheckView> {
        let web = target.starts_with("http://") || target.starts_with("https://");
        let collected = if web {
            self.remote(&target).await?
        } else {
            local(Path::new(&target))?
        };
        let folder = collected.folder.to_string_lossy().into_owned();
        let facts = match self
            .worker()
            .ask(Task::Inspect {
                version: VERSION,
                folder,
            })
            .await?
        {
            Event::Answer { value } => serde_json::from_value::<MediaFacts>(value).map_err(AppError::internal)?,
            _ => {
                return Err(Cause::NoAnswerToInspect.into());
            }
        };
        let report = judge(&Stream {
            index: &collected.index,
            playlists: &collected.playlists,
            facts: Some(&facts),
            delivery: collected.delivery.as_ref(),
        });
        Ok(CheckView {
            // A signed link opens the film: it is not printed again.
            target: target.split('?').next().unwrap_or_default().to_owned(),
            ok: report.is_ok(),
            playlists: u32::try_from(report.playlists).unwrap_or(u32::MAX),
            rules: u32::try_from(report.judged.len()).unwrap_or(u32::MAX),
            findings: report
                .findings
                .into_iter()
                .map(|finding| FindingView {
                    rule: finding.rule,
                    level: match finding.level {
                        Weight::Must => Level::Must,
                        Weight::Should => Level::Should,
                    },
                    playlist: unsigned(&finding.subject),
                    message: finding.asks,
                    value: unsigned(&finding.found),
                    mend: finding.mend,
                })
                .collect(),
        })
    }
}

/// A line of a signed stream carries the link's signature, which opens the film: it is not printed again.
fn unsigned(text: &str) -> String {
    let word = |word: &str| {
        word.split_once('?')
            .filter(|(_, query)| query.contains('='))
            .map_or_else(|| word.to_owned(), |(path, _)| path.to_owned())
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
