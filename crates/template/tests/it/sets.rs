//! Ten sets of parameters: each choice of the template is made at least once, and both ways.

use screener_template::{Values, values::NOBODYS_KEY};

const SECRET: &str = "a-secret-of-the-origin";
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef";

/// Each with its name.
pub fn ten() -> [(&'static str, Values); 10] {
    let plain = Values::local;
    let api = || plain().with("Endpoint", "ApiGateway").with("OriginSecret", SECRET);
    let domain = |values: Values| {
        values
            .with("DomainName", "video.example.com")
            .with("CertificateArn", CERTIFICATE)
    };
    let sign = |values: Values| {
        values
            .with("Mode", "sign")
            .with("OriginSecret", SECRET)
            .with("SigningKeyParameter", "/screener/key")
    };
    let all_keys = plain()
        .with("PublicKeyPem2", NOBODYS_KEY)
        .with("PublicKeyPem3", NOBODYS_KEY)
        .with("PublicKeyPem4", NOBODYS_KEY);
    [
        ("the defaults", plain()),
        ("an API", api()),
        (
            "an API whose secret is changed",
            api().with("OriginSecretNext", "the-next-secret-of-it"),
        ),
        ("a domain", domain(plain())),
        (
            "an API, a domain, few places",
            domain(api()).with("PriceClass", "PriceClass_100"),
        ),
        ("sign mode", sign(plain())),
        (
            "sign mode with an API and a domain, nothing taken back",
            sign(domain(api())).with("Revocation", "off"),
        ),
        ("four keys", all_keys),
        (
            "another key, another prefix",
            plain()
                .with("PublicKeyPem1", "")
                .with("PublicKeyPem3", NOBODYS_KEY)
                .with("Prefix", "films/2026"),
        ),
        (
            "as little as there can be",
            plain()
                .with("Revocation", "off")
                .with("ViewLogging", "off")
                .with("Publisher", "off")
                .with("FrameAncestors", "'none'"),
        ),
    ]
}
