//! Every state of a stack has one move and one sentence.

use aws_sdk_cloudformation::types::{Stack, StackStatus};
use std::collections::BTreeMap;

use crate::Cause;

/// Tag by which a stack is known as Screener's; its value is the destination's name at its making.
pub const TAG: &str = "screener";

/// What is to be done with a stack that is to be deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// It is not there: made.
    Create,
    /// It is there: updated.
    Update,
    /// Something is under way: watched.
    Watch,
    /// Planned and never made: the empty stack is used, or taken away.
    Review,
    /// Never came to life: deleted, then made.
    DeleteFirst,
    /// An update's roll-back stopped: it goes on, then the update.
    RollOn,
    /// Was to be deleted: only deleting goes on.
    DeleteAgain,
    /// Unknown: left alone.
    Nothing,
}

/// The move of a state.
pub fn next_move(status: &StackStatus) -> Move {
    match status {
        StackStatus::CreateComplete
        | StackStatus::UpdateComplete
        | StackStatus::UpdateRollbackComplete
        | StackStatus::ImportComplete
        | StackStatus::ImportRollbackComplete => Move::Update,
        StackStatus::CreateInProgress
        | StackStatus::DeleteInProgress
        | StackStatus::RollbackInProgress
        | StackStatus::UpdateInProgress
        | StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress
        | StackStatus::ImportInProgress
        | StackStatus::ImportRollbackInProgress => Move::Watch,
        StackStatus::ReviewInProgress => Move::Review,
        StackStatus::CreateFailed | StackStatus::RollbackComplete | StackStatus::RollbackFailed => Move::DeleteFirst,
        StackStatus::UpdateRollbackFailed | StackStatus::UpdateFailed | StackStatus::ImportRollbackFailed => {
            Move::RollOn
        }
        StackStatus::DeleteFailed => Move::DeleteAgain,
        StackStatus::DeleteComplete => Move::Create,
        _ => Move::Nothing,
    }
}

/// The sentence of a state that is not simply well.
pub fn sentence(stack: &str, status: &StackStatus, stays: &[String]) -> Option<Cause> {
    let (stack, word) = (stack.to_owned(), status.as_str().to_owned());
    match next_move(status) {
        Move::Update | Move::Create => None,
        Move::Watch => Some(Cause::Busy { stack, status: word }),
        Move::Review => Some(Cause::OnlyReviewed { stack }),
        Move::DeleteFirst => Some(Cause::RolledBack { stack, status: word }),
        Move::RollOn => Some(Cause::UpdateStuck { stack, status: word }),
        Move::DeleteAgain => Some(Cause::HalfDeleted {
            stack,
            stays: if stays.is_empty() { word } else { stays.join(", ") },
        }),
        Move::Nothing => Some(Cause::Unknown { stack, status: word }),
    }
}

/// A stack as it was seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Status.
    pub status: StackStatus,
    /// AWS's words to it.
    pub reason: String,
    /// Values of the parameters; hidden ones as asterisks.
    pub parameters: BTreeMap<String, String>,
    /// Outputs.
    pub outputs: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it is protected against deletion.
    pub protected: bool,
}

impl Seen {
    pub(super) fn of(stack: &Stack) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Self {
            arn: text(stack.stack_id()),
            name: text(stack.stack_name()),
            status: stack.stack_status().cloned().unwrap_or_else(|| StackStatus::from("")),
            reason: text(stack.stack_status_reason()),
            parameters: stack
                .parameters()
                .iter()
                .map(|one| (text(one.parameter_key()), text(one.parameter_value())))
                .collect(),
            outputs: stack
                .outputs()
                .iter()
                .map(|one| (text(one.output_key()), text(one.output_value())))
                .collect(),
            tags: stack
                .tags()
                .iter()
                .map(|one| (text(one.key()), text(one.value())))
                .collect(),
            protected: stack.enable_termination_protection().unwrap_or(false),
        }
    }

    /// Whether Screener made it.
    pub fn is_ours(&self) -> bool {
        self.tags.contains_key(TAG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_one_move_and_those_that_are_not_well_a_sentence() {
        let mut moves = BTreeMap::new();
        for name in StackStatus::values() {
            let status = StackStatus::from(*name);
            let next = next_move(&status);
            assert_ne!(next, Move::Nothing, "{name} has a move");
            let well = matches!(next, Move::Update | Move::Create);
            assert_eq!(sentence("films", &status, &[]).is_none(), well, "{name}");
            moves.entry(format!("{next:?}")).or_insert_with(Vec::new).push(*name);
        }
        assert_eq!(moves["Review"], ["REVIEW_IN_PROGRESS"]);
        assert_eq!(moves["DeleteAgain"], ["DELETE_FAILED"]);
        assert_eq!(
            moves["DeleteFirst"],
            ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"]
        );
        assert_eq!(next_move(&StackStatus::from("SOMETHING_NEW")), Move::Nothing);
        let words = sentence("films", &StackStatus::DeleteFailed, &["Bucket".into()]);
        assert!(words.is_some_and(|cause| cause.english().0.contains("still there: Bucket.")));
    }
}
