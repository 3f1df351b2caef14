//! A change set in words, and what is refused in it whatever is answered.

use aws_sdk_cloudformation::types::{ChangeAction, Replacement, ResourceChange};
use serde::{Deserialize, Serialize};

use crate::Cause;

const PUBLIC_KEY: &str = "AWS::CloudFront::PublicKey";
/// What holds films, and what every link names.
const PRECIOUS: [&str; 2] = ["AWS::S3::Bucket", "AWS::CloudFront::Distribution"];

/// What becomes of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Made.
    New,
    /// Changed where it is.
    Changed,
    /// Made anew; the old one goes.
    Replaced,
    /// Taken away.
    Removed,
}

/// One piece's change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Logical id.
    pub piece: String,
    /// Type.
    pub kind: String,
    /// Its name at AWS, where it has one already.
    pub physical: Option<String>,
    /// What becomes of it.
    pub what: What,
    /// Properties that change, by their paths.
    pub properties: Vec<String>,
}

/// What a change set would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Changes, new ones first.
    pub changes: Vec<Change>,
}

impl Change {
    pub(super) fn of(change: &ResourceChange) -> Self {
        let what = match (change.action(), change.replacement()) {
            (Some(ChangeAction::Add | ChangeAction::Import), _) => What::New,
            (Some(ChangeAction::Remove), _) => What::Removed,
            // What may be replaced is taken for replaced: nobody should be surprised.
            (_, Some(Replacement::True | Replacement::Conditional)) => What::Replaced,
            _ => What::Changed,
        };
        let mut properties: Vec<String> = change
            .details()
            .iter()
            .filter_map(|detail| detail.target())
            .filter_map(|target| target.path().or(target.name()))
            .map(|path| path.trim_start_matches("/Properties/").to_owned())
            .collect();
        properties.sort();
        properties.dedup();
        Self {
            piece: change.logical_resource_id().unwrap_or_default().to_owned(),
            kind: change.resource_type().unwrap_or_default().to_owned(),
            physical: change.physical_resource_id().map(str::to_owned),
            what,
            properties,
        }
    }

    /// In one line.
    pub fn words(&self) -> String {
        let what = match self.what {
            What::New => "new",
            What::Changed => "changed",
            What::Replaced => "replaced",
            What::Removed => "removed",
        };
        let mut line = format!("{what:<9}{} ({})", self.piece, self.kind);
        if self.what != What::New && !self.properties.is_empty() {
            line.push_str(": ");
            line.push_str(&self.properties.join(", "));
        }
        line
    }
}

impl Planned {
    /// Of changes as they were told.
    pub fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by(|a, b| a.what.cmp(&b.what).then_with(|| a.piece.cmp(&b.piece)));
        Self { changes }
    }

    /// What is refused: a public key that is changed in its slot, a bucket or a distribution that is replaced or removed.
    pub fn forbidden(&self) -> Option<Cause> {
        self.changes.iter().find_map(|change| {
            let only_comment = change.properties.iter().all(|path| path.ends_with("/Comment"));
            let key_changed = change.kind == PUBLIC_KEY
                && matches!(change.what, What::Changed | What::Replaced)
                && (change.properties.is_empty() || !only_comment);
            if key_changed {
                return Some(Cause::KeyChanged {
                    piece: change.piece.clone(),
                });
            }
            let lost = match change.what {
                What::Replaced => "replace",
                What::Removed => "remove",
                What::New | What::Changed => return None,
            };
            PRECIOUS.contains(&change.kind.as_str()).then(|| Cause::Precious {
                piece: change.piece.clone(),
                what: lost.to_owned(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(piece: &str, kind: &str, what: What, properties: &[&str]) -> Change {
        Change {
            piece: piece.into(),
            kind: kind.into(),
            physical: None,
            what,
            properties: properties.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    #[test]
    fn films_links_and_keys_are_not_lost_by_a_plan() {
        let key = "PublicKeyConfig/EncodedKey";
        for (kind, what, properties, code) in [
            (PUBLIC_KEY, What::Changed, &[key][..], Some("key_changed")),
            (PUBLIC_KEY, What::Changed, &["PublicKeyConfig"], Some("key_changed")),
            (PUBLIC_KEY, What::Changed, &[], Some("key_changed")),
            (PUBLIC_KEY, What::Replaced, &[key], Some("key_changed")),
            (PUBLIC_KEY, What::Changed, &["PublicKeyConfig/Comment"], None),
            (PUBLIC_KEY, What::New, &[], None),
            (PUBLIC_KEY, What::Removed, &[], None),
            ("AWS::S3::Bucket", What::Changed, &["CorsConfiguration"], None),
            ("AWS::S3::Bucket", What::Replaced, &["BucketName"], Some("would_lose")),
            ("AWS::S3::Bucket", What::Removed, &[], Some("would_lose")),
            ("AWS::CloudFront::Distribution", What::Replaced, &[], Some("would_lose")),
            (
                "AWS::CloudFront::Distribution",
                What::Changed,
                &["DistributionConfig"],
                None,
            ),
            ("AWS::Lambda::Function", What::Replaced, &[], None),
        ] {
            let planned = Planned::new(vec![change("Piece", kind, what, properties)]);
            assert_eq!(
                planned.forbidden().map(|cause| cause.code()),
                code,
                "{kind} {what:?} {properties:?}"
            );
        }
    }
}
