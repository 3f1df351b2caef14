//! Where secrets are kept: the operating system's keychain, or, when the creator says so, one file encrypted with a passphrase.

mod file;
mod keychain;

use screener_wire::Failure;
use zeroize::Zeroizing;

pub use file::FileStore;
pub use keychain::Keychain;

use crate::error::failure;

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

impl KeyError {
    /// What happened, why, and what to do.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NoKeychain(why) => failure(
                "no_keychain",
                format!("The private key has no safe place: no keychain answers ({why})."),
                "Start a keychain (GNOME Keyring, KWallet or KeePassXC with its Secret Service), or choose `--key-store file` with a passphrase in SCREENER_KEY_PASSPHRASE.",
            ),
            Self::Locked(why) => failure(
                "keychain_locked",
                format!("The keychain is locked ({why})."),
                "Unlock it and try again.",
            ),
            Self::NoPassphrase => failure(
                "no_passphrase",
                "The key file needs a passphrase and none was given.",
                "Put it into the environment variable SCREENER_KEY_PASSPHRASE.",
            ),
            Self::WrongPassphrase => failure(
                "wrong_passphrase",
                "The passphrase does not open the key file.",
                "Check SCREENER_KEY_PASSPHRASE. Without the right one the keys in the file cannot be used; `screener key new` makes a new pair.",
            ),
            Self::Other(why) => failure(
                "key_store",
                format!("The key store could not be used: {why}."),
                "Check the keychain, or the data folder's permissions, and try again.",
            ),
        }
    }
}
