//! Values of a stack's parameters, changed with its template as it is: a key comes and goes without any other piece being touched.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Parameter, Stack};
use screener_account::{Fault, Pace};
use screener_wire::Failure;
use sha2::{Digest as _, Sha256};

use super::key_slots::Changes;
use super::key_turnover::Update;
use crate::Cause;

/// So often the stack is looked at before an update that was accepted has to show.
const UNBEGUN: u32 = 20;

/// A stack whose parameters are changed.
#[derive(Clone, Debug)]
pub struct ParameterUpdate {
    client: Client,
    stack: String,
    pace: Pace,
}

impl ParameterUpdate {
    /// Of the stack of an ARN.
    pub fn of(client: Client, stack: impl Into<String>, pace: Pace) -> Self {
        Self {
            client,
            stack: stack.into(),
            pace,
        }
    }

    async fn look(&self) -> Result<Stack, Failure> {
        let asked = self.pace.calling(|| async {
            let asked = self.client.describe_stacks().stack_name(&self.stack).send().await;
            asked.map_err(|error| Fault::of("DescribeStacks", &error))
        });
        let answer = asked.await?;
        let stack = answer.stacks().first().cloned();
        stack.ok_or_else(|| {
            Cause::StackNotListed {
                call: "DescribeStacks".into(),
                code: "Answer".into(),
                words: "it names no stack".into(),
            }
            .into()
        })
    }

    /// The stack when nothing is under way: an update of another computer, or of this one before it was closed, is waited for.
    async fn at_rest(&self) -> Result<Stack, Failure> {
        let mut asked = 0;
        loop {
            let stack = self.look().await?;
            if !status(&stack).ends_with("_IN_PROGRESS") {
                return Ok(stack);
            }
            tokio::time::sleep(self.pace.pause(asked)).await;
            asked += 1;
        }
    }

    /// A change set of these values; `None` where they change nothing.
    async fn change_set(&self, before: &Stack, changes: &Changes) -> Result<Option<String>, Failure> {
        let parameters = before.parameters().iter().filter_map(|one| {
            let name = one.parameter_key()?;
            let parameter = Parameter::builder().parameter_key(name);
            Some(match changes.get(name) {
                Some(value) => parameter.parameter_value(value).build(),
                None => parameter.use_previous_value(true).build(),
            })
        });
        let name = name_of(before, changes);
        let asked = self
            .client
            .create_change_set()
            .stack_name(&self.stack)
            .change_set_name(&name);
        let asked = asked
            .change_set_type(ChangeSetType::Update)
            .use_previous_template(true)
            .capabilities(Capability::CapabilityNamedIam)
            .client_token(&name)
            .set_parameters(Some(parameters.collect()));
        let made = self.pace.calling(|| async {
            let made = asked.clone().send().await;
            made.map_err(|error| Fault::of("CreateChangeSet", &error))
        });
        match made.await {
            // It was made before the answer was lost, or before this computer was closed.
            Err(fault) if !fault.code.starts_with("AlreadyExists") => return Err(fault.into()),
            _ => {}
        }
        let mut asked = 0;
        loop {
            let seen = self.pace.calling(|| async {
                let seen = self
                    .client
                    .describe_change_set()
                    .stack_name(&self.stack)
                    .change_set_name(&name);
                seen.send()
                    .await
                    .map_err(|error| Fault::of("DescribeChangeSet", &error))
            });
            let seen = seen.await?;
            let words = seen.status_reason().unwrap_or_default();
            match seen.status() {
                Some(ChangeSetStatus::CreateComplete) => return Ok(Some(name)),
                Some(ChangeSetStatus::Failed) if is_nothing(words) => return Ok(None),
                Some(ChangeSetStatus::Failed) => {
                    return Err(Cause::KeysNotChanged {
                        status: "FAILED".into(),
                        words: words.to_owned(),
                    }
                    .into());
                }
                _ => tokio::time::sleep(self.pace.pause(asked)).await,
            }
            asked += 1;
        }
    }
}

impl Update for ParameterUpdate {
    async fn parameters(&self) -> Result<BTreeMap<String, String>, Failure> {
        Ok(values(&self.at_rest().await?))
    }

    async fn outputs(&self) -> Result<BTreeMap<String, String>, Failure> {
        let stack = self.at_rest().await?;
        let outputs = stack.outputs().iter();
        Ok(outputs
            .filter_map(|one| Some((one.output_key()?.to_owned(), one.output_value()?.to_owned())))
            .collect())
    }

    async fn apply(&self, changes: Changes) -> Result<(), Failure> {
        let before = self.at_rest().await?;
        let Some(name) = self.change_set(&before, &changes).await? else {
            return Ok(());
        };
        let executed = self.pace.calling(|| async {
            let call = self
                .client
                .execute_change_set()
                .stack_name(&self.stack)
                .change_set_name(&name);
            let call = call.client_request_token(&name).disable_rollback(false);
            call.send().await.map_err(|error| Fault::of("ExecuteChangeSet", &error))
        });
        match executed.await {
            // Where the answer to the first call was lost, the set is already at work, or done and gone: the stack tells.
            Err(fault) if !is_begun(&fault.code) => return Err(fault.into()),
            _ => {}
        }
        let mut asked = 0;
        loop {
            let stack = self.at_rest().await?;
            let now = values(&stack);
            let done = changes
                .iter()
                .all(|(name, value)| now.get(name).is_some_and(|now| same(now, value)));
            match status(&stack) {
                "UPDATE_COMPLETE" if done => return Ok(()),
                // For a moment the state is still that of before.
                _ if is_as_before(&before, &stack) && asked < UNBEGUN => {}
                status => {
                    return Err(Cause::KeysNotChanged {
                        status: status.to_owned(),
                        words: stack.stack_status_reason().unwrap_or("no reason is given").to_owned(),
                    }
                    .into());
                }
            }
            tokio::time::sleep(self.pace.pause(asked)).await;
            asked += 1;
        }
    }
}

fn is_begun(code: &str) -> bool {
    ["InvalidChangeSetStatus", "ChangeSetNotFound"]
        .iter()
        .any(|begun| code.starts_with(begun))
}

fn is_as_before(before: &Stack, now: &Stack) -> bool {
    before.stack_status() == now.stack_status() && before.last_updated_time() == now.last_updated_time()
}

fn status(stack: &Stack) -> &str {
    stack.stack_status().map_or("", |status| status.as_str())
}

fn values(stack: &Stack) -> BTreeMap<String, String> {
    let parameters = stack.parameters().iter();
    parameters
        .filter_map(|one| {
            let value = one.parameter_value().unwrap_or_default();
            Some((one.parameter_key()?.to_owned(), value.to_owned()))
        })
        .collect()
}

fn same(one: &str, other: &str) -> bool {
    one.trim() == other.trim()
}

fn is_nothing(words: &str) -> bool {
    ["didn't contain changes", "No updates are to be performed"]
        .iter()
        .any(|said| words.contains(said))
}

/// The same for the same change of the same state, so that what was interrupted makes nothing twice.
fn name_of(before: &Stack, changes: &Changes) -> String {
    let mut digest = Sha256::new();
    let since = before.last_updated_time().or(before.creation_time());
    digest.update(
        since
            .map_or(0, aws_sdk_cloudformation::primitives::DateTime::secs)
            .to_be_bytes(),
    );
    for (name, value) in changes {
        digest.update(name);
        digest.update([0]);
        digest.update(value);
        digest.update([0]);
    }
    let hash = digest.finalize();
    let first = hash.iter().take(8).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    format!("screener-keys-{first:016x}")
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::config::{BehaviorVersion, Credentials, Region};
    use screener_template::TEMPLATE;
    use screener_template::names::parameter;
    use screener_template::values::NOBODYS_KEY;
    use screener_testkit::control_plane::{ControlPlane, Trouble, World, Wrong};

    use super::*;
    use crate::stack_parts::key_slots::{KeySlots, Slot};
    use crate::stack_parts::key_turnover::{empty, take_in};

    const NAME: &str = "screener";

    async fn deployed() -> (ControlPlane, ParameterUpdate) {
        let server = ControlPlane::start(World::default()).await;
        let config = aws_sdk_cloudformation::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-central-1"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .endpoint_url(server.endpoint())
            .build();
        let client = Client::from_conf(config);
        let values = [
            (parameter::PUBLIC_KEYS[0], NOBODYS_KEY),
            (parameter::CODE_BUCKET, "code"),
            (parameter::CODE_KEY, "endpoint.zip"),
        ];
        let values =
            values.map(|(name, value)| Parameter::builder().parameter_key(name).parameter_value(value).build());
        let made = client.create_change_set().stack_name(NAME).change_set_name("first");
        made.change_set_type(ChangeSetType::Create)
            .template_body(TEMPLATE)
            .capabilities(Capability::CapabilityNamedIam)
            .set_parameters(Some(values.to_vec()))
            .send()
            .await
            .unwrap();
        let stack = ParameterUpdate::of(client.clone(), NAME, Pace::brief());
        let ready = || async {
            let seen = client
                .describe_change_set()
                .stack_name(NAME)
                .change_set_name("first")
                .send()
                .await;
            seen.unwrap().status() == Some(&ChangeSetStatus::CreateComplete)
        };
        while !ready().await {}
        let executed = client.execute_change_set().stack_name(NAME).change_set_name("first");
        executed.send().await.unwrap();
        while status(&stack.at_rest().await.unwrap()) != "CREATE_COMPLETE" {}
        (server, stack)
    }

    /// A public key that is another one than anybody else's.
    fn key(letter: char) -> String {
        NOBODYS_KEY
            .replacen('A', &letter.to_string(), 1)
            .replacen("AAAA", &letter.to_string().repeat(4), 1)
    }

    #[tokio::test]
    async fn a_key_comes_and_goes_and_nothing_else_is_touched() {
        let (server, stack) = deployed().await;
        let before = stack.parameters().await.unwrap();
        let taken = take_in(&stack, &key('B')).await.unwrap();
        assert_eq!(taken.slot.number(), 2);
        assert!(!taken.key_pair_id.is_empty());
        let between = stack.parameters().await.unwrap();
        let changed = |now: &BTreeMap<String, String>| -> Vec<String> {
            let others = now.iter().filter(|(name, value)| before.get(*name) != Some(value));
            others.map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(changed(&between), ["PublicKeyPem2"]);
        empty(&stack, &[Slot::new(1).unwrap()]).await.unwrap();
        let after = stack.parameters().await.unwrap();
        assert_eq!(KeySlots::of(&after).slot_of(NOBODYS_KEY), None);
        assert_eq!(server.world().count("ExecuteChangeSet"), 3);
        // Nothing to change: no update.
        empty(&stack, &[Slot::new(1).unwrap()]).await.unwrap();
        assert_eq!(server.world().count("ExecuteChangeSet"), 3);
    }

    #[tokio::test]
    async fn an_answer_that_is_lost_makes_nothing_twice() {
        let (server, stack) = deployed().await;
        for call in ["CreateChangeSet", "ExecuteChangeSet"] {
            let trouble = Trouble {
                call,
                after: 0,
                times: 1,
                how: Wrong::CutAfter,
            };
            server.world().troubles.push(trouble);
        }
        let taken = take_in(&stack, &key('B')).await.unwrap();
        assert_eq!(
            (
                taken.slot.number(),
                KeySlots::of(&stack.parameters().await.unwrap()).filled().count()
            ),
            (2, 2)
        );
    }
}
