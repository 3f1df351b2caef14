//! One behavior, ready for requests: what it takes, forwards, keeps apart and adds.
//!
//! Sources: Amazon CloudFront Developer Guide, "Control the cache key", "Control origin requests with a policy" (what is in the cache
//! key reaches the origin, and what the origin request policy names does, too), "Understand cache policies" (`Accept-Encoding`).

use std::{collections::BTreeMap, net::IpAddr};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use screener_template::delivery::{Behavior, Bucket as BucketRules, Origin, OriginKind};

use crate::{behaviors::matches, cross_origin::CorsHeaders, js_function::JsFunction};

/// One behavior, with its origin.
pub(crate) struct Route {
    pub(crate) behavior: Behavior,
    pub(crate) origin: Origin,
    pub(crate) judge: Judge,
    cors: Option<CorsHeaders>,
    added: Vec<(HeaderName, HeaderValue, bool)>,
}

/// Who sees a request first.
#[derive(Clone)]
pub(crate) enum Judge {
    /// Nobody.
    Nobody,
    /// Screener's own function: the same rules in Rust.
    Own,
    /// It throws before it looks at a request: it asks for a store, and none is associated with it.
    Broken,
    /// Another function.
    Other(JsFunction),
}

impl Route {
    pub(crate) fn new(behavior: Behavior, origin: Option<Origin>, judge: Judge) -> Self {
        let policy = behavior.response_headers.as_ref();
        let cors = policy.and_then(|policy| policy.cors.as_ref()).map(CorsHeaders::new);
        let added = policy.map(|policy| &policy.headers).into_iter().flatten();
        let added = added.filter_map(|(name, (value, replaces))| {
            Some((name.parse().ok()?, HeaderValue::from_str(value).ok()?, *replaces))
        });
        let added = added.collect();
        Self {
            origin: origin.unwrap_or(Origin {
                kind: OriginKind::Other,
                path: String::new(),
                headers: BTreeMap::new(),
                access_control: false,
            }),
            behavior,
            judge,
            cors,
            added,
        }
    }

    pub(crate) fn takes(&self, method: &Method) -> bool {
        self.behavior.methods.contains(method.as_str())
    }

    /// Whether a signature is needed, and if so, whether there is a key that could make one.
    pub(crate) fn restricted(&self) -> Option<bool> {
        self.behavior.trusted.as_ref().map(|keys| !keys.is_empty())
    }

    /// Whether CloudFront compresses what the origin sent plain.
    pub(crate) fn compresses(&self) -> bool {
        self.behavior.compress && self.behavior.cache.gzip
    }

    /// Whether the origin is asked for gzip, where the viewer takes it.
    pub(crate) fn asks_for_gzip(&self) -> bool {
        self.behavior.cache.gzip || (!self.behavior.cache.brotli && self.forwards("accept-encoding"))
    }

    /// Whether a header of the viewer's, its name in lower case, reaches the origin.
    pub(crate) fn forwards(&self, header: &str) -> bool {
        self.behavior.cache.key.headers.has(header) || self.behavior.origin_request.headers.has(header)
    }

    /// Whether a parameter reaches the origin.
    pub(crate) fn forwards_parameter(&self, name: &str) -> bool {
        self.keeps_apart(name) || self.behavior.origin_request.query.has(name)
    }

    /// Whether answers are kept apart by a parameter.
    pub(crate) fn keeps_apart(&self, name: &str) -> bool {
        self.behavior.cache.key.query.has(name)
    }

    /// The response headers policy: adds what an origin left out, on errors, too.
    pub(crate) fn add(&self, method: &Method, asked: &HeaderMap, answer: &mut HeaderMap) {
        for (name, value, replaces) in &self.added {
            if *replaces || !answer.contains_key(name) {
                answer.insert(name.clone(), value.clone());
            }
        }
        if let Some(cors) = &self.cors {
            cors.add(method, asked, answer);
        }
    }
}

/// Whether the bucket lets the distribution have the object under a key. S3 looks for a denial first, and takes a request that is not
/// signed for anybody's.
pub(crate) fn readable(rules: &BucketRules, signed: bool, key: &str) -> bool {
    let has = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, key));
    if signed && has(&rules.distribution_denied) {
        return false;
    }
    (signed && has(&rules.distribution_reads)) || has(&rules.anybody_reads)
}

/// What a viewer's request says, whoever looks at it.
pub(crate) struct Viewed<'a> {
    pub(crate) method: &'a Method,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) client: IpAddr,
}
