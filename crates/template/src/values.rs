//! What a template is evaluated with.

use std::collections::BTreeMap;
use std::fmt;

use crate::names::parameter;

/// Parameters, and what only an account, a region and a stack know.
#[derive(Clone, PartialEq, Eq)]
pub struct Values {
    /// Values of parameters; the others have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// `AWS::Region`
    pub region: String,
    /// `AWS::AccountId`, twelve digits.
    pub account: String,
    /// `AWS::StackName`
    pub stack_name: String,
    /// What `Ref` (`"Bucket"`) and `GetAtt` (`"Bucket.Arn"`) give, where it is known; also `"AWS::StackId"`. The rest has stand-ins.
    pub attributes: BTreeMap<String, String>,
}

/// Parameters can be secret.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values")
            .field("parameters", &self.parameters.keys())
            .field("region", &self.region)
            .field("stack_name", &self.stack_name)
            .finish_non_exhaustive()
    }
}

/// A public key that nobody has the private half of: it stands where a template asks for one and none is needed.
pub const NOBODYS_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n\
    -----END PUBLIC KEY-----\n";

impl Values {
    /// Of no account: what this computer's own edge evaluates Screener's template with. The first slot holds a key that nobody has, and
    /// the endpoint's code lies nowhere.
    pub fn local() -> Self {
        let parameters = [
            (parameter::PUBLIC_KEYS[0], NOBODYS_KEY),
            (parameter::CODE_BUCKET, "nowhere"),
            (parameter::CODE_KEY, "endpoint.zip"),
        ];
        Self {
            parameters: parameters.into_iter().map(owned).collect(),
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            stack_name: "local".to_owned(),
            attributes: BTreeMap::new(),
        }
    }

    /// With one parameter more.
    #[must_use]
    pub fn with(mut self, parameter: &str, value: &str) -> Self {
        self.parameters.insert(parameter.to_owned(), value.to_owned());
        self
    }

    /// `AWS::StackId`
    pub fn stack_id(&self) -> String {
        self.attributes.get("AWS::StackId").cloned().unwrap_or_else(|| {
            let Self {
                region,
                account,
                stack_name,
                ..
            } = self;
            format!("arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/00000000-0000-4000-8000-000000000000")
        })
    }

    /// A pseudo parameter (`AWS::Region`); `None` for a name that is none.
    pub fn pseudo(&self, name: &str) -> Option<String> {
        Some(match name {
            "AWS::Region" => self.region.clone(),
            "AWS::AccountId" => self.account.clone(),
            "AWS::StackName" => self.stack_name.clone(),
            "AWS::StackId" => self.stack_id(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            _ => return None,
        })
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
