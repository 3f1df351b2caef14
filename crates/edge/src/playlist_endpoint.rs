//! The way from CloudFront to the playlist endpoint: a function URL, or API Gateway. A request becomes the event that Lambda would get,
//! a proxy response becomes an answer. The endpoint's own code runs here, so its bytes are the ones that Lambda would answer.
//!
//! Sources: AWS Lambda Developer Guide, "Control access to Lambda function URLs" (both permissions), "Invoking Lambda function URLs"
//! (payload 2.0); Amazon API Gateway Developer Guide, "Gateway response types", "Return binary media from a Lambda proxy integration".

mod events;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use data_encoding::BASE64;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use screener_cloudfront::verify::{matches, stripped};
use screener_lambda::{Config, Endpoint, Object, Origin, OriginError};
use screener_template::delivery::{Endpoint as Rules, Way};
use serde_json::json;

use crate::{
    Error,
    answer::{Body, plain, whole},
    bucket_origin::Bucket,
    fault::{Fault, Faults},
    route::{Route, Viewed},
};

/// API Gateway waits no longer.
const PATIENCE: Duration = Duration::from_secs(29);
/// What a function URL needs both of since October 2025.
const ACTIONS: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

/// The way to the endpoint, and the endpoint.
pub(crate) struct PlaylistEndpoint {
    endpoint: Endpoint<Playlists>,
    way: Way,
    timeout: Duration,
    requests: AtomicU64,
}

/// The bucket as the endpoint's role may read it.
struct Playlists {
    bucket: Bucket,
    reads: Vec<String>,
}

impl Origin for Playlists {
    async fn get(&self, key: &str, if_none_match: Option<&str>) -> Result<Object, OriginError> {
        let failed = |error: std::io::Error| OriginError::Failed(error.to_string());
        // Without ListBucket S3 says the same of what is not there and of what may not be read.
        if !self.reads.iter().any(|pattern| matches(pattern, key)) {
            return Err(OriginError::NotFound);
        }
        let object = self
            .bucket
            .open(key)
            .await
            .map_err(failed)?
            .ok_or(OriginError::NotFound)?;
        let tag = object.facts.tag.clone();
        if if_none_match == Some(tag.as_str()) {
            return Ok(Object::NotModified);
        }
        let size = object.facts.size;
        if size > 32 << 20 {
            return Err(OriginError::TooLarge(size));
        }
        let body = object.read(0, size).await.map_err(failed)?;
        Ok(Object::Found { body, etag: Some(tag) })
    }
}

impl PlaylistEndpoint {
    /// # Errors
    /// [`Error::Settings`] for an environment that the endpoint refuses, [`Error::SignMode`] for one whose key is not here.
    pub(crate) fn new(rules: &Rules, bucket: Bucket, address: SocketAddr) -> Result<Self, Error> {
        let endpoint = Endpoint::new(
            settings(&rules.environment, address)?,
            Playlists {
                bucket,
                reads: rules.reads.clone(),
            },
        )?;
        Ok(Self {
            endpoint,
            way: rules.way.clone(),
            timeout: Duration::from_secs(rules.timeout),
            requests: AtomicU64::default(),
        })
    }

    /// One request to the endpoint and its answer, with the defects that belong on this stretch.
    pub(crate) async fn call(
        &self,
        asked: &Viewed<'_>,
        host: Option<&str>,
        route: &Route,
        faults: &Faults,
    ) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let query = query(asked.query, route);
        let ask = events::Asked {
            viewed: asked,
            path: format!("{}{}", route.origin.path, asked.path),
            query: &query,
            headers: events::headers(asked, host, route),
            number,
        };
        let event = match self.enter(&ask, route) {
            Ok(event) => event,
            Err(refusal) => return *refusal,
        };
        let (patience, late) = match &self.way {
            Way::FunctionUrl { .. } => (self.timeout, StatusCode::BAD_GATEWAY),
            Way::Gateway { .. } if self.timeout < PATIENCE => (self.timeout, StatusCode::BAD_GATEWAY),
            Way::Gateway { .. } => (PATIENCE, StatusCode::GATEWAY_TIMEOUT),
        };
        if faults.contains(&Fault::EndpointTimeout) {
            return message(StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out");
        }
        let Ok(mut answer) = tokio::time::timeout(patience, self.endpoint.respond(event)).await else {
            return match late {
                StatusCode::GATEWAY_TIMEOUT => message(late, "Endpoint request timed out"),
                late => message(late, "Internal server error"),
            };
        };
        if faults.contains(&Fault::NamesUnknown) {
            answer.headers.remove("x-screener-endpoint");
        }
        if faults.contains(&Fault::PathMismatch) && answer.status_code == 200 {
            moved(asked, &mut answer);
        }
        self.as_http(answer, route, asked)
    }

    /// The event, if the request gets as far as the function.
    fn enter(&self, ask: &events::Asked<'_>, route: &Route) -> Result<serde_json::Value, Box<Response<Body>>> {
        // A front that is called by another's name does not know it.
        let misnamed = route.forwards("host");
        match &self.way {
            Way::FunctionUrl { signed_only, allowed } => {
                let signed = route.origin.access_control || !signed_only;
                if misnamed || !signed || !ACTIONS.iter().all(|action| allowed.contains(*action)) {
                    return Err(Box::new(by_url(
                        "Forbidden. For troubleshooting Function URL authorization issues, see: \
                         https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
                    )));
                }
                Ok(events::url(ask))
            }
            Way::Gateway {
                stage,
                methods,
                may_invoke,
                proxy,
                ..
            } => {
                let path = ask.path.strip_prefix('/').unwrap_or(&ask.path);
                let (first, rest) = path.split_once('/').unwrap_or((path, ""));
                if misnamed || first != stage {
                    return Err(Box::new(message(StatusCode::FORBIDDEN, "Forbidden")));
                }
                let method = ask.viewed.method.as_str();
                if rest.is_empty() || !(methods.contains("ANY") || methods.contains(method)) {
                    return Err(Box::new(message(StatusCode::FORBIDDEN, "Missing Authentication Token")));
                }
                // An integration that is no proxy's has no response to a status that nobody mapped.
                if !may_invoke || !proxy {
                    return Err(Box::new(message(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "Internal server error",
                    )));
                }
                Ok(events::gateway(ask, stage, &format!("/{rest}")))
            }
        }
    }

    /// A proxy response as HTTP; what cannot be read is a 502.
    fn as_http(&self, answer: screener_lambda::Response, route: &Route, asked: &Viewed<'_>) -> Response<Body> {
        let malformed = || message(StatusCode::BAD_GATEWAY, "Internal server error");
        let Ok(status) = StatusCode::from_u16(answer.status_code) else {
            return malformed();
        };
        let body = if answer.is_base64_encoded && self.is_binary(route, asked) {
            match BASE64.decode(answer.body.as_bytes()) {
                Ok(body) => body,
                Err(_) => return malformed(),
            }
        } else {
            answer.body.into_bytes()
        };
        let length = body.len();
        let mut out = Response::new(whole(body));
        *out.status_mut() = status;
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                out.headers_mut().insert(name, value);
            }
        }
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if !bodiless && !out.headers().contains_key(header::CONTENT_LENGTH) {
            out.headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        if !status.is_success() && status != StatusCode::NOT_MODIFIED {
            failed(&mut out);
        }
        out
    }

    /// Whether Base64 is decoded: API Gateway decides it by the first `Accept`, where any reaches it.
    fn is_binary(&self, route: &Route, asked: &Viewed<'_>) -> bool {
        let Way::Gateway { binary, .. } = &self.way else {
            return true;
        };
        let accept = asked.headers.get(header::ACCEPT).filter(|_| route.forwards("accept"));
        let first = accept.and_then(|accept| accept.to_str().ok()?.split([',', ';']).next());
        binary
            .iter()
            .any(|kind| kind == "*/*" || Some(kind.as_str()) == first.map(str::trim))
    }
}

/// The endpoint's environment as its `main` reads it. The distribution's own name is this edge's address.
fn settings(environment: &BTreeMap<String, String>, address: SocketAddr) -> Result<Config, Error> {
    let said = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    if said("SCREENER_MODE").is_some_and(|mode| mode == "sign") {
        return Err(Error::SignMode);
    }
    let mut config = Config::new(said("SCREENER_PREFIX").map_or(crate::PREFIX, String::as_str));
    config.distribution = Some(address.to_string());
    let secrets = ["SCREENER_ORIGIN_SECRET", "SCREENER_ORIGIN_SECRET_NEXT"];
    config.origin_secrets = secrets.iter().filter_map(|name| said(name).cloned()).collect();
    if let Some(largest) = said("SCREENER_LARGEST_PLAYLIST").and_then(|size| size.parse().ok()) {
        config.largest_object = largest;
    }
    Ok(config)
}

/// The signing parameters are CloudFront's own; of the others the policies forward what they name. A parameter that is forwarded and
/// does not keep answers apart is another viewer's as soon as there is another: here it always is.
fn query(query: &str, route: &Route) -> String {
    let query = stripped(query);
    let mut kept = String::with_capacity(query.len());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !route.forwards_parameter(name) {
            continue;
        }
        if !kept.is_empty() {
            kept.push('&');
        }
        kept.push_str(name);
        kept.push('=');
        if name == "cf-Policy" && !route.keeps_apart(name) {
            kept.push_str("eyJT");
        }
        kept.push_str(value);
    }
    kept
}

fn message(status: StatusCode, text: &str) -> Response<Body> {
    refusal(status, &json!({ "message": text }))
}

fn by_url(text: &str) -> Response<Body> {
    refusal(StatusCode::FORBIDDEN, &json!({ "Message": text }))
}

fn refusal(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut answer = plain(status, "application/json", body.to_string());
    failed(&mut answer);
    answer
}

fn failed(answer: &mut Response<Body>) {
    answer
        .headers_mut()
        .insert("x-cache", HeaderValue::from_static("Error from cloudfront"));
}

/// The original's second mystery: a path in the playlist that the policy does not cover.
fn moved(asked: &Viewed<'_>, answer: &mut screener_lambda::Response) {
    let squeezed = answer.headers.remove("content-encoding").is_some();
    let bytes = if answer.is_base64_encoded {
        BASE64.decode(answer.body.as_bytes()).unwrap_or_default()
    } else {
        std::mem::take(&mut answer.body).into_bytes()
    };
    let text = if squeezed { gunzip(&bytes) } else { bytes };
    let base = format!("http://{}/originals", asked.host);
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().map(|line| {
        let elsewhere = !line.starts_with('#') && !line.is_empty() && !line.contains(".m3u8");
        if elsewhere {
            format!("{base}/{line}\n")
        } else {
            format!("{line}\n")
        }
    });
    answer.body = lines.collect();
    answer.is_base64_encoded = false;
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut plain = Vec::new();
    if flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).is_err() {
        plain.clear();
    }
    plain
}
