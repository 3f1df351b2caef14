//! What is wanted of a stack, checked before anything is asked, and the names that the same wish always has.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use screener_template::{Template, Values};
use screener_wire::Failure;
use sha2::{Digest, Sha256};

use super::change_set::Value;
use super::deployment_row::Row;
use super::stack_status::Seen;
use crate::Cause;

/// What is wanted of a stack.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Template.
    pub template: String,
    /// Its version.
    pub version: u32,
    /// Values; others stay what they are, or are the template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// The endpoint's zip; `None` where the template has no endpoint.
    pub zip: Option<Vec<u8>>,
}

pub(super) fn invalid(tree: &str) -> Cause {
    Cause::Invalid {
        tree: tree
            .lines()
            .map(|line| format!("  {line}"))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// What CloudFormation would refuse is refused here, before anything is asked.
pub(super) fn check(
    row: &Row,
    wanted: &Wanted,
    lives: Option<&Seen>,
    parameters: &BTreeMap<String, Value>,
) -> Result<(), Failure> {
    if wanted.template.len() > 51_200 {
        return Err(Cause::TemplateTooLarge {
            bytes: wanted.template.len(),
        }
        .into());
    }
    let template = Template::read(&wanted.template).map_err(|wrong| invalid(&wrong.to_string()))?;
    let mut values = BTreeMap::new();
    for (name, value) in parameters {
        match (value, lives.and_then(|stack| stack.parameters.get(name))) {
            // A hidden value is told as asterisks, which its pattern would not take.
            (Value::Previous, Some(text)) if text.starts_with("****") => {
                values.insert(name.clone(), "hidden-value-of-before".into())
            }
            (Value::Given(text), _) | (Value::Previous, Some(text)) => values.insert(name.clone(), text.clone()),
            (Value::Previous, None) => None,
        };
    }
    let values = Values {
        parameters: values,
        region: row.region.clone(),
        account: row.account.clone(),
        stack_name: row.stack_name.clone(),
        attributes: BTreeMap::new(),
    };
    template
        .evaluate(&values)
        .map_err(|wrong| invalid(&wrong.to_string()))?;
    Ok(())
}

/// An older template would take away what a newer one added.
pub(super) fn not_older(stack: &Seen, here: u32) -> Result<(), Failure> {
    let there = stack.outputs.get(screener_template::names::output::VERSION);
    match there.and_then(|text| text.parse::<u32>().ok()) {
        Some(there) if there > here => Err(Cause::NewerTemplate {
            stack: stack.name.clone(),
            there: there.to_string(),
            here: here.to_string(),
        }
        .into()),
        _ => Ok(()),
    }
}

pub(super) fn hex(bytes: &[u8], most: usize) -> String {
    bytes.iter().take(most).fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn digest(wanted: &Wanted, parameters: &BTreeMap<String, Value>) -> String {
    let mut digest = Sha256::new();
    digest.update(wanted.template.as_bytes());
    for (name, value) in parameters {
        let text = match value {
            Value::Given(text) => text.as_str(),
            Value::Previous => "\u{0}",
        };
        digest.update(format!("\u{1}{name}\u{2}{text}").as_bytes());
    }
    hex(&digest.finalize(), 6)
}

/// Name and token of a change set: the same wish has the same one, another attempt another.
pub(super) fn set_name(digest: &str, attempt: u32) -> String {
    format!("screener-{digest}-{attempt}")
}

/// The token of an operation: asked twice, it is done once.
pub(super) fn token(of: &str) -> String {
    format!("screener-{}", hex(&Sha256::digest(of.as_bytes()), 12))
}
