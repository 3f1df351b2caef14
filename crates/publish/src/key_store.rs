//! Where secrets are kept: the operating system's keychain, or, when the creator says so, one file encrypted with a passphrase.

mod key_file;
mod keychain;

use zeroize::Zeroizing;

pub use key_file::FileStore;
pub use keychain::Keychain;

/// Secrets by name. Blocking: call it from a thread that may wait.
pub trait KeyStore: Send + Sync + 'static {
    /// The secret of that name.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError>;

    /// Keeps a secret; replaces one of the same name.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeyError>;

    /// Forgets a secret. One that is not there is no error.
    fn remove(&self, name: &str) -> Result<(), KeyError>;

    /// What it is, in a word: `keychain` or `file`.
    fn kind(&self) -> &'static str;
}

/// Why a key store refuses.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no keychain, or it only pretends to keep what it is given.
    #[error("this computer offers no keychain: {0}")]
    NoKeychain(String),
    /// It is locked and nobody unlocked it.
    #[error("the keychain is locked: {0}")]
    Locked(String),
    /// No passphrase was given for the file.
    #[error("no passphrase was given for the key file")]
    NoPassphrase,
    /// The passphrase does not open the file.
    #[error("the passphrase does not open the key file")]
    WrongPassphrase,
    /// Something else.
    #[error("{0}")]
    Other(String),
}
