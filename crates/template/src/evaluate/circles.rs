//! Resources that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Resource;
use crate::mistakes::Mistake;

pub(super) fn check(resources: &BTreeMap<String, Resource>, wrong: &mut Vec<Mistake>) {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = resources
        .iter()
        .map(|(id, resource)| {
            let named = resource.references.iter().chain(&resource.depends_on);
            let waits = named.map(String::as_str).filter(|name| resources.contains_key(*name));
            (id.as_str(), waits.collect())
        })
        .collect();
    // What waits for nothing that is left is made, and goes.
    loop {
        let made: Vec<_> = left
            .iter()
            .filter(|(_, waits)| !waits.iter().any(|name| left.contains_key(name)))
            .map(|(id, _)| *id)
            .collect();
        if made.is_empty() {
            break;
        }
        left.retain(|id, _| !made.contains(id));
    }
    // From behind as well: what only waits for a circle is no part of it.
    loop {
        let outside: Vec<_> = left
            .keys()
            .filter(|id| !left.values().any(|waits| waits.contains(*id)))
            .copied()
            .collect();
        if outside.is_empty() {
            break;
        }
        left.retain(|id, _| !outside.contains(id));
    }
    if !left.is_empty() {
        let names: Vec<_> = left.keys().copied().collect();
        wrong.push(Mistake {
            path: "Resources".to_owned(),
            what: format!("these wait for each other in a circle: {}", names.join(", ")),
        });
    }
}
