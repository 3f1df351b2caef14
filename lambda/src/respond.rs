//! From an event to its answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use screener_hls::rewrite::{Parameters, rewrite, size_hint};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::{Config, ConfigError, Mode};
use crate::forwarded::{Forwarded, forwarded};
use crate::log_record::Record;
use crate::origin::{Object, Origin, OriginError};
use crate::playlist_key::{KeyError, PlaylistKey};
use crate::proxy_event::Request;
use crate::response::{Problem, Response};
use crate::signer::HOST_HEADER;

const PLAYLIST: &str = "application/vnd.apple.mpegurl";
/// What this endpoint knows, so that a creator's computer can tell which links it may make: 2 knows named ones (`l`).
const VERSION_HEADER: &str = "x-screener-endpoint";
const VERSION: &str = "2";
const METHODS: &str = "GET, HEAD, OPTIONS";

/// The endpoint.
#[derive(Debug)]
pub struct Endpoint<O> {
    config: Config,
    origin: O,
}

/// What a request asks for, once it is known to be sound.
struct Asked<'a> {
    key: PlaylistKey<'a>,
    link: Forwarded,
    /// Changes with the link, tells nothing of it.
    variant: String,
    head: bool,
    gzip: bool,
}

impl<O: Origin> Endpoint<O> {
    /// An endpoint, if its configuration is sound.
    pub fn new(config: Config, origin: O) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, origin })
    }

    /// The origin.
    pub fn origin(&self) -> &O {
        &self.origin
    }

    /// Answers an event.
    pub async fn respond(&self, event: serde_json::Value) -> Response {
        self.respond_and_record(event).await.0
    }

    /// Answers an event, and tells how it went.
    pub async fn respond_and_record(&self, event: serde_json::Value) -> (Response, Record) {
        let started = Instant::now();
        let request = Request::from_event(event);
        let mut record = Record {
            request_id: request.as_ref().map(|request| request.id.clone()).unwrap_or_default(),
            ..Record::default()
        };
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO)
            .as_secs();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let outcome = match request {
            Some(request) => self.answer(&request, now, &mut record).await,
            None => Err(Problem::BadEvent),
        };
        let mut response = outcome.unwrap_or_else(|problem| {
            record.code = problem.code();
            refusal(problem, &record)
        });
        common_headers(&mut response, &record.request_id);
        record.status = response.status_code;
        record.duration = millis(started);
        (response, record)
    }

    async fn answer(&self, request: &Request, now: i64, record: &mut Record) -> Result<Response, Problem> {
        record.method = match request.method.as_str() {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "OPTIONS" => "OPTIONS",
            _ => "OTHER",
        };
        if !self.came_through(request) {
            return Err(Problem::NotThroughCloudFront);
        }
        match record.method {
            "OPTIONS" => return Ok(preflight()),
            "OTHER" => return Err(Problem::BadMethod),
            _ => {}
        }
        let asked = self.asked(request, now)?;
        asked.key.key.clone_into(&mut record.key);
        let known = request
            .list("if-none-match")
            .and_then(|tags| known_etag(&tags, &asked.variant));
        let before = Instant::now();
        let got = self.origin.get(asked.key.key, known.as_deref());
        let got = tokio::time::timeout(self.config.origin_timeout, got)
            .await
            .unwrap_or(Err(OriginError::TimedOut));
        record.origin = millis(before);
        let (body, etag) = match got {
            Ok(Object::Found { body, etag }) => (body, etag),
            Ok(Object::NotModified) => return Ok(not_modified(known.as_deref(), &asked.variant)),
            Err(error) => {
                record.detail = printable(&error.to_string());
                return Err(match error {
                    OriginError::NotFound => Problem::NotFound,
                    OriginError::TooLarge(_) => Problem::TooLarge,
                    OriginError::TimedOut => Problem::OriginTimedOut,
                    OriginError::Failed(_) => Problem::OriginFailed,
                });
            }
        };
        if known.is_some() && etag == known {
            // A server that looks like S3 and does not know conditional GETs.
            return Ok(not_modified(known.as_deref(), &asked.variant));
        }
        record.bytes_in = body.len();
        let mut response = self.playlist(&body, &asked, record)?;
        if let Some(etag) = etag {
            response
                .headers
                .insert("etag".to_owned(), our_etag(&etag, &asked.variant));
        }
        Ok(response)
    }

    /// Is the secret the one that the distribution adds? Each is compared whole, in constant time.
    fn came_through(&self, request: &Request) -> bool {
        if self.config.origin_secrets.is_empty() {
            return true;
        }
        let given = request.header("x-origin-verify").unwrap_or_default().as_bytes();
        let equal = self
            .config
            .origin_secrets
            .iter()
            .map(|secret| given.ct_eq(secret.as_bytes()));
        equal.fold(subtle::Choice::from(0), |any, one| any | one).into()
    }

    fn asked<'a>(&self, request: &'a Request, now: i64) -> Result<Asked<'a>, Problem> {
        let key = PlaylistKey::from_path(&request.path, &self.config.prefix).map_err(|error| match error {
            KeyError::Malformed => Problem::BadPath,
            KeyError::Elsewhere => Problem::NotFound,
        })?;
        let link = match &self.config.mode {
            Mode::Forward => forwarded(&request.query)?,
            Mode::Sign(signer) => {
                let folder = format!("{}/{}", self.config.prefix, key.video_id);
                signer.parameters(request.header(HOST_HEADER), &folder, &request.query, now)?
            }
        };
        let digest = Sha256::new()
            .chain_update(&link.first)
            .chain_update(&link.playlist)
            .finalize();
        let mut variant = String::with_capacity(16);
        for byte in &digest[..8] {
            let _ = write!(variant, "{byte:02x}");
        }
        Ok(Asked {
            key,
            link,
            variant,
            head: request.method == "HEAD",
            gzip: request.list("accept-encoding").is_some_and(|list| accepts_gzip(&list)),
        })
    }

    /// The playlist with the link behind every URI, packed as it can be carried.
    fn playlist(&self, stored: &[u8], asked: &Asked<'_>, record: &mut Record) -> Result<Response, Problem> {
        if stored.len() > self.config.largest_object {
            return Err(Problem::TooLarge);
        }
        let text = stored.strip_prefix(b"\xef\xbb\xbf").unwrap_or(stored);
        if !text.starts_with(b"#EXTM3U") {
            return Err(Problem::NotAPlaylist);
        }
        let parameters = Parameters {
            first: &asked.link.first,
            playlist: &asked.link.playlist,
            other: &asked.link.other,
            distribution: self.config.distribution.as_deref(),
        };
        if size_hint(stored, &parameters) > self.config.largest_answer {
            return Err(Problem::AnswerTooLarge);
        }
        let mut rewritten = Vec::new();
        rewrite(stored, &parameters, &mut rewritten);

        let mut headers = BTreeMap::from([
            ("content-type".to_owned(), PLAYLIST.to_owned()),
            ("vary".to_owned(), "Accept-Encoding".to_owned()),
        ]);
        let bytes = if asked.gzip {
            headers.insert("content-encoding".to_owned(), "gzip".to_owned());
            packed(&rewritten).ok_or(Problem::AnswerTooLarge)?
        } else {
            rewritten
        };
        record.gzip = asked.gzip;
        record.bytes_out = bytes.len();
        if asked.head {
            headers.insert("content-length".to_owned(), bytes.len().to_string());
            return Ok(Response {
                status_code: 200,
                headers,
                body: String::new(),
                is_base64_encoded: false,
            });
        }
        let (body, is_base64_encoded) = match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) => (STANDARD.encode(error.as_bytes()), true),
        };
        if json_length(&body) > self.config.largest_body {
            return Err(Problem::AnswerTooLarge);
        }
        Ok(Response {
            status_code: 200,
            headers,
            body,
            is_base64_encoded,
        })
    }
}

/// Bytes of a text in JSON: a line end takes two, and a quote too; other control characters six.
fn json_length(text: &str) -> usize {
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0..b' ' => 6,
            _ => 1,
        })
        .sum()
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    // Signatures repeat at a distance under gzip's window; the fastest level finds them as well as the slowest.
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 64 + 1024), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Does `Accept-Encoding` take gzip (RFC 9110, 12.5.3)?
fn accepts_gzip(value: &str) -> bool {
    let quality = |wanted: &str| {
        value.split(',').find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            if !name.trim().eq_ignore_ascii_case(wanted) {
                return None;
            }
            let weight = parameters
                .split(';')
                .find_map(|parameter| parameter.trim().strip_prefix(['q', 'Q'])?.strip_prefix('='));
            Some(weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0)))
        })
    };
    quality("gzip")
        .or_else(|| quality("x-gzip"))
        .or_else(|| quality("*"))
        .unwrap_or(false)
}

/// Our ETag names the object and the link: `W/"<object's>.<link's>"`. Weak, because packed and plain share it.
fn our_etag(origin: &str, variant: &str) -> String {
    let inner = origin.trim_start_matches("W/").trim_matches('"');
    format!("W/\"{}.{variant}\"", printable(inner).replace(['"', '\\'], ""))
}

/// The object's ETag out of a viewer's `If-None-Match`, if it is for this link. A `*` is for any.
fn known_etag(tags: &str, variant: &str) -> Option<String> {
    tags.split(',').map(str::trim).find_map(|tag| {
        let inner = tag
            .strip_prefix("W/")
            .unwrap_or(tag)
            .strip_prefix('"')?
            .strip_suffix('"')?;
        let origin = inner.strip_suffix(variant)?.strip_suffix('.')?;
        let sound = !origin.is_empty()
            && origin.len() <= 128
            && origin
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        sound.then(|| format!("\"{origin}\""))
    })
}

fn not_modified(known: Option<&str>, variant: &str) -> Response {
    let mut headers = BTreeMap::from([("vary".to_owned(), "Accept-Encoding".to_owned())]);
    if let Some(known) = known {
        headers.insert("etag".to_owned(), our_etag(known, variant));
    }
    Response {
        status_code: 304,
        headers,
        body: String::new(),
        is_base64_encoded: false,
    }
}

fn preflight() -> Response {
    let headers = BTreeMap::from([
        ("access-control-allow-methods".to_owned(), METHODS.to_owned()),
        ("access-control-allow-headers".to_owned(), "*".to_owned()),
        ("access-control-max-age".to_owned(), "86400".to_owned()),
        ("allow".to_owned(), METHODS.to_owned()),
    ]);
    Response {
        status_code: 204,
        headers,
        body: String::new(),
        is_base64_encoded: false,
    }
}

fn refusal(problem: Problem, record: &Record) -> Response {
    let mut headers = BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]);
    if problem == Problem::BadMethod {
        headers.insert("allow".to_owned(), METHODS.to_owned());
    }
    let body = if record.method == "HEAD" {
        String::new()
    } else {
        serde_json::json!({"error": {
            "code": problem.code(),
            "message": problem.message(),
            "mend": problem.mend(),
            "requestId": record.request_id,
        }})
        .to_string()
    };
    Response {
        status_code: problem.status(),
        headers,
        body,
        is_base64_encoded: false,
    }
}

/// What every answer carries, errors too: a page that may not read an error cannot tell it.
fn common_headers(response: &mut Response, request_id: &str) {
    let mut add = |name: &str, value: &str| {
        response.headers.insert(name.to_owned(), value.to_owned());
    };
    add("access-control-allow-origin", "*");
    add(
        "access-control-expose-headers",
        "ETag, Content-Length, Content-Encoding, X-Request-Id, X-Screener-Endpoint",
    );
    add(VERSION_HEADER, VERSION);
    add("cache-control", "no-cache");
    add("x-content-type-options", "nosniff");
    if !request_id.is_empty() {
        add("x-request-id", request_id);
    }
}

fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(500)
        .collect()
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
