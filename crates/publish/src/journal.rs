//! The journal: one SQLite file that is right after any kill. What is not in it did not happen.

pub(crate) mod deployment_rows;
pub(crate) mod job_rows;
pub(crate) mod library_rows;
pub(crate) mod link_rows;
pub(crate) mod object_rows;
pub(crate) mod setting_rows;
mod text;
pub(crate) mod view_rows;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::cause::Cause;
use crate::error::Error;

pub(crate) use text::{to_json, video_id};

/// Every migration in order; `user_version` counts those that were applied.
const MIGRATIONS: &[&str] = &[
    include_str!("journal/1.sql"),
    include_str!("journal/2.sql"),
    include_str!("journal/3.sql"),
    include_str!("journal/4.sql"),
];

/// The open journal. Calls block; async callers go through [`Journal::call`].
#[derive(Clone)]
pub(crate) struct Journal(Arc<Mutex<Connection>>);

impl Journal {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(20))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Kibibytes: the system's cache has the file as well.
        connection.pragma_update(None, "cache_size", -128)?;
        #[cfg(target_os = "macos")]
        {
            // fsync alone leaves data in the drive's cache there.
            connection.pragma_update(None, "fullfsync", true)?;
            connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        }
        migrate(&mut connection)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// One transaction, off the runtime's threads.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let journal = self.clone();
        match tokio::task::spawn_blocking(move || journal.now(work)).await {
            Ok(result) => result,
            Err(error) => broken(error),
        }
    }

    /// One transaction, here and now. It takes the write lock at its beginning, so that it never fails in its middle.
    pub(crate) fn now<T>(&self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Reads, without the write lock.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let journal = self.clone();
        let reading = move || {
            let mut connection = journal.0.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction()?;
            work(&transaction)
        };
        match tokio::task::spawn_blocking(reading).await {
            Ok(result) => result,
            Err(error) => broken(error),
        }
    }

    /// A number that changes when another connection has written.
    pub(crate) fn version(&self) -> Result<i64, Error> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Two numbers of which one changes whenever anything was written: by another connection, by this one.
    pub(crate) async fn stand(&self) -> Result<(i64, u64), Error> {
        let journal = self.clone();
        let looking = move || {
            let connection = journal.0.lock().unwrap_or_else(PoisonError::into_inner);
            let elsewhere = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
            Ok((elsewhere, connection.total_changes()))
        };
        match tokio::task::spawn_blocking(looking).await {
            Ok(result) => result,
            Err(error) => broken(error),
        }
    }
}

/// A call that did not come to its end: it panicked, or the runtime is going down.
fn broken<T>(error: tokio::task::JoinError) -> Result<T, Error> {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Err(Cause::Closing.into()),
    }
}

fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let applied: usize = transaction
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|n| usize::try_from(n).unwrap_or(0))?;
    if applied > MIGRATIONS.len() {
        return Err(Cause::JournalTooNew.into());
    }
    for (n, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", i64::try_from(n + 1).unwrap_or(i64::MAX))?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use screener_store::Checksum;

    use super::*;

    #[test]
    fn an_upload_that_an_older_version_began_goes_on_with_its_checksum() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        let older = Connection::open(&path).expect("a journal");
        older.execute_batch(MIGRATIONS[0]).expect("the first version");
        older.pragma_update(None, "user_version", 1).expect("says so");
        older
            .execute_batch(
                "INSERT INTO uploads (destination, object, id, part_bytes) VALUES ('shop', 'a', 'one', 8);
                 INSERT INTO parts (destination, object, number, etag, crc, bytes) VALUES ('shop', 'a', 1, 'tag', 'sum', 8);",
            )
            .expect("an upload under way");
        drop(older);
        let journal = Journal::open(&path).expect("opened by this version");
        let known = journal.now(|t| object_rows::upload(t, "shop", "a")).expect("read");
        let (upload, _, parts) = known.expect("it is known");
        assert_eq!((upload.id.as_str(), upload.checksum), ("one", Checksum::Crc64Nvme));
        assert_eq!((parts[0].crc64nvme.as_str(), parts[0].sent.as_str()), ("sum", "sum"));
    }
}
