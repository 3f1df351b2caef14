//! What a stack is, and what happens to it one event after the other.

use std::collections::{BTreeMap, VecDeque};

use super::written_pieces::{self, Written};

/// Whether a piece's failure is of its making, its changing, the roll-back of its change, or its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Cannot be made.
    Making,
    /// Cannot be changed.
    Changing,
    /// Cannot be changed back.
    ChangingBack,
    /// Cannot be deleted.
    Deleting,
}

/// A piece that fails.
#[derive(Clone, Debug)]
pub struct Failing {
    /// Logical id.
    pub piece: String,
    /// When.
    pub when: Certainty,
    /// AWS's words.
    pub words: String,
}

/// A piece that is there.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Logical id.
    pub logical: String,
    /// Type.
    pub kind: String,
    /// Physical id.
    pub physical: String,
    /// Status.
    pub status: String,
    pub(super) written: Written,
}

impl Piece {
    pub(super) fn properties(&self) -> &serde_json::Value {
        &self.written.properties
    }
}

/// One line of a stack's events.
#[derive(Clone, Debug)]
pub struct Event {
    /// Number; ids and times are made of it.
    pub number: usize,
    /// Logical id; the stack's own name for the stack.
    pub logical: String,
    /// Physical id.
    pub physical: String,
    /// Type.
    pub kind: String,
    /// Status.
    pub status: String,
    /// Reason.
    pub reason: String,
    /// The operation that it belongs to.
    pub operation: String,
    /// Token of the request.
    pub token: String,
}

/// A change set.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// `CREATE_PENDING`, `CREATE_COMPLETE`, `FAILED`, …
    pub status: String,
    /// Reason.
    pub reason: String,
    /// `AVAILABLE`, `UNAVAILABLE`, …
    pub execution: String,
    /// Template.
    pub template: String,
    /// Values.
    pub parameters: BTreeMap<String, String>,
    /// Whether a first creation that fails is deleted.
    pub deletes: bool,
    /// Whether it only shows drift.
    pub reverts_drift: bool,
    /// What stands once it is executed.
    pub(super) wanted: Vec<Written>,
    /// Pieces that cannot be changed in place.
    pub(super) replaces: Vec<String>,
    /// Looks that are left before it is made.
    pub(super) polls: usize,
    /// What validation says.
    pub(super) validation: Vec<(String, String, String)>,
}

/// What happens next.
#[derive(Clone, Debug)]
struct Happening {
    logical: Option<String>,
    status: &'static str,
    reason: String,
    written: Option<Written>,
}

/// A stack.
#[derive(Clone, Debug)]
pub struct Stack {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Status.
    pub status: String,
    /// Reason.
    pub reason: String,
    /// Region.
    pub region: String,
    /// Values.
    pub parameters: BTreeMap<String, String>,
    /// Template.
    pub template: String,
    /// Tags.
    pub tags: Vec<(String, String)>,
    /// Pieces.
    pub pieces: Vec<Piece>,
    /// Events, oldest first.
    pub events: Vec<Event>,
    /// Change sets that were not deleted.
    pub change_sets: Vec<ChangeSet>,
    /// Operations: kind and id, newest first.
    pub operations: Vec<(&'static str, String)>,
    /// Pieces that were changed by hand, and the paths.
    pub drift: Vec<(String, String)>,
    /// How often each piece was made.
    pub makings: BTreeMap<String, usize>,
    token: String,
    ahead: VecDeque<Happening>,
    /// What the pieces were like before the update under way.
    before: Vec<Piece>,
}

impl Stack {
    pub(super) fn new(arn: String, name: String, region: String) -> Self {
        Self {
            arn,
            name,
            status: "REVIEW_IN_PROGRESS".into(),
            reason: "User Initiated".into(),
            region,
            parameters: BTreeMap::new(),
            template: String::new(),
            tags: Vec::new(),
            pieces: Vec::new(),
            events: Vec::new(),
            change_sets: Vec::new(),
            operations: Vec::new(),
            drift: Vec::new(),
            makings: BTreeMap::new(),
            token: String::new(),
            ahead: VecDeque::new(),
            before: Vec::new(),
        }
    }

    /// Whether it is deleted.
    pub fn is_gone(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    /// Whether something happens to it.
    pub fn is_busy(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// A piece.
    pub fn piece(&self, logical: &str) -> Option<&Piece> {
        self.pieces.iter().find(|one| one.logical == logical)
    }

    fn next(&mut self, logical: Option<&str>, status: &'static str, reason: &str, written: Option<&Written>) {
        self.ahead.push_back(Happening {
            logical: logical.map(str::to_owned),
            status,
            reason: reason.to_owned(),
            written: written.cloned(),
        });
    }

    fn begin(&mut self, kind: &'static str, token: &str) {
        token.clone_into(&mut self.token);
        let id = format!("{:08x}-operation-{}", self.events.len() + 1, self.operations.len() + 1);
        self.operations.insert(0, (kind, id));
    }

    /// Everything that a creation brings.
    pub(super) fn create(&mut self, set: &ChangeSet, failing: &[Failing], token: &str) {
        self.begin("CREATE_STACK", token);
        self.parameters.clone_from(&set.parameters);
        self.template.clone_from(&set.template);
        let all = set.wanted.clone();
        self.whole("CREATE_IN_PROGRESS", "User Initiated");
        let mut made: Vec<&Written> = Vec::new();
        let mut broken = None;
        for one in &all {
            self.next(Some(&one.logical), "CREATE_IN_PROGRESS", "", Some(one));
            if let Some(bad) = failing
                .iter()
                .find(|bad| bad.piece == one.logical && bad.when == Certainty::Making)
            {
                self.next(Some(&one.logical), "CREATE_FAILED", &bad.words, None);
                broken = Some(one);
                break;
            }
            self.next(Some(&one.logical), "CREATE_COMPLETE", "", None);
            made.push(one);
        }
        let Some(broken) = broken else {
            self.next(None, "CREATE_COMPLETE", "", None);
            return;
        };
        // What was under way at the same time is cancelled, and says so.
        if let Some(other) = all.iter().find(|one| !made.contains(one) && *one != broken) {
            self.next(Some(&other.logical), "CREATE_IN_PROGRESS", "", Some(other));
            self.next(
                Some(&other.logical),
                "CREATE_FAILED",
                "Resource creation cancelled",
                None,
            );
            self.next(Some(&other.logical), "DELETE_COMPLETE", "", None);
        }
        let reason = format!("The following resource(s) failed to create: [{}].", broken.logical);
        let (under_way, end, stuck) = if set.deletes {
            ("DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED")
        } else {
            ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
        };
        self.next(None, under_way, &reason, None);
        self.next(Some(&broken.logical), "DELETE_COMPLETE", "", None);
        let names: Vec<String> = made.iter().rev().map(|one| one.logical.clone()).collect();
        let stays = self.clear(&names, failing, false);
        self.next(None, if stays.is_empty() { end } else { stuck }, &stays, None);
    }

    /// Everything that an update brings: what is new, what changes, what goes.
    pub(super) fn update(&mut self, set: &ChangeSet, failing: &[Failing], token: &str) {
        self.begin("UPDATE_STACK", token);
        self.before.clone_from(&self.pieces);
        let (new, changed, gone) = self.difference(set);
        self.whole("UPDATE_IN_PROGRESS", "User Initiated");
        let bad = |logical: &str, when: Certainty| {
            failing
                .iter()
                .find(|bad| bad.piece == logical && bad.when == when)
                .cloned()
        };
        let mut done: Vec<(String, bool)> = Vec::new();
        for (one, is_new) in new
            .iter()
            .map(|one| (one, true))
            .chain(changed.iter().map(|one| (one, false)))
        {
            let (begins, ends, fails, when) = if is_new {
                (
                    "CREATE_IN_PROGRESS",
                    "CREATE_COMPLETE",
                    "CREATE_FAILED",
                    Certainty::Making,
                )
            } else {
                (
                    "UPDATE_IN_PROGRESS",
                    "UPDATE_COMPLETE",
                    "UPDATE_FAILED",
                    Certainty::Changing,
                )
            };
            self.next(Some(&one.logical), begins, "", Some(one));
            if let Some(bad) = bad(&one.logical, when) {
                self.next(Some(&one.logical), fails, &bad.words, None);
                let reason = format!("The following resource(s) failed to update: [{}].", one.logical);
                self.next(None, "UPDATE_ROLLBACK_IN_PROGRESS", &reason, None);
                for (logical, was_new) in done.into_iter().rev() {
                    if was_new {
                        self.next(Some(&logical), "DELETE_COMPLETE", "", None);
                        continue;
                    }
                    if let Some(bad) = failing
                        .iter()
                        .find(|bad| bad.piece == logical && bad.when == Certainty::ChangingBack)
                    {
                        self.next(Some(&logical), "UPDATE_FAILED", &bad.words, None);
                        self.next(
                            None,
                            "UPDATE_ROLLBACK_FAILED",
                            "The following resource(s) failed to update",
                            None,
                        );
                        return;
                    }
                    self.next(Some(&logical), "UPDATE_COMPLETE", "", None);
                }
                self.next(None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "", None);
                self.next(None, "UPDATE_ROLLBACK_COMPLETE", "", None);
                return;
            }
            self.next(Some(&one.logical), ends, "", None);
            done.push((one.logical.clone(), is_new));
        }
        self.parameters.clone_from(&set.parameters);
        self.template.clone_from(&set.template);
        self.next(None, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "", None);
        for logical in gone {
            self.next(Some(&logical), "DELETE_IN_PROGRESS", "", None);
            self.next(Some(&logical), "DELETE_COMPLETE", "", None);
        }
        self.next(None, "UPDATE_COMPLETE", "", None);
    }

    /// Everything that a deletion brings.
    pub(super) fn delete(&mut self, failing: &[Failing], retained: &[String], token: &str) {
        self.begin("DELETE_STACK", token);
        self.whole("DELETE_IN_PROGRESS", "User Initiated");
        let mut names = Vec::new();
        let pieces: Vec<_> = self.pieces.iter().rev().cloned().collect();
        for one in pieces {
            if one.written.retained || retained.contains(&one.logical) {
                self.next(Some(&one.logical), "DELETE_SKIPPED", "", None);
            } else {
                names.push(one.logical);
            }
        }
        let stays = self.clear(&names, failing, true);
        let end = if stays.is_empty() {
            "DELETE_COMPLETE"
        } else {
            "DELETE_FAILED"
        };
        self.next(None, end, &stays, None);
    }

    /// An update's roll-back that goes on.
    pub(super) fn roll_on(&mut self, failing: &[Failing], token: &str) {
        self.begin("CONTINUE_ROLLBACK", token);
        self.whole("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
        if let Some(bad) = failing.iter().find(|bad| bad.when == Certainty::ChangingBack) {
            self.next(Some(&bad.piece), "UPDATE_FAILED", &bad.words, None);
            self.next(
                None,
                "UPDATE_ROLLBACK_FAILED",
                "The following resource(s) failed to update",
                None,
            );
        } else {
            self.next(None, "UPDATE_ROLLBACK_COMPLETE", "", None);
        }
    }

    /// Deletes pieces; says which stay.
    fn clear(&mut self, names: &[String], failing: &[Failing], begins: bool) -> String {
        let mut stays = Vec::new();
        for logical in names {
            if begins {
                self.next(Some(logical), "DELETE_IN_PROGRESS", "", None);
            }
            match failing
                .iter()
                .find(|bad| bad.piece == *logical && bad.when == Certainty::Deleting)
            {
                Some(bad) => {
                    self.next(Some(logical), "DELETE_FAILED", &bad.words, None);
                    stays.push(logical.clone());
                }
                None => self.next(Some(logical), "DELETE_COMPLETE", "", None),
            }
        }
        if stays.is_empty() {
            return String::new();
        }
        format!("The following resource(s) failed to delete: [{}].", stays.join(", "))
    }

    /// New, changed and removed pieces of a change set.
    pub(super) fn difference(&self, set: &ChangeSet) -> (Vec<Written>, Vec<Written>, Vec<String>) {
        let wanted = &set.wanted;
        let mut new = Vec::new();
        let mut changed = Vec::new();
        for one in wanted {
            match self.piece(&one.logical) {
                None => new.push(one.clone()),
                Some(old) if old.written.properties != one.properties => changed.push(one.clone()),
                Some(_) => {}
            }
        }
        let gone = self
            .pieces
            .iter()
            .filter(|old| !wanted.iter().any(|one| one.logical == old.logical));
        (new, changed, gone.map(|old| old.logical.clone()).collect())
    }

    fn whole(&mut self, status: &'static str, reason: &str) {
        status.clone_into(&mut self.status);
        reason.clone_into(&mut self.reason);
        let (name, arn) = (self.name.clone(), self.arn.clone());
        self.log(name, arn, "AWS::CloudFormation::Stack".into(), status, reason);
    }

    fn log(&mut self, logical: String, physical: String, kind: String, status: &str, reason: &str) {
        let operation = self.operations.first().map(|(_, id)| id.clone()).unwrap_or_default();
        self.events.push(Event {
            number: self.events.len() + 1,
            logical,
            physical,
            kind,
            status: status.to_owned(),
            reason: reason.to_owned(),
            operation,
            token: self.token.clone(),
        });
    }

    /// Lets so many things happen.
    pub(super) fn advance(&mut self, steps: usize) {
        for _ in 0..steps {
            let Some(now) = self.ahead.pop_front() else { return };
            let Some(logical) = now.logical else {
                if now.status == "UPDATE_ROLLBACK_COMPLETE" {
                    self.pieces.clone_from(&self.before);
                }
                self.whole(now.status, &now.reason);
                continue;
            };
            if let Some(written) = now.written {
                let kind = written.kind.clone();
                if let Some(old) = self.pieces.iter_mut().find(|one| one.logical == logical) {
                    old.written = written;
                } else {
                    *self.makings.entry(logical.clone()).or_default() += 1;
                    let physical = physical(&self.name, &logical, &kind, self.events.len());
                    self.pieces.push(Piece {
                        logical: logical.clone(),
                        kind,
                        physical,
                        status: now.status.to_owned(),
                        written,
                    });
                }
            }
            let known = self.pieces.iter_mut().find(|one| one.logical == logical);
            let (physical, kind) = known.map_or_else(Default::default, |one| {
                now.status.clone_into(&mut one.status);
                (one.physical.clone(), one.kind.clone())
            });
            self.log(logical.clone(), physical, kind, now.status, &now.reason);
            if now.status == "DELETE_COMPLETE" {
                self.pieces.retain(|one| one.logical != logical);
            }
        }
    }

    /// Outputs, of pieces that are there.
    pub fn outputs(&self) -> Vec<(String, String)> {
        if !self.status.starts_with("CREATE_COMPLETE") && !self.status.starts_with("UPDATE_") {
            return Vec::new();
        }
        let physical = |logical: &str| self.piece(logical).map(|one| one.physical.clone());
        let parameter = |name: &str| self.parameters.get(name).filter(|value| !value.is_empty()).cloned();
        let value = |name: &str| match name {
            "BucketName" => physical("Bucket"),
            "DistributionId" => physical("Distribution"),
            "CloudFrontDomain" => Some("d111111abcdef8.cloudfront.net".to_owned()),
            "LinkDomain" => parameter("DomainName").or_else(|| Some("d111111abcdef8.cloudfront.net".to_owned())),
            "LinkStoreArn" => physical("LinkStore"),
            "PublisherName" => physical("PublisherUser"),
            "PrefixName" => parameter("Prefix"),
            "TemplateVersion" => {
                let (_, behind) = self.template.split_once("TemplateVersion:")?;
                let (_, value) = behind.split_once("Value: ")?;
                value
                    .lines()
                    .next()
                    .map(|text| text.trim().trim_matches('"').to_owned())
            }
            "EndpointUrl" => Some("https://endpoint.example/".to_owned()),
            other => other
                .strip_prefix("PublicKeyId")
                .and_then(|n| physical(&format!("PublicKey{n}"))),
        };
        written_pieces::outputs(&self.template)
            .into_iter()
            .filter_map(|name| Some((name.clone(), value(&name)?)))
            .collect()
    }
}

/// An id of the form that the service gives.
fn physical(stack: &str, logical: &str, kind: &str, number: usize) -> String {
    match kind {
        "AWS::CloudFront::Distribution" => format!("E{number:013}"),
        "AWS::CloudFront::PublicKey" => format!("K{number:013}"),
        "AWS::CloudFront::KeyValueStore" => {
            format!("arn:aws:cloudfront::123456789012:key-value-store/{number:08}-0000-0000-0000-000000000000")
        }
        "AWS::S3::Bucket" => format!("{}-{}-{number:06}", stack.to_lowercase(), logical.to_lowercase()),
        _ => format!("{stack}-{logical}-{number:06}"),
    }
}
