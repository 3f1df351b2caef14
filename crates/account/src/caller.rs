//! Who one is.

use aws_config::SdkConfig;
use serde::{Deserialize, Serialize};

use crate::{Fault, Pace};

/// The caller, as STS tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Account id, twelve digits.
    pub account: String,
    /// ARN.
    pub arn: String,
    /// What it is.
    pub who: Who,
}

/// What a caller is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The account itself: it may everything, and nothing can be simulated for it.
    Root,
    /// A user of IAM.
    User {
        /// Name.
        name: String,
    },
    /// A role that was taken on.
    Role {
        /// Name; its path is not told.
        name: String,
        /// The session's name: with Identity Center the person's.
        session: String,
    },
    /// Something else, such as a federated user.
    Other,
}

impl Caller {
    /// Of account and ARN.
    pub fn new(account: &str, arn: &str) -> Self {
        let who = arn.splitn(6, ':').nth(5).map_or(Who::Other, |rest| {
            match rest.split('/').collect::<Vec<_>>().as_slice() {
                ["root"] => Who::Root,
                ["user", .., name] => Who::User {
                    name: (*name).to_owned(),
                },
                ["assumed-role", name, session] => Who::Role {
                    name: (*name).to_owned(),
                    session: (*session).to_owned(),
                },
                _ => Who::Other,
            }
        });
        Self {
            account: account.to_owned(),
            arn: arn.to_owned(),
            who,
        }
    }
}

/// Asks who one is.
///
/// # Errors
/// Whatever is wrong with sign-in, clock or network shows here first.
pub async fn caller(config: &SdkConfig, pace: Pace) -> Result<Caller, Fault> {
    let client = aws_sdk_sts::Client::new(config);
    let asked = pace
        .calling(|| async {
            let asked = client.get_caller_identity().send().await;
            asked.map_err(|error| Fault::of("GetCallerIdentity", &error))
        })
        .await?;
    Ok(Caller::new(
        asked.account().unwrap_or_default(),
        asked.arn().unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_what_somebody_is() {
        let who = |rest: &str| Caller::new("123456789012", &format!("arn:aws:{rest}")).who;
        assert_eq!(who("iam::123456789012:root"), Who::Root);
        assert_eq!(
            who("iam::123456789012:user/staff/anna"),
            Who::User { name: "anna".into() }
        );
        assert_eq!(
            who("sts::123456789012:assumed-role/AWSReservedSSO_Admin_1/anna@example.com"),
            Who::Role {
                name: "AWSReservedSSO_Admin_1".into(),
                session: "anna@example.com".into()
            }
        );
        assert_eq!(who("sts::123456789012:federated-user/x"), Who::Other);
    }
}
