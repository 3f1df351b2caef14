//! A stack taken away: what goes, what stays, and what that costs.

use screener_account::{Fault, Kind};
use screener_template::names::output;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use super::artifact;
use super::deployment::Deployment;
use super::deployment_row::{Row, Step};
use super::live_events::Event;
use super::stack_status::{Move, next_move};
use crate::Cause;

/// What a removal left, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The bucket of the films, where it was kept: its storage goes on costing.
    pub bucket: Option<String>,
    /// The bucket of zips, where others' zips are in it.
    pub zips: Option<String>,
    /// Other pieces that the template keeps: logical id, and name at AWS.
    pub kept: Vec<(String, String)>,
    /// Objects that were deleted.
    pub deleted: usize,
}

impl Deployment<'_> {
    /// Deletes a stack. The bucket of the films stays unless its name is typed; then every film goes with it. What a removal that was
    /// interrupted left is deleted as well. The user's access keys and the logging stack are gone before: that is the caller's part.
    ///
    /// # Errors
    /// `wrong_name` where another name was typed; what AWS objects to, in words.
    pub async fn remove(&self, row: &mut Row, typed: Option<&str>) -> Result<Left, Failure> {
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        let mut seen = self.look(&stack).await?;
        if seen.is_none() && row.stack.is_some() {
            seen = self.look(&row.stack_name.clone()).await?;
        }
        let seen = seen.filter(|stack| next_move(&stack.status) != Move::Create);
        if let Some(stack) = &seen {
            if !stack.is_ours() && next_move(&stack.status) != Move::Review {
                return Err(Cause::NameTaken {
                    stack: stack.name.clone(),
                }
                .into());
            }
            if stack.protected {
                return Err(Cause::Protected {
                    stack: stack.name.clone(),
                }
                .into());
            }
            if let Some(bucket) = stack.outputs.get(output::BUCKET) {
                row.bucket = Some(bucket.clone());
            }
            row.stack = Some(stack.arn.clone());
        } else if row.step == Step::Begun && row.zip.is_none() {
            return Err(Cause::NoStack {
                stack: row.stack_name.clone(),
            }
            .into());
        }
        if let Some(typed) = typed {
            match &row.bucket {
                Some(bucket) if bucket == typed => row.with_bucket = true,
                bucket => {
                    let bucket = bucket.clone().unwrap_or_default();
                    return Err(Cause::WrongBucketName {
                        typed: typed.to_owned(),
                        bucket,
                    }
                    .into());
                }
            }
        }
        if row.step != Step::Removing {
            row.attempt += 1;
            row.step = Step::Removing;
        }
        self.keep(row).await?;
        let mut left = Left::default();
        match &seen {
            Some(stack) if next_move(&stack.status) == Move::Review => self.call_delete(&stack.arn, &[], "").await?,
            Some(stack) => {
                if next_move(&stack.status) == Move::Watch && stack.status.as_str() != "DELETE_IN_PROGRESS" {
                    (self.tell)(Event::Doing {
                        what: "waiting for what is under way".into(),
                    });
                    self.settle(row, "", super::live_events::Live::default()).await?;
                }
                (self.tell)(Event::Doing {
                    what: "deleting the stack".into(),
                });
                let live = self.delete(row, &[]).await?;
                for (piece, kind, physical) in live.kept {
                    if kind == "AWS::S3::Bucket" {
                        row.bucket.get_or_insert(physical);
                    } else {
                        left.kept.push((piece, physical));
                    }
                }
                self.keep(row).await?;
            }
            None => {}
        }
        if let Some(bucket) = row.bucket.clone() {
            if row.with_bucket {
                (self.tell)(Event::Doing {
                    what: format!("deleting what is in {bucket}"),
                });
                left.deleted += artifact::empty(self.clients, self.pace, &bucket, "", None).await?;
                if !artifact::drop_bucket(self.clients, self.pace, &bucket).await? {
                    left.bucket = Some(bucket);
                }
            } else if self.has_bucket(&bucket).await? {
                left.bucket = Some(bucket);
            }
        }
        left.zips = self.forget_zips(row).await?;
        Ok(left)
    }

    async fn has_bucket(&self, bucket: &str) -> Result<bool, Failure> {
        let asked = self
            .pace
            .calling(|| async {
                let asked = self.clients.buckets.head_bucket().bucket(bucket).send().await;
                asked.map_err(|error| match error.raw_response().map(|raw| raw.status().as_u16()) {
                    Some(404) => Fault::told("HeadBucket", Kind::Gone, "NoSuchBucket", "the bucket is not there"),
                    _ => Fault::of("HeadBucket", &error),
                })
            })
            .await;
        // One that may not be looked at is there, as far as anybody knows.
        Ok(!matches!(asked, Err(fault) if fault.kind == Kind::Gone))
    }

    /// This stack's zips; their bucket as well where nothing else is in it. The bucket's name where it stays.
    async fn forget_zips(&self, row: &Row) -> Result<Option<String>, Failure> {
        let bucket = artifact::bucket_name(&row.account, &row.region);
        artifact::empty(self.clients, self.pace, &bucket, &format!("{}/", row.stack_name), None).await?;
        Ok((!artifact::drop_bucket(self.clients, self.pace, &bucket).await?).then_some(bucket))
    }

    /// Deletes the zips of before, once the stack has settled on another one.
    ///
    /// # Errors
    /// What S3 refuses.
    pub async fn forget_old_zips(&self, row: &Row) -> Result<(), Failure> {
        let Some((bucket, key)) = &row.zip else { return Ok(()) };
        let folder = format!("{}/", row.stack_name);
        artifact::empty(self.clients, self.pace, bucket, &folder, Some(key))
            .await
            .map(drop)
    }
}
