//! The HTTPS client of the Lambda: the SDK's own, but for how it learns whom to trust.
//!
//! The SDK's default reads the system's bundle of roots and then each single file beside it, some 140 more: most of the
//! time that a cold start takes. The bundle holds them all.

use std::path::Path;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// Where systems keep their roots in one file: Amazon Linux, then Debian (the order of likelihood).
const BUNDLES: [&str; 2] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"];

const END: &str = "-----END CERTIFICATE-----";

/// A client that trusts what the system trusts, and takes its proxy from the environment as AWS's programs do.
pub fn client() -> SharedHttpClient {
    let context = context();
    Builder::new().build_with_connector_fn(move |settings, components| {
        connector(
            &context,
            settings.cloned().unwrap_or_default(),
            components.and_then(RuntimeComponents::sleep_impl),
        )
    })
}

/// A connector of its own, for what is asked without an SDK.
pub(crate) fn single(settings: HttpConnectorSettings, sleep: SharedAsyncSleep) -> Connector {
    connector(&context(), settings, Some(sleep))
}

fn connector(context: &TlsContext, settings: HttpConnectorSettings, sleep: Option<SharedAsyncSleep>) -> Connector {
    let mut builder = Connector::builder()
        .connector_settings(settings)
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(context.clone());
    builder.set_sleep_impl(sleep);
    builder.build()
}

fn context() -> TlsContext {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let mut builder = TlsContext::builder();
    // Whoever names roots of their own is obeyed as everywhere.
    if !named && let Some(store) = BUNDLES.iter().find_map(|path| bundle(Path::new(path))) {
        builder = builder.with_trust_store(store);
    }
    builder.build().unwrap_or_default()
}

/// The roots in a bundle, or nothing when it is not there or holds none: then the SDK looks for itself.
fn bundle(path: &Path) -> Option<TrustStore> {
    let text = std::fs::read_to_string(path).ok()?;
    let usable = usable(&text);
    (!usable.is_empty()).then(|| TrustStore::empty().with_pem_certificate(usable))
}

/// The certificates that can serve as roots. The client takes a store whole or not at all, and bundles hold old ones that
/// it cannot read.
fn usable(text: &str) -> String {
    text.split_inclusive(END)
        .filter(|block| {
            CertificateDer::from_pem_slice(block.as_bytes())
                .is_ok_and(|certificate| webpki::anchor_from_trusted_cert(&certificate).is_ok())
        })
        .fold(String::with_capacity(text.len()), |mut kept, block| {
            kept.push_str(block);
            kept.push('\n');
            kept
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> String {
        let path = BUNDLES.iter().find(|path| Path::new(path).exists()).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn what_cannot_be_a_root_is_left_out() {
        let system = system();
        let mut blocks = system.split_inclusive(END);
        let (first, second) = (blocks.next().unwrap(), blocks.next().unwrap());
        let broken = format!("-----BEGIN CERTIFICATE-----\nMAoCAQE=\n{END}");
        let torn = "-----BEGIN CERTIFICATE-----\nMIIB";
        let kept = usable(&format!("{first}\n{broken}{second}\n{torn}"));
        assert!(kept.contains(first) && kept.contains(second));
        assert_eq!(kept.matches(END).count(), 2);
    }

    /// The client panics on a store that it cannot read whole: this one it can.
    #[test]
    fn the_systems_bundle_makes_a_client() {
        let store = usable(&system());
        assert_eq!(store.matches(END).count(), system().matches(END).count());
        let context = TlsContext::builder()
            .with_trust_store(TrustStore::empty().with_pem_certificate(store))
            .build()
            .unwrap();
        connector(&context, HttpConnectorSettings::default(), None);
    }

    #[test]
    fn no_bundle_leaves_the_sdk_to_look() {
        assert!(bundle(Path::new("/nowhere/ca-bundle.crt")).is_none());
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.crt");
        std::fs::write(&empty, "# no roots yet\n").unwrap();
        assert!(bundle(&empty).is_none());
    }
}
