//! A password before a link: what stands behind the page's `#` is encrypted here, so that nothing of the link opens without it.
//!
//! `#locked.1.<base64url of: salt (16 bytes), nonce (12), ciphertext, tag (16)>`; PBKDF2-HMAC-SHA-256 with 600,000 rounds (OWASP Password
//! Storage Cheat Sheet) over the password in Unicode NFKC without white space at its ends, AES-256-GCM. The viewer's page opens it with the Web Cryptography API.

use std::num::NonZeroU32;

use aws_lc_rs::{aead, pbkdf2};
use data_encoding::BASE64URL_NOPAD;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::cause::Cause;
use crate::{AppError, Result};

/// What a locked fragment begins with.
const START: &str = "locked.1.";
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("more than none");
const SALT: usize = 16;
const NONCE: usize = aead::NONCE_LEN;
/// A password of fewer characters is guessed in minutes by whoever has the link.
const SHORT: usize = 12;

/// A key made of a password; deriving it takes a good part of a second, so that many links share one.
pub(super) struct Lock {
    key: aead::LessSafeKey,
    salt: [u8; SALT],
}

impl Lock {
    /// Derives the key. Blocks.
    pub(super) fn new(password: &str) -> Result<Self> {
        let password = normal(password);
        if password.is_empty() {
            return Err(Cause::EmptyPassword.into());
        }
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|error| AppError::internal(error.to_string()))?;
        let mut key = Zeroizing::new([0; 32]);
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            &salt,
            password.as_bytes(),
            &mut *key,
        );
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &*key).map_err(AppError::internal)?;
        Ok(Self {
            key: aead::LessSafeKey::new(key),
            salt,
        })
    }

    /// The locked form of a fragment.
    pub(super) fn locked(&self, fragment: &str) -> Result<String> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| AppError::internal(error.to_string()))?;
        let mut text = fragment.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), aead::Aad::empty(), &mut text)
            .map_err(AppError::internal)?;
        let whole = [&self.salt[..], &nonce, &text].concat();
        Ok(format!("{START}{}", BASE64URL_NOPAD.encode(&whole)))
    }
}

/// As it is compared: what looks alike is alike, and what came along from the clipboard is left out.
fn normal(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect::<String>().trim().to_owned())
}

/// Whether whoever has the link could guess it soon.
pub fn is_short(password: &str) -> bool {
    normal(password).chars().count() < SHORT
}

/// A pass phrase that can be said on the phone: five words of two syllables, 62 random bits.
///
/// # Errors
/// Where the system has no random numbers.
pub fn pass_phrase() -> Result<String> {
    // No letters that are heard or read as others; 16 × 5 syllables are 6.3 bits each.
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 5] = b"aeiou";
    let mut words = Vec::new();
    while words.len() < 5 {
        let mut word = String::new();
        while word.len() < 4 {
            let mut bytes = [0; 2];
            getrandom::fill(&mut bytes).map_err(|error| AppError::internal(error.to_string()))?;
            // 255 is a multiple of 5 and one more: the last value would favour the first vowel.
            if bytes[1] == u8::MAX {
                continue;
            }
            word.push(char::from(CONSONANTS[usize::from(bytes[0] % 16)]));
            word.push(char::from(VOWELS[usize::from(bytes[1] % 5)]));
        }
        words.push(word);
    }
    Ok(words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(locked: &str, password: &str) -> Option<String> {
        let whole = BASE64URL_NOPAD.decode(locked.strip_prefix(START)?.as_bytes()).ok()?;
        let (salt, rest) = whole.split_at(SALT);
        let (nonce, text) = rest.split_at(NONCE);
        let mut key = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), &mut key);
        let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_256_GCM, &key).ok()?);
        let mut text = text.to_vec();
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = key.open_in_place(nonce, aead::Aad::empty(), &mut text).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }

    #[test]
    fn what_is_locked_opens_with_the_password_alone() {
        let fragment = "videos/abc?l=aaaamqx7ab&Policy=a&Signature=b&Key-Pair-Id=c";
        // Composed and decomposed, with a space from the clipboard.
        let lock = Lock::new(" Scho\u{308}ne Gr\u{fc}\u{df}e\n").expect("a lock");
        let locked = lock.locked(fragment).expect("locked");
        assert_eq!(
            opened(&locked, "Sch\u{f6}ne Gr\u{fc}\u{df}e").as_deref(),
            Some(fragment)
        );
        assert_eq!(opened(&locked, "schöne grüße"), None);
        assert!(!locked.contains("Policy") && !locked.contains("abc?"));
        assert_ne!(
            locked,
            lock.locked(fragment).expect("locked"),
            "each has a nonce of its own"
        );
        assert_eq!(Lock::new(" \t").err().expect("none").code, "empty_password");
    }

    #[test]
    fn proposed_phrases_are_long_and_different() {
        let (one, other) = (pass_phrase().expect("a phrase"), pass_phrase().expect("a phrase"));
        assert_eq!(one.len(), 24);
        assert!(!is_short(&one) && one != other);
        assert!(is_short("secret") && is_short("           a ") && is_short(""));
    }
}
