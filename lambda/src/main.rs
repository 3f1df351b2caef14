//! The Lambda: reads its environment, and hands each event to the library.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use lambda_runtime::{LambdaEvent, service_fn};
use screener_lambda::s3::{Access, Bucket};
use screener_lambda::{Config, Endpoint, Response};

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
    let mut config = Config::new(optional("SCREENER_PREFIX").unwrap_or_else(|| "videos".to_owned()));
    config.distribution = optional("SCREENER_DISTRIBUTION");
    config.origin_secrets = ["SCREENER_ORIGIN_SECRET", "SCREENER_ORIGIN_SECRET_NEXT"]
        .into_iter()
        .filter_map(optional)
        .collect();
    if let Some(largest) = optional("SCREENER_LARGEST_PLAYLIST") {
        config.largest_object = largest
            .parse()
            .map_err(|_| format!("SCREENER_LARGEST_PLAYLIST is {largest:?}, not a number of bytes"))?;
    }
    let bucket = Bucket::new(Access {
        bucket: required("SCREENER_BUCKET")?,
        region: required("AWS_REGION")?,
        credentials: Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        ),
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

fn required(name: &str) -> Result<String, String> {
    optional(name).ok_or_else(|| format!("{name} is not set, and the endpoint cannot work without it"))
}
