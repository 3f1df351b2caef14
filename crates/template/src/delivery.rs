//! What a viewer's request meets: a template, evaluated, in CloudFront's own terms.
//!
//! The local edge is started from it, and the doctor holds a live distribution against it. Nothing here is decided: each value is
//! what the template says with the values that it was given.
//!
//! Names are those of the AWS CloudFormation resource types `AWS::CloudFront::*`, `AWS::S3::*`, `AWS::Lambda::*`,
//! `AWS::ApiGateway::*` (Template Reference).

mod assembled;
pub(crate) mod endpoint;
mod managed;
pub(crate) mod permissions;
pub(crate) mod policies;

use std::collections::{BTreeMap, BTreeSet};

/// A distribution with all that stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Cache behaviors in their order of precedence; the last is the default one, with the pattern `*`.
    pub behaviors: Vec<Behavior>,
    /// Where answers come from, by the origin's id.
    pub origins: BTreeMap<String, Origin>,
    /// How long CloudFront keeps an error, in seconds, by status; 10 where nothing is said.
    pub error_caching: BTreeMap<u16, u64>,
    /// Whether viewers are answered over IPv6.
    pub ipv6: bool,
    /// Whether the distribution is switched on at all.
    pub enabled: bool,
    /// The playlist endpoint.
    pub endpoint: Endpoint,
    /// The bucket.
    pub bucket: Bucket,
    /// Where videos lie in the bucket, without slashes at its ends.
    pub prefix: String,
    /// Where the access log goes, as a prefix of keys in the bucket; `None` where none is written.
    pub log: Option<String>,
}

/// One cache behavior with its policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// The path pattern.
    pub pattern: String,
    /// Id of the origin that answers.
    pub origin: String,
    /// Methods that are let through.
    pub methods: BTreeSet<String>,
    /// The public keys whose signatures open it, by the key's logical id in the template; `None`: it is public.
    pub trusted: Option<Vec<String>>,
    /// Whether CloudFront compresses what the origin sent plain.
    pub compress: bool,
    /// Whether HTTP is redirected, refused or let through.
    pub viewer_protocol: ViewerProtocol,
    /// What is in the cache key, and so reaches the origin.
    pub cache: CachePolicy,
    /// What else reaches the origin.
    pub origin_request: Forwarded,
    /// What is added to answers.
    pub response_headers: Option<ResponseHeaders>,
    /// The function that sees each request first.
    pub viewer_request: Option<Function>,
}

/// `ViewerProtocolPolicy`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewerProtocol {
    /// `redirect-to-https`
    Redirect,
    /// `https-only`
    HttpsOnly,
    /// `allow-all`
    AllowAll,
}

/// `AWS::CloudFront::CachePolicy`, or a managed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachePolicy {
    /// Seconds that an answer is kept at least, unless it says otherwise, and at most.
    pub ttl: (u64, u64, u64),
    /// Whether `Accept-Encoding: gzip` is in the key; without it nothing is compressed.
    pub gzip: bool,
    /// Whether `Accept-Encoding: br` is in the key.
    pub brotli: bool,
    /// Parameters and headers in the key.
    pub key: Forwarded,
}

/// What of a viewer's request reaches the origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// Parameters of the query.
    pub query: Names,
    /// Headers, in lower case.
    pub headers: Names,
}

/// A choice of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// None of them.
    #[default]
    None,
    /// These.
    Only(BTreeSet<String>),
    /// All but these.
    AllBut(BTreeSet<String>),
    /// All of them.
    All,
}

/// `AWS::CloudFront::ResponseHeadersPolicy`, or a managed one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseHeaders {
    /// `CorsConfig`
    pub cors: Option<Cors>,
    /// Security and custom headers, names in lower case: value, and whether it replaces what the origin sent.
    pub headers: BTreeMap<String, (String, bool)>,
}

/// `CorsConfig` of a response headers policy, or one rule of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// Origins that may read.
    pub origins: Vec<String>,
    /// Methods that they may use.
    pub methods: Vec<String>,
    /// Headers that they may send.
    pub headers: Vec<String>,
    /// Headers that they may read.
    pub exposed: Vec<String>,
    /// Seconds for which a preflight holds.
    pub max_age: Option<u64>,
    /// Whether what the origin sent is replaced. Of no meaning for a bucket.
    pub replaces: bool,
}

/// `AWS::CloudFront::Function` at the event `viewer-request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its source.
    pub code: String,
    /// Whether it was published; one that was not runs nowhere.
    pub published: bool,
    /// Whether a key value store is associated with it.
    pub store: bool,
}

/// One origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who is asked.
    pub kind: OriginKind,
    /// What stands before the path, without a slash at its end.
    pub path: String,
    /// Headers that CloudFront adds, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Whether requests to it are signed with origin access control.
    pub access_control: bool,
}

/// What kind of server an origin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// The template's bucket.
    Bucket,
    /// The playlist endpoint.
    Endpoint,
    /// Something else.
    Other,
}

/// The bucket, as far as viewers meet it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Its CORS configuration.
    pub cors: Vec<Cors>,
    /// What its policy lets this distribution read: patterns of keys (`videos/*`).
    pub distribution_reads: Vec<String>,
    /// What its policy lets anybody read. Empty where public access is blocked.
    pub anybody_reads: Vec<String>,
    /// What its policy denies the distribution.
    pub distribution_denied: Vec<String>,
}

/// The playlist endpoint, as far as viewers meet it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// How it is reached.
    pub way: Way,
    /// Its environment: `SCREENER_PREFIX` and the others.
    pub environment: BTreeMap<String, String>,
    /// What its role may read of the bucket: patterns of keys (`videos/*.m3u8`).
    pub reads: Vec<String>,
    /// Seconds that it may take.
    pub timeout: u64,
}

/// How CloudFront reaches the endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// `AWS::Lambda::Url`
    FunctionUrl {
        /// Whether only signed requests are let in (`AuthType: AWS_IAM`).
        signed_only: bool,
        /// Actions that this distribution may do: `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction` are both needed.
        allowed: BTreeSet<String>,
    },
    /// `AWS::ApiGateway::RestApi`
    Gateway {
        /// Its stage, which is the origin's path.
        stage: String,
        /// Methods of `/{proxy+}` that the deployment has; `ANY` stands for all.
        methods: BTreeSet<String>,
        /// Whether it may invoke the function that its integration names, alias included.
        may_invoke: bool,
        /// Whether the integration is a proxy's.
        proxy: bool,
        /// `BinaryMediaTypes`
        binary: Vec<String>,
    },
}

impl Default for Way {
    fn default() -> Self {
        Self::FunctionUrl {
            signed_only: true,
            allowed: BTreeSet::new(),
        }
    }
}

impl Names {
    /// Whether a name is among them.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::Only(these) => these.contains(name),
            Self::AllBut(these) => !these.contains(name),
            Self::All => true,
        }
    }
}
