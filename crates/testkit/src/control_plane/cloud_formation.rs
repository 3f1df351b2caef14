//! CloudFormation: stacks, change sets, events, drift.

use std::collections::BTreeMap;

use super::drift_answers::{drift_status, resource_drifts};
use super::exchange::{Answer, Asked, element, members, next_token, time};
use super::stack_state::{ChangeSet, Event, Stack};
use super::{Service, World, written_pieces};

pub(super) struct CloudFormation;

impl Service for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        Some(match asked.call.as_str() {
            "CreateChangeSet" => create_change_set(asked, world),
            "DescribeChangeSet" => describe_change_set(asked, world),
            "DeleteChangeSet" => delete_change_set(asked, world),
            "ExecuteChangeSet" => execute_change_set(asked, world),
            "DescribeStacks" => describe_stacks(asked, world),
            "DescribeStackEvents" => describe_stack_events(asked, world),
            "DescribeEvents" => describe_events(asked, world),
            "ListStackResources" => list_stack_resources(asked, world),
            "DeleteStack" => delete_stack(asked, world),
            "ContinueUpdateRollback" => {
                let failing = world.failing.clone();
                match world.stack_mut(asked.field("StackName")) {
                    Some(stack) => {
                        stack.roll_on(&failing, asked.field("ClientRequestToken"));
                        asked.result("")
                    }
                    None => no_stack(asked, asked.field("StackName")),
                }
            }
            "DetectStackDrift" => match world.stack(asked.field("StackName")) {
                Some(stack) => asked.result(&element("StackDriftDetectionId", &format!("drift-{}", stack.name))),
                None => no_stack(asked, asked.field("StackName")),
            },
            "DescribeStackDriftDetectionStatus" => drift_status(asked, world)?,
            "DescribeStackResourceDrifts" => resource_drifts(asked, world)?,
            _ => return None,
        })
    }
}

fn no_stack(asked: &Asked, name: &str) -> Answer {
    asked.error(400, "ValidationError", &format!("Stack with id {name} does not exist"))
}

fn no_change_set(asked: &Asked) -> Answer {
    let words = format!("ChangeSet [{}] does not exist", asked.field("ChangeSetName"));
    asked.error(404, "ChangeSetNotFound", &words)
}

#[expect(
    clippy::too_many_lines,
    reason = "one call, in the order in which CloudFormation looks at it"
)]
fn create_change_set(asked: &Asked, world: &mut World) -> Answer {
    let (name, set_name) = (
        asked.field("StackName").to_owned(),
        asked.field("ChangeSetName").to_owned(),
    );
    let create = asked.field("ChangeSetType") == "CREATE";
    let template = match asked.field("UsePreviousTemplate") {
        "true" => world
            .stack(&name)
            .map(|stack| stack.template.clone())
            .unwrap_or_default(),
        _ => asked.field("TemplateBody").to_owned(),
    };
    if template.len() > 51_200 {
        let words = "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200";
        return asked.error(400, "ValidationError", words);
    }
    let known = written_pieces::parameters(&template);
    let mut given: BTreeMap<String, String> = asked
        .pairs("Parameters", "ParameterKey", "ParameterValue")
        .into_iter()
        .collect();
    let before = world
        .stack(&name)
        .map(|stack| stack.parameters.clone())
        .unwrap_or_default();
    for (at, (key, _)) in asked
        .pairs("Parameters", "ParameterKey", "ParameterValue")
        .iter()
        .enumerate()
    {
        if asked.field(&format!("Parameters.member.{}.UsePreviousValue", at + 1)) == "true" {
            given.insert(key.clone(), before.get(key).cloned().unwrap_or_default());
        }
    }
    let strange: Vec<&String> = given.keys().filter(|key| !known.contains_key(*key)).collect();
    if !strange.is_empty() && !known.is_empty() {
        return asked.error(
            400,
            "ValidationError",
            &format!("Parameters: {strange:?} do not exist in the template"),
        );
    }
    if template.contains("AWS::IAM::") && !asked.list("Capabilities").iter().any(|one| one.contains("IAM")) {
        return asked.error(
            400,
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_IAM]",
        );
    }
    for (key, default) in known {
        if let Some(default) = default {
            given.entry(key).or_insert(default);
        }
    }
    let account = world.account.clone();
    // It may be named by its ARN.
    let plain = name.split('/').nth(1).unwrap_or(&name).to_owned();
    let wanted = match written_pieces::resources(&template, &given, (&asked.region, &account, &plain)) {
        Ok(wanted) => wanted,
        Err(words) => return asked.error(400, "ValidationError", &words),
    };
    let tags = asked.pairs("Tags", "Key", "Value");
    match world.stack(&name) {
        Some(stack) if create && stack.status != "REVIEW_IN_PROGRESS" => {
            let words = format!(
                "Stack [{}] already exists and cannot be created again with the changeSet [{set_name}].",
                stack.name
            );
            return asked.error(400, "ValidationError", &words);
        }
        Some(stack)
            if !create
                && (stack.is_busy()
                    || !["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
                        .contains(&stack.status.as_str())) =>
        {
            let words = format!(
                "Stack:{} is in {} state and can not be updated.",
                stack.arn, stack.status
            );
            return asked.error(400, "ValidationError", &words);
        }
        None if !create => return no_stack(asked, &name),
        Some(_) => {}
        None => {
            world.made += 1;
            let arn = format!(
                "arn:aws:cloudformation:{}:{account}:stack/{name}/{:08}-0000-0000-0000-000000000000",
                asked.region, world.made
            );
            let mut stack = Stack::new(arn, name.clone(), asked.region.clone());
            stack.tags.clone_from(&tags);
            world.stacks.push(stack);
        }
    }
    world.made += 1;
    let number = world.made;
    let (polls, validation, replaces) = (world.change_set_polls, world.validation.clone(), world.replaces.clone());
    let Some(stack) = world.stack_mut(&name) else {
        return no_stack(asked, &name);
    };
    if stack.change_sets.iter().any(|set| set.name == set_name) {
        let words = format!("ChangeSet {set_name} already exists");
        return asked.error(400, "AlreadyExistsException", &words);
    }
    let arn = format!(
        "arn:aws:cloudformation:{}:{account}:changeSet/{set_name}/{number:08}-1111-0000-0000-000000000000",
        asked.region
    );
    stack.change_sets.push(ChangeSet {
        arn: arn.clone(),
        name: set_name,
        status: "CREATE_PENDING".into(),
        reason: String::new(),
        execution: "UNAVAILABLE".into(),
        template,
        parameters: given,
        deletes: asked.field("OnStackFailure") == "DELETE",
        reverts_drift: asked.field("DeploymentMode") == "REVERT_DRIFT",
        wanted,
        replaces,
        polls,
        validation,
    });
    asked.result(&format!("{}{}", element("Id", &arn), element("StackId", &stack.arn)))
}

/// The stack and the place of a change set, by its ARN, or its name and the stack's.
fn find<'a>(asked: &Asked, world: &'a mut World) -> Option<(&'a mut Stack, usize)> {
    let (set, stack) = (
        asked.field("ChangeSetName").to_owned(),
        asked.field("StackName").to_owned(),
    );
    world
        .stacks
        .iter_mut()
        .filter(|one| stack.is_empty() || one.arn == stack || one.name == stack)
        .find_map(|one| {
            let at = one
                .change_sets
                .iter()
                .position(|known| known.arn == set || known.name == set)?;
            Some((one, at))
        })
}

fn describe_change_set(asked: &Asked, world: &mut World) -> Answer {
    let most = world.page;
    let Some((stack, at)) = find(asked, world) else {
        return no_change_set(asked);
    };
    settle(stack, at);
    let set = stack.change_sets[at].clone();
    let (new, changed, gone) = stack.difference(&set);
    let line = |action: &str, logical: &str, kind: &str, physical: &str, details: &str| {
        let replacement = if action == "Modify" {
            element("Replacement", replacement(details))
        } else {
            String::new()
        };
        format!(
            "<Type>Resource</Type><ResourceChange>{}{}{}{}{replacement}{details}</ResourceChange>",
            element("Action", action),
            element("LogicalResourceId", logical),
            element("ResourceType", kind),
            if physical.is_empty() {
                String::new()
            } else {
                element("PhysicalResourceId", physical)
            },
        )
    };
    let mut lines: Vec<String> = new
        .iter()
        .map(|one| line("Add", &one.logical, &one.kind, "", ""))
        .collect();
    for one in &changed {
        let physical = stack
            .piece(&one.logical)
            .map(|known| known.physical.clone())
            .unwrap_or_default();
        let details = details(stack, &set, one);
        lines.push(line("Modify", &one.logical, &one.kind, &physical, &details));
    }
    for logical in &gone {
        if let Some(known) = stack.piece(logical) {
            lines.push(line("Remove", logical, &known.kind, &known.physical, ""));
        }
    }
    if set.status != "CREATE_COMPLETE" {
        lines.clear();
    }
    let page = Asked::page(lines, asked.field("NextToken"), most);
    asked.result(&format!(
        "{}{}{}{}{}{}{}{}{}",
        element("ChangeSetName", &set.name),
        element("ChangeSetId", &set.arn),
        element("StackId", &stack.arn),
        element("StackName", &stack.name),
        element("Status", &set.status),
        element("ExecutionStatus", &set.execution),
        if set.reason.is_empty() {
            String::new()
        } else {
            element("StatusReason", &set.reason)
        },
        members("Changes", page.lines),
        next_token("NextToken", page.next.as_deref()),
    ))
}

/// Which values changed: a piece's own text, or a parameter that it names.
fn details(stack: &Stack, set: &ChangeSet, one: &written_pieces::Written) -> String {
    let before = stack
        .piece(&one.logical)
        .map(|known| known.properties().clone())
        .unwrap_or_default();
    let recreation = if set.replaces.contains(&one.logical) {
        "Always"
    } else {
        "Never"
    };
    let none = serde_json::Map::new();
    let (old, new) = (
        before.as_object().unwrap_or(&none),
        one.properties.as_object().unwrap_or(&none),
    );
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let text = |value: Option<&serde_json::Value>| value.map(ToString::to_string).unwrap_or_default();
    let inside = names.into_iter().filter(|name| old.get(*name) != new.get(*name)).map(|name| {
        format!(
            "<Target><Attribute>Properties</Attribute>{}{}{}{}<RequiresRecreation>{recreation}</RequiresRecreation></Target><Evaluation>Static</Evaluation><ChangeSource>DirectModification</ChangeSource>",
            element("Name", name),
            element("Path", &format!("/Properties/{name}")),
            element("BeforeValue", &text(old.get(name))),
            element("AfterValue", &text(new.get(name))),
        )
    });
    members("Details", inside)
}

fn replacement(details: &str) -> &'static str {
    if details.contains("<RequiresRecreation>Always") {
        "True"
    } else {
        "False"
    }
}

/// A change set comes to its end after so many looks.
fn settle(stack: &mut Stack, at: usize) {
    let set = stack.change_sets[at].clone();
    if set.status != "CREATE_PENDING" && set.status != "CREATE_IN_PROGRESS" {
        return;
    }
    if set.polls > 0 {
        stack.change_sets[at].polls -= 1;
        stack.change_sets[at].status = "CREATE_IN_PROGRESS".into();
        return;
    }
    let (new, changed, gone) = stack.difference(&set);
    let (status, reason, execution) = if !set.validation.is_empty() {
        (
            "FAILED",
            "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.",
            "UNAVAILABLE",
        )
    } else if new.is_empty() && changed.is_empty() && gone.is_empty() && !set.reverts_drift {
        (
            "FAILED",
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "UNAVAILABLE",
        )
    } else {
        ("CREATE_COMPLETE", "", "AVAILABLE")
    };
    let now = &mut stack.change_sets[at];
    (now.status, now.reason, now.execution) = (status.into(), reason.into(), execution.into());
}

fn delete_change_set(asked: &Asked, world: &mut World) -> Answer {
    if let Some((stack, at)) = find(asked, world) {
        stack.change_sets.remove(at);
    }
    asked.result("")
}

fn execute_change_set(asked: &Asked, world: &mut World) -> Answer {
    let failing = world.failing.clone();
    let Some((stack, at)) = find(asked, world) else {
        return no_change_set(asked);
    };
    let set = stack.change_sets[at].clone();
    if set.execution != "AVAILABLE" {
        let words = format!(
            "ChangeSet [{}] cannot be executed in its current status of [{}]",
            set.arn, set.status
        );
        return asked.error(400, "InvalidChangeSetStatus", &words);
    }
    let token = asked.field("ClientRequestToken");
    stack.change_sets.clear();
    if stack.status == "REVIEW_IN_PROGRESS" {
        stack.create(&set, &failing, token);
    } else {
        stack.update(&set, &failing, token);
    }
    asked.result("")
}

fn describe_stacks(asked: &Asked, world: &mut World) -> Answer {
    let (name, most, pace) = (asked.field("StackName").to_owned(), world.page, world.pace);
    if !name.is_empty() && world.stack(&name).is_none() {
        return no_stack(asked, &name);
    }
    let mut lines = Vec::new();
    for stack in &mut world.stacks {
        let wanted = match name.as_str() {
            "" => !stack.is_gone() && stack.region == asked.region,
            name => stack.arn == name || (stack.name == name && !stack.is_gone()),
        };
        if wanted {
            stack.advance(pace);
            for bucket in stack.pieces.iter().filter(|piece| piece.kind == "AWS::S3::Bucket") {
                world.buckets.entry(bucket.physical.clone()).or_default();
            }
            lines.push(stack_line(stack));
        }
    }
    let page = Asked::page(lines, asked.field("NextToken"), most);
    asked.result(&format!(
        "{}{}",
        members("Stacks", page.lines),
        next_token("NextToken", page.next.as_deref())
    ))
}

fn stack_line(stack: &Stack) -> String {
    let pair =
        |name: (&str, &str), value: (&str, &str)| format!("{}{}", element(name.0, name.1), element(value.0, value.1));
    let parameters = stack.parameters.iter().map(|(name, value)| {
        // What the template hides is hidden.
        let shown = if name.starts_with("OriginSecret") {
            "****"
        } else {
            value
        };
        pair(("ParameterKey", name), ("ParameterValue", shown))
    });
    let outputs = stack.outputs();
    let outputs = outputs
        .iter()
        .map(|(name, value)| pair(("OutputKey", name), ("OutputValue", value)));
    let tags = stack
        .tags
        .iter()
        .map(|(name, value)| pair(("Key", name), ("Value", value)));
    let operations = stack
        .operations
        .iter()
        .map(|(kind, id)| pair(("OperationType", kind), ("OperationId", id)));
    format!(
        "{}{}{}{}{}{}{}{}{}",
        element("StackId", &stack.arn),
        element("StackName", &stack.name),
        element("CreationTime", &time(0)),
        element("StackStatus", &stack.status),
        if stack.reason.is_empty() {
            String::new()
        } else {
            element("StackStatusReason", &stack.reason)
        },
        members("Parameters", parameters),
        members("Outputs", outputs),
        members("Tags", tags),
        members("LastOperations", operations),
    )
}

fn event_line(stack: &Stack, event: &Event) -> String {
    format!(
        "{}{}{}{}{}{}{}{}{}{}{}",
        element("EventId", &format!("event-{}", event.number)),
        element("StackId", &stack.arn),
        element("StackName", &stack.name),
        element("OperationId", &event.operation),
        element("LogicalResourceId", &event.logical),
        element("PhysicalResourceId", &event.physical),
        element("ResourceType", &event.kind),
        element("Timestamp", &time(event.number)),
        element("ResourceStatus", &event.status),
        if event.reason.is_empty() {
            String::new()
        } else {
            element("ResourceStatusReason", &event.reason)
        },
        element("ClientRequestToken", &event.token),
    )
}

/// Newest first, as CloudFormation tells them.
fn describe_stack_events(asked: &Asked, world: &mut World) -> Answer {
    let most = world.page;
    let Some(stack) = world.stack(asked.field("StackName")) else {
        return no_stack(asked, asked.field("StackName"));
    };
    let lines: Vec<_> = stack
        .events
        .iter()
        .rev()
        .map(|event| event_line(stack, event))
        .collect();
    let page = Asked::page(lines, asked.field("NextToken"), most);
    asked.result(&format!(
        "{}{}",
        members("StackEvents", page.lines),
        next_token("NextToken", page.next.as_deref())
    ))
}

/// What validation said of a change set; by its full ARN alone.
fn describe_events(asked: &Asked, world: &mut World) -> Answer {
    let most = world.page;
    if !asked.field("ChangeSetName").starts_with("arn:") {
        return asked.error(400, "ValidationError", "ChangeSetName must be a full ARN");
    }
    let Some((stack, at)) = find(asked, world) else {
        return no_change_set(asked);
    };
    let lines: Vec<_> = stack.change_sets[at]
        .validation
        .iter()
        .enumerate()
        .map(|(n, (logical, path, words))| {
            format!(
                "{}{}{}{}{}{}{}{}{}",
                element("EventId", &format!("validation-{n}")),
                element("StackId", &stack.arn),
                element("EventType", "VALIDATION_ERROR"),
                element("LogicalResourceId", logical),
                element("ValidationFailureMode", "FAIL"),
                element("ValidationName", "PROPERTY_VALIDATION"),
                element("ValidationStatus", "FAILED"),
                element("ValidationStatusReason", words),
                element("ValidationPath", path),
            )
        })
        .collect();
    let page = Asked::page(lines, asked.field("NextToken"), most);
    asked.result(&format!(
        "{}{}",
        members("OperationEvents", page.lines),
        next_token("NextToken", page.next.as_deref())
    ))
}

fn list_stack_resources(asked: &Asked, world: &mut World) -> Answer {
    let most = world.page;
    let Some(stack) = world.stack(asked.field("StackName")) else {
        return no_stack(asked, asked.field("StackName"));
    };
    let lines: Vec<_> = stack
        .pieces
        .iter()
        .map(|piece| {
            format!(
                "{}{}{}{}{}",
                element("LogicalResourceId", &piece.logical),
                element("PhysicalResourceId", &piece.physical),
                element("ResourceType", &piece.kind),
                element("LastUpdatedTimestamp", &time(1)),
                element("ResourceStatus", &piece.status),
            )
        })
        .collect();
    let page = Asked::page(lines, asked.field("NextToken"), most);
    asked.result(&format!(
        "{}{}",
        members("StackResourceSummaries", page.lines),
        next_token("NextToken", page.next.as_deref())
    ))
}

fn delete_stack(asked: &Asked, world: &mut World) -> Answer {
    let failing = world.failing.clone();
    let name = asked.field("StackName");
    // Of a stack that is not there CloudFormation says nothing.
    if let Some(stack) = world.stack_mut(name).filter(|stack| !stack.is_gone()) {
        if stack.status == "REVIEW_IN_PROGRESS" {
            stack.status = "DELETE_COMPLETE".into();
        } else if stack.status != "DELETE_IN_PROGRESS" {
            stack.delete(
                &failing,
                &asked.list("RetainResources"),
                asked.field("ClientRequestToken"),
            );
        }
    }
    asked.result("")
}
