//! The pieces of a stack as they look at the moment, each held against what a viewer's request needs of it.
//!
//! What a walk over HTTP sees as a 403 or a 500 has its cause here: a permission that names another distribution, a behavior without the
//! key group, paths that differ. Pure: whoever calls looks at the pieces and hands over what was seen, in the schema of their
//! `CloudFormation` types; a piece that could not be looked at is passed over and says so.
//!
//! `bucket_side` judges the bucket and who may read it, `front_side` the distribution with its keys and its function, `endpoint_side`
//! the way to the playlist endpoint.

mod bucket_side;
mod endpoint_side;
mod front_side;

use std::collections::BTreeMap;

use screener_template::names::piece;
use serde_json::Value;

use crate::{Step, StepState};

/// What was seen of a piece.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// Its properties.
    Seen(Value),
    /// The stack knows it, and it is not there.
    Gone,
    /// It could not be looked at, and why.
    Hidden(String),
}

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Physical id.
    pub id: String,
    /// What was seen.
    pub sight: Sight,
}

/// A certificate, as ACM tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// `ISSUED`, `PENDING_VALIDATION`, …
    pub status: String,
    /// Names that it covers, `*.example.com` among them.
    pub names: Vec<String>,
    /// Its last second, since 1970.
    pub ends: Option<i64>,
}

/// A stack, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackFacts {
    /// Pieces by their logical ids; one that the stack does not have is missing.
    pub pieces: BTreeMap<String, Piece>,
    /// Where videos lie, as the destination has it.
    pub prefix: String,
    /// The id under which CloudFront knows this computer's key.
    pub key_pair_id: String,
    /// Its public half as PEM, where it is known.
    pub public_key: Option<String>,
    /// The creator's own domain, where there is one.
    pub own_domain: Option<String>,
    /// Its certificate, where it could be looked at.
    pub certificate: Option<CertificateFacts>,
    /// Whether the stack was made by an older template than this Screener's.
    pub outdated: bool,
    /// Seconds since 1970.
    pub now: i64,
}

/// A step, and whether an update of the stack puts it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceStep {
    /// What is said.
    pub step: Step,
    /// Whether an update of the stack puts it right.
    pub update_mends: bool,
}

/// Why a piece cannot be judged.
#[derive(Debug)]
enum Unseen {
    Gone(String),
    Hidden(String, String),
    /// The stack has none, and needs none.
    Absent(&'static str),
}

/// What a step has to say.
#[derive(Debug)]
enum Said {
    Sound(String),
    Broken(Fault),
    Doubtful(Fault),
}

#[derive(Debug)]
struct Fault {
    seen: String,
    cause: &'static str,
    mend: &'static str,
}

type Finding = Result<Said, Unseen>;

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
fn broken(seen: impl Into<String>, cause: &'static str, mend: &'static str) -> Finding {
    let seen = seen.into();
    Ok(Said::Broken(Fault { seen, cause, mend }))
}

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
fn doubtful(seen: impl Into<String>, cause: &'static str, mend: &'static str) -> Finding {
    let seen = seen.into();
    Ok(Said::Doubtful(Fault { seen, cause, mend }))
}

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
fn sound(seen: impl Into<String>) -> Finding {
    Ok(Said::Sound(seen.into()))
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

impl StackFacts {
    /// Properties of a piece.
    fn look(&self, name: &str) -> Result<&Value, Unseen> {
        match self.pieces.get(name).map(|piece| &piece.sight) {
            Some(Sight::Seen(properties)) => Ok(properties),
            Some(Sight::Hidden(words)) => Err(Unseen::Hidden(name.to_owned(), words.clone())),
            Some(Sight::Gone) | None => Err(Unseen::Gone(name.to_owned())),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.pieces.contains_key(name)
    }

    fn id(&self, name: &str) -> &str {
        self.pieces.get(name).map_or("", |piece| piece.id.as_str())
    }

    fn is_gateway(&self) -> bool {
        self.has(piece::API)
    }

    /// The distribution's configuration.
    fn distribution(&self) -> Result<&Value, Unseen> {
        Ok(&self.look(piece::DISTRIBUTION)?["DistributionConfig"])
    }

    /// Whether an ARN is this distribution's.
    fn is_distribution(&self, arn: &str) -> bool {
        let id = self.id(piece::DISTRIBUTION);
        !id.is_empty() && arn.ends_with(&format!(":distribution/{id}"))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One value or a list of them, as policies write it.
fn several(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::String(one) => vec![one],
        _ => Vec::new(),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The statements of a policy that allow something.
fn allowed(policy: &Value) -> Vec<&Value> {
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        one @ Value::Object(_) => vec![one],
        _ => Vec::new(),
    };
    statements
        .into_iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .collect()
}

/// Whether a statement is about an action; IAM's names have no case, and `s3:*` is all of a service's.
fn is_about(statement: &Value, action: &str) -> bool {
    several(&statement["Action"])
        .iter()
        .any(|named| match named.strip_suffix('*') {
            Some(begin) => action.to_lowercase().starts_with(&begin.to_lowercase()),
            None => named.eq_ignore_ascii_case(action),
        })
}

/// The values that a statement's conditions ask for under a key, whatever its case.
fn conditioned<'a>(statement: &'a Value, key: &str) -> Vec<&'a str> {
    let operators = statement["Condition"].as_object();
    let keys = operators.into_iter().flatten().filter_map(|(_, keys)| keys.as_object());
    keys.flatten()
        .filter(|(name, _)| name.eq_ignore_ascii_case(key))
        .flat_map(|(_, values)| several(values))
        .collect()
}
