//! Names that a template uses, held against those that it has: CloudFormation looks at all of them, whatever the conditions.

use serde_json::Value;

use crate::mistakes::Mistake;
use crate::sections::Template;
use crate::values::Values;

/// Functions that are answered here.
pub(super) const FUNCTIONS: [&str; 12] = [
    "Fn::Sub",
    "Fn::GetAtt",
    "Fn::Join",
    "Fn::If",
    "Fn::Select",
    "Fn::Split",
    "Fn::FindInMap",
    "Fn::Base64",
    "Fn::Equals",
    "Fn::And",
    "Fn::Or",
    "Fn::Not",
];

struct Looking<'a> {
    template: &'a Template,
    known: Values,
    wrong: &'a mut Vec<Mistake>,
}

pub(super) fn check(template: &Template, wrong: &mut Vec<Mistake>) {
    let mut looking = Looking {
        template,
        known: Values::local(),
        wrong,
    };
    for (id, resource) in &template.resources {
        let path = format!("Resources / {id}");
        if resource.get("Type").and_then(Value::as_str).is_none() {
            looking.say(&path, "a resource has a Type");
        }
        if let Some(condition) = resource.get("Condition") {
            looking.condition(&path, condition);
        }
        for name in names(resource.get("DependsOn")) {
            if !template.resources.contains_key(&name) {
                looking.say(&path, &format!("it depends on {name}, which is no resource"));
            }
        }
        if let Some(properties) = resource.get("Properties") {
            looking.walk(&format!("{path} / Properties"), properties, false);
        }
    }
    for (name, output) in &template.outputs {
        let path = format!("Outputs / {name}");
        match output.get("Value") {
            Some(value) => looking.walk(&format!("{path} / Value"), value, false),
            None => looking.say(&path, "an output has a Value"),
        }
        if let Some(condition) = output.get("Condition") {
            looking.condition(&path, condition);
        }
    }
    for (name, condition) in &template.conditions {
        looking.walk(&format!("Conditions / {name}"), condition, true);
    }
    for (name, rule) in &template.rules {
        looking.walk(&format!("Rules / {name}"), rule, true);
    }
}

impl Looking<'_> {
    fn say(&mut self, path: &str, what: &str) {
        self.wrong.push(Mistake {
            path: path.to_owned(),
            what: what.to_owned(),
        });
    }

    fn condition(&mut self, path: &str, name: &Value) {
        let known = name
            .as_str()
            .is_some_and(|name| self.template.conditions.contains_key(name));
        if !known {
            self.say(
                path,
                &format!("there is no condition {}", name.as_str().unwrap_or("of this form")),
            );
        }
    }

    fn name(&mut self, path: &str, name: &str, in_condition: bool) {
        let pseudo = self.known.pseudo(name).is_some() || matches!(name, "AWS::NoValue" | "AWS::NotificationARNs");
        let parameter = self.template.parameters.contains_key(name);
        let resource = self.template.resources.contains_key(name) && !in_condition;
        if !(pseudo || parameter || resource) {
            let of_what = if in_condition {
                "parameter"
            } else {
                "parameter or resource"
            };
            self.say(path, &format!("it names {name}, and there is no such {of_what}"));
        }
    }

    fn attribute(&mut self, path: &str, id: &str, in_condition: bool) {
        if in_condition || !self.template.resources.contains_key(id) {
            self.say(
                path,
                &format!("it asks for an attribute of {id}, and there is no such resource"),
            );
        }
    }

    fn walk(&mut self, path: &str, value: &Value, in_condition: bool) {
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.walk(&format!("{path} / {}", at + 1), item, in_condition);
                }
            }
            Value::Object(map) => {
                if let (1, Some((name, argument))) = (map.len(), map.iter().next()) {
                    self.function(path, name, argument, in_condition);
                }
                for (name, item) in map {
                    if name != "Fn::Sub" {
                        self.walk(&format!("{path} / {name}"), item, in_condition);
                    }
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, path: &str, name: &str, argument: &Value, in_condition: bool) {
        match (name, argument) {
            ("Ref", Value::String(name)) => self.name(path, name, in_condition),
            ("Ref", _) => self.say(path, "Ref takes a name"),
            ("Condition", Value::String(_)) if in_condition => self.condition(path, argument),
            ("Fn::If", Value::Array(parts)) if parts.len() == 3 => self.condition(path, &parts[0]),
            ("Fn::If", _) => self.say(path, "Fn::If takes a condition and two values"),
            ("Fn::GetAtt", _) => match get_att(argument) {
                Some((id, _)) => self.attribute(path, &id, in_condition),
                None => self.say(path, "Fn::GetAtt takes a resource and an attribute"),
            },
            ("Fn::Sub", _) => self.sub(path, argument, in_condition),
            (name, _) if name.starts_with("Fn::") && !FUNCTIONS.contains(&name) => {
                self.say(path, &format!("{name} is not answered here"));
            }
            _ => {}
        }
    }

    fn sub(&mut self, path: &str, argument: &Value, in_condition: bool) {
        let (text, own) = match argument {
            Value::String(text) => (text, None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(own)] => (text, Some(own)),
                _ => return self.say(path, "Fn::Sub takes a text, or a text and a map"),
            },
            _ => return self.say(path, "Fn::Sub takes a text, or a text and a map"),
        };
        for name in names_in(text) {
            if own.is_some_and(|own| own.contains_key(name)) {
                continue;
            }
            match name.split_once('.') {
                Some((id, _)) => self.attribute(path, id, in_condition),
                None => self.name(path, name, in_condition),
            }
        }
        for (name, item) in own.into_iter().flatten() {
            self.walk(&format!("{path} / {name}"), item, in_condition);
        }
    }
}

/// `[A, B]` or `A.B`.
pub(super) fn get_att(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::String(text) => text.split_once('.').map(|(id, name)| (id.to_owned(), name.to_owned())),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(id), Value::String(name)] => Some((id.clone(), name.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// `${Name}` in a text; `${!Name}` stands for itself.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with('!'))
}

/// One name or several.
pub(super) fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
