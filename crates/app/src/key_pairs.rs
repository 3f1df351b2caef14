//! Key pairs: listed, made, rotated, removed.
//!
//! `chosen_store` is where private halves are kept, `link_signer` finds or makes what signs a destination's links, `private_key` reads a key that
//! somebody else made.

pub(crate) mod chosen_store;
pub(crate) mod link_signer;
pub(crate) mod private_key;

use screener_cloudfront::PublicKey;
use screener_publish::KeyPair;
use screener_publish::destination::LOCAL;
use serde::{Deserialize, Serialize};

use self::private_key::key_error;
use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::{App, Result, moment};

/// One key pair, its public side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyView {
    /// Key pair id.
    pub id: String,
    /// `RSA 2048` or `ECDSA P-256`.
    pub kind: String,
    /// SHA-256 of the public half.
    pub fingerprint: String,
    /// RFC 3339, where known.
    pub created: Option<String>,
    /// New links are signed with it.
    pub current: bool,
    /// The destination it signs for.
    pub destination: Option<String>,
}

impl App {
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
            return Err(Cause::NoSuchKey { id }.into());
        };
        if pair.destination != LOCAL {
            return Err(Cause::KeyInUse {
                id,
                destination: pair.destination,
            }
            .into());
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
    let public = PublicKey::from_pem(&pair.public_pem).map_err(|e| key_error(&e))?;
    Ok(KeyView {
        id: pair.id.clone(),
        kind: public.kind().into(),
        fingerprint: public.fingerprint().map_err(|e| key_error(&e))?,
        created: Some(moment::rfc3339(pair.made / 1000)),
        current: pair.current,
        destination: Some(pair.destination.clone()),
    })
}
