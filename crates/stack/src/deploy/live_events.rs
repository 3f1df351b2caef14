//! A stack's events as they come: one line a piece, how far all of it is, and the first failure by time.

use std::collections::{BTreeMap, HashSet};

use aws_sdk_cloudformation::types::StackEvent;
use screener_account::{Fault, Pace};
use serde::{Deserialize, Serialize};

use super::blame::is_consequence;
use super::clients::Clients;

/// Seconds that a piece takes, of a new one and of a changed one. What is not here takes four.
const SECONDS: [(&str, u32, u32); 4] = [
    ("AWS::CloudFront::Distribution", 266, 164),
    ("AWS::CloudFront::Function", 5, 41),
    ("AWS::CloudFront::KeyValueStore", 15, 5),
    ("AWS::IAM::Role", 18, 4),
];

/// What becomes of a piece at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceState {
    /// Under way.
    Working,
    /// Done.
    Done,
    /// It failed.
    Failed,
    /// It stays, as the template says.
    Kept,
}

/// What is told while something happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Something begins that has no pieces.
    Doing {
        /// In a few words.
        what: String,
    },
    /// A piece has changed its state.
    Piece {
        /// Logical id.
        piece: String,
        /// Type.
        kind: String,
        /// State.
        state: PieceState,
        /// AWS's own word for it.
        status: String,
        /// Why it failed, in AWS's words.
        reason: Option<String>,
        /// How far all of it is, from 0 to 1.
        done: f64,
    },
}

/// How the pieces of one operation stand.
#[derive(Debug, Default)]
pub struct Live {
    seen: HashSet<String>,
    /// Weights of what is expected.
    expected: BTreeMap<String, u32>,
    states: BTreeMap<String, (String, PieceState)>,
    /// The first failure by time: piece, type, words.
    pub first_failure: Option<(String, String, String)>,
    /// Pieces whose deletion failed: piece, type, words.
    pub stays: Vec<(String, String, String)>,
    /// Pieces that were kept: piece, type, physical id.
    pub kept: Vec<(String, String, String)>,
}

fn weight(kind: &str, is_new: bool) -> u32 {
    let known = SECONDS.iter().find(|(name, _, _)| *name == kind);
    known.map_or(4, |(_, new, changed)| if is_new { *new } else { *changed })
}

impl Live {
    /// Of pieces that are expected: logical id, type, whether new.
    pub fn expecting<'a>(pieces: impl IntoIterator<Item = (&'a str, &'a str, bool)>) -> Self {
        Self {
            expected: pieces
                .into_iter()
                .map(|(piece, kind, is_new)| (piece.to_owned(), weight(kind, is_new)))
                .collect(),
            ..Self::default()
        }
    }

    /// How far all of it is, from 0 to 1.
    pub fn done(&self) -> f64 {
        let all: u32 = self.expected.values().sum();
        if all == 0 {
            return 0.0;
        }
        let ended = |piece: &String| {
            self.states
                .get(piece)
                .is_some_and(|(_, state)| *state != PieceState::Working)
        };
        let done: u32 = self
            .expected
            .iter()
            .filter(|(piece, _)| ended(piece))
            .map(|(_, weight)| weight)
            .sum();
        f64::from(done) / f64::from(all)
    }

    /// Takes events, oldest first; what is new of them.
    pub fn take(&mut self, stack: &str, events: &[StackEvent]) -> Vec<Event> {
        let mut told = Vec::new();
        for event in events {
            if !self.seen.insert(event.event_id().unwrap_or_default().to_owned()) {
                continue;
            }
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            let (piece, kind) = (text(event.logical_resource_id()), text(event.resource_type()));
            let status = event
                .resource_status()
                .map(|status| status.as_str().to_owned())
                .unwrap_or_default();
            let words = text(event.resource_status_reason());
            let physical = text(event.physical_resource_id());
            if physical == stack {
                continue;
            }
            let state = match status.as_str() {
                "DELETE_SKIPPED" => PieceState::Kept,
                status if status.ends_with("_FAILED") => PieceState::Failed,
                status if status.ends_with("_COMPLETE") => PieceState::Done,
                _ => PieceState::Working,
            };
            match state {
                PieceState::Failed if status == "DELETE_FAILED" => {
                    self.stays.push((piece.clone(), kind.clone(), words.clone()));
                }
                PieceState::Failed if self.first_failure.is_none() && !is_consequence(&words) => {
                    self.first_failure = Some((piece.clone(), kind.clone(), words.clone()));
                }
                PieceState::Kept => self.kept.push((piece.clone(), kind.clone(), physical)),
                PieceState::Done if status == "DELETE_COMPLETE" => self.stays.retain(|(stays, _, _)| *stays != piece),
                _ => {}
            }
            self.expected
                .entry(piece.clone())
                .or_insert_with(|| weight(&kind, status.starts_with("CREATE")));
            let before = self.states.insert(piece.clone(), (status.clone(), state));
            if before.is_some_and(|(old, _)| old == status) {
                continue;
            }
            told.push(Event::Piece {
                done: self.done(),
                piece,
                kind,
                state,
                status,
                reason: Some(words).filter(|words| !words.is_empty() && state == PieceState::Failed),
            });
        }
        told
    }
}

/// The events of a stack since an operation began, oldest first; `None` where it has not begun. Without a token: of the last operation.
///
/// # Errors
/// What CloudFormation refuses.
pub async fn since(clients: &Clients, pace: Pace, stack: &str, token: &str) -> Result<Option<Vec<StackEvent>>, Fault> {
    let mut events: Vec<StackEvent> = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let page = pace
            .calling(|| async {
                let call = clients
                    .stacks
                    .describe_stack_events()
                    .stack_name(stack)
                    .set_next_token(next.clone());
                call.send()
                    .await
                    .map_err(|error| Fault::of("DescribeStackEvents", &error))
            })
            .await?;
        // Newest first, back to the one by which somebody began it.
        for event in page.stack_events() {
            events.push(event.clone());
            let begins = event.physical_resource_id() == event.stack_id()
                && event.resource_status_reason() == Some("User Initiated")
                && event
                    .resource_status()
                    .is_some_and(|status| status.as_str().ends_with("_IN_PROGRESS"));
            if begins {
                let ours = token.is_empty() || event.client_request_token() == Some(token);
                events.reverse();
                return Ok(ours.then_some(events));
            }
        }
        next = page.next_token().map(str::to_owned);
        if next.is_none() {
            return Ok(None);
        }
    }
}
