//! The keys that CloudFront takes: RSA with 2048 bits and ECDSA on P-256, nothing else.
//!
//! Source: Developer Guide, "Specify signers that can create signed URLs and signed cookies", key requirements.

use std::fmt;

use p256::ecdsa;
use p256::pkcs8::{
    self, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding, PrivateKeyInfo,
};
use rand_core::OsRng;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::hash::Hash;
use crate::pem;

const RSA_BITS: usize = 2048;
const OID_RSA: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const OID_EC: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const OID_P256: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A sound key of a kind that CloudFront refuses.
    #[error(
        "this is {found}, and CloudFront takes RSA keys of 2048 bits and ECDSA keys on P-256 alone. Make one with `screener key new`, or `openssl genrsa 2048`"
    )]
    NotTaken {
        /// What it is, in words: "an RSA key of 4096 bits".
        found: String,
    },
    /// A private key behind a passphrase.
    #[error("this private key is locked with a passphrase. Unlock a copy first: `openssl pkey -in KEY -out OPEN`")]
    Locked,
    /// Something else than the half that was asked for.
    #[error("this holds {found}, not {wanted}")]
    WrongHalf {
        /// What was found: "a public key".
        found: String,
        /// What was asked for: "a private key".
        wanted: &'static str,
    },
    /// Not a key, or a broken one.
    #[error("this is no key that can be read: {0}")]
    Unreadable(String),
    /// The operating system or the arithmetic failed.
    #[error("the key could not be used: {0}")]
    Failed(String),
}

fn not_taken(found: impl Into<String>) -> KeyError {
    KeyError::NotTaken { found: found.into() }
}

enum Private {
    Rsa(Box<RsaPrivateKey>),
    P256(ecdsa::SigningKey),
}

/// A private key. Cannot be printed; its memory is cleared when it is dropped.
pub struct PrivateKey(Private);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Private::Rsa(_) => "PrivateKey(RSA 2048, hidden)",
            Private::P256(_) => "PrivateKey(P-256, hidden)",
        })
    }
}

impl PrivateKey {
    /// A new RSA key of 2048 bits: what every distribution accepts.
    pub fn generate() -> Result<Self, KeyError> {
        let key = RsaPrivateKey::new(&mut OsRng, RSA_BITS).map_err(|error| KeyError::Failed(error.to_string()))?;
        Ok(Self(Private::Rsa(Box::new(key))))
    }

    /// A new ECDSA key on P-256.
    pub fn generate_p256() -> Self {
        Self(Private::P256(ecdsa::SigningKey::random(&mut OsRng)))
    }

    /// Reads a PEM text that holds a private key as PKCS#8, PKCS#1 or SEC1. Other blocks before it, such as OpenSSL's
    /// `EC PARAMETERS`, are passed over.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if pem::is_encrypted(text) {
            return Err(KeyError::Locked);
        }
        match pem::block(text, "PRIVATE KEY") {
            Some(("OPENSSH PRIVATE KEY", _)) => Err(not_taken(
                "a key in OpenSSH's own format (`ssh-keygen -p -m PKCS8 -f KEY` converts one)",
            )),
            Some((_, der)) => Self::from_der(&der),
            None => match pem::labels(text).first() {
                Some(label) if label.ends_with("PRIVATE KEY") => {
                    Err(KeyError::Unreadable("its Base64 is damaged".to_owned()))
                }
                Some(label) => Err(KeyError::WrongHalf {
                    found: format!("a block named {label}"),
                    wanted: "a private key",
                }),
                None => Err(KeyError::Unreadable(
                    "no PEM block with a private key was found".to_owned(),
                )),
            },
        }
    }

    /// Reads PKCS#8, PKCS#1 or SEC1.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(info) = PrivateKeyInfo::try_from(der) {
            return Self::from_pkcs8(&info);
        }
        if let Ok(key) = RsaPrivateKey::from_pkcs1_der(der) {
            return Self::rsa(key);
        }
        if let Ok(key) = p256::elliptic_curve::SecretKey::<p256::NistP256>::from_sec1_der(der) {
            return Ok(Self(Private::P256(key.into())));
        }
        if der_has_oid(der, SEC1_P384) {
            return Err(not_taken("an ECDSA key on P-384"));
        }
        if der_has_oid(der, SEC1_P521) {
            return Err(not_taken("an ECDSA key on P-521"));
        }
        if der_has_oid(der, SEC1_SECP256K1) {
            return Err(not_taken("an ECDSA key on secp256k1"));
        }
        if PublicKey::from_der(der).is_ok() {
            return Err(KeyError::WrongHalf {
                found: "a public key".to_owned(),
                wanted: "a private key",
            });
        }
        if der_has_oid(der, PBES2) {
            return Err(KeyError::Locked);
        }
        Err(KeyError::Unreadable("neither PKCS#8, PKCS#1 nor SEC1".to_owned()))
    }

    fn from_pkcs8(info: &PrivateKeyInfo<'_>) -> Result<Self, KeyError> {
        let broken = |error: &dyn fmt::Display| KeyError::Unreadable(error.to_string());
        match info.algorithm.oid {
            OID_RSA => Self::rsa(RsaPrivateKey::from_pkcs1_der(info.private_key).map_err(|error| broken(&error))?),
            OID_EC => match info.algorithm.parameters_oid() {
                Ok(OID_P256) => {
                    let key = p256::SecretKey::try_from(info.clone()).map_err(|error| broken(&error))?;
                    Ok(Self(Private::P256(key.into())))
                }
                Ok(curve) => Err(not_taken(curve_name(&curve.to_string()))),
                Err(_) => Err(not_taken("an ECDSA key with curve parameters of its own")),
            },
            oid => Err(not_taken(algorithm_name(&oid.to_string()))),
        }
    }

    fn rsa(key: RsaPrivateKey) -> Result<Self, KeyError> {
        check_bits(key.n().bits())?;
        key.validate()
            .map_err(|error| KeyError::Unreadable(format!("the RSA key contradicts itself: {error}")))?;
        Ok(Self(Private::Rsa(Box::new(key))))
    }

    /// PKCS#8 DER: what the keychain holds.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.0 {
            Private::Rsa(key) => rsa::pkcs8::EncodePrivateKey::to_pkcs8_der(&**key),
            Private::P256(key) => key.to_pkcs8_der(),
        };
        document
            .map(|document| document.to_bytes())
            .map_err(|error| KeyError::Failed(error.to_string()))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Private::Rsa(key) => PublicKey(Public::Rsa(key.to_public_key())),
            Private::P256(key) => PublicKey(Public::P256(*key.verifying_key())),
        }
    }

    /// Signs bytes. RSA: PKCS#1 v1.5, always the same bytes for the same input, blinded so that its timing tells
    /// nothing of the key. P-256: DER-coded ECDSA with the nonce of RFC 6979.
    pub(crate) fn sign(&self, hash: Hash, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let failed = |error: &dyn fmt::Display| KeyError::Failed(error.to_string());
        match (&self.0, hash) {
            (Private::Rsa(key), Hash::Sha1) => key
                .sign_with_rng(&mut OsRng, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(bytes))
                .map_err(|error| failed(&error)),
            (Private::Rsa(key), Hash::Sha256) => key
                .sign_with_rng(&mut OsRng, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(bytes))
                .map_err(|error| failed(&error)),
            (Private::P256(key), hash) => {
                use ecdsa::signature::hazmat::PrehashSigner as _;
                let signature: ecdsa::Signature = match hash {
                    Hash::Sha1 => key.sign_prehash(&Sha1::digest(bytes)),
                    Hash::Sha256 => key.sign_prehash(&Sha256::digest(bytes)),
                }
                .map_err(|error| failed(&error))?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Public {
    Rsa(RsaPublicKey),
    P256(ecdsa::VerifyingKey),
}

/// A public key, as it is given to CloudFront.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Public);

impl PublicKey {
    /// Reads `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        match pem::block(text, "PUBLIC KEY") {
            Some((_, der)) => Self::from_der(&der),
            None => match pem::labels(text).first() {
                Some(label) if label.ends_with("PRIVATE KEY") => Err(KeyError::WrongHalf {
                    found: "a private key".to_owned(),
                    wanted: "a public key",
                }),
                Some(label) if label.ends_with("PUBLIC KEY") => {
                    Err(KeyError::Unreadable("its Base64 is damaged".to_owned()))
                }
                Some(label) => Err(KeyError::WrongHalf {
                    found: format!("a block named {label}"),
                    wanted: "a public key",
                }),
                None => Err(KeyError::Unreadable(
                    "no PEM block with a public key was found".to_owned(),
                )),
            },
        }
    }

    /// Reads SPKI or PKCS#1.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(info) = pkcs8::SubjectPublicKeyInfoRef::try_from(der) {
            return match info.algorithm.oid {
                OID_RSA => RsaPublicKey::from_public_key_der(der)
                    .map_err(|error| KeyError::Unreadable(error.to_string()))
                    .and_then(Self::rsa),
                OID_EC => match info.algorithm.parameters_oid() {
                    Ok(OID_P256) => ecdsa::VerifyingKey::from_public_key_der(der)
                        .map(|key| Self(Public::P256(key)))
                        .map_err(|error| KeyError::Unreadable(error.to_string())),
                    Ok(curve) => Err(not_taken(curve_name(&curve.to_string()))),
                    Err(_) => Err(not_taken("an ECDSA key with curve parameters of its own")),
                },
                oid => Err(not_taken(algorithm_name(&oid.to_string()))),
            };
        }
        match RsaPublicKey::from_pkcs1_der(der) {
            Ok(key) => Self::rsa(key),
            Err(_) => Err(KeyError::Unreadable("neither SPKI nor PKCS#1".to_owned())),
        }
    }

    fn rsa(key: RsaPublicKey) -> Result<Self, KeyError> {
        check_bits(key.n().bits())?;
        Ok(Self(Public::Rsa(key)))
    }

    /// SPKI DER.
    pub fn to_der(&self) -> Result<Vec<u8>, KeyError> {
        let document = match &self.0 {
            Public::Rsa(key) => key.to_public_key_der(),
            Public::P256(key) => key.to_public_key_der(),
        };
        document
            .map(pkcs8::Document::into_vec)
            .map_err(|error| KeyError::Failed(error.to_string()))
    }

    /// SPKI PEM: what CloudFront's `CreatePublicKey` takes.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match &self.0 {
            Public::Rsa(key) => key.to_public_key_pem(LineEnding::LF),
            Public::P256(key) => key.to_public_key_pem(LineEnding::LF),
        }
        .map_err(|error| KeyError::Failed(error.to_string()))
    }

    /// SHA-256 of the SPKI DER in lower-case hexadecimal: what
    /// `openssl pkey -pubin -in KEY -outform DER | sha256sum` prints.
    pub fn fingerprint(&self) -> Result<String, KeyError> {
        use fmt::Write as _;
        let digest = Sha256::digest(self.to_der()?);
        Ok(digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// What it is, in words: `RSA 2048` or `ECDSA P-256`.
    pub fn kind(&self) -> &'static str {
        match self.0 {
            Public::Rsa(_) => "RSA 2048",
            Public::P256(_) => "ECDSA P-256",
        }
    }

    /// Is this the signature of these bytes?
    pub(crate) fn verifies(&self, hash: Hash, bytes: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Public::Rsa(key) => match hash {
                Hash::Sha1 => key.verify(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(bytes), signature),
                Hash::Sha256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(bytes), signature),
            }
            .is_ok(),
            Public::P256(key) => {
                use ecdsa::signature::hazmat::PrehashVerifier as _;
                let Ok(signature) = ecdsa::Signature::from_der(signature) else {
                    return false;
                };
                match hash {
                    Hash::Sha1 => key.verify_prehash(&Sha1::digest(bytes), &signature),
                    Hash::Sha256 => key.verify_prehash(&Sha256::digest(bytes), &signature),
                }
                .is_ok()
            }
        }
    }
}

fn check_bits(bits: usize) -> Result<(), KeyError> {
    if bits == RSA_BITS {
        Ok(())
    } else {
        Err(not_taken(format!("an RSA key of {bits} bits")))
    }
}

// Coded object identifiers, for naming what is not ours to parse: the curve of a SEC1 key, a passphrase.
const PBES2: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const SEC1_P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const SEC1_P521: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23];
const SEC1_SECP256K1: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];

fn der_has_oid(der: &[u8], oid: &[u8]) -> bool {
    der.windows(oid.len()).any(|window| window == oid)
}

fn curve_name(oid: &str) -> String {
    let name = match oid {
        "1.3.132.0.34" => "P-384",
        "1.3.132.0.35" => "P-521",
        "1.3.132.0.10" => "secp256k1",
        other => return format!("an ECDSA key on another curve ({other})"),
    };
    format!("an ECDSA key on {name}")
}

fn algorithm_name(oid: &str) -> String {
    match oid {
        "1.3.101.112" => "an Ed25519 key".to_owned(),
        "1.3.101.113" => "an Ed448 key".to_owned(),
        "1.2.840.113549.1.1.10" => "an RSA key for PSS signatures only".to_owned(),
        "1.2.840.10040.4.1" => "a DSA key".to_owned(),
        other => format!("a key for another algorithm ({other})"),
    }
}
