//! A delivery out of an evaluated template.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::permissions::{Asking, Effect, keys_in, resources, texts};
use super::policies::{self, is_true, number};
use super::{Behavior, Bucket, Delivery, Endpoint, Forwarded, Function, Origin, OriginKind, ViewerProtocol, endpoint};
use crate::evaluate::{Evaluated, Resource};
use crate::mistakes::{Mistake, Mistakes};

/// What CloudFront does where a distribution says nothing of a status: it keeps an error for ten seconds.
const KINDS_OF_ERROR: [u16; 12] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504, 429];

impl Delivery {
    /// What a viewer of this template's distribution meets. Wrong is what CloudFront would refuse: no distribution, a behavior whose
    /// origin, policy, key group or function is not there. All else that is wrong in a template is found in what viewers meet.
    pub fn of(evaluated: &Evaluated) -> Result<Self, Mistakes> {
        let mut distributions = evaluated.of_kind("AWS::CloudFront::Distribution");
        let Some((id, distribution)) = distributions.next() else {
            return Err(Mistakes::one("Resources", "there is no distribution"));
        };
        if distributions.next().is_some() {
            return Err(Mistakes::one(
                "Resources",
                "there are several distributions, and viewers meet one",
            ));
        }
        let reference = evaluated.reference(id).unwrap_or_default();
        let reading = Reading {
            of: evaluated,
            id,
            arn: evaluated.identities.distribution_arn(&reference),
            wrong: Vec::new(),
        };
        reading.delivery(distribution)
    }
}

struct Reading<'a> {
    of: &'a Evaluated,
    id: &'a str,
    arn: String,
    wrong: Vec<Mistake>,
}

impl<'a> Reading<'a> {
    fn say(&mut self, part: &str, what: impl Into<String>) {
        self.wrong.push(Mistake {
            path: format!("Resources / {} / {part}", self.id),
            what: what.into(),
        });
    }

    fn delivery(mut self, distribution: &'a Resource) -> Result<Delivery, Mistakes> {
        let config = distribution.at("/DistributionConfig");
        let mut origins = BTreeMap::new();
        let (mut bucket, mut reached) = (None, None);
        for origin in config["Origins"].as_array().into_iter().flatten() {
            let name = origin["Id"].as_str().unwrap_or_default().to_owned();
            let host = origin["DomainName"].as_str().unwrap_or_default();
            let hosts = ["RegionalDomainName", "DomainName", "DualStackDomainName"];
            let as_bucket = self.of.whose(host, "AWS::S3::Bucket", &hosts);
            let as_endpoint = endpoint::at_host(self.of, host);
            bucket = bucket.or(as_bucket);
            reached = reached.or(as_endpoint);
            let kind = match (as_bucket, as_endpoint) {
                (Some(_), _) => OriginKind::Bucket,
                (_, Some(_)) => OriginKind::Endpoint,
                _ => OriginKind::Other,
            };
            origins.insert(name, self.origin(origin, kind));
        }
        // Without an origin that leads there, what the template has of them is met all the same: by nobody.
        let bucket = bucket.or_else(|| self.of.of_kind("AWS::S3::Bucket").map(|(id, _)| id).next());
        let any_way = || {
            let urls = self.of.of_kind("AWS::Lambda::Url");
            urls.chain(self.of.of_kind("AWS::ApiGateway::RestApi"))
                .map(|(id, _)| id)
                .next()
        };
        let bucket_arn = bucket.and_then(|id| self.of.attribute(id, "Arn"));
        let endpoint = reached.or_else(any_way).map_or_else(Endpoint::default, |id| {
            endpoint::endpoint(self.of, id, &self.arn, bucket_arn.as_deref())
        });
        let mut behaviors = Vec::new();
        for behavior in config["CacheBehaviors"].as_array().into_iter().flatten() {
            let pattern = behavior["PathPattern"].as_str().unwrap_or_default();
            let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
            behaviors.push(self.behavior(pattern, behavior, &origins));
        }
        behaviors.push(self.behavior("*", &config["DefaultCacheBehavior"], &origins));
        let mut error_caching: BTreeMap<u16, u64> = KINDS_OF_ERROR.into_iter().map(|status| (status, 10)).collect();
        for response in config["CustomErrorResponses"].as_array().into_iter().flatten() {
            let status = number(&response["ErrorCode"]).and_then(|code| u16::try_from(code).ok());
            if let (Some(status), Some(seconds)) = (status, number(&response["ErrorCachingMinTTL"])) {
                error_caching.insert(status, seconds);
            }
        }
        let (bucket, log) = bucket
            .zip(bucket_arn)
            .map(|(id, arn)| self.bucket(id, &arn))
            .unwrap_or_default();
        let delivery = Delivery {
            behaviors,
            origins,
            error_caching,
            ipv6: is_true(&config["IPV6Enabled"]),
            enabled: is_true(&config["Enabled"]),
            prefix: endpoint::prefix(&endpoint.environment),
            endpoint,
            bucket,
            log,
        };
        if self.wrong.is_empty() {
            Ok(delivery)
        } else {
            Err(Mistakes(self.wrong))
        }
    }

    fn origin(&mut self, origin: &Value, kind: OriginKind) -> Origin {
        let signed_with = origin["OriginAccessControlId"].as_str().filter(|id| !id.is_empty());
        let control = signed_with.and_then(|id| {
            let own = self.of.whose(id, "AWS::CloudFront::OriginAccessControl", &["Id"]);
            own.and_then(|id| self.of.resource(id))
        });
        if let (Some(id), None) = (signed_with, control) {
            self.say("Origins", format!("there is no origin access control {id}"));
        }
        let wanted = match kind {
            OriginKind::Bucket => "s3",
            _ => "lambda",
        };
        let access_control = control.is_some_and(|control| {
            let config = control.at("/OriginAccessControlConfig");
            config["OriginAccessControlOriginType"] == wanted && config["SigningBehavior"] != "never"
        });
        let custom = origin["OriginCustomHeaders"].as_array().into_iter().flatten();
        let headers = custom.filter_map(|header| {
            let name = header["HeaderName"].as_str()?.to_lowercase();
            Some((name, header["HeaderValue"].as_str()?.to_owned()))
        });
        Origin {
            kind,
            path: origin["OriginPath"]
                .as_str()
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned(),
            headers: headers.collect(),
            access_control,
        }
    }

    fn behavior(&mut self, pattern: &str, behavior: &Value, origins: &BTreeMap<String, Origin>) -> Behavior {
        let part = format!("behavior {pattern}");
        let origin = behavior["TargetOriginId"].as_str().unwrap_or_default().to_owned();
        if !origins.contains_key(&origin) {
            self.say(&part, format!("there is no origin {origin:?}"));
        }
        let cache = behavior["CachePolicyId"].as_str().unwrap_or_default();
        let cache = policies::cache_policy(self.of, cache).unwrap_or_else(|| {
            self.say(
                &part,
                format!("there is no cache policy {cache:?} here, nor a managed one that is known"),
            );
            unknown_cache()
        });
        let origin_request = match behavior["OriginRequestPolicyId"].as_str() {
            None => Forwarded::default(),
            Some(id) => policies::origin_request(self.of, id).unwrap_or_else(|| {
                self.say(
                    &part,
                    format!("there is no origin request policy {id:?} here, nor a managed one that is known"),
                );
                Forwarded::default()
            }),
        };
        let response_headers = behavior["ResponseHeadersPolicyId"].as_str().and_then(|id| {
            let found = policies::response_headers(self.of, id);
            if found.is_none() {
                self.say(
                    &part,
                    format!("there is no response headers policy {id:?} here, nor a managed one that is known"),
                );
            }
            found
        });
        let mut methods: BTreeSet<String> = texts(&behavior["AllowedMethods"]).into_iter().collect();
        if methods.is_empty() {
            methods = ["GET", "HEAD"].into_iter().map(str::to_owned).collect();
        }
        let trusted = self.trusted(&part, behavior);
        let viewer_request = self.viewer_request(&part, behavior);
        Behavior {
            pattern: pattern.to_owned(),
            origin,
            methods,
            trusted,
            compress: is_true(&behavior["Compress"]),
            viewer_protocol: match behavior["ViewerProtocolPolicy"].as_str() {
                Some("redirect-to-https") => ViewerProtocol::Redirect,
                Some("https-only") => ViewerProtocol::HttpsOnly,
                _ => ViewerProtocol::AllowAll,
            },
            cache,
            origin_request,
            response_headers,
            viewer_request,
        }
    }

    fn trusted(&mut self, part: &str, behavior: &Value) -> Option<Vec<String>> {
        let groups = texts(&behavior["TrustedKeyGroups"]);
        if groups.is_empty() {
            return None;
        }
        let mut keys = Vec::new();
        for group in groups {
            let Some(own) = self.of.whose(&group, "AWS::CloudFront::KeyGroup", &["Id"]) else {
                self.say(part, format!("there is no key group {group:?}"));
                continue;
            };
            let items = self
                .of
                .resource(own)
                .map(|group| texts(group.at("/KeyGroupConfig/Items")));
            for item in items.unwrap_or_default() {
                match self.of.whose(&item, "AWS::CloudFront::PublicKey", &["Id"]) {
                    Some(key) => keys.push(key.to_owned()),
                    None => self.say(
                        part,
                        format!("the key group {own} names a key {item:?}, which is not here"),
                    ),
                }
            }
        }
        Some(keys)
    }

    fn viewer_request(&mut self, part: &str, behavior: &Value) -> Option<Function> {
        let associations = behavior["FunctionAssociations"].as_array().into_iter().flatten();
        let arn = associations
            .filter(|association| association["EventType"] == "viewer-request")
            .find_map(|association| association["FunctionARN"].as_str())?;
        let attributes = ["FunctionARN", "FunctionMetadata.FunctionARN"];
        let Some(own) = self.of.whose(arn, "AWS::CloudFront::Function", &attributes) else {
            self.say(part, format!("there is no function {arn:?}"));
            return None;
        };
        let function = self.of.resource(own)?;
        let stores = function.at("/FunctionConfig/KeyValueStoreAssociations").as_array();
        Some(Function {
            code: function.at("/FunctionCode").as_str().unwrap_or_default().to_owned(),
            published: is_true(function.at("/AutoPublish")),
            store: stores.is_some_and(|stores| !stores.is_empty()),
        })
    }

    fn bucket(&self, id: &str, arn: &str) -> (Bucket, Option<String>) {
        let reference = self.of.reference(id).unwrap_or_default();
        let policies = self.of.of_kind("AWS::S3::BucketPolicy");
        let policy = policies
            .filter(|(_, policy)| policy.at("/Bucket") == reference.as_str())
            .map(|(_, policy)| policy.at("/PolicyDocument"))
            .next()
            .unwrap_or(&Value::Null);
        let account = self.of.identities.account();
        let context = [
            ("aws:SourceArn", self.arn.as_str()),
            ("aws:SourceAccount", account),
            ("aws:SecureTransport", "true"),
        ];
        let cloudfront = Asking {
            service: Some("cloudfront.amazonaws.com"),
            context: &context,
        };
        let anybody = Asking {
            service: None,
            context: &[("aws:SecureTransport", "true")],
        };
        let keys = |effect, action, asking| keys_in(arn, resources(policy, effect, action, asking));
        let Some(bucket) = self.of.resource(id) else {
            return (Bucket::default(), None);
        };
        let closed = is_true(bucket.at("/PublicAccessBlockConfiguration/RestrictPublicBuckets"));
        let rules = bucket
            .at("/CorsConfiguration/CorsRules")
            .as_array()
            .into_iter()
            .flatten();
        let source = format!("{}:delivery-source:screener-{}", self.logs(), self.reference());
        let delivery = [
            ("aws:SourceArn", source.as_str()),
            ("aws:SourceAccount", account),
            ("s3:x-amz-acl", "bucket-owner-full-control"),
            ("aws:SecureTransport", "true"),
        ];
        let logs = Asking {
            service: Some("delivery.logs.amazonaws.com"),
            context: &delivery,
        };
        let log = keys(Effect::Allow, "s3:PutObject", logs)
            .first()
            .map(|keys| keys.trim_end_matches('*').to_owned());
        let met = Bucket {
            cors: rules.map(policies::bucket_rule).collect(),
            distribution_reads: keys(Effect::Allow, "s3:GetObject", cloudfront),
            anybody_reads: if closed {
                Vec::new()
            } else {
                keys(Effect::Allow, "s3:GetObject", anybody)
            },
            distribution_denied: keys(Effect::Deny, "s3:GetObject", cloudfront),
        };
        (met, log)
    }

    fn reference(&self) -> String {
        self.of.reference(self.id).unwrap_or_default()
    }

    fn logs(&self) -> String {
        format!("arn:aws:logs:us-east-1:{}", self.of.identities.account())
    }
}

fn unknown_cache() -> super::CachePolicy {
    super::CachePolicy {
        ttl: (0, 0, 0),
        gzip: false,
        brotli: false,
        key: Forwarded::default(),
    }
}
