//! Policies of a template's own: what is kept, what reaches an origin, what is added.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::managed;
use super::permissions::texts;
use super::{CachePolicy, Cors, Forwarded, Names, ResponseHeaders};
use crate::evaluate::Evaluated;

/// The cache policy with an id; `None` for an id that nothing here has.
pub(super) fn cache_policy(of: &Evaluated, id: &str) -> Option<CachePolicy> {
    let Some(own) = of.whose(id, "AWS::CloudFront::CachePolicy", &[]) else {
        return managed::cache_policy(id);
    };
    let config = of.resource(own)?.at("/CachePolicyConfig");
    let key = &config["ParametersInCacheKeyAndForwardedToOrigin"];
    Some(CachePolicy {
        ttl: (
            number(&config["MinTTL"]).unwrap_or(0),
            number(&config["DefaultTTL"]).unwrap_or(86_400),
            number(&config["MaxTTL"]).unwrap_or(31_536_000),
        ),
        gzip: is_true(&key["EnableAcceptEncodingGzip"]),
        brotli: is_true(&key["EnableAcceptEncodingBrotli"]),
        key: forwarded(key),
    })
}

/// The origin request policy with an id; `None` for an id that nothing here has.
pub(super) fn origin_request(of: &Evaluated, id: &str) -> Option<Forwarded> {
    match of.whose(id, "AWS::CloudFront::OriginRequestPolicy", &[]) {
        Some(own) => Some(forwarded(of.resource(own)?.at("/OriginRequestPolicyConfig"))),
        None => managed::origin_request(id),
    }
}

/// The response headers policy with an id; `None` for an id that nothing here has.
pub(super) fn response_headers(of: &Evaluated, id: &str) -> Option<ResponseHeaders> {
    let Some(own) = of.whose(id, "AWS::CloudFront::ResponseHeadersPolicy", &[]) else {
        return managed::response_headers(id);
    };
    let config = of.resource(own)?.at("/ResponseHeadersPolicyConfig");
    let cors = config.get("CorsConfig").map(|cors| Cors {
        origins: items(&cors["AccessControlAllowOrigins"]),
        methods: items(&cors["AccessControlAllowMethods"]),
        headers: items(&cors["AccessControlAllowHeaders"]),
        exposed: items(&cors["AccessControlExposeHeaders"]),
        max_age: number(&cors["AccessControlMaxAgeSec"]),
        replaces: is_true(&cors["OriginOverride"]),
    });
    let mut headers = BTreeMap::new();
    let mut add = |name: &str, value: Option<String>, about: &Value| {
        if let Some(value) = value {
            headers.insert(name.to_lowercase(), (value, is_true(&about["Override"])));
        }
    };
    let security = &config["SecurityHeadersConfig"];
    let about = &security["ContentSecurityPolicy"];
    add("content-security-policy", text(&about["ContentSecurityPolicy"]), about);
    let about = &security["ContentTypeOptions"];
    add(
        "x-content-type-options",
        about.is_object().then(|| "nosniff".to_owned()),
        about,
    );
    let about = &security["ReferrerPolicy"];
    add("referrer-policy", text(&about["ReferrerPolicy"]), about);
    let about = &security["FrameOptions"];
    add("x-frame-options", text(&about["FrameOption"]), about);
    let about = &security["StrictTransportSecurity"];
    let transport = number(&about["AccessControlMaxAgeSec"]).map(|seconds| {
        let subdomains = if is_true(&about["IncludeSubdomains"]) {
            "; includeSubDomains"
        } else {
            ""
        };
        let preload = if is_true(&about["Preload"]) { "; preload" } else { "" };
        format!("max-age={seconds}{subdomains}{preload}")
    });
    add("strict-transport-security", transport, about);
    for own in config["CustomHeadersConfig"]["Items"].as_array().into_iter().flatten() {
        if let Some(name) = own["Header"].as_str() {
            add(name, text(&own["Value"]), own);
        }
    }
    Some(ResponseHeaders { cors, headers })
}

/// One rule of a bucket's CORS configuration.
pub(super) fn bucket_rule(rule: &Value) -> Cors {
    Cors {
        origins: texts(&rule["AllowedOrigins"]),
        methods: texts(&rule["AllowedMethods"]),
        headers: texts(&rule["AllowedHeaders"]),
        exposed: texts(&rule["ExposedHeaders"]),
        max_age: number(&rule["MaxAge"]),
        replaces: false,
    }
}

fn forwarded(config: &Value) -> Forwarded {
    let query = &config["QueryStringsConfig"];
    let headers = &config["HeadersConfig"];
    Forwarded {
        query: names(&query["QueryStringBehavior"], &query["QueryStrings"], str::to_owned),
        headers: names(&headers["HeaderBehavior"], &headers["Headers"], str::to_lowercase),
    }
}

fn names(behavior: &Value, listed: &Value, written: fn(&str) -> String) -> Names {
    let listed: BTreeSet<String> = texts(listed).iter().map(|name| written(name)).collect();
    match behavior.as_str().unwrap_or_default() {
        "whitelist" => Names::Only(listed),
        "allExcept" => Names::AllBut(listed),
        "all" | "allViewer" | "allViewerAndWhitelistCloudFront" => Names::All,
        _ => Names::None,
    }
}

fn items(value: &Value) -> Vec<String> {
    texts(&value["Items"])
}

/// A number, also where a parameter made a text of it.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().or_else(|| {
            let number = other.as_f64()?;
            (number >= 0.0 && number.fract() == 0.0).then(|| number.to_string().parse().ok())?
        }),
    }
}

/// A truth, also where a parameter made a text of it.
pub(crate) fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
