//! Any bytes as a key: read or refused in words, and what is read is written and read again.

use screener_cloudfront::{PrivateKey, PublicKey};

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for key in [PrivateKey::from_der(bytes), PrivateKey::from_pem(&text)]
        .into_iter()
        .flatten()
    {
        let der = key.to_pkcs8_der().expect("a key that was read");
        assert_eq!(PrivateKey::from_der(&der).expect("the same key").public(), key.public());
    }
    for key in [PublicKey::from_der(bytes), PublicKey::from_pem(&text)]
        .into_iter()
        .flatten()
    {
        let pem = key.to_pem().expect("a key that was read");
        assert_eq!(PublicKey::from_pem(&pem).expect("the same key"), key);
    }
}
