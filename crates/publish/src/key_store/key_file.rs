//! One file, encrypted with a passphrase (age, scrypt): the explicit other choice where there is no keychain.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use age::secrecy::SecretString;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

use super::{KeyError, KeyStore};

/// 2^15: about 0.1 s of work for each guess. The passphrase is a person's or a script's; the file is opened at each start.
const WORK_FACTOR: u8 = 15;

/// Secrets in one encrypted file.
pub struct FileStore {
    path: PathBuf,
    passphrase: SecretString,
    /// One at a time within the process; the lock file beside it keeps other processes out.
    turn: Mutex<()>,
}

impl std::fmt::Debug for FileStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl FileStore {
    /// Opens the file, or says why it cannot be opened. A file that is not there yet is made by the first secret.
    pub fn open(path: impl Into<PathBuf>, passphrase: &str) -> Result<Self, KeyError> {
        if passphrase.is_empty() {
            return Err(KeyError::NoPassphrase);
        }
        let store = Self {
            path: path.into(),
            passphrase: SecretString::from(passphrase.to_owned()),
            turn: Mutex::new(()),
        };
        store.read()?;
        Ok(store)
    }

    fn read(&self) -> Result<Secrets, KeyError> {
        let sealed = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Secrets::default()),
            Err(error) => return Err(self.file(&error)),
        };
        let identity = age::scrypt::Identity::new(self.passphrase.clone());
        let opened = age::decrypt(&identity, &sealed).map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => KeyError::WrongPassphrase,
            other => KeyError::Other(format!("{}: {other}", self.path.display())),
        })?;
        let opened = Zeroizing::new(opened);
        serde_json::from_slice(&opened).map_err(|e| KeyError::Other(format!("{}: {e}", self.path.display())))
    }

    fn change(&self, change: impl FnOnce(&mut Secrets)) -> Result<(), KeyError> {
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|e| self.file(&e))?;
        }
        let lock = fs::File::create(self.path.with_extension("lock")).map_err(|e| self.file(&e))?;
        lock.lock().map_err(|e| self.file(&e))?;
        let mut secrets = self.read()?;
        change(&mut secrets);
        let plain = Zeroizing::new(serde_json::to_vec(&secrets).map_err(|e| KeyError::Other(e.to_string()))?);
        let mut recipient = age::scrypt::Recipient::new(self.passphrase.clone());
        recipient.set_work_factor(WORK_FACTOR);
        let sealed = age::encrypt(&recipient, &plain).map_err(|e| KeyError::Other(e.to_string()))?;
        write_whole(&self.path, &sealed).map_err(|e| self.file(&e))
    }

    fn file(&self, error: &std::io::Error) -> KeyError {
        KeyError::Other(format!("{}: {error}", self.path.display()))
    }
}

/// Write beside, fsync, rename, fsync of the folder: a kill leaves the old file or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl KeyStore for FileStore {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let secrets = self.read()?;
        secrets
            .0
            .get(name)
            .map(|text| {
                STANDARD
                    .decode(text)
                    .map(Zeroizing::new)
                    .map_err(|e| KeyError::Other(e.to_string()))
            })
            .transpose()
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeyError> {
        self.change(|secrets| {
            secrets.0.insert(name.to_owned(), STANDARD.encode(secret));
        })
    }

    fn remove(&self, name: &str) -> Result<(), KeyError> {
        self.change(|secrets| {
            if let Some(mut text) = secrets.0.remove(name) {
                text.zeroize();
            }
        })
    }

    fn kind(&self) -> &'static str {
        "file"
    }
}

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Secrets(BTreeMap<String, String>);

impl Drop for Secrets {
    fn drop(&mut self) {
        for text in self.0.values_mut() {
            text.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_outlives_the_store_and_is_not_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.age");
        FileStore::open(&path, "correct horse")
            .unwrap()
            .set("edge/K1", b"a very secret thing")
            .unwrap();
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"secret") && !bytes.windows(4).any(|w| w == b"edge"));
        let again = FileStore::open(&path, "correct horse").unwrap();
        assert_eq!(
            again.get("edge/K1").unwrap().unwrap().as_slice(),
            b"a very secret thing"
        );
        assert!(matches!(
            FileStore::open(&path, "wrong"),
            Err(KeyError::WrongPassphrase)
        ));
        assert!(matches!(FileStore::open(&path, ""), Err(KeyError::NoPassphrase)));
        again.remove("edge/K1").unwrap();
        assert!(again.get("edge/K1").unwrap().is_none());
    }
}
