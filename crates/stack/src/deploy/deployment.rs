//! The engine: from what is wanted to a stack that has settled, in steps that a kill between any two of them leaves whole.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::StackStatus;
use screener_account::{Fault, Pace};
use screener_template::Template;
use screener_template::names::parameter;
use screener_wire::Failure;

use super::artifact;
use super::blame::blame;
use super::change_set::{self, Made, Value, is_gone};
use super::clients::Clients;
use super::deployment_row::{Diary, Row, Step};
use super::live_events::{Event, Live, since};
use super::planned::Planned;
use super::stack_status::{Move, Seen, TAG, next_move, sentence};
use super::wanted_stack::{Wanted, check, digest, invalid, not_older, set_name, token};
use crate::Cause;

/// How a preparation ended.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// A change set waits for a yes.
    Plan(Planned),
    /// There is nothing to change.
    Nothing,
    /// It is under way already, by an earlier yes.
    UnderWay,
}

/// How often one looks for an operation that was accepted and does not show.
const UNBEGUN: u32 = 20;

/// What is told while something happens.
pub type Tell<'a> = &'a (dyn Fn(Event) + Send + Sync);

/// The engine, for one account and region.
pub struct Deployment<'a> {
    /// Who is asked.
    pub clients: &'a Clients,
    /// How patiently.
    pub pace: Pace,
    /// What keeps the row.
    pub diary: &'a dyn Diary,
    /// Who is told.
    pub tell: Tell<'a>,
}

impl Deployment<'_> {
    /// The stack of a name or an ARN, where it is there.
    ///
    /// # Errors
    /// What CloudFormation refuses.
    pub async fn look(&self, stack: &str) -> Result<Option<Seen>, Failure> {
        let asked = self
            .pace
            .calling(|| async {
                let asked = self.clients.stacks.describe_stacks().stack_name(stack).send().await;
                asked.map_err(|error| Fault::of("DescribeStacks", &error))
            })
            .await;
        match asked {
            Ok(answer) => Ok(answer.stacks().first().map(Seen::of)),
            Err(fault) if is_gone(&fault) => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    fn doing(&self, what: &str) {
        (self.tell)(Event::Doing { what: what.to_owned() });
    }

    pub(super) async fn keep(&self, row: &Row) -> Result<(), Failure> {
        self.diary.keep(row).await
    }

    /// The stack that a row is about. By ARN it is known for good; by its name only one that Screener made.
    async fn known(&self, row: &Row) -> Result<Option<Seen>, Failure> {
        if let Some(arn) = &row.stack
            && let Some(seen) = self.look(arn).await?
            && next_move(&seen.status) != Move::Create
        {
            return Ok(Some(seen));
        }
        let Some(seen) = self.look(&row.stack_name).await? else {
            return Ok(None);
        };
        // An empty stack that was only planned carries its change set's tags or none.
        if !seen.is_ours() && next_move(&seen.status) != Move::Review {
            return Err(Cause::NameTaken { stack: seen.name }.into());
        }
        Ok(Some(seen))
    }

    /// Makes a change set and reads what it would do. `mends`: whether what stands in the way may be cleared, which only a deployment may.
    ///
    /// # Errors
    /// What is wrong with what is wanted, in words; what is refused whatever is answered; what AWS refuses. No empty stack is left by it.
    pub async fn prepare(&self, row: &mut Row, wanted: &Wanted, mends: bool) -> Result<Prepared, Failure> {
        let mut seen = self.known(row).await?;
        for _ in 0..4 {
            let Some(stack) = &seen else { break };
            row.stack = Some(stack.arn.clone());
            match next_move(&stack.status) {
                Move::Update | Move::Review | Move::Create => break,
                // An earlier yes of this computer's.
                Move::Watch if row.step == Step::Agreed => return Ok(Prepared::UnderWay),
                Move::Watch if mends => {
                    self.doing("waiting for what is under way");
                    self.settle(row, "", Live::default()).await?;
                }
                Move::RollOn if mends => {
                    self.doing("letting AWS go on with taking the last update back");
                    self.roll_on(row, &stack.arn).await?;
                }
                Move::DeleteFirst if mends => {
                    self.doing("deleting what an earlier attempt left");
                    self.delete(row, &[]).await?;
                }
                _ => {
                    let stays = self.pieces_of(&stack.arn).await.unwrap_or_default();
                    let words = sentence(&stack.name, &stack.status, &stays);
                    return Err(words
                        .unwrap_or(Cause::NoStack {
                            stack: stack.name.clone(),
                        })
                        .into());
                }
            }
            seen = self.known(row).await?;
        }
        let seen = seen.filter(|stack| next_move(&stack.status) != Move::Create);
        let lives = seen.as_ref().filter(|stack| next_move(&stack.status) == Move::Update);
        row.creates = lives.is_none();
        if let Some(stack) = lives {
            not_older(stack, wanted.version)?;
        } else if seen.is_none() {
            row.stack = None;
        }
        let parameters = Self::values(row, wanted, lives)?;
        check(row, wanted, lives, &parameters)?;
        self.store_zip(row, wanted).await?;
        self.change_set(row, wanted, &parameters).await
    }

    /// Every parameter with its value: what is wanted, where the zip is, and what the stack has.
    fn values(row: &mut Row, wanted: &Wanted, lives: Option<&Seen>) -> Result<BTreeMap<String, Value>, Failure> {
        let mut values: BTreeMap<String, Value> = wanted
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), Value::Given(value.clone())))
            .collect();
        if let Some(zip) = &wanted.zip {
            let bucket = artifact::bucket_name(&row.account, &row.region);
            let key = artifact::key_of(&row.stack_name, zip);
            values.insert(parameter::CODE_BUCKET.into(), Value::Given(bucket.clone()));
            values.insert(parameter::CODE_KEY.into(), Value::Given(key.clone()));
            row.zip = Some((bucket, key));
        }
        let template = Template::read(&wanted.template).map_err(|wrong| invalid(&wrong.to_string()))?;
        for name in template.parameters() {
            if lives.is_some_and(|stack| stack.parameters.contains_key(name)) {
                values.entry(name.to_owned()).or_insert(Value::Previous);
            }
        }
        Ok(values)
    }

    async fn store_zip(&self, row: &mut Row, wanted: &Wanted) -> Result<(), Failure> {
        let (Some(zip), Some((bucket, key))) = (&wanted.zip, row.zip.clone()) else {
            return Ok(());
        };
        if row.step == Step::Begun {
            row.step = Step::Zip;
        }
        self.keep(row).await?;
        self.doing("storing the endpoint's zip");
        artifact::keep(self.clients, self.pace, &row.account, &bucket, &key, zip).await
    }

    async fn change_set(
        &self,
        row: &mut Row,
        wanted: &Wanted,
        parameters: &BTreeMap<String, Value>,
    ) -> Result<Prepared, Failure> {
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        let digest = digest(wanted, parameters);
        // One that an earlier run left: the same, and it goes on; another, and it goes.
        if let Some(old) = row.change_set.clone() {
            let same = old == set_name(&digest, row.attempt);
            let known = change_set::find(self.clients, self.pace, &stack, &old).await?;
            match known {
                Some(known) if same => {
                    row.change_set_arn = Some(known.arn);
                    row.stack = Some(known.stack);
                }
                Some(_) => change_set::forget(self.clients, self.pace, &stack, &old).await?,
                None => {}
            }
            if row.change_set_arn.is_none() || !same {
                (row.change_set, row.change_set_arn) = (None, None);
            }
        }
        if row.change_set_arn.is_none() {
            row.attempt += 1;
            let name = set_name(&digest, row.attempt);
            (row.change_set, row.step) = (Some(name.clone()), Step::Planned);
            self.keep(row).await?;
            self.doing("asking AWS what would change");
            let tags = BTreeMap::from([(TAG.to_owned(), row.stack_name.clone())]);
            let asked = change_set::Asked {
                stack: &stack,
                name: &name,
                creates: row.creates,
                template: &wanted.template,
                parameters,
                tags: &tags,
            };
            let known = match change_set::make(self.clients, self.pace, &asked).await {
                Ok(known) => known,
                Err(failure) => {
                    self.abandon(row).await?;
                    return Err(failure);
                }
            };
            (row.change_set_arn, row.stack) = (Some(known.arn), Some(known.stack));
        }
        row.step = Step::Planned;
        self.keep(row).await?;
        let arn = row.change_set_arn.clone().unwrap_or_default();
        match change_set::wait(self.clients, self.pace, &arn).await? {
            Made::Ready(planned) => {
                if let Some(cause) = planned.forbidden() {
                    self.abandon(row).await?;
                    return Err(cause.into());
                }
                Ok(Prepared::Plan(planned))
            }
            Made::Nothing => {
                self.abandon(row).await?;
                row.step = Step::Settled;
                self.keep(row).await?;
                Ok(Prepared::Nothing)
            }
            Made::Refused(cause) => {
                self.abandon(row).await?;
                Err(cause.into())
            }
        }
    }

    /// Takes a change set back, and with it a stack that it made and that is empty.
    ///
    /// # Errors
    /// What CloudFormation refuses.
    pub async fn abandon(&self, row: &mut Row) -> Result<(), Failure> {
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        if let Some(name) = row.change_set.clone() {
            change_set::forget(self.clients, self.pace, &stack, &name).await?;
        }
        if row.creates
            && let Some(seen) = self.look(&stack).await?
            && next_move(&seen.status) == Move::Review
        {
            self.call_delete(&seen.arn, &[], "").await?;
        }
        if row.creates {
            row.stack = None;
        }
        (row.change_set, row.change_set_arn) = (None, None);
        row.step = if row.creates { Step::Begun } else { Step::Settled };
        self.keep(row).await
    }

    /// Executes the change set that was agreed to, or goes on with one, and watches it to its end.
    ///
    /// # Errors
    /// The first failure by time, in words.
    pub async fn execute(&self, row: &mut Row, planned: Option<&Planned>) -> Result<Seen, Failure> {
        let arn = row.change_set_arn.clone().unwrap_or_default();
        let token = token(&arn);
        if row.step != Step::Agreed {
            row.step = Step::Agreed;
            self.keep(row).await?;
        }
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        // Executing twice is refused by its state: what is under way is watched.
        let waits = match self.look(&stack).await? {
            Some(seen) => !matches!(next_move(&seen.status), Move::Watch),
            None => false,
        };
        if waits {
            self.call_execute(&arn, &token, row.creates).await?;
        }
        let expected = planned.map(|planned| planned.changes.as_slice()).unwrap_or_default();
        let live = Live::expecting(expected.iter().map(|change| {
            (
                change.piece.as_str(),
                change.kind.as_str(),
                change.what != super::planned::What::Changed,
            )
        }));
        let (seen, live) = self.settle(row, &token, live).await?;
        self.judge(row, seen, &live).await
    }

    async fn call_execute(&self, arn: &str, token: &str, creates: bool) -> Result<(), Failure> {
        let executed = self
            .pace
            .calling(|| async {
                let call = self
                    .clients
                    .stacks
                    .execute_change_set()
                    .change_set_name(arn)
                    .client_request_token(token);
                // On at a creation, where the change set says what becomes of a failure.
                let call = if creates { call } else { call.disable_rollback(false) };
                call.send().await.map_err(|error| Fault::of("ExecuteChangeSet", &error))
            })
            .await;
        match executed {
            // It was executed, and the answer was lost.
            Err(fault) if is_gone(&fault) || fault.code.starts_with("InvalidChangeSetStatus") => Ok(()),
            Err(fault) => Err(fault.into()),
            Ok(_) => Ok(()),
        }
    }

    /// Watches until nothing is under way; tells each piece.
    pub(super) async fn settle(&self, row: &Row, token: &str, mut live: Live) -> Result<(Seen, Live), Failure> {
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        let (mut asked, mut unbegun) = (0, 0);
        loop {
            let Some(seen) = self.look(&stack).await? else {
                return Err(Cause::Vanished {
                    stack: row.stack_name.clone(),
                }
                .into());
            };
            // Events after the state: those of a state that has ended are all there.
            let events = since(self.clients, self.pace, &stack, token).await?;
            // Executed, and not begun yet: for a moment the state is still that of before.
            let begun = events.is_some() || seen.status == StackStatus::DeleteComplete || unbegun >= UNBEGUN;
            unbegun += u32::from(!begun);
            for event in live.take(&seen.arn, &events.unwrap_or_default()) {
                (self.tell)(event);
                asked = 0;
            }
            if begun && next_move(&seen.status) != Move::Watch {
                return Ok((seen, live));
            }
            tokio::time::sleep(self.pace.pause(asked)).await;
            asked += 1;
        }
    }

    /// What the end means.
    async fn judge(&self, row: &mut Row, seen: Seen, live: &Live) -> Result<Seen, Failure> {
        let well = matches!(seen.status, StackStatus::CreateComplete | StackStatus::UpdateComplete)
            && live.first_failure.is_none();
        if well {
            (row.change_set, row.change_set_arn, row.step) = (None, None, Step::Settled);
            row.stack = Some(seen.arn.clone());
            self.keep(row).await?;
            return Ok(seen);
        }
        let cause = match &live.first_failure {
            Some((piece, kind, words)) => blame(piece, kind, words),
            None if seen.status == StackStatus::DeleteComplete => Cause::Vanished {
                stack: seen.name.clone(),
            },
            None => blame(&seen.name, "AWS::CloudFormation::Stack", &seen.reason),
        };
        (row.change_set, row.change_set_arn) = (None, None);
        let gone = seen.status == StackStatus::DeleteComplete;
        row.step = if gone || row.creates {
            Step::Begun
        } else {
            Step::Settled
        };
        if gone {
            row.stack = None;
        }
        self.keep(row).await?;
        // What stays and may cost something is named.
        if live.stays.is_empty() {
            return Err(cause.into());
        }
        let stays: Vec<_> = live
            .stays
            .iter()
            .map(|(piece, kind, _)| format!("{piece} ({kind})"))
            .collect();
        let first = cause.english();
        let mut failure: Failure = Cause::LeftBehind {
            first: first.0,
            stays: stays.join(", "),
        }
        .into();
        failure.mend = format!("{} {}", first.1, failure.mend);
        Err(failure)
    }

    async fn roll_on(&self, row: &Row, arn: &str) -> Result<(), Failure> {
        let token = token(&format!("{arn} {} roll on", row.attempt));
        self.pace
            .calling(|| async {
                let call = self
                    .clients
                    .stacks
                    .continue_update_rollback()
                    .stack_name(arn)
                    .client_request_token(&token);
                call.send()
                    .await
                    .map_err(|error| Fault::of("ContinueUpdateRollback", &error))
            })
            .await?;
        let (seen, live) = self.settle(row, &token, Live::default()).await?;
        if next_move(&seen.status) == Move::RollOn {
            return Err(match &live.first_failure {
                Some((piece, kind, words)) => blame(piece, kind, words).into(),
                None => Failure::from(Cause::UpdateStuck {
                    stack: seen.name.clone(),
                    status: seen.status.as_str().to_owned(),
                }),
            });
        }
        Ok(())
    }

    /// Deletes the stack and watches it; what stayed by the template's own word.
    pub(super) async fn delete(&self, row: &mut Row, retain: &[String]) -> Result<Live, Failure> {
        let stack = row.stack.clone().unwrap_or_else(|| row.stack_name.clone());
        let token = token(&format!("{stack} {} delete", row.attempt));
        self.call_delete(&stack, retain, &token).await?;
        let (seen, live) = match self.settle(row, &token, Live::default()).await {
            Err(failure) if failure.code == "stack_gone" => return Ok(Live::default()),
            ended => ended?,
        };
        if seen.status == StackStatus::DeleteComplete {
            return Ok(live);
        }
        let (piece, kind, words) = live.stays.first().cloned().unwrap_or_else(|| {
            (
                seen.name.clone(),
                "AWS::CloudFormation::Stack".into(),
                seen.reason.clone(),
            )
        });
        Err(blame(&piece, &kind, &words).into())
    }

    pub(super) async fn call_delete(&self, stack: &str, retain: &[String], token: &str) -> Result<(), Failure> {
        let gone = self
            .pace
            .calling(|| async {
                let call = self.clients.stacks.delete_stack().stack_name(stack);
                let call = if token.is_empty() {
                    call
                } else {
                    call.client_request_token(token)
                };
                let call = call.set_retain_resources((!retain.is_empty()).then(|| retain.to_vec()));
                call.send().await.map_err(|error| Fault::of("DeleteStack", &error))
            })
            .await;
        match gone {
            Err(fault) if is_gone(&fault) => Ok(()),
            Err(fault) if fault.message.contains("TerminationProtection") => Err(Cause::Protected {
                stack: stack.to_owned(),
            }
            .into()),
            Err(fault) => Err(fault.into()),
            Ok(_) => Ok(()),
        }
    }

    /// Logical ids of the pieces that are there.
    ///
    /// # Errors
    /// What CloudFormation refuses.
    pub async fn pieces_of(&self, stack: &str) -> Result<Vec<String>, Failure> {
        let mut pieces = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = self
                .pace
                .calling(|| async {
                    let call = self
                        .clients
                        .stacks
                        .list_stack_resources()
                        .stack_name(stack)
                        .set_next_token(token.clone());
                    call.send()
                        .await
                        .map_err(|error| Fault::of("ListStackResources", &error))
                })
                .await?;
            for one in page.stack_resource_summaries() {
                let gone = one
                    .resource_status()
                    .is_some_and(|status| status.as_str() == "DELETE_COMPLETE");
                if !gone {
                    let (logical, kind) = (one.logical_resource_id(), one.resource_type());
                    pieces.push(format!(
                        "{} ({})",
                        logical.unwrap_or_default(),
                        kind.unwrap_or_default()
                    ));
                }
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(pieces);
            }
        }
    }
}
