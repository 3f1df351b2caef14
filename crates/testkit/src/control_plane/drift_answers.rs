//! What was changed by hand, as CloudFormation tells it.

use super::World;
use super::exchange::{Answer, Asked, element, members, time};

pub(super) fn drift_status(asked: &Asked, world: &World) -> Option<Answer> {
    let name = asked.field("StackDriftDetectionId").strip_prefix("drift-")?;
    let stack = world.stack(name)?;
    let drifted = if stack.drift.is_empty() { "IN_SYNC" } else { "DRIFTED" };
    Some(asked.result(&format!(
        "{}{}{}{}{}",
        element("StackId", &stack.arn),
        element("StackDriftDetectionId", asked.field("StackDriftDetectionId")),
        element("StackDriftStatus", drifted),
        element("DetectionStatus", "DETECTION_COMPLETE"),
        element("Timestamp", &time(1)),
    )))
}

pub(super) fn resource_drifts(asked: &Asked, world: &World) -> Option<Answer> {
    let stack = world.stack(asked.field("StackName"))?;
    let lines = stack.drift.iter().filter_map(|(logical, path)| {
        let piece = stack.piece(logical)?;
        let difference = format!(
            "{}{}{}{}",
            element("PropertyPath", path),
            element("ExpectedValue", "as the template says"),
            element("ActualValue", "changed by hand"),
            element("DifferenceType", "NOT_EQUAL")
        );
        Some(format!(
            "{}{}{}{}{}{}{}",
            element("StackId", &stack.arn),
            element("LogicalResourceId", logical),
            element("PhysicalResourceId", &piece.physical),
            element("ResourceType", &piece.kind),
            members("PropertyDifferences", [difference]),
            element("StackResourceDriftStatus", "MODIFIED"),
            element("Timestamp", &time(1)),
        ))
    });
    Some(asked.result(&members("StackResourceDrifts", lines)))
}
