//! What is asked and answered: the three protocols of AWS's services, as far as the control plane speaks them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http_body_util::Full;
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The key value store of CloudFront, as requests to it are signed for.
pub(super) const KEY_VALUE_STORE: &str = "cloudfront-keyvaluestore";

/// How a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// Form in, XML out.
    Query,
    /// JSON both ways.
    Json,
    /// Paths and XML.
    Rest,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Service of the signature's scope.
    pub service: String,
    /// Its region.
    pub region: String,
    /// Name of the call; for paths the method and the kind of what is named.
    pub call: String,
    /// HTTP method.
    pub method: String,
    /// Path, decoded.
    pub path: String,
    /// Parameters of form and query, by their names.
    pub form: BTreeMap<String, String>,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: Vec<u8>,
    protocol: Protocol,
}

impl Asked {
    pub(super) fn read(head: &http::request::Parts, body: &[u8]) -> Self {
        let headers: BTreeMap<_, _> = head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let scope = headers.get("authorization").and_then(|text| {
            let (_, behind) = text.split_once("Credential=")?;
            Some(
                behind
                    .split(',')
                    .next()?
                    .split('/')
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        });
        let of_scope = |at: usize| {
            scope
                .as_ref()
                .and_then(|parts| parts.get(at))
                .cloned()
                .unwrap_or_default()
        };
        // SigV4A has no region in its scope.
        let (region, service) = match scope.as_ref().map(Vec::len) {
            Some(4) => ("*".to_owned(), of_scope(2)),
            _ => (of_scope(2), of_scope(3)),
        };
        let method = head.method.to_string();
        let path = percent_decode_str(head.uri.path()).decode_utf8_lossy().into_owned();
        let mut form = fields(head.uri.query().unwrap_or_default());
        let (protocol, call) = if let Some(target) = headers.get("x-amz-target") {
            (Protocol::Json, target.rsplit('.').next().unwrap_or_default().to_owned())
        } else if headers
            .get("content-type")
            .is_some_and(|kind| kind.contains("form-urlencoded"))
        {
            form.extend(fields(&String::from_utf8_lossy(body)));
            (Protocol::Query, form.get("Action").cloned().unwrap_or_default())
        } else if service == KEY_VALUE_STORE {
            (Protocol::Json, key_value_call(&method, &path))
        } else {
            (Protocol::Rest, rest_call(&service, &method, &path, &form))
        };
        Self {
            service,
            region,
            call,
            method,
            path,
            form,
            headers,
            body: body.to_vec(),
            protocol,
        }
    }

    /// A parameter of the form, or nothing.
    pub fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }

    /// Members of a list of the form: `name.member.1`, …
    pub fn list(&self, name: &str) -> Vec<String> {
        (1..)
            .map_while(|n| self.form.get(&format!("{name}.member.{n}")).cloned())
            .collect()
    }

    /// Members of a list of pairs: `name.member.1.<key>`, `name.member.1.<value>`.
    pub fn pairs(&self, name: &str, key: &str, value: &str) -> Vec<(String, String)> {
        (1..)
            .map_while(|n| {
                let key = self.form.get(&format!("{name}.member.{n}.{key}"))?;
                let value = self.form.get(&format!("{name}.member.{n}.{value}"));
                Some((key.clone(), value.cloned().unwrap_or_default()))
            })
            .collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The lines of a page, and the token of the next one. `token` is what the caller sent.
    pub fn page<T>(lines: Vec<T>, token: &str, most: usize) -> Page<T> {
        let from: usize = token.parse().unwrap_or(0);
        let all = lines.len();
        let lines: Vec<T> = lines.into_iter().skip(from).take(most).collect();
        let next = (from + lines.len() < all).then(|| (from + lines.len()).to_string());
        Page { lines, next }
    }

    /// An answer in this call's protocol: XML inside of its result, or JSON.
    pub fn result(&self, inside: &str) -> Answer {
        match self.protocol {
            Protocol::Query => Answer::xml(
                200,
                &format!(
                    "<{0}Response><{0}Result>{inside}</{0}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{0}Response>",
                    self.call
                ),
            ),
            Protocol::Json => Answer::of(200, "application/x-amz-json-1.1", inside.as_bytes().to_vec()),
            Protocol::Rest => Answer::xml(200, inside),
        }
    }

    /// An error in this call's protocol.
    pub fn error(&self, status: u16, code: &str, words: &str) -> Answer {
        match self.protocol {
            Protocol::Query => Answer::xml(
                status,
                &format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>",
                    escape(words)
                ),
            ),
            Protocol::Json => Answer::of(
                status,
                "application/x-amz-json-1.1",
                serde_json::json!({ "__type": code, "message": words, "Message": words })
                    .to_string()
                    .into_bytes(),
            ),
            // S3's errors stand alone, CloudFront's are wrapped.
            Protocol::Rest if self.service == "s3" => Answer::xml(
                status,
                &format!("<Error><Code>{code}</Code><Message>{}</Message></Error>", escape(words)),
            ),
            Protocol::Rest => Answer::xml(
                status,
                &format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error></ErrorResponse>",
                    escape(words)
                ),
            ),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its lines.
    pub lines: Vec<T>,
    /// Where the next one begins.
    pub next: Option<String>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// Any.
    pub fn of(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), kind.into())],
            body,
        }
    }

    /// XML.
    pub fn xml(status: u16, body: &str) -> Self {
        Self::of(
            status,
            "text/xml",
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}").into_bytes(),
        )
    }

    /// Nothing but a status.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(super) fn into_response(self) -> Option<hyper::Response<Full<Bytes>>> {
        let mut response = hyper::Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Full::new(self.body.into())).ok()
    }
}

/// The name that S3's and CloudFront's calls have, by what they ask.
fn rest_call(service: &str, method: &str, path: &str, query: &BTreeMap<String, String>) -> String {
    if service == "s3" {
        let object = path
            .trim_start_matches('/')
            .split_once('/')
            .is_some_and(|(_, key)| !key.is_empty());
        let of_bucket = [
            ("publicAccessBlock", "PublicAccessBlock"),
            ("encryption", "BucketEncryption"),
            ("lifecycle", "BucketLifecycleConfiguration"),
            ("tagging", "BucketTagging"),
            ("policy", "BucketPolicy"),
            ("location", "BucketLocation"),
        ];
        let verb = match method {
            "GET" => "Get",
            "HEAD" => "Head",
            "DELETE" => "Delete",
            "POST" => "Post",
            _ => "Put",
        };
        if let Some((_, name)) = of_bucket.iter().find(|(name, _)| query.contains_key(*name)) {
            return format!("{verb}{name}");
        }
        return match (method, object) {
            ("PUT", false) => "CreateBucket".into(),
            ("GET", false) if query.contains_key("versions") => "ListObjectVersions".into(),
            ("GET", false) => "ListObjectsV2".into(),
            ("POST", false) if query.contains_key("delete") => "DeleteObjects".into(),
            (_, true) => format!("{verb}Object"),
            _ => format!("{verb}Bucket"),
        };
    }
    let kind = path.trim_start_matches('/').split('/').nth(1).unwrap_or_default();
    format!("{method} {kind}")
}

fn fields(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

/// Text as it stands in XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An element with text.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// Elements of a list.
pub(super) fn members(name: &str, inside: impl IntoIterator<Item = String>) -> String {
    let mut out = format!("<{name}>");
    for one in inside {
        let _ = write!(out, "<member>{one}</member>");
    }
    let _ = write!(out, "</{name}>");
    out
}

/// The token of the next page.
pub(super) fn next_token(name: &str, token: Option<&str>) -> String {
    token.map(|token| element(name, token)).unwrap_or_default()
}

/// Seconds of the day as a time; events follow each other.
pub(super) fn time(number: usize) -> String {
    format!(
        "2026-11-28T{:02}:{:02}:{:02}.000Z",
        10 + number / 3600,
        number / 60 % 60,
        number % 60
    )
}

/// The name of a call to the key value store.
fn key_value_call(method: &str, path: &str) -> String {
    let keys = path.split_once("/keys").map(|(_, behind)| !behind.is_empty());
    match (method, keys) {
        ("GET", None) => "DescribeKeyValueStore",
        ("GET", Some(false)) => "ListKeys",
        ("POST", Some(false)) => "UpdateKeys",
        ("GET", Some(true)) => "GetKey",
        ("PUT", Some(true)) => "PutKey",
        ("DELETE", Some(true)) => "DeleteKey",
        _ => "Unknown",
    }
    .into()
}
