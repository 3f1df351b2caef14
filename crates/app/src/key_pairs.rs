//! Key pairs: made at first use, the private half in the key store and nowhere else.

use std::path::PathBuf;
use std::sync::Arc;

use screener_cloudfront::{Hash, KeyPairId, PrivateKey, PublicKey};
use screener_publish::Destination;
use screener_publish::destination::{Digest, LOCAL};
use screener_publish::engine::KeyPair;
use screener_publish::keys::{FileStore, KeyStore, Keychain};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::options::{KeyStoreChoice, Options};
use crate::settings::file_error;
use crate::view::KeyView;
use crate::{App, AppError, Result, settings, sign, when};

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
    call: impl FnOnce() -> Result<T, screener_publish::keys::KeyError> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(call)
        .await
        .map_err(AppError::internal)?
        .map_err(|e| e.failure().into())
}

/// What a link is signed with.
pub(crate) struct Signer {
    pub(crate) key: PrivateKey,
    pub(crate) id: KeyPairId,
    pub(crate) hash: Hash,
}

impl App {
    pub(crate) fn key_store_name(&self) -> &'static str {
        self.inner.keys.name()
    }

    pub(crate) async fn keystore(&self) -> Result<Arc<dyn KeyStore>> {
        self.inner.keys.store().await
    }

    /// What signs the links of a destination. The local one's pair is made here at first use.
    pub(crate) async fn signer(&self, destination: &Destination) -> Result<Signer> {
        use screener_publish::Place;
        let (id, hash) = match (&destination.place, destination.front()) {
            (Place::Aws { key_pair_id, hash, .. }, _) => (key_pair_id.clone(), digest(*hash)),
            (_, Some((_, id))) => (id.to_string(), Hash::Sha1),
            _ => return self.local_signer().await,
        };
        let pair = self.engine().key_pairs().await?.into_iter().find(|pair| pair.id == id);
        let missing = || {
            AppError::new(
                "key_missing",
                format!("The private half of {id} is not in the {}.", self.key_store_name()),
                format!("Add the destination {} again with its key file.", destination.name),
            )
        };
        let secret = self
            .inner
            .keys
            .get(pair.ok_or_else(missing)?.secret_name())
            .await?
            .ok_or_else(missing)?;
        let key = PrivateKey::from_der(&secret).map_err(|e| sign::key_error(&e))?;
        Ok(Signer {
            key,
            id: sign::key_pair(&id)?,
            hash,
        })
    }

    async fn local_signer(&self) -> Result<Signer> {
        if let Some(signer) = self.known_local_signer().await? {
            return Ok(signer);
        }
        let _turn = self.keys_turn().await?;
        // Another process may have made it while this one waited.
        if let Some(signer) = self.known_local_signer().await? {
            return Ok(signer);
        }
        self.make_pair().await?;
        self.known_local_signer()
            .await?
            .ok_or_else(|| AppError::internal("The new key pair is not in the key store."))
    }

    /// The newest pair whose private half is in the chosen key store, the current one first.
    async fn known_local_signer(&self) -> Result<Option<Signer>> {
        let mut pairs = self.local_pairs().await?;
        pairs.sort_by_key(|pair| (!pair.current, -pair.made));
        for pair in pairs {
            if let Some(secret) = self.inner.keys.get(pair.secret_name()).await? {
                self.trust(&pair).await?;
                let key = PrivateKey::from_der(&secret).map_err(|e| sign::key_error(&e))?;
                return Ok(Some(Signer {
                    key,
                    id: sign::key_pair(&pair.id)?,
                    hash: Hash::Sha1,
                }));
            }
        }
        Ok(None)
    }

    async fn local_pairs(&self) -> Result<Vec<KeyPair>> {
        Ok(self
            .engine()
            .key_pairs()
            .await?
            .into_iter()
            .filter(|pair| pair.destination == LOCAL)
            .collect())
    }

    /// The public half, where the edge looks for it.
    async fn trust(&self, pair: &KeyPair) -> Result<()> {
        let path = self.local().keys().join(format!("{}.pem", pair.id));
        if tokio::fs::read(&path)
            .await
            .is_ok_and(|bytes| bytes == pair.public_pem.as_bytes())
        {
            return Ok(());
        }
        settings::write_whole(&path, pair.public_pem.as_bytes()).await
    }

    async fn make_pair(&self) -> Result<KeyPair> {
        // The key store first: without one, nothing is made.
        self.keystore().await?;
        let key = tokio::task::spawn_blocking(PrivateKey::generate)
            .await
            .map_err(AppError::internal)?
            .map_err(|e| sign::key_error(&e))?;
        self.keep_pair(new_id()?, &key, LOCAL).await
    }

    /// Private half into the key store, public half to whoever must trust it.
    pub(crate) async fn keep_pair(&self, id: String, key: &PrivateKey, destination: &str) -> Result<KeyPair> {
        let pair = KeyPair {
            id,
            destination: destination.to_owned(),
            public_pem: key.public().to_pem().map_err(|e| sign::key_error(&e))?,
            made: when::now() * 1000,
            current: true,
        };
        let secret = key.to_pkcs8_der().map_err(|e| sign::key_error(&e))?;
        self.inner.keys.set(pair.secret_name(), secret).await?;
        if destination == LOCAL {
            self.trust(&pair).await?;
        }
        self.engine().keep_key_pair(pair.clone()).await?;
        Ok(pair)
    }

    /// One process at a time makes key pairs; the lock ends with the file.
    async fn keys_turn(&self) -> Result<std::fs::File> {
        let path = self.data_dir().join("key-pairs.lock");
        tokio::task::spawn_blocking(move || {
            let open = || {
                let file = std::fs::File::options().create(true).append(true).open(&path)?;
                file.lock()?;
                Ok(file)
            };
            open().map_err(|e| file_error(&path, &e))
        })
        .await
        .map_err(AppError::internal)?
    }

    /// Key pairs, newest first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn keys(&self) -> Result<Vec<KeyView>> {
        let mut pairs = self.engine().key_pairs().await?;
        pairs.sort_by_key(|pair| -pair.made);
        pairs.iter().map(view).collect()
    }

    /// Makes a key pair for the local destination. New links are signed with it.
    ///
    /// # Errors
    /// Where the key store refuses.
    pub async fn new_key(&self) -> Result<KeyView> {
        let _turn = self.keys_turn().await?;
        view(&self.make_pair().await?)
    }

    /// Makes a new key pair the one that signs; the old one stays trusted until it is removed.
    ///
    /// # Errors
    /// As [`App::new_key`].
    pub async fn rotate_key(&self) -> Result<KeyView> {
        self.new_key().await
    }

    /// Removes a key pair: its links end.
    ///
    /// # Errors
    /// `no_such_key`; `in_use` for the key of a destination that is there.
    pub async fn remove_key(&self, id: String) -> Result<()> {
        let pairs = self.engine().key_pairs().await?;
        let Some(pair) = pairs.into_iter().find(|pair| pair.id == id) else {
            return Err(AppError::new(
                "no_such_key",
                format!("There is no key pair {id}."),
                "`screener key list` lists the key pairs there are.",
            ));
        };
        if pair.destination != LOCAL {
            return Err(AppError::new(
                "in_use",
                format!("{id} signs for the destination {}.", pair.destination),
                "Remove the destination; its key goes with it.",
            ));
        }
        // The edge first: from here on its links have ended, whatever happens next.
        let path = self.local().keys().join(format!("{id}.pem"));
        match tokio::fs::remove_file(&path).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(file_error(&path, &e)),
            _ => {}
        }
        self.inner.keys.remove(pair.secret_name()).await?;
        self.engine().forget_key_pair(&id).await?;
        // The newest that is left signs from now on.
        if pair.current
            && let Some(mut next) = self.local_pairs().await?.into_iter().max_by_key(|pair| pair.made)
        {
            next.current = true;
            self.engine().keep_key_pair(next).await?;
        }
        Ok(())
    }
}

fn view(pair: &KeyPair) -> Result<KeyView> {
    let public = PublicKey::from_pem(&pair.public_pem).map_err(|e| sign::key_error(&e))?;
    Ok(KeyView {
        id: pair.id.clone(),
        kind: public.kind().into(),
        fingerprint: public.fingerprint().map_err(|e| sign::key_error(&e))?,
        created: Some(when::rfc3339(pair.made / 1000)),
        current: pair.current,
        destination: Some(pair.destination.clone()),
    })
}

/// An id of the form that CloudFront gives.
fn new_id() -> Result<String> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(AppError::internal)?;
    Ok(format!("K{}", data_encoding::BASE32_NOPAD.encode(&random)))
}

fn digest(digest: Digest) -> Hash {
    match digest {
        Digest::Sha1 => Hash::Sha1,
        Digest::Sha256 => Hash::Sha256,
    }
}
