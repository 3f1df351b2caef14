//! The events that Lambda gets: REST proxy (payload 1.0) from API Gateway, payload 2.0 from a function URL.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::header;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::{
    answer::takes_gzip,
    route::{Route, Viewed},
};

const AGENT: &str = "Amazon CloudFront";

/// What CloudFront asks.
pub(super) struct Asked<'a> {
    pub(super) viewed: &'a Viewed<'a>,
    /// With the origin's path before it.
    pub(super) path: String,
    pub(super) query: &'a str,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) number: u64,
}

/// What CloudFront sends: what the policies forward of the viewer's, and its own. `host` is the distribution's name, where the
/// viewer-request function has set it.
pub(super) fn headers(asked: &Viewed<'_>, host: Option<&str>, route: &Route) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::from([
        ("user-agent".to_owned(), AGENT.to_owned()),
        ("x-forwarded-for".to_owned(), asked.client.to_string()),
        ("x-forwarded-proto".to_owned(), "http".to_owned()),
    ]);
    for (name, value) in asked.headers {
        // Of a viewer's own headers a condition is forwarded without being asked for.
        let wanted = *name == header::IF_NONE_MATCH
            || (route.forwards(name.as_str())
                && !matches!(*name, header::HOST | header::ACCEPT_ENCODING | header::COOKIE));
        if let Some(value) = value.to_str().ok().filter(|_| wanted) {
            headers.insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    if route.asks_for_gzip() && takes_gzip(asked.headers) {
        headers.insert("accept-encoding".to_owned(), "gzip".to_owned());
    }
    if let Some(host) = host.filter(|_| route.forwards(HOST)) {
        headers.insert(HOST.to_owned(), host.to_owned());
    }
    headers.extend(route.origin.headers.clone());
    headers
}

/// The header in which the function tells the endpoint the distribution's name.
const HOST: &str = "x-screener-host";

impl Asked<'_> {
    fn id(&self, now: Duration) -> String {
        format!("edge-{:x}-{:x}", now.as_secs(), self.number)
    }

    /// Names and values, decoded.
    fn parameters(&self) -> BTreeMap<String, Vec<String>> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let mut many: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            many.entry(decoded(name)).or_default().push(decoded(value));
        }
        many
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Payload 2.0 (AWS Lambda Developer Guide, "Request payload format").
pub(super) fn url(asked: &Asked<'_>) -> Value {
    const HOST: &str = "local.lambda-url.us-east-1.on.aws";
    let now = now();
    let parameters: BTreeMap<_, _> = asked
        .parameters()
        .into_iter()
        .map(|(name, values)| (name, values.join(",")))
        .collect();
    let mut headers = asked.headers.clone();
    headers.insert("host".to_owned(), HOST.to_owned());
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": asked.path,
        "rawQueryString": asked.query,
        "headers": headers,
        "queryStringParameters": parameters,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": HOST,
            "domainPrefix": "local",
            "http": {
                "method": asked.viewed.method.as_str(),
                "path": asked.path,
                "protocol": "HTTP/1.1",
                "sourceIp": asked.viewed.client.to_string(),
                "userAgent": AGENT,
            },
            "requestId": asked.id(now),
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": u64::try_from(now.as_millis()).unwrap_or_default(),
        },
        "isBase64Encoded": false,
    })
}

/// A REST proxy event (Amazon API Gateway Developer Guide, "Input format of a Lambda function for proxy integration"); `path` is
/// what comes behind the stage.
pub(super) fn gateway(asked: &Asked<'_>, stage: &str, path: &str) -> Value {
    const HOST: &str = "local.execute-api.us-east-1.amazonaws.com";
    let now = now();
    let many = asked.parameters();
    let one: BTreeMap<_, _> = many.iter().map(|(name, values)| (name, values.last())).collect();
    let some = |value: Value| if many.is_empty() { Value::Null } else { value };
    let mut headers = asked.headers.clone();
    headers.insert("Host".to_owned(), HOST.to_owned());
    let many_headers: BTreeMap<_, _> = headers.iter().map(|(name, value)| (name, [value])).collect();
    let method = asked.viewed.method.as_str();
    json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": many_headers,
        "queryStringParameters": some(json!(one)),
        "multiValueQueryStringParameters": some(json!(many)),
        "pathParameters": { "proxy": path.strip_prefix('/').unwrap_or(path) },
        "stageVariables": null,
        "requestContext": {
            "resourceId": "local",
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": asked.path,
            "stage": stage,
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": HOST,
            "protocol": "HTTP/1.1",
            "requestId": asked.id(now),
            "requestTimeEpoch": u64::try_from(now.as_millis()).unwrap_or_default(),
            "identity": { "sourceIp": asked.viewed.client.to_string(), "userAgent": AGENT },
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
