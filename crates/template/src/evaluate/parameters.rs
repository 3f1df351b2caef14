//! Parameters: what was given, held against what each may be.

use std::collections::BTreeMap;

use fancy_regex::Regex;
use serde_json::Value;

use crate::mistakes::Mistake;
use crate::sections::Template;
use crate::values::Values;

pub(super) fn parameters(template: &Template, values: &Values, wrong: &mut Vec<Mistake>) -> BTreeMap<String, Value> {
    let mut refuse = |name: &str, what: String| {
        wrong.push(Mistake {
            path: format!("Parameters / {name}"),
            what,
        });
    };
    for name in values.parameters.keys() {
        if !template.parameters.contains_key(name) {
            refuse(name, "the template has no such parameter".to_owned());
        }
    }
    let mut all = BTreeMap::new();
    for (name, about) in &template.parameters {
        let given = values.parameters.get(name).cloned();
        let Some(text) = given.or_else(|| about.get("Default").and_then(plain)) else {
            refuse(name, "it has no default, and no value was given".to_owned());
            continue;
        };
        let kind = about.get("Type").and_then(Value::as_str).unwrap_or_default();
        let value = match kind {
            "CommaDelimitedList" | "List<String>" | "List<Number>" => {
                Value::from(text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
            }
            kind if kind.starts_with("AWS::SSM::Parameter::Value") => {
                refuse(
                    name,
                    "its value lies in the Parameter Store, which is not read here".to_owned(),
                );
                continue;
            }
            kind if kind.starts_with("List<") => {
                Value::from(text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
            }
            "" => {
                refuse(name, "it has no Type".to_owned());
                continue;
            }
            _ => Value::String(text.clone()),
        };
        let parts: Vec<String> = match &value {
            Value::Array(parts) => parts.iter().filter_map(plain).collect(),
            _ => vec![text],
        };
        for part in &parts {
            if let Some(what) = refused(about, kind, part) {
                let said = about.get("ConstraintDescription").and_then(Value::as_str);
                // The value itself stays unsaid: it may be secret.
                refuse(
                    name,
                    said.map_or(what, |said| {
                        format!("its value must be one that {}", said.trim_end_matches('.'))
                    }),
                );
                break;
            }
        }
        all.insert(name.clone(), value);
    }
    all
}

/// Why a value is none that the parameter may have.
fn refused(about: &Value, kind: &str, text: &str) -> Option<String> {
    let number = |name: &str| {
        about
            .get(name)
            .and_then(plain)
            .and_then(|limit| limit.parse::<f64>().ok())
    };
    if let Some(Value::Array(allowed)) = about.get("AllowedValues") {
        let allowed: Vec<String> = allowed.iter().filter_map(plain).collect();
        if !allowed.iter().any(|one| one == text) {
            return Some(format!("its value must be one of {}", allowed.join(", ")));
        }
    }
    if let Some(pattern) = about.get("AllowedPattern").and_then(Value::as_str) {
        match Regex::new(&format!("^(?:{pattern})$")) {
            // `$` alone would let a line end pass.
            Ok(regex)
                if regex
                    .find(text)
                    .is_ok_and(|found| found.is_some_and(|found| found.end() == text.len())) => {}
            Ok(_) => return Some(format!("its value must be of the form {pattern}")),
            Err(_) => return Some(format!("{pattern} is no pattern")),
        }
    }
    if kind == "Number" || kind == "List<Number>" {
        let Ok(value) = text.parse::<f64>() else {
            return Some("its value must be a number".to_owned());
        };
        if number("MinValue").is_some_and(|least| value < least) || number("MaxValue").is_some_and(|most| value > most)
        {
            return Some("its value lies outside of MinValue and MaxValue".to_owned());
        }
    }
    let length = text.chars().count() as f64;
    if number("MinLength").is_some_and(|least| length < least) || number("MaxLength").is_some_and(|most| length > most)
    {
        return Some("its length lies outside of MinLength and MaxLength".to_owned());
    }
    None
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
