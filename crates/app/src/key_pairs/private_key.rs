//! Private keys that somebody else made, and the ids that CloudFront gave their public halves.

use screener_cloudfront::{KeyPairId, PrivateKey};
use zeroize::Zeroizing;

use crate::cause::Cause;
use crate::{AppError, Result};

pub(crate) fn key_error(error: &screener_cloudfront::KeyError) -> AppError {
    Cause::WrongKey {
        error: error.to_string(),
    }
    .into()
}

pub(crate) fn key_pair_id(id: &str) -> Result<KeyPairId> {
    KeyPairId::new(id).map_err(|_| Cause::WrongKeyPairId { id: id.to_owned() }.into())
}

/// Reads a private key that somebody else made.
pub(crate) async fn read_key(path: &std::path::Path) -> Result<PrivateKey> {
    let bytes = Zeroizing::new(tokio::fs::read(path).await.map_err(|e| Cause::KeyFile {
        path: path.display().to_string(),
        error: e.to_string(),
    })?);
    let key = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => PrivateKey::from_pem(text),
        _ => PrivateKey::from_der(&bytes),
    };
    key.map_err(|e| key_error(&e))
}
