//! A template's pieces and outputs: what stands is evaluated, in the order of the text, YAML with two spaces a level.

use std::collections::BTreeMap;

use screener_template::{Template, Values};
use serde_json::Value;

/// One resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) logical: String,
    pub(super) kind: String,
    pub(super) retained: bool,
    /// Two that differ are a change.
    pub(super) properties: Value,
}

/// The blocks below a section: name, and lines.
fn blocks(template: &str, section: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in template.lines() {
        if !line.starts_with([' ', '#']) && !line.trim().is_empty() {
            inside = line.trim_end() == format!("{section}:");
            continue;
        }
        if !inside || line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if line.starts_with("  ") && !line.starts_with("   ") {
            if let Some((name, _)) = line.trim().split_once(':') {
                found.push((name.to_owned(), String::new()));
            }
        } else if let Some((_, text)) = found.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    found
}

/// Names of the parameters, and their defaults.
pub(super) fn parameters(template: &str) -> BTreeMap<String, Option<String>> {
    blocks(template, "Parameters")
        .into_iter()
        .map(|(name, text)| {
            let default = text
                .lines()
                .find_map(|line| line.trim().strip_prefix("Default:"))
                .map(|text| text.trim().trim_matches(['\'', '"']).to_owned());
            (name, default)
        })
        .collect()
}

/// The resources that the values leave standing, in an order that respects none but the template's; or what CloudFormation would refuse.
pub(super) fn resources(
    template: &str,
    values: &BTreeMap<String, String>,
    place: (&str, &str, &str),
) -> Result<Vec<Written>, String> {
    let read = Template::read(template).map_err(|wrong| wrong.to_string())?;
    let (region, account, stack_name) = place;
    let evaluated = read
        .evaluate(&Values {
            parameters: values.clone(),
            region: region.to_owned(),
            account: account.to_owned(),
            stack_name: stack_name.to_owned(),
            attributes: BTreeMap::new(),
        })
        .map_err(|wrong| wrong.to_string())?;
    let order: Vec<String> = blocks(template, "Resources")
        .into_iter()
        .map(|(logical, _)| logical)
        .collect();
    let mut all: Vec<Written> = evaluated
        .resources
        .into_iter()
        .map(|(logical, one)| Written {
            retained: one.deletion_policy.is_some_and(|policy| policy.starts_with("Retain")),
            kind: one.kind,
            properties: one.properties,
            logical,
        })
        .collect();
    all.sort_by_key(|one| order.iter().position(|logical| *logical == one.logical));
    Ok(all)
}

/// Names of the outputs.
pub(super) fn outputs(template: &str) -> Vec<String> {
    blocks(template, "Outputs").into_iter().map(|(name, _)| name).collect()
}
