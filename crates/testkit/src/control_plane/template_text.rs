//! A template's pieces and outputs, read from its text as far as a server that makes nothing needs them: YAML with two spaces a level.

use std::collections::BTreeMap;

/// One resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) logical: String,
    pub(super) kind: String,
    pub(super) retained: bool,
    /// Its lines: two that differ are a change.
    pub(super) text: String,
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

/// The resources. A public key is there where its parameter is filled.
pub(super) fn resources(template: &str, values: &BTreeMap<String, String>) -> Vec<Written> {
    let filled = |logical: &str| {
        let slot = logical.strip_prefix("PublicKey").filter(|n| n.parse::<u8>().is_ok());
        slot.is_none_or(|n| values.get(&format!("PublicKeyPem{n}")).is_some_and(|pem| !pem.is_empty()))
    };
    blocks(template, "Resources")
        .into_iter()
        .filter(|(logical, _)| filled(logical))
        .map(|(logical, text)| {
            let of = |name: &str| {
                text.lines()
                    .find_map(|line| line.strip_prefix("    ")?.strip_prefix(name)?.strip_prefix(':'))
                    .map(|value| value.trim().to_owned())
                    .unwrap_or_default()
            };
            Written {
                kind: of("Type"),
                retained: of("DeletionPolicy").starts_with("Retain"),
                logical,
                text,
            }
        })
        .collect()
}

/// Names of the outputs.
pub(super) fn outputs(template: &str) -> Vec<String> {
    blocks(template, "Outputs").into_iter().map(|(name, _)| name).collect()
}

/// Whether a piece's text names a parameter.
pub(super) fn names(text: &str, parameter: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(parameter).any(|(at, _)| {
        !text[..at].ends_with(is_word) && !text[at + parameter.len()..].starts_with(is_word)
    })
}
