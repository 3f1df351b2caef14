//! Ids, names and ARNs that only AWS gives: from the caller's table, or a stand-in of the same form that is the same every time.
//!
//! Source of what `Ref` and `GetAtt` give: AWS CloudFormation Template Reference, "Return values" of each type.

use std::collections::BTreeMap;

use crate::values::Values;

/// What stands for ids, names and ARNs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identities {
    kinds: BTreeMap<String, String>,
    known: BTreeMap<String, String>,
    region: String,
    account: String,
    stack_name: String,
}

impl Identities {
    pub(super) fn new(kinds: BTreeMap<String, String>, values: &Values) -> Self {
        Self {
            kinds,
            known: values.attributes.clone(),
            region: values.region.clone(),
            account: values.account.clone(),
            stack_name: values.stack_name.clone(),
        }
    }

    /// What `Ref` gives; `None` for what is no resource.
    pub fn reference(&self, id: &str) -> Option<String> {
        let kind = self.kinds.get(id)?;
        if let Some(known) = self.known.get(id) {
            return Some(known.clone());
        }
        let name = || format!("{}-{}-standin", self.stack_name, id).to_lowercase();
        let letters = id.to_uppercase();
        Some(match kind.as_str() {
            "AWS::S3::Bucket"
            | "AWS::IAM::User"
            | "AWS::IAM::Role"
            | "AWS::Lambda::Function"
            | "AWS::Logs::LogGroup" => name(),
            "AWS::Lambda::Alias" => format!("{}:live", self.arn("lambda", &format!("function:{}", name()))),
            "AWS::Lambda::Url" => self.arn("lambda", &format!("function:{}", name())),
            "AWS::CloudFront::Distribution" => format!("E{letters}"),
            "AWS::CloudFront::PublicKey" => format!("K{letters}"),
            "AWS::ApiGateway::RestApi" => format!("{}0", id.to_lowercase()),
            "AWS::CloudFront::Function" => self.global("cloudfront", &format!("function/{}", name())),
            _ => format!("{id}-standin"),
        })
    }

    /// What `GetAtt` gives. Wrong, with the names that there are, is an attribute that the type has not.
    pub fn attribute(&self, id: &str, name: &str) -> Result<String, String> {
        let Some(kind) = self.kinds.get(id) else {
            return Err(format!("there is no resource {id}"));
        };
        if let Some(known) = self.known.get(&format!("{id}.{name}")) {
            return Ok(known.clone());
        }
        let own = self.reference(id).unwrap_or_default();
        let host = id.to_lowercase();
        Ok(match (kind.as_str(), name) {
            ("AWS::S3::Bucket", "Arn") => format!("arn:aws:s3:::{own}"),
            ("AWS::S3::Bucket", "DomainName") => format!("{own}.s3.amazonaws.com"),
            ("AWS::S3::Bucket", "RegionalDomainName") => format!("{own}.s3.{}.amazonaws.com", self.region),
            ("AWS::S3::Bucket", "DualStackDomainName") => format!("{own}.s3.dualstack.{}.amazonaws.com", self.region),
            ("AWS::S3::Bucket", "WebsiteURL") => format!("http://{own}.s3-website-{}.amazonaws.com", self.region),
            ("AWS::Lambda::Function", "Arn") => self.arn("lambda", &format!("function:{own}")),
            ("AWS::Lambda::Alias", "AliasArn") => own,
            ("AWS::Lambda::Url", "FunctionArn") => own,
            ("AWS::Lambda::Url", "FunctionUrl") => format!("https://{host}standin.lambda-url.{}.on.aws/", self.region),
            ("AWS::Logs::LogGroup", "Arn") => format!("{}:*", self.arn("logs", &format!("log-group:{own}"))),
            ("AWS::Logs::DeliveryDestination", "Arn") => self.arn("logs", &format!("delivery-destination:{own}")),
            ("AWS::Logs::DeliverySource", "Arn") => self.arn("logs", &format!("delivery-source:{own}")),
            ("AWS::IAM::Role", "Arn") => format!("arn:aws:iam::{}:role/{own}", self.account),
            ("AWS::IAM::Role", "RoleId") => format!("AROA{}", id.to_uppercase()),
            ("AWS::IAM::User", "Arn") => format!("arn:aws:iam::{}:user/{own}", self.account),
            ("AWS::CloudFront::Distribution", "DomainName") => format!("{host}standin.cloudfront.net"),
            ("AWS::CloudFront::Function", "FunctionARN") => own,
            ("AWS::CloudFront::Function", "FunctionMetadata.FunctionARN") => own,
            ("AWS::CloudFront::KeyValueStore", "Arn") => self.global("cloudfront", &format!("key-value-store/{own}")),
            ("AWS::ApiGateway::RestApi", "RootResourceId") => format!("{host}root"),
            ("AWS::ApiGateway::RestApi", "RestApiId") => own,
            ("AWS::ApiGateway::Resource", "ResourceId") => own,
            (kind, "Id") if kind.starts_with("AWS::CloudFront::") => own,
            (kind, name) if KNOWN.contains(&kind) => {
                return Err(format!("{id} is of type {kind}, which has no attribute {name}"));
            }
            _ => format!("{id}-{name}-standin"),
        })
    }

    /// ARN of a distribution by its `Ref`.
    pub(crate) fn distribution_arn(&self, reference: &str) -> String {
        self.global("cloudfront", &format!("distribution/{reference}"))
    }

    /// The account's number.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.account)
    }

    fn global(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}::{}:{rest}", self.account)
    }
}

/// Types all of whose attributes stand above.
const KNOWN: [&str; 14] = [
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Url",
    "AWS::Logs::LogGroup",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::KeyValueStore",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::PublicKey",
    "AWS::CloudFront::KeyGroup",
    "AWS::ApiGateway::RestApi",
];
