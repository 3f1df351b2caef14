//! Rules of what viewers meet: behaviors, policies, keys, the function and the bucket's door.

use screener_cloudfront::verify::matches;
use serde_json::Value;

use super::Finding;
use crate::delivery::permissions::{statements, texts};
use crate::delivery::{Behavior, Delivery, OriginKind, ViewerProtocol};
use crate::evaluate::Evaluated;
use crate::names::{parameter, piece};

/// Names of a link in the query of a playlist's URL.
const IN_KEY: [&str; 6] = [
    "l",
    "cf-Policy",
    "cf-Signature",
    "cf-Key-Pair-Id",
    "cf-Hash-Algorithm",
    "cf-Expires",
];
const PREFLIGHT: [&str; 3] = [
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
];
/// A CloudFront Function of more is refused when it is made.
const LARGEST_FUNCTION: usize = 10_240;

struct Checking<'a> {
    delivery: &'a Delivery,
    findings: &'a mut Vec<Finding>,
}

pub(super) fn check(of: &Evaluated, delivery: &Delivery, findings: &mut Vec<Finding>) {
    let mut checking = Checking { delivery, findings };
    checking.order();
    for behavior in &delivery.behaviors {
        checking.behavior(behavior);
    }
    checking.playlists();
    checking.media();
    checking.functions(of);
    checking.distribution();
    checking.bucket(of);
}

impl Checking<'_> {
    fn say(&mut self, piece: &str, what: impl Into<String>, why: &'static str) {
        self.findings.push(Finding {
            piece: piece.to_owned(),
            what: what.into(),
            why,
        });
    }

    /// The behavior that answers a path, as CloudFront chooses it.
    fn answering(&self, path: &str) -> Option<&Behavior> {
        self.delivery
            .behaviors
            .iter()
            .find(|behavior| matches(&behavior.pattern, path))
    }

    fn kind(&self, behavior: &Behavior) -> Option<OriginKind> {
        self.delivery.origins.get(&behavior.origin).map(|origin| origin.kind)
    }

    fn order(&mut self) {
        let prefix = &self.delivery.prefix;
        let wanted = [
            (
                format!("{prefix}/video/index.m3u8"),
                OriginKind::Endpoint,
                "playlists are not answered by the endpoint",
            ),
            (
                format!("{prefix}/video/1/1080p/00001.m4s"),
                OriginKind::Bucket,
                "segments do not come from the bucket",
            ),
            (
                "watch/index.html".to_owned(),
                OriginKind::Bucket,
                "the page does not come from the bucket",
            ),
        ];
        for (path, kind, what) in wanted {
            let found = self.answering(&path).and_then(|behavior| self.kind(behavior));
            if found != Some(kind) {
                let what = format!("{what} ({path})");
                self.say(
                    piece::DISTRIBUTION,
                    what,
                    "Behaviors are tried in their order, and the first that fits answers.",
                );
            }
        }
    }

    fn behavior(&mut self, behavior: &Behavior) {
        let Behavior { pattern, .. } = behavior;
        let page = pattern == "watch/*";
        match &behavior.trusted {
            None if !page => self.say(
                piece::DISTRIBUTION,
                format!("{pattern} is open to everybody"),
                "Whoever knows a path could watch without a link.",
            ),
            Some(_) if page => self.say(
                piece::DISTRIBUTION,
                "watch/* is restricted",
                "The page opens before it knows the signature, which stands behind the #.",
            ),
            Some(keys) if keys.is_empty() => self.say(
                piece::KEY_GROUP,
                format!("no key opens {pattern}"),
                "No link would be good.",
            ),
            _ => {}
        }
        for method in ["GET", "HEAD", "OPTIONS"] {
            if !behavior.methods.contains(method) {
                let what = format!("{pattern} does not allow {method}");
                self.say(
                    piece::DISTRIBUTION,
                    what,
                    "Players on other pages ask before they fetch, and would be refused.",
                );
            }
        }
        if behavior
            .methods
            .iter()
            .any(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS"))
        {
            let what = format!("{pattern} allows methods that change things");
            self.say(piece::DISTRIBUTION, what, "Viewers only read.");
        }
        if behavior.viewer_protocol == ViewerProtocol::AllowAll {
            let what = format!("{pattern} is answered without TLS");
            self.say(
                piece::DISTRIBUTION,
                what,
                "A link that is sent in the open belongs to whoever listens.",
            );
        }
        if !page
            && behavior
                .response_headers
                .as_ref()
                .is_none_or(|headers| headers.cors.is_none())
        {
            let what = format!("{pattern} adds no CORS headers");
            self.say(
                piece::MEDIA_HEADERS,
                what,
                "Players on other pages could not read answers, nor the reason of a refusal.",
            );
        }
        if page
            && behavior
                .response_headers
                .as_ref()
                .is_none_or(|headers| !headers.headers.contains_key("content-security-policy"))
        {
            self.say(
                piece::PAGE_HEADERS,
                "the page has no content security policy",
                "The page holds every link that opens it.",
            );
        }
    }

    fn playlists(&mut self) {
        let path = format!("{}/video/index.m3u8", self.delivery.prefix);
        let Some(behavior) = self.answering(&path).cloned() else {
            return;
        };
        if self.kind(&behavior) != Some(OriginKind::Endpoint) {
            return;
        }
        for name in IN_KEY {
            if !behavior.cache.key.query.has(name) {
                let what = format!("{name} is not in the key of playlists");
                self.say(
                    piece::PLAYLIST_CACHE,
                    what,
                    "One viewer would be given another's link, or none.",
                );
            }
        }
        if !behavior.cache.gzip {
            self.say(
                piece::PLAYLIST_CACHE,
                "Accept-Encoding is not in the key of playlists",
                "They would be sent plain: 906 KB for an hour, not 7.",
            );
        }
        if behavior.cache.ttl.1 > 5 || behavior.cache.ttl.2 > 5 {
            self.say(
                piece::PLAYLIST_CACHE,
                "playlists are kept for more than seconds",
                "A film that is still published would stand still.",
            );
        }
        for name in PREFLIGHT.into_iter().chain(["x-screener-host"]) {
            if !behavior.origin_request.headers.has(name) && !behavior.cache.key.headers.has(name) {
                let what = format!("{name} does not reach the endpoint");
                self.say(
                    piece::PLAYLIST_REQUEST,
                    what,
                    "Preflights, or sign mode, could not be answered.",
                );
            }
        }
        if behavior.origin_request.headers.has("host") {
            self.say(
                piece::PLAYLIST_REQUEST,
                "the viewer's Host reaches the endpoint",
                "Neither a function's URL nor an API answers to it.",
            );
        }
    }

    fn media(&mut self) {
        for behavior in self.delivery.behaviors.clone() {
            if self.kind(&behavior) != Some(OriginKind::Bucket) {
                continue;
            }
            let pattern = &behavior.pattern;
            if IN_KEY
                .iter()
                .any(|name| behavior.cache.key.query.has(name) || behavior.origin_request.query.has(name))
            {
                let what = format!("the query is in the key of {pattern}");
                self.say(
                    piece::DISTRIBUTION,
                    what,
                    "Each link would fetch each segment from the bucket anew.",
                );
            }
            for name in PREFLIGHT {
                if !behavior.origin_request.headers.has(name) && !behavior.cache.key.headers.has(name) {
                    let what = format!("{name} does not reach the bucket from {pattern}");
                    self.say(
                        piece::DISTRIBUTION,
                        what,
                        "The bucket answers preflights, and would not know one.",
                    );
                }
            }
        }
    }

    /// Where links can be taken back, nothing that is restricted passes the function by.
    fn functions(&mut self, of: &Evaluated) {
        let wanted = of.resource(piece::LINK_STORE).is_some() || of.resource(piece::VIEWER_REQUEST).is_some();
        for behavior in self
            .delivery
            .behaviors
            .iter()
            .filter(|behavior| behavior.trusted.is_some())
            .cloned()
            .collect::<Vec<_>>()
        {
            let pattern = &behavior.pattern;
            let Some(function) = &behavior.viewer_request else {
                if wanted {
                    let what = format!("{pattern} has no viewer-request function");
                    self.say(
                        piece::DISTRIBUTION,
                        what,
                        "A link that was taken back would still open there, and nothing would show it.",
                    );
                }
                continue;
            };
            if !function.published {
                self.say(
                    piece::VIEWER_REQUEST,
                    "the function is not published",
                    "A function that is not published runs nowhere.",
                );
            }
            if !function.store {
                self.say(
                    piece::VIEWER_REQUEST,
                    "the function has no key value store",
                    "It could not know what is taken back.",
                );
            }
            if function.code.len() > LARGEST_FUNCTION {
                self.say(
                    piece::VIEWER_REQUEST,
                    format!("the function has {} bytes", function.code.len()),
                    "CloudFront takes 10,240.",
                );
            }
            if function.code != crate::VIEWER_REQUEST {
                self.say(
                    piece::VIEWER_REQUEST,
                    "the function is another one",
                    "Only the one of this version was tested, with Rust's copy beside it.",
                );
            }
        }
    }

    fn distribution(&mut self) {
        if !self.delivery.enabled {
            self.say(piece::DISTRIBUTION, "it is switched off", "Nobody could watch.");
        }
        if self.delivery.ipv6 {
            self.say(
                piece::DISTRIBUTION,
                "IPv6 is on",
                "A link's network is IPv4 alone: viewers over IPv6 would be refused.",
            );
        }
        for status in [403, 404, 500, 502, 503, 504] {
            let seconds = self.delivery.error_caching.get(&status).copied().unwrap_or(10);
            if seconds > 1 {
                let what = format!("a {status} is kept for {seconds} seconds");
                self.say(
                    piece::DISTRIBUTION,
                    what,
                    "What was mended, or is there by now, would stay refused.",
                );
            }
        }
    }

    fn bucket(&mut self, of: &Evaluated) {
        let origins = self
            .delivery
            .origins
            .values()
            .filter(|origin| origin.kind == OriginKind::Bucket);
        if origins.clone().any(|origin| !origin.access_control) {
            self.say(
                piece::BUCKET_ACCESS,
                "requests to the bucket are not signed",
                "A closed bucket refuses them: 403 for every segment.",
            );
        }
        let reads = self.delivery.bucket.distribution_reads.clone();
        let prefix = of.parameters.get(parameter::PREFIX).and_then(Value::as_str);
        let prefix = prefix.unwrap_or(&self.delivery.prefix).to_owned();
        for key in [
            format!("{prefix}/video/1/1080p/00001.m4s"),
            "watch/index.html".to_owned(),
        ] {
            let denied = &self.delivery.bucket.distribution_denied;
            let covered = reads.iter().any(|pattern| matches(pattern, &key))
                && !denied.iter().any(|pattern| matches(pattern, &key));
            if !covered {
                let what = format!("the distribution may not read {key}");
                self.say(
                    piece::BUCKET_POLICY,
                    what,
                    "The paths of behaviors and of the policy have to fit: 403 for every segment.",
                );
            }
        }
        for pattern in &reads {
            if !["links/x", "logs/x"].iter().all(|key| !matches(pattern, key)) {
                let what = format!("the distribution may read {pattern}");
                self.say(
                    piece::BUCKET_POLICY,
                    what,
                    "What is private in the bucket would be behind any good link.",
                );
            }
        }
        if !self.delivery.bucket.anybody_reads.is_empty() {
            self.say(
                piece::BUCKET_POLICY,
                "everybody may read",
                "Whoever knows a path could watch without a link.",
            );
        }
        self.names_one(of);
        let read = self.delivery.bucket.cors.iter().any(|rule| {
            rule.origins.iter().any(|origin| origin == "*") && rule.methods.iter().any(|method| method == "GET")
        });
        if !read {
            self.say(
                piece::BUCKET,
                "the bucket answers no preflight",
                "Players on other pages could not fetch segments.",
            );
        }
    }

    /// Each statement for a service names one distribution, or one log delivery of this account.
    fn names_one(&mut self, of: &Evaluated) {
        for (id, policy) in of.of_kind("AWS::S3::BucketPolicy") {
            for statement in statements(policy.at("/PolicyDocument"))
                .into_iter()
                .filter(|one| one["Effect"] == "Allow")
            {
                let conditions = &statement["Condition"];
                let sources: Vec<String> = ["StringEquals", "ArnEquals", "ArnLike", "StringLike"]
                    .iter()
                    .filter_map(|operator| conditions[operator].as_object())
                    .flatten()
                    .filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))
                    .flat_map(|(_, arns)| texts(arns))
                    .collect();
                if sources.is_empty() || sources.iter().any(|arn| arn.contains(['*', '?'])) {
                    self.say(
                        id,
                        "a statement names no single source",
                        "Anybody's distribution could be pointed at the bucket.",
                    );
                }
            }
        }
    }
}
