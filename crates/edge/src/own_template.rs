//! Screener's own template, evaluated with the values of this computer.

use std::collections::{BTreeMap, BTreeSet};

use screener_template::{
    VIEWER_REQUEST, Values,
    delivery::{
        Behavior, Bucket, CachePolicy, Cors, Delivery, Endpoint, Forwarded, Function, Names, Origin, OriginKind,
        ResponseHeaders, ViewerProtocol, Way,
    },
    names::parameter,
};

/// Which of the template's two endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// A function URL.
    #[default]
    FunctionUrl,
    /// API Gateway.
    ApiGateway,
}

/// What API Gateway's endpoint asks for, where nobody but this computer reaches it.
const SECRET: &str = "of-this-computer-alone";

/// The values of this computer for the template's parameters.
pub fn local_values(kind: EndpointKind) -> Values {
    let values = Values::local();
    match kind {
        EndpointKind::FunctionUrl => values,
        EndpointKind::ApiGateway => values
            .with(parameter::ENDPOINT, "ApiGateway")
            .with(parameter::ORIGIN_SECRETS[0], SECRET),
    }
}

/// What viewers meet on this computer.
pub fn own_delivery(kind: EndpointKind, prefix: &str) -> Delivery {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let methods = set(&["GET", "HEAD", "OPTIONS"]);
    let all = vec!["*".to_owned()];
    let cors = Cors {
        origins: all.clone(),
        methods: vec!["GET".into(), "HEAD".into()],
        headers: all.clone(),
        exposed: all.clone(),
        max_age: Some(600),
        replaces: false,
    };
    let media = ResponseHeaders {
        cors: Some(cors.clone()),
        headers: BTreeMap::new(),
    };
    let policy = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; img-src 'self' data: blob:; \
                  media-src 'self' blob: data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";
    let page = ResponseHeaders {
        cors: Some(cors.clone()),
        headers: BTreeMap::from([
            ("content-security-policy".into(), (policy.into(), true)),
            ("referrer-policy".into(), ("no-referrer".into(), true)),
            ("x-content-type-options".into(), ("nosniff".into(), true)),
        ]),
    };
    let function = Some(Function {
        code: VIEWER_REQUEST.into(),
        published: true,
        store: true,
    });
    let s3 = Forwarded {
        query: Names::None,
        headers: Names::Only(set(&[
            "origin",
            "access-control-request-headers",
            "access-control-request-method",
        ])),
    };
    let optimized = CachePolicy {
        ttl: (1, 86400, 31_536_000),
        gzip: true,
        brotli: true,
        key: Forwarded::default(),
    };
    let playlists = CachePolicy {
        ttl: (0, 0, 1),
        gzip: true,
        brotli: false,
        key: Forwarded {
            query: Names::Only(set(&[
                "l",
                "cf-Policy",
                "cf-Signature",
                "cf-Key-Pair-Id",
                "cf-Expires",
                "cf-Hash-Algorithm",
            ])),
            headers: Names::None,
        },
    };
    let behavior = |pattern: &str, origin: &str, public: bool| Behavior {
        pattern: pattern.into(),
        origin: origin.into(),
        methods: methods.clone(),
        trusted: (!public).then(|| vec!["PublicKey1".into()]),
        compress: true,
        viewer_protocol: ViewerProtocol::Redirect,
        cache: if origin == "endpoint" {
            playlists.clone()
        } else {
            optimized.clone()
        },
        origin_request: if origin == "endpoint" {
            Forwarded::default()
        } else {
            s3.clone()
        },
        response_headers: Some(if public { page.clone() } else { media.clone() }),
        viewer_request: function.clone().filter(|_| !public),
    };
    let way = match kind {
        EndpointKind::FunctionUrl => Way::FunctionUrl {
            signed_only: true,
            allowed: set(&["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]),
        },
        EndpointKind::ApiGateway => Way::Gateway {
            stage: "live".into(),
            methods: set(&["ANY"]),
            may_invoke: true,
            proxy: true,
            binary: all.clone(),
        },
    };
    let origin = |kind, path: &str, access_control| Origin {
        kind,
        path: path.into(),
        headers: BTreeMap::new(),
        access_control,
    };
    let url = matches!(way, Way::FunctionUrl { .. });
    Delivery {
        behaviors: vec![
            behavior("*.m3u8", "endpoint", false),
            behavior("watch/*", "bucket", true),
            behavior("*", "bucket", false),
        ],
        origins: BTreeMap::from([
            (
                "endpoint".into(),
                origin(OriginKind::Endpoint, if url { "" } else { "/live" }, url),
            ),
            ("bucket".into(), origin(OriginKind::Bucket, "", true)),
        ]),
        error_caching: BTreeMap::new(),
        ipv6: false,
        enabled: true,
        endpoint: Endpoint {
            way,
            environment: BTreeMap::from([("SCREENER_PREFIX".into(), prefix.into())]),
            reads: vec![format!("{prefix}/*.m3u8")],
            timeout: 25,
        },
        bucket: Bucket {
            cors: vec![cors],
            distribution_reads: vec![format!("{prefix}/*"), "watch/*".into()],
            anybody_reads: vec![],
            distribution_denied: vec![],
        },
        prefix: prefix.into(),
        log: Some("logs/".into()),
    }
}
