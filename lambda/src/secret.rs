//! Sign mode's private key out of SSM Parameter Store or Secrets Manager: one signed request each.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::https;

/// Longest answer that is read: a key has under 2 kB.
const LONGEST: usize = 64 * 1024;

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// A `SecureString` parameter of SSM, by name.
    Parameter(String),
    /// A secret of Secrets Manager, by name or ARN.
    Secret(String),
}

impl Store {
    /// The variable that names another server, as AWS's own programs read it.
    pub fn endpoint_variable(&self) -> &'static str {
        match self {
            Self::Parameter(_) => "AWS_ENDPOINT_URL_SSM",
            Self::Secret(_) => "AWS_ENDPOINT_URL_SECRETS_MANAGER",
        }
    }

    /// The stored text. Errors name the store, never what is in it.
    pub async fn read(
        &self,
        region: &str,
        credentials: &Credentials,
        endpoint: Option<String>,
    ) -> Result<Zeroizing<String>, String> {
        let (service, target, body, pointer) = match self {
            Self::Parameter(name) => (
                "ssm",
                "AmazonSSM.GetParameter",
                json!({"Name": name, "WithDecryption": true}),
                "/Parameter/Value",
            ),
            Self::Secret(id) => (
                "secretsmanager",
                "secretsmanager.GetSecretValue",
                json!({"SecretId": id}),
                "/SecretString",
            ),
        };
        let url = endpoint.unwrap_or_else(|| format!("https://{service}.{region}.amazonaws.com/"));
        let told = |what: &dyn std::fmt::Display| format!("{service} did not give the private key: {what}");
        let request =
            signed(&url, target, &body.to_string(), service, region, credentials).map_err(|error| told(&error))?;
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(6))
            .build();
        let response = https::single(settings, SharedAsyncSleep::new(TokioSleep::new()))
            .call(request)
            .await
            .map_err(|error| told(&error))?;
        let status = response.status().as_u16();
        let mut stream = ByteStream::new(response.into_body());
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
        while let Some(part) = stream.next().await {
            let part = part.map_err(|error| told(&error))?;
            if bytes.len() + part.len() > LONGEST {
                return Err(told(&"the answer is far longer than a key"));
            }
            bytes.extend_from_slice(&part);
        }
        if status != 200 {
            let kind = serde_json::from_slice::<Value>(&bytes).ok();
            let kind = kind
                .as_ref()
                .and_then(|value| value["__type"].as_str())
                .unwrap_or("no reason given");
            return Err(told(&format!("{status}, {kind}")));
        }
        let answer: Value = serde_json::from_slice(&bytes).map_err(|error| told(&error))?;
        let text = answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| told(&"the answer holds no text"))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

/// The request, with `SigV4`'s headers.
fn signed(
    url: &str,
    target: &'static str,
    body: &str,
    service: &str,
    region: &str,
    credentials: &Credentials,
) -> Result<HttpRequest, Box<dyn std::error::Error + Send + Sync>> {
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let signable = SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri(url)?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value);
    }
    for (name, value) in instructions.headers() {
        request.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    Ok(request)
}
