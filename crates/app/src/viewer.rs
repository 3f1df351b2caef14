//! Asking over HTTP as a viewer does: no cookies, no cache, no redirect followed unseen.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, HeaderMap, LOCATION};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use screener_doctor::{Answer, Fetch, Request, Unreachable};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the doctor looks at of one answer.
const LOOK: usize = 4 << 20;

/// Redirects that are followed.
const HOPS: usize = 5;

/// A viewer without a player.
#[derive(Clone)]
pub(crate) struct Viewer {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

/// What came at last.
pub(crate) struct Fetched {
    pub(crate) url: url::Url,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Unzipped.
    pub(crate) body: Vec<u8>,
    pub(crate) redirected: bool,
}

impl Viewer {
    /// Trusts what the system trusts.
    pub(crate) fn new() -> Result<Self, Unreachable> {
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|e| Unreachable(format!("the system's certificates cannot be read: {e}")))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(https),
        })
    }

    async fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &[(&'static str, String)],
        limit: usize,
    ) -> Result<(u16, HeaderMap, Bytes), Unreachable> {
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Empty::new()).map_err(|e| Unreachable(e.to_string()))?;
        let asked = async {
            let answer = self.client.request(request).await.map_err(|e| Unreachable(chain(&e)))?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, limit)
                .collect()
                .await
                .map_err(|e| Unreachable(chain(&*e)))?;
            Ok((parts.status.as_u16(), parts.headers, body.to_bytes()))
        };
        tokio::time::timeout(PATIENCE, asked)
            .await
            .unwrap_or_else(|_| Err(Unreachable(format!("no answer in {} seconds", PATIENCE.as_secs()))))
    }

    /// Follows redirects, takes gzip, and unzips it; at most `limit` bytes.
    pub(crate) async fn get(&self, url: &url::Url, limit: usize) -> Result<Fetched, Unreachable> {
        let mut url = url.clone();
        let mut redirected = false;
        for _ in 0..HOPS {
            let wanted = [("accept-encoding", "gzip".to_owned())];
            let (status, headers, body) = self.ask("GET", url.as_str(), &wanted, limit).await?;
            let next = headers
                .get(LOCATION)
                .filter(|_| (300..400).contains(&status))
                .and_then(|to| url.join(to.to_str().ok()?).ok());
            if let Some(next) = next.filter(|next| matches!(next.scheme(), "http" | "https")) {
                url = next;
                redirected = true;
                continue;
            }
            let body = if gzipped(&headers) {
                unzip(&body, limit)?
            } else {
                body.to_vec()
            };
            return Ok(Fetched {
                url,
                status,
                headers,
                body,
                redirected,
            });
        }
        Err(Unreachable("too many redirects".into()))
    }
}

/// True where the body came as gzip.
pub(crate) fn gzipped(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_ENCODING)
        .is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"gzip"))
}

fn unzip(body: &[u8], limit: usize) -> Result<Vec<u8>, Unreachable> {
    use std::io::Read;
    let mut out = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    flate2::read::MultiGzDecoder::new(body)
        .take(most.saturating_add(1))
        .read_to_end(&mut out)
        .map_err(|e| Unreachable(format!("its gzip is damaged: {e}")))?;
    if out.len() > limit {
        return Err(Unreachable(format!("it is larger than {limit} bytes")));
    }
    Ok(out)
}

/// An error with its causes: the outermost alone says "client error".
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

impl Fetch for Viewer {
    async fn fetch(&self, request: Request) -> Result<Answer, Unreachable> {
        // The query holds a signature and stays out of every message.
        let (status, headers, body) = self
            .ask(request.method.as_str(), &request.url, &request.headers, LOOK)
            .await?;
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        Ok(Answer {
            status,
            headers,
            body: body.to_vec(),
        })
    }
}
