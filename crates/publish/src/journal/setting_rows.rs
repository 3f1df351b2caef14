//! What the creator set up: destinations, key pairs, settings.

use rusqlite::{OptionalExtension as _, Transaction, params};
use screener_store::{Abilities, Learned};

use super::text::{from_json, to_json};
use crate::destination::{Destination, LOCAL};
use crate::error::Error;
use crate::key_pair::KeyPair;

pub(crate) fn destinations(t: &Transaction<'_>) -> Result<Vec<Destination>, Error> {
    let mut all = vec![Destination::local()];
    let mut statement = t.prepare("SELECT destination FROM destinations ORDER BY name")?;
    for row in statement.query_map([], |r| r.get::<_, String>(0))? {
        let destination: Destination = from_json(&row?)?;
        if destination.name != LOCAL {
            all.push(destination);
        }
    }
    Ok(all)
}

pub(crate) fn destination(t: &Transaction<'_>, name: &str) -> Result<Destination, Error> {
    destinations(t)?
        .into_iter()
        .find(|d| d.name == name)
        .ok_or_else(|| Error::NoSuchDestination(name.to_owned()))
}

pub(crate) fn keep_destination(t: &Transaction<'_>, destination: &Destination) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO destinations (name, destination) VALUES (?1, ?2)",
        params![destination.name, to_json(destination)?],
    )?;
    // It may be another store now.
    set_setting(t, &abilities_name(&destination.name), None)
}

pub(crate) fn forget_destination(t: &Transaction<'_>, name: &str) -> Result<(), Error> {
    t.execute("DELETE FROM destinations WHERE name = ?1", [name])?;
    t.execute("DELETE FROM library WHERE destination = ?1", [name])?;
    set_setting(t, &abilities_name(name), None)
}

fn abilities_name(destination: &str) -> String {
    format!("store/{destination}")
}

/// What was found out of a destination's store.
pub(crate) fn abilities(t: &Transaction<'_>, destination: &str) -> Result<Abilities, Error> {
    let kept = setting(t, &abilities_name(destination))?;
    // What another version wrote and this one cannot read is found out again.
    Ok(kept.and_then(|text| from_json(&text).ok()).unwrap_or_default())
}

/// Adds what was found out.
pub(crate) fn learn(t: &Transaction<'_>, destination: &str, learned: Learned) -> Result<(), Error> {
    let mut known = abilities(t, destination)?;
    known.learn(learned);
    set_setting(t, &abilities_name(destination), Some(&to_json(&known)?))
}

pub(crate) fn key_pairs(t: &Transaction<'_>) -> Result<Vec<KeyPair>, Error> {
    let mut statement = t.prepare("SELECT record FROM key_pairs ORDER BY id")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    rows.map(|row| from_json(&row?)).collect()
}

pub(crate) fn keep_key_pair(t: &Transaction<'_>, pair: &KeyPair) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO key_pairs (id, record) VALUES (?1, ?2)",
        params![pair.id, to_json(pair)?],
    )?;
    Ok(())
}

pub(crate) fn forget_key_pair(t: &Transaction<'_>, id: &str) -> Result<(), Error> {
    t.execute("DELETE FROM key_pairs WHERE id = ?1", [id])?;
    Ok(())
}

pub(crate) fn setting(t: &Transaction<'_>, name: &str) -> Result<Option<String>, Error> {
    Ok(
        t.query_row("SELECT value FROM settings WHERE name = ?1", [name], |r| r.get(0))
            .optional()?,
    )
}

pub(crate) fn set_setting(t: &Transaction<'_>, name: &str, value: Option<&str>) -> Result<(), Error> {
    match value {
        Some(value) => t.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            [name, value],
        )?,
        None => t.execute("DELETE FROM settings WHERE name = ?1", [name])?,
    };
    Ok(())
}
