//! Private keys that somebody else made, and the ids that CloudFront gave their public halves.

use screener_cloudfront::{KeyPairId, PrivateKey};
use zeroize::Zeroizing;

use crate::{AppError, Result};

pub(crate) fn key_error(error: &screener_cloudfront::KeyError) -> AppError {
    AppError::new(
        "wrong_key",
        format!("The key cannot be used: {error}."),
        "Use the private half of the key pair that CloudFront knows: RSA 2048 or ECDSA P-256, as PEM or DER.",
    )
}

pub(crate) fn key_pair_id(id: &str) -> Result<KeyPairId> {
    KeyPairId::new(id).map_err(|e| {
        AppError::new(
            "wrong_key_pair_id",
            e,
            "Copy the id of the public key from CloudFront's key management; it looks like K2JCJMDEHXQW5F.",
        )
    })
}

/// Reads a private key that somebody else made.
pub(crate) async fn read_key(path: &std::path::Path) -> Result<PrivateKey> {
    let bytes = Zeroizing::new(tokio::fs::read(path).await.map_err(|e| {
        AppError::new(
            "key_file",
            format!("The key file {} cannot be read: {e}.", path.display()),
            "Check its name and that you may read it.",
        )
    })?);
    let key = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => PrivateKey::from_pem(text),
        _ => PrivateKey::from_der(&bytes),
    };
    key.map_err(|e| key_error(&e))
}
