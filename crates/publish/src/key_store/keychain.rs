//! The operating system's keychain, by `keyring`: Secret Service, macOS Keychain, Windows Credential Manager.

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use super::{KeyError, KeyStore};

const APPLICATION: &str = "dev.screener";
const PROBE: &str = "probe";

/// The operating system's keychain.
#[derive(Clone, Copy, Debug)]
pub struct Keychain(());

impl Keychain {
    /// Opens the keychain and proves that it keeps what it is given: a probe is written through one entry and must be
    /// read back through another. A mock forgets with its entry.
    pub fn open() -> Result<Self, KeyError> {
        apart(|| {
            if let Err(error) = Entry::store_status() {
                return Err(KeyError::NoKeychain(words(error)));
            }
            let mut probe = [0_u8; 16];
            getrandom::fill(&mut probe).map_err(|e| KeyError::Other(e.to_string()))?;
            // The probe's name is its own, so that two processes that open the keychain at once do not read each other's.
            let name = format!("{PROBE}-{}", data_encoding::HEXLOWER.encode(&probe));
            entry(&name)?.set_secret(&probe).map_err(|e| refused(&e))?;
            let kept = entry(&name)?.get_secret().map_err(|e| refused(&e));
            let removed = entry(&name)?.delete_credential();
            if kept? != probe {
                return Err(KeyError::NoKeychain(
                    "it gave back something else than it was given".into(),
                ));
            }
            removed.map_err(|e| refused(&e))?;
            Ok(Self(()))
        })
    }
}

impl KeyStore for Keychain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let name = name.to_owned();
        apart(move || match entry(&name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        })
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeyError> {
        let (name, secret) = (name.to_owned(), Zeroizing::new(secret.to_vec()));
        apart(move || entry(&name)?.set_secret(&secret).map_err(|e| refused(&e)))
    }

    fn remove(&self, name: &str) -> Result<(), KeyError> {
        let name = name.to_owned();
        apart(move || match entry(&name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        })
    }

    fn kind(&self) -> &'static str {
        "keychain"
    }
}

fn entry(name: &str) -> Result<Entry, KeyError> {
    Entry::new(APPLICATION, name).map_err(|e| refused(&e))
}

/// D-Bus calls block on a runtime of their own, which must not be started inside ours.
fn apart<T: Send + 'static>(call: impl FnOnce() -> Result<T, KeyError> + Send + 'static) -> Result<T, KeyError> {
    std::thread::Builder::new()
        .name("keychain".into())
        .spawn(call)
        .map_err(|e| KeyError::Other(e.to_string()))?
        .join()
        .unwrap_or_else(|_| Err(KeyError::NoKeychain("its client broke down".into())))
}

fn refused(error: &Error) -> KeyError {
    match error {
        Error::NoStorageAccess(_) => KeyError::Locked(words(error)),
        Error::NoDefaultStore | Error::PlatformFailure(_) => KeyError::NoKeychain(words(error)),
        _ => KeyError::Other(words(error)),
    }
}

/// keyring's own words for some errors carry the secret's bytes in their debug form; only `Display` is used.
fn words(error: &Error) -> String {
    let text = error.to_string();
    text.trim_end_matches('.').to_owned()
}
