//! ACM, Service Quotas, and how many distributions and key groups there are.

use serde_json::json;

use super::exchange::{Answer, Asked};
use super::{Service, World};

/// A certificate of us-east-1.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// ARN.
    pub arn: String,
    /// `ISSUED`, `PENDING_VALIDATION`, …
    pub status: String,
    /// Names that it covers.
    pub names: Vec<String>,
}

/// A quota.
#[derive(Clone, Debug)]
pub struct Quota {
    /// `cloudfront`, `lambda`.
    pub service: &'static str,
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Value.
    pub value: f64,
}

impl Quota {
    /// What a settled account has.
    pub fn customary() -> Vec<Self> {
        let quota = |service, code, name, value| Self {
            service,
            code,
            name,
            value,
        };
        vec![
            quota("cloudfront", "L-24B04930", "Web distributions per AWS account", 200.0),
            quota("cloudfront", "L-0F1E4D2A", "Key groups per AWS account", 10.0),
            quota("lambda", "L-B99A9384", "Concurrent executions", 1000.0),
        ]
    }
}

pub(super) struct Acm;

impl Service for Acm {
    fn name(&self) -> &'static str {
        "acm"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        if asked.call != "DescribeCertificate" {
            return None;
        }
        let wanted = asked.json()["CertificateArn"].as_str().unwrap_or_default().to_owned();
        let Some(one) = world
            .certificates
            .iter()
            .find(|one| one.arn == wanted && asked.region == "us-east-1")
        else {
            return Some(asked.error(
                400,
                "ResourceNotFoundException",
                &format!("Could not find certificate {wanted}."),
            ));
        };
        let answer = json!({ "Certificate": {
            "CertificateArn": one.arn, "DomainName": one.names.first(), "SubjectAlternativeNames": one.names,
            "Status": one.status, "Type": "AMAZON_ISSUED", "KeyAlgorithm": "RSA-2048",
        }});
        Some(asked.result(&answer.to_string()))
    }
}

pub(super) struct Quotas;

impl Service for Quotas {
    fn name(&self) -> &'static str {
        "servicequotas"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        if asked.call != "ListServiceQuotas" {
            return None;
        }
        let body = asked.json();
        let service = body["ServiceCode"].as_str().unwrap_or_default();
        let lines: Vec<_> = world
            .quotas
            .iter()
            .filter(|one| one.service == service)
            .map(|one| json!({ "ServiceCode": one.service, "QuotaCode": one.code, "QuotaName": one.name, "Value": one.value }))
            .collect();
        let page = Asked::page(lines, body["NextToken"].as_str().unwrap_or_default(), world.page);
        Some(asked.result(&json!({ "Quotas": page.lines, "NextToken": page.next }).to_string()))
    }
}

pub(super) struct CloudFront;

impl Service for CloudFront {
    fn name(&self) -> &'static str {
        "cloudfront"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        let of_stacks = |kind: &str| {
            world
                .stacks
                .iter()
                .flat_map(|stack| &stack.pieces)
                .filter(|piece| piece.kind == kind)
                .count()
        };
        match asked.call.as_str() {
            "GET distribution" => {
                let there = world.there.0 + of_stacks("AWS::CloudFront::Distribution");
                Some(asked.result(&format!(
                    "<DistributionList><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>{there}</Quantity></DistributionList>"
                )))
            }
            "GET key-group" => {
                let there = world.there.1 + of_stacks("AWS::CloudFront::KeyGroup");
                Some(asked.result(&format!(
                    "<KeyGroupList><MaxItems>100</MaxItems><Quantity>{there}</Quantity></KeyGroupList>"
                )))
            }
            _ => None,
        }
    }
}
