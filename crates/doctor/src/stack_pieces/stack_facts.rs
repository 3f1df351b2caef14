//! What is known of a stack's pieces, and the words in which a judge of them speaks.

use std::collections::BTreeMap;

use screener_template::names::piece;
use serde_json::Value;

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

/// Why a piece cannot be judged.
#[derive(Debug)]
pub(super) enum Unseen {
    Gone(String),
    Hidden(String, String),
    /// The stack has none, and needs none.
    Absent(&'static str),
}

/// What a step has to say.
#[derive(Debug)]
pub(super) enum Said {
    Sound(String),
    Broken(Fault),
    Doubtful(Fault),
}

#[derive(Debug)]
pub(super) struct Fault {
    pub(super) seen: String,
    pub(super) cause: &'static str,
    pub(super) mend: &'static str,
}

pub(super) type Finding = Result<Said, Unseen>;

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
pub(super) fn broken(seen: impl Into<String>, cause: &'static str, mend: &'static str) -> Finding {
    let seen = seen.into();
    Ok(Said::Broken(Fault { seen, cause, mend }))
}

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
pub(super) fn doubtful(seen: impl Into<String>, cause: &'static str, mend: &'static str) -> Finding {
    let seen = seen.into();
    Ok(Said::Doubtful(Fault { seen, cause, mend }))
}

#[expect(clippy::unnecessary_wraps, reason = "a judge ends with it")]
pub(super) fn sound(seen: impl Into<String>) -> Finding {
    Ok(Said::Sound(seen.into()))
}

impl StackFacts {
    /// Properties of a piece.
    pub(super) fn look(&self, name: &str) -> Result<&Value, Unseen> {
        match self.pieces.get(name).map(|piece| &piece.sight) {
            Some(Sight::Seen(properties)) => Ok(properties),
            Some(Sight::Hidden(words)) => Err(Unseen::Hidden(name.to_owned(), words.clone())),
            Some(Sight::Gone) | None => Err(Unseen::Gone(name.to_owned())),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.pieces.contains_key(name)
    }

    pub(super) fn id(&self, name: &str) -> &str {
        self.pieces.get(name).map_or("", |piece| piece.id.as_str())
    }

    pub(super) fn is_gateway(&self) -> bool {
        self.has(piece::API)
    }

    /// The distribution's configuration.
    pub(super) fn distribution(&self) -> Result<&Value, Unseen> {
        Ok(&self.look(piece::DISTRIBUTION)?["DistributionConfig"])
    }

    /// Whether an ARN is this distribution's.
    pub(super) fn is_distribution(&self, arn: &str) -> bool {
        let id = self.id(piece::DISTRIBUTION);
        !id.is_empty() && arn.ends_with(&format!(":distribution/{id}"))
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One value or a list of them, as policies write it.
pub(super) fn several(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::String(one) => vec![one],
        _ => Vec::new(),
    }
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The statements of a policy that allow something.
pub(super) fn allowed(policy: &Value) -> Vec<&Value> {
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
pub(super) fn is_about(statement: &Value, action: &str) -> bool {
    several(&statement["Action"])
        .iter()
        .any(|named| match named.strip_suffix('*') {
            Some(begin) => action.to_lowercase().starts_with(&begin.to_lowercase()),
            None => named.eq_ignore_ascii_case(action),
        })
}

/// The values that a statement's conditions ask for under a key, whatever its case.
pub(super) fn conditioned<'a>(statement: &'a Value, key: &str) -> Vec<&'a str> {
    let operators = statement["Condition"].as_object();
    let keys = operators.into_iter().flatten().filter_map(|(_, keys)| keys.as_object());
    keys.flatten()
        .filter(|(name, _)| name.eq_ignore_ascii_case(key))
        .flat_map(|(_, values)| several(values))
        .collect()
}
