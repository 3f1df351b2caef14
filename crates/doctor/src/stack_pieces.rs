//! The pieces of a stack as they look at the moment, each held against what a viewer's request needs of it.
//!
//! What a walk over HTTP sees as a 403 or a 500 has its cause here: a permission that names another distribution, a behavior without the
//! key group, paths that differ. Pure: whoever calls looks at the pieces and hands over what was seen, in the schema of their
//! `CloudFormation` types; a piece that could not be looked at is passed over and says so.
//!
//! `bucket_side` judges the bucket and who may read it, `front_side` the distribution with its keys and its function, `endpoint_side`
//! the way to the playlist endpoint; `stack_facts` is what they are handed.

mod bucket_side;
mod endpoint_side;
mod front_side;
mod stack_facts;

pub use stack_facts::{CertificateFacts, Piece, Sight, StackFacts};
use stack_facts::{Finding, Said, Unseen, sound};

use crate::{Step, StepState};

/// A step, and whether an update of the stack puts it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceStep {
    /// What is said.
    pub step: Step,
    /// Whether an update of the stack puts it right.
    pub update_mends: bool,
}

/// One step: name, title, judge.
type Judge = (&'static str, &'static str, fn(&StackFacts) -> Finding);

/// In the order in which a viewer's request meets the pieces.
const STEPS: [Judge; 16] = [
    ("aws-pieces", "Every piece of the stack is there", every_piece),
    (
        "aws-certificate",
        "Your own domain has a certificate",
        front_side::certificate,
    ),
    ("aws-behaviors", "Each path goes where it should", front_side::behaviors),
    (
        "aws-key-group",
        "The distribution trusts this computer\u{2019}s key",
        front_side::key_group,
    ),
    ("aws-function", "Links taken back are asked for", front_side::function),
    (
        "aws-link-store",
        "The list of what is taken back is ready",
        front_side::link_store,
    ),
    (
        "aws-access",
        "CloudFront signs what it asks of the origins",
        bucket_side::access,
    ),
    (
        "aws-bucket-policy",
        "The distribution may read the bucket",
        bucket_side::policy,
    ),
    (
        "aws-bucket-closed",
        "Nobody else may read the bucket",
        bucket_side::closed,
    ),
    (
        "aws-encryption",
        "The distribution may read what is encrypted",
        bucket_side::encryption,
    ),
    (
        "aws-permission",
        "The playlist endpoint may be called",
        endpoint_side::permission,
    ),
    ("aws-stage", "The API is deployed", endpoint_side::stage),
    ("aws-role", "The endpoint may read playlists", endpoint_side::role),
    ("aws-paths", "All pieces mean the same folder", endpoint_side::paths),
    (
        "aws-cors",
        "Players on other pages may read the bucket",
        bucket_side::cors,
    ),
    ("aws-errors", "Errors are not kept for long", front_side::errors),
];

/// Judges the pieces.
pub fn examine_pieces(facts: &StackFacts) -> Vec<PieceStep> {
    STEPS
        .iter()
        .map(|(name, title, judge)| step(facts, name, title, judge(facts)))
        .collect()
}

fn step(facts: &StackFacts, name: &str, title: &str, found: Finding) -> PieceStep {
    let (state, seen, why) = match found {
        Ok(Said::Sound(seen)) => (StepState::Passed, seen, None),
        Ok(Said::Broken(fault)) => (StepState::Failed, fault.seen, Some((fault.cause, fault.mend))),
        Ok(Said::Doubtful(fault)) => (StepState::Warning, fault.seen, Some((fault.cause, fault.mend))),
        Err(Unseen::Absent(why)) => (StepState::Skipped, why.to_owned(), None),
        Err(Unseen::Hidden(piece, words)) => (
            StepState::Skipped,
            format!("{piece} could not be looked at: {words}"),
            None,
        ),
        Err(Unseen::Gone(piece)) => (
            StepState::Failed,
            format!("{piece} is not there"),
            Some((DELETED, MAKE_AGAIN)),
        ),
    };
    // What an older template lacks, the newer one brings; what was changed by hand, an update leaves.
    let update_mends = why.is_some() && facts.outdated && !BY_HAND.contains(&name);
    let (cause, mend) = why.unzip();
    PieceStep {
        step: Step {
            name: name.to_owned(),
            title: title.to_owned(),
            state,
            seen,
            cause: cause.map(str::to_owned),
            mend: mend.map(|mend| if update_mends { UPDATE } else { mend }.to_owned()),
        },
        update_mends,
    }
}

const DELETED: &str = "It was deleted by hand, and the stack does not know.";
const MAKE_AGAIN: &str = "`screener aws status` shows what else differs. A piece that is gone comes back when the stack is removed, its bucket kept, and deployed again.";
const UPDATE: &str = "`screener aws update` brings the stack to this version of Screener, which puts it right.";
/// Steps that no newer template mends.
const BY_HAND: [&str; 3] = ["aws-certificate", "aws-key-group", "aws-pieces"];

fn every_piece(facts: &StackFacts) -> Finding {
    let named = |found: fn(&Sight) -> bool| {
        let pieces = facts.pieces.iter().filter(|(_, piece)| found(&piece.sight));
        pieces.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let gone = named(|sight| *sight == Sight::Gone);
    if !gone.is_empty() {
        return Err(Unseen::Gone(gone));
    }
    let hidden = named(|sight| matches!(sight, Sight::Hidden(_)));
    if !hidden.is_empty() {
        return Err(Unseen::Hidden(hidden, NO_RIGHT.to_owned()));
    }
    sound(format!("{} pieces", facts.pieces.len()))
}

const NO_RIGHT: &str = "these credentials may not, or AWS does not show them";
