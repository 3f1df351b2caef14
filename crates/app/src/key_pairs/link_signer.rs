//! What signs a destination's links. The local one's pair is made at first use, its private half into the key store and nowhere else.

use std::sync::Arc;

use screener_cloudfront::{Hash, KeyPairId, PrivateKey};
use screener_publish::KeyPair;
use screener_publish::destination::{Digest, LOCAL};
use screener_publish::key_store::KeyStore;
use screener_publish::{Destination, Place};

use super::private_key::{key_error, key_pair_id};
use crate::cause::Cause;
use crate::computer::options::KeyStoreChoice;
use crate::computer::own_files::{file_error, write_whole};
use crate::{App, AppError, Result, moment};

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
        let (id, hash) = match (&destination.place, destination.front()) {
            (Place::Aws { key_pair_id, hash, .. }, _) => (key_pair_id.clone(), digest(*hash)),
            (_, Some((_, id))) => (id.to_string(), Hash::Sha1),
            _ => return self.local_signer().await,
        };
        let pair = self.engine().key_pairs().await?.into_iter().find(|pair| pair.id == id);
        let missing = || {
            let (id, destination) = (id.clone(), destination.name.clone());
            match self.inner.keys.choice() {
                KeyStoreChoice::Keychain => Cause::KeyNotInKeychain { id, destination },
                KeyStoreChoice::File => Cause::KeyNotInKeyFile { id, destination },
            }
        };
        let secret = self
            .inner
            .keys
            .get(pair.ok_or_else(missing)?.secret_name())
            .await?
            .ok_or_else(missing)?;
        let key = PrivateKey::from_der(&secret).map_err(|e| key_error(&e))?;
        Ok(Signer {
            key,
            id: key_pair_id(&id)?,
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
        self.known_local_signer().await?.ok_or_else(|| Cause::NewKeyLost.into())
    }

    /// The newest pair whose private half is in the chosen key store, the current one first.
    async fn known_local_signer(&self) -> Result<Option<Signer>> {
        let mut pairs = self.local_pairs().await?;
        pairs.sort_by_key(|pair| (!pair.current, -pair.made));
        for pair in pairs {
            if let Some(secret) = self.inner.keys.get(pair.secret_name()).await? {
                self.trust(&pair).await?;
                let key = PrivateKey::from_der(&secret).map_err(|e| key_error(&e))?;
                return Ok(Some(Signer {
                    key,
                    id: key_pair_id(&pair.id)?,
                    hash: Hash::Sha1,
                }));
            }
        }
        Ok(None)
    }

    pub(super) async fn local_pairs(&self) -> Result<Vec<KeyPair>> {
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
        write_whole(&path, pair.public_pem.as_bytes()).await
    }

    pub(super) async fn make_pair(&self) -> Result<KeyPair> {
        // The key store first: without one, nothing is made.
        self.keystore().await?;
        let key = tokio::task::spawn_blocking(PrivateKey::generate)
            .await
            .map_err(AppError::internal)?
            .map_err(|e| key_error(&e))?;
        self.keep_pair(new_id()?, &key, LOCAL).await
    }

    /// Private half into the key store, public half to whoever must trust it.
    pub(crate) async fn keep_pair(&self, id: String, key: &PrivateKey, destination: &str) -> Result<KeyPair> {
        let pair = KeyPair {
            id,
            destination: destination.to_owned(),
            public_pem: key.public().to_pem().map_err(|e| key_error(&e))?,
            made: moment::now() * 1000,
            current: true,
        };
        let secret = key.to_pkcs8_der().map_err(|e| key_error(&e))?;
        self.inner.keys.set(pair.secret_name(), secret).await?;
        if destination == LOCAL {
            self.trust(&pair).await?;
        }
        self.engine().keep_key_pair(pair.clone()).await?;
        Ok(pair)
    }

    /// One process at a time makes key pairs; the lock ends with the file.
    pub(crate) async fn keys_turn(&self) -> Result<std::fs::File> {
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
