//! The key store that was chosen, opened when it is first needed.

use std::path::PathBuf;
use std::sync::Arc;

use screener_publish::key_store::{FileStore, KeyStore, Keychain};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::computer::options::{KeyStoreChoice, Options};
use crate::{AppError, Result};

/// The key store, opened when it is first needed: listing asks for no passphrase and unlocks no keychain.
pub(crate) struct Keys {
    choice: KeyStoreChoice,
    passphrase: Option<Zeroizing<String>>,
    file: PathBuf,
    store: OnceCell<Arc<dyn KeyStore>>,
}

impl Keys {
    pub(crate) fn new(options: &Options, data: &std::path::Path) -> Self {
        Self {
            choice: options.key_store,
            passphrase: options.passphrase.clone(),
            file: data.join("keys.age"),
            store: OnceCell::new(),
        }
    }

    pub(crate) fn choice(&self) -> KeyStoreChoice {
        self.choice
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.choice {
            KeyStoreChoice::Keychain => "keychain",
            KeyStoreChoice::File => "file",
        }
    }

    pub(crate) async fn store(&self) -> Result<Arc<dyn KeyStore>> {
        self.store
            .get_or_try_init(|| async {
                let (choice, file, passphrase) = (self.choice, self.file.clone(), self.passphrase.clone());
                blocking(move || -> Result<Arc<dyn KeyStore>, _> {
                    Ok(match choice {
                        KeyStoreChoice::Keychain => Arc::new(Keychain::open()?),
                        KeyStoreChoice::File => Arc::new(FileStore::open(
                            file,
                            passphrase.as_ref().map_or("", |words| words.as_str()),
                        )?),
                    })
                })
                .await
            })
            .await
            .cloned()
    }

    pub(crate) async fn get(&self, name: String) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let store = self.store().await?;
        blocking(move || store.get(&name)).await
    }

    pub(crate) async fn set(&self, name: String, secret: Zeroizing<Vec<u8>>) -> Result<()> {
        let store = self.store().await?;
        blocking(move || store.set(&name, &secret)).await
    }

    pub(crate) async fn remove(&self, name: String) -> Result<()> {
        let store = self.store().await?;
        blocking(move || store.remove(&name)).await
    }
}

async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, screener_publish::key_store::KeyError> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(call)
        .await
        .map_err(AppError::internal)?
        .map_err(|e| screener_publish::Error::from(e).into())
}
