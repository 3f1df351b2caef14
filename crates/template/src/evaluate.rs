//! A template with its values: parameters checked, conditions decided, functions answered.
//!
//! What only AWS could tell (the id of a distribution, the ARN of a role) is answered from a caller's table, or by stand-ins that are
//! the same every time. A template may be wrong in what it builds and is evaluated all the same: a mistake is only what CloudFormation
//! itself would refuse.
//!
//! Source: AWS CloudFormation User Guide and Template Reference, "Intrinsic function reference", "Rules", "Pseudo parameters".

mod circles;
mod functions;

mod parameters;
mod references;
mod stand_ins;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::mistakes::{Mistake, Mistakes};
use crate::sections::Template;
use crate::values::Values;
use functions::Scope;
pub use stand_ins::Identities;

/// A resource that the values leave standing.
#[derive(Clone, PartialEq)]
pub struct Resource {
    /// `AWS::S3::Bucket`
    pub kind: String,
    /// Its properties, a map; without what was `AWS::NoValue`.
    pub properties: Value,
    /// What it waits for by its own word; only what stands.
    pub depends_on: Vec<String>,
    /// What it names in its properties.
    pub references: BTreeSet<String>,
    /// `DeletionPolicy`
    pub deletion_policy: Option<String>,
    /// `UpdateReplacePolicy`
    pub update_replace_policy: Option<String>,
}

/// A template with its values.
#[derive(Clone, PartialEq)]
pub struct Evaluated {
    /// Resources by their logical ids.
    pub resources: BTreeMap<String, Resource>,
    /// Outputs.
    pub outputs: BTreeMap<String, Value>,
    /// Conditions, decided.
    pub conditions: BTreeMap<String, bool>,
    /// Parameters with the values that they have. Some are secret.
    pub parameters: BTreeMap<String, Value>,
    /// What stands for ids, names and ARNs.
    pub identities: Identities,
}

/// Properties can hold what `NoEcho` hides.
impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluated")
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}

impl Resource {
    /// A property by its way: `at("/DistributionConfig/Enabled")`. `Null` where there is none.
    pub fn at(&self, way: &str) -> &Value {
        self.properties.pointer(way).unwrap_or(&Value::Null)
    }
}

impl Evaluated {
    /// A resource, where it stands.
    pub fn resource(&self, id: &str) -> Option<&Resource> {
        self.resources.get(id)
    }

    /// All resources of a type, by their logical ids.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource.kind == kind)
            .map(|(id, resource)| (id.as_str(), resource))
    }

    /// What `Ref` gives for a resource that stands.
    pub fn reference(&self, id: &str) -> Option<String> {
        self.resources.get(id)?;
        self.identities.reference(id)
    }

    /// What `GetAtt` gives for a resource that stands.
    pub fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.resources.get(id)?;
        self.identities.attribute(id, name).ok()
    }

    /// The resource of a type whose `Ref`, or one of these attributes, is this text.
    pub fn whose(&self, text: &str, kind: &str, attributes: &[&str]) -> Option<&str> {
        let all = self.resources.iter().filter(|(_, resource)| resource.kind == kind);
        all.map(|(id, _)| id.as_str()).find(|id| {
            self.reference(id).as_deref() == Some(text)
                || attributes
                    .iter()
                    .any(|name| self.attribute(id, name).as_deref() == Some(text))
        })
    }
}

impl Template {
    /// The template with these values. Wrong is what CloudFormation refuses: a parameter that is missing, unknown or outside of what it
    /// may be, a rule that does not hold, a name that nothing has, a function used wrongly, resources that wait for each other.
    pub fn evaluate(&self, values: &Values) -> Result<Evaluated, Mistakes> {
        let mut wrong: Vec<Mistake> = Vec::new();
        references::check(self, &mut wrong);
        let parameters = parameters::parameters(self, values, &mut wrong);
        // What follows would only repeat these.
        if !wrong.is_empty() {
            return Err(Mistakes(wrong));
        }
        let kinds: BTreeMap<String, String> = self
            .resources
            .iter()
            .map(|(id, resource)| (id.clone(), text(resource, "Type").unwrap_or_default()))
            .collect();
        let identities = Identities::new(kinds, values);
        let mut scope = Scope::new(self, &parameters, &identities, values);
        scope.decide_all();
        scope.hold_rules();
        scope.leave_standing(self);
        if scope.is_wrong() {
            return Err(scope.mistakes());
        }
        let mut resources = BTreeMap::new();
        for (id, resource) in &self.resources {
            if !scope.stands(id) {
                continue;
            }
            let properties = resource
                .get("Properties")
                .cloned()
                .unwrap_or(Value::Object(serde_json::Map::new()));
            let (properties, references) = scope.whole(&["Resources", id, "Properties"], &properties);
            let depends_on = references::names(resource.get("DependsOn"));
            resources.insert(
                id.clone(),
                Resource {
                    kind: text(resource, "Type").unwrap_or_default(),
                    properties: properties.unwrap_or_default(),
                    depends_on: depends_on.into_iter().filter(|name| scope.stands(name)).collect(),
                    references,
                    deletion_policy: text(resource, "DeletionPolicy"),
                    update_replace_policy: text(resource, "UpdateReplacePolicy"),
                },
            );
        }
        let mut outputs = BTreeMap::new();
        for (name, output) in &self.outputs {
            let condition = output.get("Condition").and_then(Value::as_str);
            if condition.is_some_and(|condition| !scope.holds(condition)) {
                continue;
            }
            let value = output.get("Value").cloned().unwrap_or_default();
            if let (Some(value), _) = scope.whole(&["Outputs", name, "Value"], &value) {
                outputs.insert(name.clone(), value);
            }
        }
        let mut wrong = scope.mistakes().0;
        circles::check(&resources, &mut wrong);
        if !wrong.is_empty() {
            return Err(Mistakes(wrong));
        }
        let conditions = scope.decided();
        Ok(Evaluated {
            resources,
            outputs,
            conditions,
            parameters,
            identities,
        })
    }
}

fn text(of: &Value, name: &str) -> Option<String> {
    of.get(name)?.as_str().map(str::to_owned)
}
