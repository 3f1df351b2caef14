//! The bucket's lifecycle rules, as far as they concern what an interrupted upload leaves.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule};

use crate::connection::Store;
use crate::error::{Class, StoreError};

/// Days after which the suggested rule gives an unfinished multipart upload up. A job that is paused for longer than that
/// begins its large files again.
const DAYS: i32 = 7;

/// Name of the suggested rule.
pub const RULE: &str = "screener-unfinished-uploads";

/// What a bucket's rules mean for Screener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Unfinished multipart uploads below the prefix are given up after so many days.
    GivesUp(i32),
    /// Nothing gives them up: whoever interrupts an upload for good pays for its parts. How many rules there are otherwise.
    Keeps(usize),
}

impl Lifecycle {
    /// The configuration to suggest, as `aws s3api put-bucket-lifecycle-configuration` takes it.
    pub fn suggestion(prefix: &str) -> String {
        format!(
            r#"{{"Rules":[{{"ID":"{RULE}","Status":"Enabled","Filter":{{"Prefix":"{prefix}/"}},"AbortIncompleteMultipartUpload":{{"DaysAfterInitiation":{DAYS}}}}}]}}"#
        )
    }
}

impl Store {
    /// What the bucket's lifecycle rules do about unfinished uploads below `prefix`.
    /// A store without such rules says [`Class::Unsupported`]; who may not read them, [`Class::Denied`].
    pub async fn lifecycle(&self, prefix: &str) -> Result<Lifecycle, StoreError> {
        let answer = self
            .client()
            .get_bucket_lifecycle_configuration()
            .bucket(self.bucket())
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.code() == Some("NoSuchLifecycleConfiguration") => return Ok(Lifecycle::Keeps(0)),
            Err(error) => {
                let error = StoreError::from_sdk("GetBucketLifecycleConfiguration", &error);
                // Some stores say 404 for a bucket without rules.
                return if error.class == Class::NotFound {
                    Ok(Lifecycle::Keeps(0))
                } else {
                    Err(error)
                };
            }
        };
        let days = answer.rules().iter().filter_map(|rule| gives_up(rule, prefix)).min();
        Ok(days.map_or(Lifecycle::Keeps(answer.rules().len()), Lifecycle::GivesUp))
    }
}

/// After how many days a rule gives up what is below the prefix.
fn gives_up(rule: &LifecycleRule, prefix: &str) -> Option<i32> {
    if rule.status() != &ExpirationStatus::Enabled {
        return None;
    }
    let filter = rule.filter();
    // Such a rule takes no tags and no sizes; with a combined filter its prefix counts.
    #[expect(deprecated, reason = "older rules name their prefix outside a filter")]
    let covers = filter
        .and_then(|f| f.prefix().or_else(|| f.and()?.prefix()))
        .or_else(|| rule.prefix())
        .unwrap_or_default();
    let days = rule.abort_incomplete_multipart_upload()?.days_after_initiation()?;
    format!("{prefix}/").starts_with(covers).then_some(days)
}
