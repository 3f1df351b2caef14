//! What the template calls its parameters, its pieces and its outputs: whoever fills it in, reads a stack or names a piece uses these.

/// Parameters.
pub mod parameter {
    /// Folder of the videos in the bucket.
    pub const PREFIX: &str = "Prefix";
    /// `FunctionUrl` or `ApiGateway`.
    pub const ENDPOINT: &str = "Endpoint";
    /// `forward` or `sign`.
    pub const MODE: &str = "Mode";
    /// Name of the SSM parameter that holds sign mode's private key.
    pub const SIGNING_KEY_PARAMETER: &str = "SigningKeyParameter";
    /// The public keys in their slots, as PEM; an empty one leaves its slot empty.
    pub const PUBLIC_KEYS: [&str; 4] = ["PublicKeyPem1", "PublicKeyPem2", "PublicKeyPem3", "PublicKeyPem4"];
    /// The creator's own domain, or nothing.
    pub const DOMAIN: &str = "DomainName";
    /// Its certificate, in us-east-1.
    pub const CERTIFICATE: &str = "CertificateArn";
    /// CloudFront's price class.
    pub const PRICE_CLASS: &str = "PriceClass";
    /// `on` or `off`: whether links can be taken back.
    pub const REVOCATION: &str = "Revocation";
    /// `on` or `off`: whether the bucket takes the access log.
    pub const VIEW_LOGGING: &str = "ViewLogging";
    /// `on` or `off`: whether there is an identity that can publish and nothing else.
    pub const PUBLISHER: &str = "Publisher";
    /// Who may show the page in a frame: CSP `frame-ancestors`.
    pub const FRAME_ANCESTORS: &str = "FrameAncestors";
    /// Bucket of the endpoint's zip.
    pub const CODE_BUCKET: &str = "CodeBucket";
    /// Its key there.
    pub const CODE_KEY: &str = "CodeKey";
    /// Values of `x-origin-verify`, needed by `ApiGateway`: the one that is sent and accepted, and one more that is accepted.
    pub const ORIGIN_SECRETS: [&str; 2] = ["OriginSecret", "OriginSecretNext"];
}

/// Logical ids.
pub mod piece {
    /// The bucket.
    pub const BUCKET: &str = "Bucket";
    /// Its policy.
    pub const BUCKET_POLICY: &str = "BucketPolicy";
    /// Origin access control of the bucket.
    pub const BUCKET_ACCESS: &str = "BucketAccess";
    /// Origin access control of the function's URL.
    pub const ENDPOINT_ACCESS: &str = "EndpointAccess";
    /// The endpoint.
    pub const FUNCTION: &str = "Function";
    /// Its role.
    pub const FUNCTION_ROLE: &str = "FunctionRole";
    /// Its log group.
    pub const FUNCTION_LOG: &str = "FunctionLog";
    /// Its URL.
    pub const FUNCTION_URL: &str = "FunctionUrl";
    /// The distribution may call the URL, and may invoke the function.
    pub const URL_PERMISSIONS: [&str; 2] = ["UrlPermission", "InvokePermission"];
    /// The alias that API Gateway calls.
    pub const ALIAS: &str = "FunctionAlias";
    /// The REST API.
    pub const API: &str = "Api";
    /// `/{proxy+}`
    pub const API_RESOURCE: &str = "ApiProxy";
    /// Its method.
    pub const API_METHOD: &str = "ApiMethod";
    /// The deployment's id is this and a hash of the API, its resource and its method.
    pub const API_DEPLOYMENT: &str = "ApiDeployment";
    /// The stage.
    pub const API_STAGE: &str = "ApiStage";
    /// API Gateway may invoke the alias.
    pub const API_PERMISSION: &str = "ApiPermission";
    /// The public keys in their slots.
    pub const PUBLIC_KEYS: [&str; 4] = ["PublicKey1", "PublicKey2", "PublicKey3", "PublicKey4"];
    /// The key group.
    pub const KEY_GROUP: &str = "KeyGroup";
    /// Cache policy of playlists.
    pub const PLAYLIST_CACHE: &str = "PlaylistCache";
    /// What else of a request for a playlist reaches the endpoint.
    pub const PLAYLIST_REQUEST: &str = "PlaylistRequest";
    /// Response headers policy of the page.
    pub const PAGE_HEADERS: &str = "PageHeaders";
    /// Response headers policy of everything else.
    pub const MEDIA_HEADERS: &str = "MediaHeaders";
    /// The viewer-request function.
    pub const VIEWER_REQUEST: &str = "ViewerRequest";
    /// What is taken back.
    pub const LINK_STORE: &str = "LinkStore";
    /// The distribution.
    pub const DISTRIBUTION: &str = "Distribution";
    /// The publish-only identity.
    pub const PUBLISHER: &str = "PublisherUser";
}

/// Outputs.
pub mod output {
    /// Name of the bucket.
    pub const BUCKET: &str = "BucketName";
    /// Id of the distribution.
    pub const DISTRIBUTION: &str = "DistributionId";
    /// The domain that links name: the creator's own, or CloudFront's.
    pub const DOMAIN: &str = "LinkDomain";
    /// CloudFront's own domain of it.
    pub const CLOUDFRONT_DOMAIN: &str = "CloudFrontDomain";
    /// Ids of the public keys; missing where a slot is empty.
    pub const PUBLIC_KEYS: [&str; 4] = ["PublicKeyId1", "PublicKeyId2", "PublicKeyId3", "PublicKeyId4"];
    /// ARN of the key value store; missing without revocation.
    pub const LINK_STORE: &str = "LinkStoreArn";
    /// The endpoint's own address where it is a function's URL.
    pub const ENDPOINT: &str = "EndpointUrl";
    /// The endpoint's own address where it is an API's.
    pub const ENDPOINT_API: &str = "EndpointApiUrl";
    /// Name of the publish-only user; missing without one.
    pub const PUBLISHER: &str = "PublisherName";
    /// Folder of the videos.
    pub const PREFIX: &str = "PrefixName";
    /// Version of the template: a number that grows.
    pub const VERSION: &str = "TemplateVersion";
}
