//! The access log: a line for each answer, in the words of CloudFront's standard logging (v2, JSON), delivered in gzipped objects
//! under `logs/` of the edge's own bucket, seconds after the request. What a link is signed with stands in no line.
//!
//! Source of the fields: Amazon CloudFront Developer Guide, "Standard logging reference" (log file fields).

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    path::{Path, PathBuf},
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, Response, header};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use screener_cloudfront::verify::PARAMETERS;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::answer::Body;

/// How long a line waits for others.
const DELAY: Duration = Duration::from_secs(2);
/// Lines of one object.
const LINES: usize = 10_000;
/// How long objects are kept.
const KEPT: Duration = Duration::from_hours(24 * 30);
/// A file of this name in the edge's folder: nothing is logged.
pub const OFF: &str = "logs-off";

/// Takes lines. Without one nothing is written.
pub(crate) struct AccessLog {
    lines: mpsc::UnboundedSender<String>,
    started: u64,
    requests: AtomicU64,
}

/// What is known of a request before it is answered.
pub(crate) struct Asked {
    at: SystemTime,
    method: String,
    stem: String,
    query: String,
    agent: String,
}

impl Asked {
    pub(crate) fn new(method: &str, path: &str, query: &str, headers: &HeaderMap) -> Self {
        let agent = headers.get(header::USER_AGENT).map(|agent| escaped(agent.as_bytes()));
        Self {
            at: SystemTime::now(),
            method: method.to_owned(),
            stem: path.to_owned(),
            query: hidden(query),
            agent: agent.unwrap_or_else(|| "-".to_owned()),
        }
    }
}

/// The query without what opens anything: the values of the signing parameters and of their copies are `-`.
fn hidden(query: &str) -> String {
    if query.is_empty() {
        return "-".to_owned();
    }
    let shown = |pair: &str| {
        let (name, _) = pair.split_once('=')?;
        let signing = PARAMETERS.contains(&name.strip_prefix("cf-").unwrap_or(name));
        signing.then(|| format!("{name}=-"))
    };
    let pairs: Vec<_> = query
        .split('&')
        .map(|pair| shown(pair).unwrap_or_else(|| pair.to_owned()))
        .collect();
    pairs.join("&")
}

/// As CloudFront writes a header's value: everything but plain characters as `%XX`.
fn escaped(value: &[u8]) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.iter().take(1024) {
        if byte.is_ascii_alphanumeric() || b"-._~/();,:+=".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

impl AccessLog {
    /// A log into a folder of the bucket's objects, or none. Its task ends when `closing` is cancelled, with the lines of until
    /// then written.
    pub(crate) fn start(
        folder: &Path,
        logs: Option<PathBuf>,
        closing: CancellationToken,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (lines, waiting) = mpsc::unbounded_channel();
        let deliveries = Deliveries {
            logs: logs.map(|logs| logs.join("edge")),
            spare: folder.to_owned(),
            off: folder.join(OFF),
        };
        let task = tokio::spawn(deliver(deliveries, waiting, closing));
        let log = Self {
            lines,
            started: u64::try_from(since_1970(SystemTime::now()).as_micros()).unwrap_or_default(),
            requests: AtomicU64::new(0),
        };
        (log, task)
    }

    /// The answer, whose end writes the line.
    pub(crate) fn watch(&self, asked: Asked, answer: Response<Body>) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let status = answer.status().as_u16();
        // Status line and headers are sent, too.
        let head: usize = answer
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let line = Line {
            lines: self.lines.clone(),
            asked,
            id: format!("{:x}-{number:x}", self.started),
            status,
            sent: head as u64 + 19,
        };
        answer.map(|body| BodyExt::boxed_unsync(Counted { body, line }))
    }
}

struct Line {
    lines: mpsc::UnboundedSender<String>,
    asked: Asked,
    id: String,
    status: u16,
    sent: u64,
}

impl Drop for Line {
    fn drop(&mut self) {
        let Asked {
            at,
            method,
            stem,
            query,
            agent,
        } = &self.asked;
        let line = json!({
            "timestamp(ms)": since_1970(*at).as_millis().to_string(),
            "x-edge-request-id": self.id,
            "x-edge-location": "-",
            "cs-method": method,
            "cs-uri-stem": stem,
            "cs-uri-query": query,
            "sc-status": self.status.to_string(),
            "sc-bytes": self.sent.to_string(),
            "c-country": "-",
            "cs(User-Agent)": agent,
        });
        // The edge may be stopping; then this line is the last request's that nobody waited for.
        let _ = self.lines.send(line.to_string());
    }
}

/// Counts what is taken of a body.
struct Counted {
    body: Body,
    line: Line,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            self.line.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct Deliveries {
    logs: Option<PathBuf>,
    /// Where an object is written before it appears.
    spare: PathBuf,
    off: PathBuf,
}

async fn deliver(deliveries: Deliveries, mut waiting: mpsc::UnboundedReceiver<String>, closing: CancellationToken) {
    let deliveries = std::sync::Arc::new(deliveries);
    let mut tidied: Option<SystemTime> = None;
    loop {
        let first = tokio::select! {
            biased;
            line = waiting.recv() => line,
            () = closing.cancelled() => return,
        };
        let Some(first) = first else { return };
        let lines = more(first, &mut waiting, &closing).await;
        let now = SystemTime::now();
        let tidy = tidied.is_none_or(|at| {
            now.duration_since(at)
                .is_ok_and(|since| since > Duration::from_hours(1))
        });
        if tidy {
            tidied = Some(now);
        }
        let deliveries = std::sync::Arc::clone(&deliveries);
        let written = tokio::task::spawn_blocking(move || {
            let Some(logs) = &deliveries.logs else {
                return Ok(());
            };
            if tidy {
                forget_old(logs, now);
            }
            if deliveries.off.exists() {
                return Ok(());
            }
            write(logs, &deliveries.spare, now, &lines)
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "lines of the access log are lost"),
            Err(_) => return,
        }
    }
}

/// The lines of one object: those of [`DELAY`] from the first one on.
async fn more(
    first: String,
    waiting: &mut mpsc::UnboundedReceiver<String>,
    closing: &CancellationToken,
) -> Vec<String> {
    let mut lines = vec![first];
    let mut due = std::pin::pin!(tokio::time::sleep(DELAY));
    while lines.len() < LINES {
        tokio::select! {
            biased;
            line = waiting.recv() => match line {
                Some(line) => lines.push(line),
                None => break,
            },
            () = &mut due => break,
            () = closing.cancelled() => break,
        }
    }
    lines
}

/// `logs/edge/2026-11-28-06.<16 letters>.gz`, whole or not at all.
fn write(logs: &Path, spare: &Path, now: SystemTime, lines: &[String]) -> io::Result<()> {
    std::fs::create_dir_all(logs)?;
    let mut file = GzEncoder::new(tempfile::NamedTempFile::new_in(spare)?, Compression::fast());
    for line in lines {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\n")?;
    }
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    let name = format!("{}.{}.gz", hour(now), data_encoding::HEXLOWER.encode(&random));
    file.finish()?.persist(logs.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// `2026-11-28-06`: day and hour of an HTTP date, in the order that sorts.
fn hour(now: SystemTime) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    // "Sat, 28 Nov 2026 06:20:46 GMT" (RFC 9110, 5.6.7)
    let date = httpdate::fmt_http_date(now);
    let part = |range: std::ops::Range<usize>| date.get(range).unwrap_or_default();
    let month = MONTHS
        .iter()
        .position(|month| *month == part(8..11))
        .unwrap_or_default()
        + 1;
    format!("{}-{month:02}-{}-{}", part(12..16), part(5..7), part(17..19))
}

fn forget_old(logs: &Path, now: SystemTime) {
    for entry in std::fs::read_dir(logs).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|facts| facts.modified());
        let old = modified.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > KEPT));
        if old && let Err(error) = std::fs::remove_file(entry.path()) {
            tracing::warn!(%error, "an old access log stays");
        }
    }
}

fn since_1970(at: SystemTime) -> Duration {
    at.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_link_stands_in_no_line() {
        assert_eq!(
            hidden(
                "l=aaaamqx7ab&cf-Policy=secret&cf-Signature=secret&cf-Key-Pair-Id=K&Policy=secret&Signature=secret&own=1"
            ),
            "l=aaaamqx7ab&cf-Policy=-&cf-Signature=-&cf-Key-Pair-Id=-&Policy=-&Signature=-&own=1"
        );
        assert_eq!(hidden(""), "-");
    }

    #[test]
    fn objects_are_named_by_their_hour() {
        assert_eq!(hour(UNIX_EPOCH + Duration::from_secs(1_795_847_401)), "2026-11-28-06");
    }
}
