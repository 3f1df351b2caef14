//! The viewer-request function: who sees a request first, and may answer it or change it.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::shared::Shared;
use crate::{
    answer::{self, Body, GENERATED, bad_request, plain},
    js_function::JsFunction,
    route::{Judge, Route, Viewed},
};

/// What becomes of a request.
pub(super) enum Look {
    /// It is answered here.
    Answered(Response<Body>),
    /// It goes on. `host`: the distribution's name, where the function tells it the endpoint.
    Passed { host: bool },
    /// It goes on as another.
    Changed(Box<Changed>),
}

/// A request as a function has left it.
pub(super) struct Changed {
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
}

pub(super) async fn look(shared: &Shared, route: &Route, viewed: &Viewed<'_>) -> Look {
    match &route.judge {
        Judge::Nobody => Look::Passed { host: false },
        Judge::Own => {
            let store = |name: &str| shared.taken_back.get(name);
            match screener_template::judge(viewed.method.as_str(), viewed.path, viewed.query, store) {
                Ok(()) => Look::Passed { host: true },
                Err(refusal) => {
                    tracing::debug!(path = viewed.path, code = refusal.code(), "refused");
                    Look::Answered(answer::by_function(refusal))
                }
            }
        }
        Judge::Broken => Look::Answered(broken("no key value store is associated with it")),
        Judge::Other(function) => run(function, viewed).await,
    }
}

async fn run(function: &JsFunction, viewed: &Viewed<'_>) -> Look {
    let query = (!viewed.query.is_empty()).then_some(viewed.query);
    let event = event(viewed);
    match function.run(&event, query).await {
        Ok(said) if said.get("statusCode").is_some() => Look::Answered(response(&said)),
        Ok(said) if said.get("uri").is_some_and(Value::is_string) => Look::Changed(Box::new(changed(&event, &said))),
        Ok(_) => Look::Answered(broken("it returned neither a request nor a response")),
        Err(reason) => Look::Answered(broken(&reason)),
    }
}

/// CloudFront's words for a function that throws, or that takes too long.
fn broken(reason: &str) -> Response<Body> {
    tracing::warn!(reason, "the viewer-request function failed");
    bad_request(
        StatusCode::SERVICE_UNAVAILABLE,
        "The CloudFront function associated with the CloudFront distribution is invalid or could not run.",
    )
}

fn event(viewed: &Viewed<'_>) -> Value {
    let mut parameters = Map::new();
    for pair in viewed.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.insert(name.to_owned(), json!({ "value": value }));
    }
    let mut headers = Map::new();
    for (name, value) in viewed.headers {
        if let Ok(value) = value.to_str() {
            headers.insert(name.as_str().to_owned(), json!({ "value": value }));
        }
    }
    json!({
        "version": "1.0",
        "context": {
            "distributionDomainName": viewed.host,
            "distributionId": "LOCAL",
            "eventType": "viewer-request",
            "requestId": "local",
        },
        "viewer": { "ip": viewed.client.to_string() },
        "request": {
            "method": viewed.method.as_str(),
            "uri": viewed.path,
            "querystring": parameters,
            "headers": headers,
            "cookies": {},
        },
    })
}

fn changed(event: &Value, request: &Value) -> Changed {
    let text = |value: &Value| value["value"].as_str().map(str::to_owned);
    let mut headers = HeaderMap::new();
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let value = text(value).and_then(|value| HeaderValue::from_str(&value).ok());
        if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
            headers.insert(name, value);
        }
    }
    let parameters = &request["querystring"];
    let query = (*parameters != event["request"]["querystring"]).then(|| {
        let pairs = parameters.as_object().into_iter().flatten();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", text(value).unwrap_or_default()));
        pairs.collect::<Vec<_>>().join("&")
    });
    Changed {
        path: request["uri"].as_str().unwrap_or_default().to_owned(),
        query,
        headers,
    }
}

fn response(said: &Value) -> Response<Body> {
    let status = said["statusCode"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return broken("its response has no status");
    };
    let body = &said["body"];
    let text = body.as_str().or_else(|| body["data"].as_str()).unwrap_or_default();
    let bytes = match body["encoding"].as_str() {
        Some("base64") => data_encoding::BASE64.decode(text.as_bytes()).unwrap_or_default(),
        _ => text.as_bytes().to_vec(),
    };
    let mut answer = plain(status, "text/plain", bytes);
    let headers = answer.headers_mut();
    for (name, value) in said["headers"].as_object().into_iter().flatten() {
        let value = value["value"]
            .as_str()
            .and_then(|value| HeaderValue::from_str(value).ok());
        if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
            headers.insert(name, value);
        }
    }
    headers.insert("x-cache", HeaderValue::from_static(GENERATED));
    answer
}
