//! Deployments: a text each, by the name of their destination.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::error::Error;

pub(crate) fn deployment(t: &Transaction<'_>, name: &str) -> Result<Option<String>, Error> {
    let asked = t.query_row("SELECT record FROM deployments WHERE name = ?1", [name], |r| r.get(0));
    Ok(asked.optional()?)
}

pub(crate) fn all(t: &Transaction<'_>) -> Result<Vec<(String, String)>, Error> {
    let mut statement = t.prepare("SELECT name, record FROM deployments ORDER BY name")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    rows.map(|row| Ok(row?)).collect()
}

pub(crate) fn keep(t: &Transaction<'_>, name: &str, record: &str) -> Result<(), Error> {
    t.execute(
        "INSERT OR REPLACE INTO deployments (name, record) VALUES (?1, ?2)",
        [name, record],
    )?;
    Ok(())
}

pub(crate) fn forget(t: &Transaction<'_>, name: &str) -> Result<(), Error> {
    t.execute("DELETE FROM deployments WHERE name = ?1", [name])?;
    Ok(())
}
