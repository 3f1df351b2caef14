//! The trusted key group: public keys in `keys/<key-pair-id>.pem`, read again when the folder or a file changes.

use std::{
    collections::HashMap,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use screener_cloudfront::{PublicKey, Refusal, Request, verify::verify_with_cookies};

use crate::fault::{Fault, Faults};

/// How long a look at the folder is believed. Short enough that a key made by another process works at its first link.
const BELIEVED: Duration = Duration::from_millis(200);

pub(crate) struct KeyGroup {
    folder: PathBuf,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    looked: Option<Instant>,
    known: HashMap<String, (SystemTime, PublicKey)>,
}

/// What of a request is judged.
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// Value of `Cookie`; empty where there is none.
    pub(crate) cookies: &'a str,
    pub(crate) client: IpAddr,
    pub(crate) now: i64,
}

impl KeyGroup {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            keys: Mutex::default(),
        }
    }

    /// Whether a request may pass, as CloudFront judges it. `trusts`: whether the behavior's key group holds a key at all.
    pub(crate) fn check(&self, asked: &Asked<'_>, trusts: bool, faults: &Faults) -> Result<(), Refusal> {
        let request = Request {
            scheme: "http",
            host: asked.host,
            path: asked.path,
            query: asked.query,
            client: asked.client,
            now: asked.now,
        };
        let verdict = verify_with_cookies(&request, asked.cookies, |id| {
            // A group without a key knows none.
            if trusts { self.key(id) } else { None }
        });
        match verdict {
            Err(Refusal::Ended { .. }) if faults.contains(&Fault::EndIgnored) => Ok(()),
            verdict => verdict,
        }
    }

    fn key(&self, id: &str) -> Option<PublicKey> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = keys.looked.is_some_and(|looked| looked.elapsed() < BELIEVED);
        // An unknown id is looked up at once: a key may have been made a moment ago.
        if !fresh || !keys.known.contains_key(id) {
            keys.read(&self.folder);
        }
        keys.known.get(id).map(|(_, key)| key.clone())
    }
}

impl Keys {
    fn read(&mut self, folder: &Path) {
        let mut found = HashMap::new();
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Some(id) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".pem")) else {
                continue;
            };
            let Ok(modified) = entry.metadata().and_then(|facts| facts.modified()) else {
                continue;
            };
            match self.known.remove(id) {
                Some((known, key)) if known == modified => {
                    found.insert(id.to_owned(), (known, key));
                }
                _ => match std::fs::read_to_string(&path).map(|pem| PublicKey::from_pem(&pem)) {
                    Ok(Ok(key)) => {
                        found.insert(id.to_owned(), (modified, key));
                    }
                    Ok(Err(error)) => tracing::warn!(path = %path.display(), %error, "this key is not trusted"),
                    Err(error) => tracing::warn!(path = %path.display(), %error, "a key could not be read"),
                },
            }
        }
        self.known = found;
        self.looked = Some(Instant::now());
    }
}
