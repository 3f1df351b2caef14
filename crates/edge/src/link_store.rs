//! What is taken back, as the viewer-request function asks for it: one small file in the edge's folder, which any process that has
//! the folder may change. It stands for CloudFront's key value store: names and values as `screener_template::viewer_request` has
//! them.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use screener_cloudfront::link_id;
use screener_template::Unreadable;

use crate::error::Error;

/// How long a look at the file is believed.
const BELIEVED: Duration = Duration::from_millis(100);

/// Names and their values.
pub type Entries = BTreeMap<String, String>;

/// The file.
#[derive(Clone, Debug)]
pub struct LinkStore {
    path: PathBuf,
}

impl LinkStore {
    /// The one of an edge's folder, whether an edge runs there or not.
    pub fn at(folder: &Path) -> Self {
        Self {
            path: folder.join("taken-back.json"),
        }
    }

    /// All of it; empty where nothing was ever taken back.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Damaged`] for a file that is not what this program writes.
    pub fn entries(&self) -> Result<Entries, Error> {
        match std::fs::read(&self.path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| Error::Damaged {
                path: self.path.clone(),
                reason: error.to_string(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Entries::new()),
            Err(error) => Err(Error::io(&self.path)(error)),
        }
    }

    /// Changes it in one step; others who change it at the same time go before or after.
    ///
    /// # Errors
    /// As [`LinkStore::entries`].
    pub fn change(&self, change: impl FnOnce(&mut Entries)) -> Result<(), Error> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let locked = self.path.with_extension("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&locked)
            .map_err(Error::io(&locked))?;
        lock.lock().map_err(Error::io(&locked))?;
        let mut entries = self.entries()?;
        let before = entries.clone();
        change(&mut entries);
        if entries == before {
            return Ok(());
        }
        let text = serde_json::to_vec(&entries).map_err(|error| Error::io(&self.path)(error.into()))?;
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            io::Write::write_all(&mut file, &text)?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(Error::io(&self.path))
    }
}

/// The file as the edge reads it: again when it has changed.
pub(crate) struct Watched {
    store: LinkStore,
    known: Mutex<Option<Known>>,
}

struct Known {
    looked: Instant,
    stamp: Option<(SystemTime, u64)>,
    entries: Result<Arc<Entries>, Unreadable>,
}

impl Watched {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            store: LinkStore::at(folder),
            known: Mutex::default(),
        }
    }

    /// The value under a name.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Unreadable> {
        let entries = self.entries()?;
        // Always taken back, so that whoever looks at the chain can see that it is asked for.
        if name == link_id::TRIED {
            return Ok(Some(String::new()));
        }
        Ok(entries.get(name).cloned())
    }

    fn entries(&self) -> Result<Arc<Entries>, Unreadable> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|known| known.looked.elapsed() < BELIEVED) {
            return known.entries.clone();
        }
        let looked = Instant::now();
        let stamp = self.stamp();
        let entries = match known.take() {
            Some(Known {
                stamp: before,
                entries: Ok(entries),
                ..
            }) if before == stamp => Ok(entries),
            _ => self.store.entries().map(Arc::new).map_err(|error| {
                tracing::error!(%error, "what is taken back cannot be read: every link is refused");
                Unreadable
            }),
        };
        *known = Some(Known {
            looked,
            stamp,
            entries: entries.clone(),
        });
        entries
    }

    /// Changes with every change of the file.
    fn stamp(&self) -> Option<(SystemTime, u64)> {
        let facts = std::fs::metadata(&self.store.path).ok()?;
        Some((facts.modified().ok()?, facts.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_many_at_once_are_all_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let store = LinkStore::at(folder.path());
                scope.spawn(move || {
                    for number in 0..20 {
                        let name = format!("{writer}-{number}");
                        store
                            .change(|entries| drop(entries.insert(name, String::new())))
                            .expect("written");
                    }
                });
            }
        });
        assert_eq!(LinkStore::at(folder.path()).entries().expect("read").len(), 160);
    }

    #[test]
    fn a_damaged_file_is_told_from_an_empty_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let watched = Watched::new(folder.path());
        assert_eq!(watched.get("a"), Ok(None));
        std::fs::write(folder.path().join("taken-back.json"), "{\"a\":").expect("written");
        let watched = Watched::new(folder.path());
        assert_eq!(watched.get("a"), Err(Unreadable));
        assert!(
            LinkStore::at(folder.path()).change(|_| {}).is_err(),
            "nothing overwrites it"
        );
    }
}
