//! The Lambda: reads its environment, and hands each event to the library.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use lambda_runtime::{LambdaEvent, service_fn};
use screener_cloudfront::{KeyPairId, PrivateKey};
use screener_lambda::s3_origin::{Access, Bucket};
use screener_lambda::secret::Store;
use screener_lambda::{Config, Endpoint, Mode, Response, Signer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let started = Instant::now();
    match run(started).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", serde_json::json!({"level": "error", "message": error}));
            ExitCode::FAILURE
        }
    }
}

async fn run(started: Instant) -> Result<(), String> {
    let region = required("AWS_REGION")?;
    let credentials = Credentials::new(
        required("AWS_ACCESS_KEY_ID")?,
        required("AWS_SECRET_ACCESS_KEY")?,
        optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let mut config = Config::new(optional("SCREENER_PREFIX").unwrap_or_else(|| "videos".to_owned()));
    config.distribution = optional("SCREENER_DISTRIBUTION");
    config.origin_secrets = ["SCREENER_ORIGIN_SECRET", "SCREENER_ORIGIN_SECRET_NEXT"]
        .into_iter()
        .filter_map(optional)
        .collect();
    if let Some(largest) = number("SCREENER_LARGEST_PLAYLIST")? {
        config.largest_object = largest;
    }
    match optional("SCREENER_MODE").as_deref() {
        None | Some("forward") => {}
        Some("sign") => config.mode = Mode::Sign(Box::new(signer(&region, &credentials).await?)),
        Some(other) => return Err(format!("SCREENER_MODE is {other:?}; it can be forward or sign")),
    }
    let bucket = Bucket::new(Access {
        bucket: required("SCREENER_BUCKET")?,
        region,
        credentials,
        endpoint: optional("AWS_ENDPOINT_URL_S3"),
        largest: config.largest_object,
    });
    let endpoint = Endpoint::new(config, bucket).map_err(|error| error.to_string())?;
    let ready = started.elapsed();
    let first = AtomicBool::new(true);
    let (endpoint, first) = (&endpoint, &first);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        Ok::<_, std::convert::Infallible>(answered(endpoint, event, first, ready).await)
    }))
    .await
    .map_err(|error| error.to_string())
}

/// Sign mode's key, read once per process.
async fn signer(region: &str, credentials: &Credentials) -> Result<Signer, String> {
    let store = match (optional("SCREENER_KEY_PARAMETER"), optional("SCREENER_KEY_SECRET")) {
        (Some(name), None) => Store::Parameter(name),
        (None, Some(name)) => Store::Secret(name),
        _ => return Err("set SCREENER_KEY_PARAMETER or SCREENER_KEY_SECRET, and not both".to_owned()),
    };
    let pem = store
        .read(region, credentials, optional(store.endpoint_variable()))
        .await?;
    let key = PrivateKey::from_pem(&pem).map_err(|error| format!("the private key: {error}"))?;
    let id = KeyPairId::new(required("SCREENER_KEY_PAIR_ID")?).map_err(|error| error.to_string())?;
    let lifetime = number("SCREENER_LINK_LIFETIME")?.unwrap_or(6 * 60 * 60);
    let domain = optional("SCREENER_DISTRIBUTION");
    let mut signer = Signer::new(key, id, domain, Duration::from_secs(lifetime));
    if let Some(hash) = optional("SCREENER_HASH") {
        signer.hash = hash.parse()?;
    }
    Ok(signer)
}

async fn answered(
    endpoint: &Endpoint<Bucket>,
    event: LambdaEvent<serde_json::Value>,
    first: &AtomicBool,
    ready: Duration,
) -> Response {
    let (response, mut record) = endpoint.respond_and_record(event.payload).await;
    if first.swap(false, Ordering::Relaxed) {
        record.cold_start = Some(ready.as_secs_f64() * 1000.0);
    }
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    write_line(&record.to_emf(u64::try_from(now).unwrap_or(0)));
    response
}

/// Lambda takes each line of standard output as one entry of the log.
#[expect(clippy::print_stdout, reason = "standard output is Lambda's log")]
fn write_line(line: &serde_json::Value) {
    println!("{line}");
}

fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn number<T: std::str::FromStr>(name: &str) -> Result<Option<T>, String> {
    optional(name)
        .map(|value| {
            value
                .parse()
                .map_err(|_| format!("{name} is {value:?}, not a whole number"))
        })
        .transpose()
}

fn required(name: &str) -> Result<String, String> {
    optional(name).ok_or_else(|| format!("{name} is not set, and the endpoint cannot work without it"))
}
