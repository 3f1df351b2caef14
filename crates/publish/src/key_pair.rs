//! Key pairs that sign links, as far as they are no secret.

use serde::{Deserialize, Serialize};

/// A key pair, as far as it is no secret. The private half is in the key store under [`KeyPair::secret_name`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// Key pair id, as CloudFront knows the public half.
    pub id: String,
    /// Destination's name that it signs for.
    pub destination: String,
    /// Public half, PEM.
    pub public_pem: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub made: i64,
    /// The one that new links are signed with.
    pub current: bool,
}

impl KeyPair {
    /// Name of the private half in the key store; PKCS#8 DER.
    pub fn secret_name(&self) -> String {
        format!("key-pair/{}/private-key", self.id)
    }
}
