//! API Gateway between CloudFront and the endpoint: a request becomes a REST proxy event, a proxy response becomes an
//! answer.

use http::{HeaderMap, Response, StatusCode};

use crate::answer::{Body, plain};

/// A request as CloudFront forwards it: signing parameters gone, of the rest the `cf-` copies alone.
pub(crate) struct Forwarded<'a> {
    pub(crate) method: &'a http::Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) client: std::net::IpAddr,
}

pub(crate) async fn call(_forwarded: Forwarded<'_>) -> Response<Body> {
    plain(
        StatusCode::BAD_GATEWAY,
        "application/json",
        r#"{"message":"Internal server error"}"#,
    )
}
