//! Functions and conditions, answered.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::references::get_att;
use super::stand_ins::Identities;
use crate::mistakes::{Mistake, Mistakes};
use crate::sections::Template;
use crate::values::Values;

/// Everything that a value may name.
pub(super) struct Scope<'a> {
    parameters: &'a BTreeMap<String, Value>,
    identities: &'a Identities,
    values: &'a Values,
    mappings: &'a Map<String, Value>,
    conditions: &'a Map<String, Value>,
    rules: &'a Map<String, Value>,
    resources: &'a Map<String, Value>,
    decided: BTreeMap<String, bool>,
    standing: BTreeSet<String>,
    notes: RefCell<Notes>,
}

#[derive(Default)]
struct Notes {
    path: Vec<String>,
    references: BTreeSet<String>,
    wrong: Vec<Mistake>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        template: &'a Template,
        parameters: &'a BTreeMap<String, Value>,
        identities: &'a Identities,
        values: &'a Values,
    ) -> Self {
        Self {
            parameters,
            identities,
            values,
            mappings: &template.mappings,
            conditions: &template.conditions,
            rules: &template.rules,
            resources: &template.resources,
            decided: BTreeMap::new(),
            standing: BTreeSet::new(),
            notes: RefCell::default(),
        }
    }

    pub(super) fn is_wrong(&self) -> bool {
        !self.notes.borrow().wrong.is_empty()
    }

    pub(super) fn mistakes(&self) -> Mistakes {
        Mistakes(self.notes.borrow().wrong.clone())
    }

    pub(super) fn decided(&self) -> BTreeMap<String, bool> {
        self.decided.clone()
    }

    pub(super) fn holds(&self, condition: &str) -> bool {
        self.decided.get(condition).copied().unwrap_or(false)
    }

    pub(super) fn stands(&self, id: &str) -> bool {
        self.standing.contains(id)
    }

    /// Decides the conditions, each after those that it names.
    pub(super) fn decide_all(&mut self) {
        let mut left: Vec<&String> = self.conditions.keys().collect();
        while !left.is_empty() {
            let before = left.len();
            left.retain(|name| {
                let condition = &self.conditions[name.as_str()];
                let mut named = Vec::new();
                named_conditions(condition, &mut named);
                if !named.iter().all(|name| self.decided.contains_key(name)) {
                    return true;
                }
                self.enter(&["Conditions", name]);
                let truth = self.truth(condition);
                self.decided.insert((*name).clone(), truth);
                false
            });
            if left.len() == before {
                let names: Vec<_> = left.iter().map(|name| name.as_str()).collect();
                self.enter(&["Conditions"]);
                self.say(format!("these name each other in a circle: {}", names.join(", ")));
                break;
            }
        }
    }

    /// Holds the values against the template's rules.
    pub(super) fn hold_rules(&self) {
        for (name, rule) in self.rules {
            self.enter(&["Rules", name]);
            if rule
                .get("RuleCondition")
                .is_some_and(|condition| !self.truth(condition))
            {
                continue;
            }
            let assertions = rule.get("Assertions").and_then(Value::as_array);
            for assertion in assertions.into_iter().flatten() {
                if !self.truth(&assertion["Assert"]) {
                    let said = assertion["AssertDescription"].as_str();
                    self.say(said.unwrap_or("the values do not hold to this rule").to_owned());
                }
            }
        }
    }

    /// Which resources the conditions leave standing.
    pub(super) fn leave_standing(&mut self, template: &Template) {
        for (id, resource) in &template.resources {
            let condition = resource.get("Condition").and_then(Value::as_str);
            if condition.is_none_or(|condition| self.holds(condition)) {
                self.standing.insert(id.clone());
            }
        }
    }

    /// A value with its functions answered, `None` for `AWS::NoValue`; and the resources that it names.
    pub(super) fn whole(&self, path: &[&str], value: &Value) -> (Option<Value>, BTreeSet<String>) {
        self.enter(path);
        self.notes.borrow_mut().references.clear();
        let value = self.answer(value);
        (value, std::mem::take(&mut self.notes.borrow_mut().references))
    }

    fn enter(&self, path: &[&str]) {
        self.notes.borrow_mut().path = path.iter().map(|part| (*part).to_owned()).collect();
    }

    fn say(&self, what: String) {
        let mut notes = self.notes.borrow_mut();
        let path = notes.path.join(" / ");
        notes.wrong.push(Mistake { path, what });
    }

    fn within<T>(&self, part: String, answer: impl FnOnce() -> T) -> T {
        self.notes.borrow_mut().path.push(part);
        let result = answer();
        self.notes.borrow_mut().path.pop();
        result
    }

    fn answer(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => {
                let answered = items.iter().enumerate();
                let answered =
                    answered.filter_map(|(at, item)| self.within((at + 1).to_string(), || self.answer(item)));
                Some(Value::Array(answered.collect()))
            }
            Value::Object(map) => {
                if let (1, Some((name, argument))) = (map.len(), map.iter().next())
                    && (name == "Ref" || name.starts_with("Fn::"))
                {
                    return self.function(name, argument);
                }
                let mut answered = Map::new();
                for (name, item) in map {
                    if let Some(item) = self.within(name.clone(), || self.answer(item)) {
                        answered.insert(name.clone(), item);
                    }
                }
                Some(Value::Object(answered))
            }
            other => Some(other.clone()),
        }
    }

    fn function(&self, name: &str, argument: &Value) -> Option<Value> {
        match name {
            "Ref" => return self.reference(argument.as_str().unwrap_or_default()),
            "Fn::If" => {
                let parts = self.parts(argument, 3, name)?;
                let chosen = if self.holds(parts[0].as_str().unwrap_or_default()) {
                    1
                } else {
                    2
                };
                return self.within(format!("{name} / {}", chosen + 1), || self.answer(&parts[chosen]));
            }
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                return Some(Value::Bool(
                    self.truth(&Value::Object(Map::from_iter([(name.to_owned(), argument.clone())]))),
                ));
            }
            _ => {}
        }
        self.within(name.to_owned(), || match name {
            "Fn::GetAtt" => get_att(argument).map(|(id, attribute)| Value::String(self.attribute(&id, &attribute))),
            "Fn::Sub" => Some(Value::String(self.sub(argument))),
            "Fn::Join" => {
                let parts = self.parts(argument, 2, name)?;
                let between = self.text(&parts[0]);
                let list = self.list(&parts[1]);
                let texts: Vec<_> = list.iter().map(|item| self.plain(item)).collect();
                Some(Value::String(texts.join(&between)))
            }
            "Fn::Split" => {
                let parts = self.parts(argument, 2, name)?;
                let (between, text) = (self.text(&parts[0]), self.text(&parts[1]));
                if between.is_empty() {
                    self.say("it splits at nothing".to_owned());
                    return Some(Value::Array(vec![Value::String(text)]));
                }
                Some(Value::from(text.split(&between).collect::<Vec<_>>()))
            }
            "Fn::Select" => {
                let parts = self.parts(argument, 2, name)?;
                let at = self.text(&parts[0]).parse::<usize>();
                let list = self.list(&parts[1]);
                match at.ok().and_then(|at| list.get(at)) {
                    Some(item) => Some(item.clone()),
                    None => {
                        self.say(format!("it selects {} of {} things", self.text(&parts[0]), list.len()));
                        Some(Value::Null)
                    }
                }
            }
            "Fn::FindInMap" => {
                let parts = self.parts(argument, 3, name)?;
                let names: Vec<_> = parts.iter().map(|part| self.text(part)).collect();
                let found = self
                    .mappings
                    .get(&names[0])
                    .and_then(|map| map.get(&names[1])?.get(&names[2]));
                if found.is_none() {
                    self.say(format!("no mapping has {}", names.join(", ")));
                }
                found.cloned()
            }
            "Fn::Base64" => Some(Value::String(STANDARD.encode(self.text(argument)))),
            _ => {
                self.say(format!("{name} is not answered here"));
                Some(Value::Null)
            }
        })
    }

    fn parts<'v>(&self, argument: &'v Value, count: usize, name: &str) -> Option<&'v [Value]> {
        let parts = argument.as_array().filter(|parts| parts.len() == count);
        if parts.is_none() {
            self.say(format!("{name} takes {count} things"));
        }
        parts.map(Vec::as_slice)
    }

    fn reference(&self, name: &str) -> Option<Value> {
        if name == "AWS::NoValue" {
            return None;
        }
        if name == "AWS::NotificationARNs" {
            return Some(Value::Array(Vec::new()));
        }
        if let Some(pseudo) = self.values.pseudo(name) {
            return Some(Value::String(pseudo));
        }
        if let Some(value) = self.parameters.get(name) {
            return Some(value.clone());
        }
        self.named(name);
        self.identities.reference(name).map(Value::String)
    }

    fn attribute(&self, id: &str, name: &str) -> String {
        self.named(id);
        self.identities.attribute(id, name).unwrap_or_else(|what| {
            self.say(what);
            String::new()
        })
    }

    /// A resource that is named has to stand.
    fn named(&self, id: &str) {
        if self.resources.contains_key(id) && !self.stands(id) {
            self.say(format!("it names {id}, which these values do not make"));
        }
        self.notes.borrow_mut().references.insert(id.to_owned());
    }

    fn sub(&self, argument: &Value) -> String {
        let (text, own) = match argument {
            Value::Array(parts) => (&parts[0], parts[1].as_object()),
            text => (text, None),
        };
        let text = text.as_str().unwrap_or_default();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            out.push_str(&rest[..at]);
            let Some((name, after)) = rest[at + 2..].split_once('}') else {
                out.push_str(&rest[at..]);
                return out;
            };
            let name = name.trim();
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str("${");
                out.push_str(literal);
                out.push('}');
            } else if let Some(item) = own.and_then(|own| own.get(name)) {
                out.push_str(&self.text(item));
            } else if let Some((id, attribute)) = name.split_once('.') {
                out.push_str(&self.attribute(id, attribute));
            } else if let Some(value) = self.reference(name) {
                out.push_str(&self.plain(&value));
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn list(&self, value: &Value) -> Vec<Value> {
        match self.answer(value) {
            Some(Value::Array(items)) => items,
            _ => {
                self.say("there has to be a list here".to_owned());
                Vec::new()
            }
        }
    }

    fn text(&self, value: &Value) -> String {
        self.answer(value).map(|value| self.plain(&value)).unwrap_or_default()
    }

    fn plain(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                let texts: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                texts.join(",")
            }
            _ => {
                self.say("there has to be a text here".to_owned());
                String::new()
            }
        }
    }

    fn truth(&self, value: &Value) -> bool {
        let Some((name, argument)) = value
            .as_object()
            .and_then(|map| map.iter().next())
            .filter(|_| is_single(value))
        else {
            return match value {
                Value::Bool(truth) => *truth,
                Value::String(text) if text == "true" || text == "false" => text == "true",
                _ => {
                    self.say("a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition".to_owned());
                    false
                }
            };
        };
        let parts = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        match (name.as_str(), parts) {
            ("Condition", _) => self.holds(argument.as_str().unwrap_or_default()),
            ("Fn::Equals", [one, other]) => self.text(one) == self.text(other),
            ("Fn::Not", [one]) => !self.truth(one),
            // CloudFormation takes two to ten of them.
            ("Fn::And", [_, _, ..]) if parts.len() <= 10 => parts.iter().all(|part| self.truth(part)),
            ("Fn::Or", [_, _, ..]) if parts.len() <= 10 => parts.iter().any(|part| self.truth(part)),
            (name, _) => {
                self.say(format!("{name} is no condition, or not of this form"));
                false
            }
        }
    }
}

fn is_single(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.len() == 1)
}

fn named_conditions(value: &Value, named: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named_conditions(item, named)),
        Value::Object(map) => {
            for (name, item) in map {
                match item {
                    Value::String(text) if name == "Condition" => named.push(text.clone()),
                    item => named_conditions(item, named),
                }
            }
        }
        _ => {}
    }
}
