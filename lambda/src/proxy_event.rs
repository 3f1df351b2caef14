//! The events: REST API proxy (payload 1.0), HTTP API and function URLs (payload 2.0).
//!
//! Read as they come, without a web framework between: one puts the stage before the path, and decodes what must not be
//! decoded.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// What the endpoint reads of an event, whichever payload it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    http_method: Option<String>,
    path: Option<String>,
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    #[serde(default)]
    headers: Option<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    query_string_parameters: Option<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    request_context: Context,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    request_id: Option<String>,
    stage: Option<String>,
    http: Option<Http>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Http {
    method: Option<String>,
}

/// A request, out of any event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, as it was written.
    pub method: String,
    /// Path without the stage, nothing decoded.
    pub path: String,
    /// Query, decoded once, in the order of the event.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The gateway's id of the request, cleaned; empty where there is none.
    pub id: String,
}

impl Request {
    /// Reads an event. `None` where it is none of the three kinds.
    pub fn from_event(event: serde_json::Value) -> Option<Self> {
        let event: Event = serde_json::from_value(event).ok()?;
        let id = clean_id(event.request_context.request_id.as_deref().unwrap_or_default());
        let headers = headers(event.headers, event.multi_value_headers);
        if let Some(raw_path) = event.raw_path {
            let method = event.request_context.http?.method?;
            let path = without_stage(&raw_path, event.request_context.stage.as_deref());
            let query = pairs(event.raw_query_string.as_deref().unwrap_or_default());
            return Some(Self {
                method,
                path,
                query,
                headers,
                id,
            });
        }
        let query = match (event.multi_value_query_string_parameters, event.query_string_parameters) {
            (Some(many), _) => many
                .into_iter()
                .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
                .collect(),
            (None, Some(one)) => one
                .into_iter()
                .map(|(name, value)| (name, value.unwrap_or_default()))
                .collect(),
            (None, None) => Vec::new(),
        };
        Some(Self {
            method: event.http_method?,
            path: event.path?,
            query,
            headers,
            id,
        })
    }

    /// All values of a header that holds a list, by its lower-case name, as one list (RFC 9110, 5.3).
    pub fn list(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name);
        let (_, first) = values.next()?;
        let mut list = Cow::Borrowed(first.as_str());
        for (_, value) in values {
            let list = list.to_mut();
            list.push_str(", ");
            list.push_str(value);
        }
        Some(list)
    }

    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

fn headers(
    one: Option<BTreeMap<String, Option<String>>>,
    many: Option<BTreeMap<String, Vec<String>>>,
) -> Vec<(String, String)> {
    match (many, one) {
        (Some(many), _) if !many.is_empty() => many
            .into_iter()
            .flat_map(|(name, values)| {
                let name = name.to_ascii_lowercase();
                values.into_iter().map(move |value| (name.clone(), value))
            })
            .collect(),
        (_, Some(one)) => one
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// HTTP APIs put the stage before the path, unless it is `$default`.
fn without_stage(path: &str, stage: Option<&str>) -> String {
    stage
        .filter(|stage| *stage != "$default")
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
        .to_owned()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    // What is not UTF-8 gets replacement characters, which no parameter may hold.
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A request's id goes into a header and into JSON, and an event is only as honest as its sender.
pub(crate) fn clean_id(id: &str) -> String {
    let clean: Cow<'_, str> = if id.bytes().all(is_id) {
        Cow::Borrowed(id)
    } else {
        Cow::Owned(id.bytes().filter(|byte| is_id(*byte)).map(char::from).collect())
    };
    clean.chars().take(64).collect()
}

fn is_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_=+/.".contains(&byte)
}
