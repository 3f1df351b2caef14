//! API Gateway between CloudFront and the endpoint: a request becomes a REST proxy event, a proxy response becomes an
//! answer. The endpoint's own code runs here, so its bytes are the ones that Lambda would answer.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use data_encoding::BASE64;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use screener_cloudfront::{link_id, verify::stripped};
use screener_lambda::{Config, ConfigError, Endpoint, Object, Origin, OriginError};
use serde_json::{Value, json};

use crate::{
    answer::{Body, plain, takes_gzip, whole},
    bucket_origin::Bucket,
    fault::{Fault, Faults},
};

/// What the cache policy of the playlists keeps of a query.
const COPIES: [&str; 6] = [
    link_id::PARAMETER,
    "cf-Policy",
    "cf-Signature",
    "cf-Key-Pair-Id",
    "cf-Expires",
    "cf-Hash-Algorithm",
];
/// What it forwards of a viewer's headers, beside the encodings that it knows.
const FORWARDED: [HeaderName; 4] = [
    header::ORIGIN,
    header::ACCESS_CONTROL_REQUEST_METHOD,
    header::ACCESS_CONTROL_REQUEST_HEADERS,
    header::IF_NONE_MATCH,
];
const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// The way to the endpoint.
pub(crate) struct Gateway {
    endpoint: Endpoint<Playlists>,
    requests: AtomicU64,
    /// Somebody's copies: what a cache without the copies in its key would hand to the next viewer.
    others: RwLock<String>,
}

/// A request as it arrived.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a http::Method,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) client: IpAddr,
}

/// The bucket as the endpoint's role may read it.
struct Playlists(Bucket);

impl Origin for Playlists {
    async fn get(&self, key: &str, if_none_match: Option<&str>) -> Result<Object, OriginError> {
        let failed = |error: std::io::Error| OriginError::Failed(error.to_string());
        let object = self.0.open(key).await.map_err(failed)?.ok_or(OriginError::NotFound)?;
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

impl Gateway {
    pub(crate) fn new(bucket: Bucket, prefix: &str, domain: &str) -> Result<Self, ConfigError> {
        let mut config = Config::new(prefix);
        config.distribution = Some(domain.to_owned());
        let endpoint = Endpoint::new(config, Playlists(bucket))?;
        Ok(Self {
            endpoint,
            requests: AtomicU64::default(),
            others: RwLock::default(),
        })
    }

    /// One request to the endpoint and its answer, with the defects that belong on this stretch.
    pub(crate) async fn call(&self, request: &Request<'_>, faults: &Faults) -> Response<Body> {
        let message = |status, text: &str| plain(status, "application/json", json!({ "message": text }).to_string());
        if faults.contains(&Fault::EndpointPermission) {
            return message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
        }
        if faults.contains(&Fault::EndpointTimeout) {
            return message(StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out");
        }
        if faults.contains(&Fault::EndpointDenied) {
            let text = json!({"error": {
                "code": "origin_failed", "message": "The bucket could not be read.", "requestId": "local"
            }});
            return plain(StatusCode::BAD_GATEWAY, "application/json", text.to_string());
        }
        if faults.contains(&Fault::NotRewritten) {
            return self.as_stored(request).await;
        }
        let mut answer = self.endpoint.respond(self.event(request, faults)).await;
        if faults.contains(&Fault::PlaylistCached) {
            answer
                .headers
                .insert("cache-control".to_owned(), "public, max-age=86400".to_owned());
        }
        if faults.contains(&Fault::NamesUnknown) {
            answer.headers.remove("x-screener-endpoint");
        }
        if faults.contains(&Fault::PathMismatch) && answer.status_code == 200 {
            // The original's second mystery: a path in the playlist that the policy does not cover.
            return Self::moved(request, &answer);
        }
        into_answer(answer)
    }

    fn event(&self, request: &Request<'_>, faults: &Faults) -> Value {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let id = format!("edge-{:x}-{number:x}", now.as_secs());
        let query = self.query(request.query, faults);
        let mut many: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            many.entry(decoded(name)).or_default().push(decoded(value));
        }
        let one: BTreeMap<_, _> = many.iter().map(|(name, values)| (name, values.last())).collect();
        let query_none = many.is_empty();
        let mut headers: BTreeMap<String, String> = BTreeMap::from([
            (
                "Host".to_owned(),
                "local.execute-api.us-east-1.amazonaws.com".to_owned(),
            ),
            ("User-Agent".to_owned(), "Amazon CloudFront".to_owned()),
            ("X-Forwarded-For".to_owned(), request.client.to_string()),
            ("X-Forwarded-Proto".to_owned(), "http".to_owned()),
        ]);
        if takes_gzip(request.headers) && !faults.contains(&Fault::GzipMissing) {
            headers.insert("Accept-Encoding".to_owned(), "gzip".to_owned());
        }
        for name in FORWARDED {
            if let Some(value) = request.headers.get(&name).and_then(|value| value.to_str().ok()) {
                headers.insert(name.to_string(), value.to_owned());
            }
        }
        let many_headers: BTreeMap<_, _> = headers.iter().map(|(name, value)| (name, [value])).collect();
        let bare = request.path.strip_prefix('/').unwrap_or(request.path);
        json!({
            "resource": "/{proxy+}",
            "path": request.path,
            "httpMethod": request.method.as_str(),
            "headers": headers,
            "multiValueHeaders": many_headers,
            "queryStringParameters": if query_none { Value::Null } else { json!(one) },
            "multiValueQueryStringParameters": if query_none { Value::Null } else { json!(many) },
            "pathParameters": { "proxy": bare },
            "stageVariables": null,
            "requestContext": {
                "resourceId": "local",
                "resourcePath": "/{proxy+}",
                "httpMethod": request.method.as_str(),
                "path": format!("/live{}", request.path),
                "stage": "live",
                "accountId": "000000000000",
                "apiId": "local",
                "domainName": "local.execute-api.us-east-1.amazonaws.com",
                "protocol": "HTTP/1.1",
                "requestId": id,
                "requestTimeEpoch": u64::try_from(now.as_millis()).unwrap_or_default(),
                "identity": { "sourceIp": request.client.to_string(), "userAgent": "Amazon CloudFront" },
            },
            "body": null,
            "isBase64Encoded": false,
        })
    }

    /// The signing parameters are CloudFront's own; of the others the cache policy forwards the copies.
    fn query(&self, query: &str, faults: &Faults) -> String {
        if faults.contains(&Fault::CopiesDropped) {
            return String::new();
        }
        let query = stripped(query);
        let kept = query
            .split('&')
            .filter(|pair| COPIES.contains(&pair.split('=').next().unwrap_or_default()))
            .filter(|pair| !(faults.contains(&Fault::NamesUnknown) && pair.starts_with("l=")));
        let copies = kept.collect::<Vec<_>>().join("&");
        if faults.contains(&Fault::OtherPolicy) {
            let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
            if !others.is_empty() {
                return others.clone();
            }
            // Nobody asked before: then a copy whose signature another link would have.
            return copies.replace("cf-Policy=", "cf-Policy=eyJT");
        }
        if !copies.is_empty() {
            copies.clone_into(&mut self.others.write().unwrap_or_else(PoisonError::into_inner));
        }
        copies
    }

    async fn as_stored(&self, request: &Request<'_>) -> Response<Body> {
        let key = request.path.strip_prefix('/').unwrap_or(request.path);
        match self.endpoint.origin().get(key, None).await {
            Ok(Object::Found { body, .. }) => plain(StatusCode::OK, PLAYLIST, body),
            _ => plain(StatusCode::NOT_FOUND, "application/json", "{}"),
        }
    }

    fn moved(request: &Request<'_>, answer: &screener_lambda::Response) -> Response<Body> {
        let squeezed = answer.headers.contains_key("content-encoding");
        let mut answer = answer.clone();
        let bytes = if answer.is_base64_encoded {
            BASE64.decode(answer.body.as_bytes()).unwrap_or_default()
        } else {
            answer.body.into_bytes()
        };
        let text = if squeezed { gunzip(&bytes) } else { bytes };
        let base = format!("http://{}/originals", request.host);
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().map(|line| {
            let elsewhere = !line.starts_with('#') && !line.is_empty() && !line.contains(".m3u8");
            if elsewhere {
                format!("{base}/{line}\n")
            } else {
                format!("{line}\n")
            }
        });
        answer.headers.remove("content-encoding");
        answer.body = lines.collect();
        answer.is_base64_encoded = false;
        into_answer(answer)
    }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut plain = Vec::new();
    if flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).is_err() {
        plain.clear();
    }
    plain
}

/// A proxy response as API Gateway turns it into HTTP; what it cannot read is its 502.
fn into_answer(answer: screener_lambda::Response) -> Response<Body> {
    let malformed = || {
        plain(
            StatusCode::BAD_GATEWAY,
            "application/json",
            json!({"message": "Internal server error"}).to_string(),
        )
    };
    let Ok(status) = StatusCode::from_u16(answer.status_code) else {
        return malformed();
    };
    let body = if answer.is_base64_encoded {
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
        out.headers_mut()
            .insert("x-cache", HeaderValue::from_static("Error from cloudfront"));
    }
    out
}
