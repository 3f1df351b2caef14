//! What stands around a Lambda: the Runtime API, S3 on disk, and SSM with one parameter. All on loopback.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "a-secret-key-for-tests";
pub const BUCKET: &str = "bucket";

/// Starts an S3 server on a folder; its address.
pub async fn s3(folder: &Path) -> SocketAddr {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

/// Puts objects into the bucket, which is made first.
pub async fn put(s3: SocketAddr, objects: &[(&str, Vec<u8>)]) {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
        .endpoint_url(format!("http://{s3}"))
        .force_path_style(true)
        .build();
    let client = aws_sdk_s3::Client::from_conf(config);
    client.create_bucket().bucket(BUCKET).send().await.unwrap();
    for (key, body) in objects {
        client
            .put_object()
            .bucket(BUCKET)
            .key(*key)
            .body(body.clone().into())
            .send()
            .await
            .unwrap();
    }
}

/// The Runtime API, and SSM beside it.
pub struct Runtime {
    pub address: SocketAddr,
    events: mpsc::Sender<Value>,
    answers: mpsc::Receiver<Value>,
}

struct Inner {
    events: Mutex<mpsc::Receiver<Value>>,
    answers: mpsc::Sender<Value>,
    parameters: BTreeMap<String, String>,
}

impl Runtime {
    pub async fn start(parameters: BTreeMap<String, String>) -> Self {
        let (events, receiver) = mpsc::channel(4);
        let (sender, answers) = mpsc::channel(4);
        let inner = Arc::new(Inner {
            events: Mutex::new(receiver),
            answers: sender,
            parameters,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inner = inner.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| serve(inner.clone(), request));
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self {
            address,
            events,
            answers,
        }
    }

    /// Hands an event to the function, and waits for its answer.
    pub async fn invoke(&mut self, event: Value) -> Value {
        self.events.send(event).await.unwrap();
        self.answers.recv().await.unwrap()
    }
}

async fn serve(inner: Arc<Inner>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let target = request
        .headers()
        .get("x-amz-target")
        .map(|target| target.to_str().unwrap().to_owned());
    let signed = request.headers().get("authorization").is_some_and(|value| {
        value
            .to_str()
            .unwrap()
            .starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    });
    let respond = |status: StatusCode, body: String| {
        Ok(Response::builder()
            .status(status)
            .body(Full::new(Bytes::from(body)))
            .unwrap())
    };
    if request.method() == Method::GET && path.ends_with("/runtime/invocation/next") {
        let Some(event) = inner.events.lock().await.recv().await else {
            return respond(StatusCode::GONE, String::new());
        };
        return Ok(Response::builder()
            .header("lambda-runtime-aws-request-id", "11111111-2222-3333-4444-555555555555")
            .header("lambda-runtime-deadline-ms", "4102444800000")
            .header(
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:us-east-1:123456789012:function:f",
            )
            .body(Full::new(Bytes::from(event.to_string())))
            .unwrap());
    }
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let store = match target.as_deref() {
        Some("AmazonSSM.GetParameter") => Some(&body["Name"]),
        Some("secretsmanager.GetSecretValue") => Some(&body["SecretId"]),
        _ => None,
    };
    if let Some(name) = store {
        let value = name
            .as_str()
            .and_then(|name| inner.parameters.get(name))
            .filter(|_| signed);
        return match value {
            Some(value) => respond(
                StatusCode::OK,
                json!({"Parameter": {"Value": value}, "SecretString": value}).to_string(),
            ),
            None => respond(
                StatusCode::BAD_REQUEST,
                json!({"__type": "ParameterNotFound"}).to_string(),
            ),
        };
    }
    if path.ends_with("/response") || path.ends_with("/error") {
        let _ = inner.answers.send(body).await;
    }
    respond(StatusCode::ACCEPTED, String::new())
}

/// Starts the Lambda's own executable. Its standard output and error are pipes.
pub fn bootstrap(executable: &str, runtime: &Runtime, s3: SocketAddr, more: &[(&str, &str)]) -> Child {
    let mut command = Command::new(executable);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", runtime.address.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "endpoint")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_ENDPOINT_URL_S3", format!("http://{s3}"))
        .env("AWS_ENDPOINT_URL_SSM", format!("http://{}", runtime.address))
        .env(
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            format!("http://{}", runtime.address),
        )
        .env("SCREENER_BUCKET", BUCKET)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in more {
        command.env(name, value);
    }
    command.spawn().unwrap()
}

/// A private key as PEM.
pub fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}
