//! The edge from outside: the real S3 SDK uploads, plain HTTP asks as viewers do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod fidelity;
mod function;
mod pieces;
mod rig;
mod s3;
mod start;

/// What viewers meet, from the template with a function URL.
#[path = "."]
mod function_url {
    const ENDPOINT: screener_edge::EndpointKind = screener_edge::EndpointKind::FunctionUrl;

    mod behaviors;
    mod delivery;
    mod gate;
    mod links;
}

/// The same, from the template with API Gateway.
#[expect(clippy::duplicate_mod, reason = "one suite for both endpoints")]
#[path = "."]
mod api_gateway {
    const ENDPOINT: screener_edge::EndpointKind = screener_edge::EndpointKind::ApiGateway;

    mod behaviors;
    mod delivery;
    mod gate;
    mod links;
}
