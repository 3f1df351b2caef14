//! CloudFront's key value stores, as far as entries are written and read: JSON over paths, a version in `ETag` and `If-Match`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::exchange::{Answer, Asked, KEY_VALUE_STORE};
use super::{Service, World};

/// Name of the service in a signature's scope.
const BEFORE: &str = "/key-value-stores/";

/// One store.
#[derive(Clone, Debug)]
pub struct KeyValueStore {
    /// Its entries.
    pub entries: BTreeMap<String, String>,
    /// Its version: each write makes it one more.
    pub version: u64,
    /// `READY`, `PROVISIONING`.
    pub status: String,
    /// Bytes that it holds at most.
    pub room: usize,
    /// So many writes find that another computer came before.
    pub outrun: usize,
    /// How the last call was signed: the algorithm in its `Authorization`.
    pub signed: String,
}

impl Default for KeyValueStore {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            version: 1,
            status: "READY".into(),
            room: 5 * 1024 * 1024,
            outrun: 0,
            signed: String::new(),
        }
    }
}

/// The stores of an account, by ARN. A clone is the same.
#[derive(Clone, Debug, Default)]
pub struct KeyValueStores(Arc<Mutex<BTreeMap<String, KeyValueStore>>>);

impl KeyValueStores {
    /// Those there are; to be looked at or changed.
    pub fn stores(&self) -> MutexGuard<'_, BTreeMap<String, KeyValueStore>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for KeyValueStores {
    fn name(&self) -> &'static str {
        KEY_VALUE_STORE
    }

    fn answer(&self, asked: &Asked, _: &mut World) -> Option<Answer> {
        let path = asked.path.strip_prefix(BEFORE)?;
        let (arn, key) = path.split_once("/keys").unwrap_or((path, ""));
        let key = key.trim_start_matches('/');
        let missing = || asked.error(404, "ResourceNotFoundException", "not found");
        let mut stores = self.stores();
        let Some(store) = stores.get_mut(arn) else {
            return Some(missing());
        };
        let signed = asked
            .headers
            .get("authorization")
            .and_then(|text| text.split(' ').next());
        signed.unwrap_or_default().clone_into(&mut store.signed);
        let answer = match asked.call.as_str() {
            "DescribeKeyValueStore" => {
                store.told(&json!({ "KvsARN": arn, "Status": store.status, "Created": 1_700_000_000 }))
            }
            "GetKey" => match store.entries.get(key) {
                Some(value) => store.told(&json!({ "Key": key, "Value": value })),
                None => missing(),
            },
            "ListKeys" => {
                let items = store.entries.iter();
                let items: Vec<_> = items
                    .map(|(key, value)| json!({ "Key": key, "Value": value }))
                    .collect();
                let most = asked.field("MaxResults").parse().unwrap_or(10);
                let page = Asked::page(items, asked.field("NextToken"), most);
                store.told(&json!({ "Items": page.lines, "NextToken": page.next }))
            }
            "UpdateKeys" | "PutKey" | "DeleteKey" => store.write(asked, key),
            _ => return None,
        };
        Some(answer)
    }
}

impl KeyValueStore {
    fn write(&mut self, asked: &Asked, key: &str) -> Answer {
        let expected = asked.headers.get("if-match").cloned().unwrap_or_default();
        if self.outrun > 0 {
            self.outrun -= 1;
            self.version += 1;
        }
        if expected != self.version.to_string() {
            return asked.error(409, "ConflictException", "the store was changed meanwhile");
        }
        let body = asked.json();
        let of = |name: &str| body[name].as_array().cloned().unwrap_or_default();
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let (puts, deletes) = match asked.call.as_str() {
            "PutKey" => (vec![(key.to_owned(), text(&body, "Value"))], Vec::new()),
            "DeleteKey" => (Vec::new(), vec![key.to_owned()]),
            _ => {
                let puts = of("Puts");
                let puts = puts.iter().map(|item| (text(item, "Key"), text(item, "Value")));
                let deletes = of("Deletes");
                (puts.collect(), deletes.iter().map(|item| text(item, "Key")).collect())
            }
        };
        if puts.len() + deletes.len() > 50 {
            return asked.error(400, "ValidationException", "more than 50 keys");
        }
        if deletes.iter().any(|key| !self.entries.contains_key(key)) {
            return asked.error(404, "ResourceNotFoundException", "a key was not found");
        }
        let mut after = self.entries.clone();
        after.retain(|key, _| !deletes.contains(key));
        after.extend(puts);
        if size(&after) > self.room {
            return asked.error(402, "ServiceQuotaExceededException", "the store's size is exceeded");
        }
        self.entries = after;
        self.version += 1;
        self.told(&json!({}))
    }

    fn told(&self, about: &Value) -> Answer {
        let mut about = about.clone();
        about["ItemCount"] = self.entries.len().into();
        about["TotalSizeInBytes"] = size(&self.entries).into();
        Answer::of(200, "application/json", about.to_string().into_bytes()).with("etag", &self.version.to_string())
    }
}

fn size(entries: &BTreeMap<String, String>) -> usize {
    entries.iter().map(|(key, value)| key.len() + value.len()).sum()
}
