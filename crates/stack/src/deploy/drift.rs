//! What was changed by hand: asked of CloudFormation, never mended by it.

use screener_account::Fault;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use aws_sdk_cloudformation::types::{StackDriftDetectionStatus, StackResourceDriftStatus};

use super::deployment::Deployment;

/// A piece that is not as the template made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drifted {
    /// Logical id.
    pub piece: String,
    /// Type.
    pub kind: String,
    /// Whether it is gone altogether.
    pub deleted: bool,
    /// Properties that differ, by their paths.
    pub properties: Vec<String>,
}

impl Deployment<'_> {
    /// Pieces that differ from the template. Takes a minute at AWS.
    ///
    /// # Errors
    /// What CloudFormation refuses.
    pub async fn drift(&self, stack: &str) -> Result<Vec<Drifted>, Failure> {
        let begun = self
            .pace
            .calling(|| async {
                let asked = self.clients.stacks.detect_stack_drift().stack_name(stack).send().await;
                asked.map_err(|error| Fault::of("DetectStackDrift", &error))
            })
            .await?;
        let id = begun.stack_drift_detection_id().unwrap_or_default().to_owned();
        let mut asked = 0;
        loop {
            let now = self
                .pace
                .calling(|| async {
                    let call = self
                        .clients
                        .stacks
                        .describe_stack_drift_detection_status()
                        .stack_drift_detection_id(&id);
                    call.send()
                        .await
                        .map_err(|error| Fault::of("DescribeStackDriftDetectionStatus", &error))
                })
                .await?;
            if now.detection_status() != Some(&StackDriftDetectionStatus::DetectionInProgress) {
                // One that failed for some pieces tells the others.
                break;
            }
            tokio::time::sleep(self.pace.pause(asked)).await;
            asked += 1;
        }
        let mut drifted = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = self
                .pace
                .calling(|| async {
                    let call = self
                        .clients
                        .stacks
                        .describe_stack_resource_drifts()
                        .stack_name(stack)
                        .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
                        .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted)
                        .set_next_token(token.clone());
                    call.send()
                        .await
                        .map_err(|error| Fault::of("DescribeStackResourceDrifts", &error))
                })
                .await?;
            for one in page.stack_resource_drifts() {
                drifted.push(Drifted {
                    piece: one.logical_resource_id().unwrap_or_default().to_owned(),
                    kind: one.resource_type().unwrap_or_default().to_owned(),
                    deleted: one.stack_resource_drift_status() == Some(&StackResourceDriftStatus::Deleted),
                    properties: one
                        .property_differences()
                        .iter()
                        .filter_map(|difference| difference.property_path())
                        .map(|path| path.trim_start_matches('/').to_owned())
                        .collect(),
                });
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(drifted);
            }
        }
    }
}
