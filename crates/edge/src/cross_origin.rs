//! Cross-origin requests: what a response headers policy adds, and what a bucket's CORS configuration answers.
//!
//! Sources: Amazon CloudFront Developer Guide, "Understand response headers policies" (CORS headers are added to answers of CORS requests);
//! Amazon S3 User Guide, "Elements of a CORS configuration", "How does Amazon S3 evaluate the CORS configuration on a bucket?".

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use screener_cloudfront::verify::matches;
use screener_template::delivery::Cors;

use crate::answer::{Body, s3_error, whole};

/// `CorsConfig` of a response headers policy, as headers.
pub(crate) struct CorsHeaders {
    origins: Vec<String>,
    any: bool,
    /// For every answer.
    simple: Vec<(HeaderName, HeaderValue)>,
    /// For a preflight's, too.
    preflight: Vec<(HeaderName, HeaderValue)>,
    replaces: bool,
}

impl CorsHeaders {
    pub(crate) fn new(cors: &Cors) -> Self {
        let mut simple = Vec::new();
        list(&mut simple, header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.exposed);
        let mut preflight = Vec::new();
        list(&mut preflight, header::ACCESS_CONTROL_ALLOW_METHODS, &cors.methods);
        list(&mut preflight, header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.headers);
        if let Some(seconds) = cors.max_age {
            preflight.push((header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds)));
        }
        Self {
            origins: cors.origins.clone(),
            any: cors.origins.iter().any(|origin| origin == "*"),
            simple,
            preflight,
            replaces: cors.replaces,
        }
    }

    /// Adds to the answer of a request what belongs there.
    pub(crate) fn add(&self, method: &Method, asked: &HeaderMap, answer: &mut HeaderMap) {
        let Some(origin) = asked.get(header::ORIGIN) else {
            return;
        };
        let allowed = if self.any {
            HeaderValue::from_static("*")
        } else if origin.to_str().is_ok_and(|origin| covers(&self.origins, origin)) {
            origin.clone()
        } else {
            return;
        };
        let mut put = |name: &HeaderName, value: HeaderValue| {
            if self.replaces || !answer.contains_key(name) {
                answer.insert(name.clone(), value);
            }
        };
        put(&header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        for (name, value) in &self.simple {
            put(name, value.clone());
        }
        if *method == Method::OPTIONS {
            for (name, value) in &self.preflight {
                put(name, value.clone());
            }
        }
    }
}

fn list(into: &mut Vec<(HeaderName, HeaderValue)>, name: HeaderName, values: &[String]) {
    if let Ok(value) = HeaderValue::from_str(&values.join(", "))
        && !values.is_empty()
    {
        into.push((name, value));
    }
}

fn covers(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

/// What of a viewer's request the bucket learns of another page.
pub(crate) struct Foreign<'a> {
    origin: Option<&'a HeaderValue>,
    method: Option<&'a str>,
    headers: Option<&'a HeaderValue>,
}

impl<'a> Foreign<'a> {
    /// Of the headers, those that are forwarded.
    pub(crate) fn of(headers: &'a HeaderMap, forwarded: impl Fn(&str) -> bool) -> Self {
        let header = |name: HeaderName| headers.get(&name).filter(|_| forwarded(name.as_str()));
        Self {
            origin: header(header::ORIGIN),
            method: header(header::ACCESS_CONTROL_REQUEST_METHOD).and_then(|method| method.to_str().ok()),
            headers: header(header::ACCESS_CONTROL_REQUEST_HEADERS),
        }
    }

    /// The first rule that covers origin, method and headers.
    fn rule<'r>(&self, rules: &'r [Cors], method: &str) -> Option<&'r Cors> {
        let origin = self.origin?.to_str().ok()?;
        let headers = self.headers.map_or(Some(""), |headers| headers.to_str().ok())?;
        rules.iter().find(|rule| {
            let known = |name: &str| {
                rule.headers
                    .iter()
                    .any(|pattern| matches(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase()))
            };
            covers(&rule.origins, origin)
                && rule.methods.iter().any(|known| known == method)
                && headers
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .all(known)
        })
    }

    /// Adds what S3 adds to an answer that is none to a preflight.
    pub(crate) fn add(&self, rules: &[Cors], method: &Method, answer: &mut HeaderMap) {
        if let (Some(origin), Some(rule)) = (self.origin, self.rule(rules, method.as_str())) {
            describe(answer, rule, origin);
        }
    }

    /// S3 answers a preflight itself.
    pub(crate) fn preflight(&self, rules: &[Cors]) -> Response<Body> {
        let (Some(origin), Some(method)) = (self.origin, self.method) else {
            return s3_error(
                StatusCode::BAD_REQUEST,
                "BadRequest",
                "Insufficient information. Origin request header needed.",
            );
        };
        let Some(rule) = self.rule(rules, method) else {
            return s3_error(
                StatusCode::FORBIDDEN,
                "AccessForbidden",
                "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request \
                 method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
                 resource's CORS spec.",
            );
        };
        let mut answer = Response::new(whole(Bytes::new()));
        let out = answer.headers_mut();
        describe(out, rule, origin);
        if let Some(asked) = self.headers {
            out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        if let Some(seconds) = rule.max_age {
            out.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
        }
        out.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        answer
    }
}

fn describe(headers: &mut HeaderMap, rule: &Cors, origin: &HeaderValue) {
    let mut named = Vec::new();
    list(&mut named, header::ACCESS_CONTROL_ALLOW_METHODS, &rule.methods);
    list(&mut named, header::ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed);
    headers.extend(named);
    if rule.origins.iter().any(|origin| origin == "*") {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
    );
}
