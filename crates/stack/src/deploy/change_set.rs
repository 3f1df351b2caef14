//! A change set: made, waited for, read page by page; its validation errors as a tree.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_cloudformation::types::{
    Capability, ChangeSetStatus, ChangeSetType, EventFilter, ExecutionStatus, OnStackFailure, Parameter, Tag,
};
use screener_account::{Fault, Kind, Pace};
use screener_wire::Failure;

use super::clients::Clients;
use super::planned::{Change, Planned};
use crate::Cause;

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// This one.
    Given(String),
    /// The one that the stack has.
    Previous,
}

/// What a change set is made of.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Name or ARN of the stack.
    pub stack: &'a str,
    /// Name of the change set.
    pub name: &'a str,
    /// Whether the stack is made by it.
    pub creates: bool,
    /// Template.
    pub template: &'a str,
    /// Values.
    pub parameters: &'a BTreeMap<String, Value>,
    /// Tags of the stack, which it hands to its pieces.
    pub tags: &'a BTreeMap<String, String>,
}

/// How a change set came to its end.
#[derive(Clone, Debug)]
pub enum Made {
    /// It can be executed.
    Ready(Planned),
    /// There is nothing to change.
    Nothing,
    /// It was refused; what is said of it.
    Refused(Cause),
}

/// ARNs of a change set and its stack.
#[derive(Clone, Debug)]
pub struct Known {
    /// The change set's.
    pub arn: String,
    /// The stack's.
    pub stack: String,
    /// Whether it can be executed.
    pub available: bool,
}

/// The change set of a name, where it is there.
///
/// # Errors
/// What CloudFormation refuses.
pub async fn find(clients: &Clients, pace: Pace, stack: &str, name: &str) -> Result<Option<Known>, Failure> {
    let asked = pace
        .calling(|| async {
            let asked = clients
                .stacks
                .describe_change_set()
                .stack_name(stack)
                .change_set_name(name)
                .send()
                .await;
            asked.map_err(|error| Fault::of("DescribeChangeSet", &error))
        })
        .await;
    match asked {
        Ok(found) => Ok(Some(Known {
            arn: found.change_set_id().unwrap_or_default().to_owned(),
            stack: found.stack_id().unwrap_or_default().to_owned(),
            available: found.execution_status() == Some(&ExecutionStatus::Available),
        })),
        Err(fault) if is_gone(&fault) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// Whether a stack or a change set is not there.
pub(super) fn is_gone(fault: &Fault) -> bool {
    fault.kind == Kind::Gone
        || fault.code.starts_with("ChangeSetNotFound")
        || fault.code == "ValidationError" && fault.message.contains("does not exist")
}

/// Makes it. One that is there already under that name is the one that was made before the answer was lost.
///
/// # Errors
/// What CloudFormation refuses.
pub async fn make(clients: &Clients, pace: Pace, asked: &Asked<'_>) -> Result<Known, Failure> {
    let parameters: Vec<Parameter> = asked
        .parameters
        .iter()
        .map(|(name, value)| {
            let one = Parameter::builder().parameter_key(name);
            match value {
                Value::Given(text) => one.parameter_value(text),
                Value::Previous => one.use_previous_value(true),
            }
            .build()
        })
        .collect();
    let tags: Vec<Tag> = asked
        .tags
        .iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    let made = pace
        .calling(|| async {
            let call = clients
                .stacks
                .create_change_set()
                .stack_name(asked.stack)
                .change_set_name(asked.name)
                .client_token(asked.name)
                .template_body(asked.template)
                .capabilities(Capability::CapabilityIam)
                .capabilities(Capability::CapabilityNamedIam)
                .set_parameters(Some(parameters.clone()))
                .set_tags(Some(tags.clone()));
            let call = if asked.creates {
                call.change_set_type(ChangeSetType::Create)
                    .on_stack_failure(OnStackFailure::Delete)
            } else {
                call.change_set_type(ChangeSetType::Update)
            };
            call.send().await.map_err(|error| Fault::of("CreateChangeSet", &error))
        })
        .await;
    match made {
        Ok(made) => Ok(Known {
            arn: made.id().unwrap_or_default().to_owned(),
            stack: made.stack_id().unwrap_or_default().to_owned(),
            available: false,
        }),
        Err(fault) if fault.code.starts_with("AlreadyExists") => find(clients, pace, asked.stack, asked.name)
            .await?
            .ok_or_else(|| fault.into()),
        Err(fault) if fault.code == "ValidationError" => Err(Cause::NotPlanned { words: fault.message }.into()),
        Err(fault) => Err(fault.into()),
    }
}

/// Waits until it is made, and reads all of it.
///
/// # Errors
/// What CloudFormation refuses.
pub async fn wait(clients: &Clients, pace: Pace, arn: &str) -> Result<Made, Failure> {
    let mut changes = Vec::new();
    let mut token: Option<String> = None;
    let mut asked = 0;
    loop {
        let page = pace
            .calling(|| async {
                let call = clients
                    .stacks
                    .describe_change_set()
                    .change_set_name(arn)
                    .include_property_values(true)
                    .set_next_token(token.clone());
                call.send()
                    .await
                    .map_err(|error| Fault::of("DescribeChangeSet", &error))
            })
            .await?;
        match page.status() {
            Some(ChangeSetStatus::CreateComplete) => {}
            Some(ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress) => {
                tokio::time::sleep(pace.pause(asked)).await;
                asked += 1;
                continue;
            }
            _ => return refused(clients, pace, arn, page.status_reason().unwrap_or_default()).await,
        }
        changes.extend(
            page.changes()
                .iter()
                .filter_map(|one| one.resource_change())
                .map(Change::of),
        );
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(Made::Ready(Planned::new(changes)));
        }
    }
}

/// Why it was not made: its own words, and what validation said, where that may be asked.
async fn refused(clients: &Clients, pace: Pace, arn: &str, words: &str) -> Result<Made, Failure> {
    if ["didn't contain changes", "No updates are to be performed"]
        .iter()
        .any(|part| words.contains(part))
    {
        return Ok(Made::Nothing);
    }
    let errors = match validation(clients, pace, arn).await {
        Ok(errors) => errors,
        // A permission that is missing must not hide the real error.
        Err(fault) if !fault.is_sign_in() => {
            tracing::warn!(
                code = fault.code,
                message = fault.message,
                "validation errors could not be read"
            );
            Vec::new()
        }
        Err(fault) => return Err(fault.into()),
    };
    Ok(Made::Refused(if errors.is_empty() {
        Cause::NotPlanned {
            words: words.to_owned(),
        }
    } else {
        Cause::Invalid { tree: tree(&errors) }
    }))
}

/// Piece, path and words of each.
async fn validation(clients: &Clients, pace: Pace, arn: &str) -> Result<Vec<(String, String, String)>, Fault> {
    let mut errors = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = pace
            .calling(|| async {
                let call = clients
                    .stacks
                    .describe_events()
                    .change_set_name(arn)
                    .filters(EventFilter::builder().failed_events(true).build())
                    .set_next_token(token.clone());
                call.send().await.map_err(|error| Fault::of("DescribeEvents", &error))
            })
            .await?;
        for event in page.operation_events() {
            let words = event
                .validation_status_reason()
                .or(event.resource_status_reason())
                .or(event.hook_status_reason());
            if let Some(words) = words {
                errors.push((
                    event.logical_resource_id().unwrap_or("template").to_owned(),
                    event.validation_path().unwrap_or_default().to_owned(),
                    words.to_owned(),
                ));
            }
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(errors);
        }
    }
}

/// Errors below the pieces that they are about.
fn tree(errors: &[(String, String, String)]) -> String {
    let mut by_piece: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (piece, path, words) in errors {
        by_piece.entry(piece).or_default().push((path, words));
    }
    let mut text = String::new();
    for (piece, lines) in by_piece {
        let _ = writeln!(text, "  {piece}");
        for (path, words) in lines {
            let path = path
                .strip_prefix("/Resources/")
                .map_or(path, |rest| rest.strip_prefix(piece).unwrap_or(rest));
            let _ = writeln!(text, "    {}: {words}", if path.is_empty() { "/" } else { path });
        }
    }
    text.trim_end().to_owned()
}

/// Takes it away. One that is not there is gone.
///
/// # Errors
/// What CloudFormation refuses.
pub async fn forget(clients: &Clients, pace: Pace, stack: &str, name: &str) -> Result<(), Failure> {
    let gone = pace
        .calling(|| async {
            let call = clients
                .stacks
                .delete_change_set()
                .stack_name(stack)
                .change_set_name(name);
            call.send().await.map_err(|error| Fault::of("DeleteChangeSet", &error))
        })
        .await;
    match gone {
        Err(fault) if !is_gone(&fault) && fault.code != "InvalidChangeSetStatus" => Err(fault.into()),
        _ => Ok(()),
    }
}
