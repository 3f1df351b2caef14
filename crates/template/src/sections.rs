//! A template's sections, as they were written.

use serde_json::{Map, Value};

use crate::mistakes::{Mistake, Mistakes};
use crate::template_text;

/// Sections that CloudFormation knows (Template Reference, "CloudFormation template sections").
const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
];

/// A template that was read, before any value is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) rules: Map<String, Value>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: Map<String, Value>,
    pub(crate) outputs: Map<String, Value>,
}

impl Template {
    /// Reads YAML, with short tags or long forms, or JSON. Wrong are a text that is neither, sections that CloudFormation does not
    /// know, a template without resources, and a transform: what a macro makes of it is known to AWS alone.
    pub fn read(text: &str) -> Result<Self, Mistakes> {
        let Value::Object(mut whole) = template_text::read(text)? else {
            return Err(Mistakes::one("line 1", "a template is a map of sections"));
        };
        let mut wrong: Vec<Mistake> = Vec::new();
        for name in whole.keys() {
            if !SECTIONS.contains(&name.as_str()) {
                wrong.push(Mistake {
                    path: name.clone(),
                    what: "CloudFormation knows no such section".to_owned(),
                });
            }
        }
        if whole.contains_key("Transform") {
            wrong.push(Mistake {
                path: "Transform".to_owned(),
                what: "what a transform makes of a template is known to AWS alone; write its result".to_owned(),
            });
        }
        let mut section = |name: &str| match whole.remove(name) {
            None => Map::new(),
            Some(Value::Object(map)) => map,
            Some(_) => {
                wrong.push(Mistake {
                    path: name.to_owned(),
                    what: "this section is a map of names".to_owned(),
                });
                Map::new()
            }
        };
        let template = Self {
            parameters: section("Parameters"),
            rules: section("Rules"),
            mappings: section("Mappings"),
            conditions: section("Conditions"),
            resources: section("Resources"),
            outputs: section("Outputs"),
        };
        if template.resources.is_empty() && wrong.is_empty() {
            wrong.push(Mistake {
                path: "Resources".to_owned(),
                what: "a template has at least one resource".to_owned(),
            });
        }
        if wrong.is_empty() {
            Ok(template)
        } else {
            Err(Mistakes(wrong))
        }
    }

    /// Names of its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parameters.keys().map(String::as_str)
    }

    /// Names of the types of its resources, each once, whatever their conditions.
    pub fn types(&self) -> std::collections::BTreeSet<&str> {
        self.resources
            .values()
            .filter_map(|resource| resource.get("Type")?.as_str())
            .collect()
    }
}
