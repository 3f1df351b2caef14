//! A thousand viewers of one video at the same time, each with a connection and a link of its own: playlists, init
//! segment, every segment, byte ranges between. Client and edge are two processes, so that each one's CPU is its own.
//!
//! ```text
//! cargo run --release -p screener-edge --example viewers -- [VIEWERS] [SEGMENTS] [SEGMENT_KB]
//! ```
//!
//! Prints one row of Markdown; exit 1 when a single answer was not the one that was due.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    process::{Command, ExitCode, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use aws_credential_types::Credentials;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    primitives::ByteStream,
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::SendRequest;
use screener_cloudfront::{Hash, KeyPairId, LinkId, PrivateKey, url};
use screener_edge::{Config, Edge};
use tokio::sync::Barrier;

const VIDEO: &str = "loadloadloadloadloadloadlo";

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    let mut number = |default: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    if first.as_deref() == Some("serve") {
        let (segments, kilobytes) = (number(10), number(200));
        return tokio::runtime::Runtime::new()?
            .block_on(serve(segments, kilobytes))
            .map(|()| ExitCode::SUCCESS);
    }
    let viewers = first.and_then(|text| text.parse().ok()).unwrap_or(1000);
    let (segments, kilobytes) = (number(10), number(200));
    // The edge raises its own.
    rlimit::increase_nofile_limit(u64::MAX)?;
    tokio::runtime::Runtime::new()?.block_on(watch(viewers, segments, kilobytes))
}

/// The edge's process: one video, one line with its address and key, until its input ends.
async fn serve(segments: usize, kilobytes: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let edge = Edge::start(Config::new(folder.path())).await?;
    let key = PrivateKey::generate()?;
    std::fs::write(folder.path().join("keys/KLOAD.pem"), key.public().to_pem()?)?;
    let access = edge.s3();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&access.endpoint)
        .region(Region::new(access.region.clone()))
        .credentials_provider(Credentials::from_keys(&access.access_key, &access.secret_key, None))
        .force_path_style(true);
    let s3 = Client::from_conf(config.build());
    let mut media = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n".to_owned();
    let mut objects = Vec::new();
    for segment in 0..segments {
        let name = format!("{segment:05}.m4s");
        media.push_str("#EXTINF:6.000,\n");
        media.push_str(&name);
        media.push('\n');
        objects.push((
            format!("1/a/{name}"),
            "video/iso.segment",
            vec![u8::try_from(segment % 251)?; kilobytes * 1024],
        ));
    }
    media.push_str("#EXT-X-ENDLIST\n");
    objects.push((
        "1/a/index.m3u8".to_owned(),
        "application/vnd.apple.mpegurl",
        media.into_bytes(),
    ));
    let index = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1/a/index.m3u8\n".to_vec();
    objects.push(("index.m3u8".to_owned(), "application/vnd.apple.mpegurl", index));
    for (name, kind, body) in objects {
        let put = s3
            .put_object()
            .bucket(&access.bucket)
            .key(format!("videos/{VIDEO}/{name}"))
            .content_type(kind);
        put.body(ByteStream::from(body)).send().await?;
    }
    let der = data_encoding::BASE64.encode(&key.to_pkcs8_der()?);
    let mut out = std::io::stdout();
    writeln!(out, "{} {der}", edge.domain())?;
    out.flush()?;
    let waiting = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
    waiting.await?;
    edge.stop().await;
    Ok(())
}

async fn watch(viewers: usize, segments: usize, kilobytes: usize) -> anyhow::Result<ExitCode> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", &segments.to_string(), &kilobytes.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("the edge's output")?).read_line(&mut line)?;
    let (domain, der) = line.trim().split_once(' ').context("the edge did not start")?;
    let key = PrivateKey::from_der(&data_encoding::BASE64.decode(der.as_bytes())?)?;
    let id = KeyPairId::new("KLOAD")?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let target = url::Target {
        domain,
        prefix: "videos",
        video_id: VIDEO,
        link: Some(LinkId::random(now)),
    };
    let mut links = Vec::new();
    for viewer in 0..viewers {
        // Another end for each, so that each link is another one.
        let terms = url::Terms {
            ends: now + 3600 + i64::try_from(viewer)?,
            opens: None,
            network: None,
        };
        links.push(
            screener_cloudfront::link(&key, &id, Hash::Sha1, &target, &terms)?
                .playlist
                .into_exposed(),
        );
    }
    let address: SocketAddr = domain.parse()?;
    let (counts, gate) = (Arc::new(Counts::default()), Arc::new(Barrier::new(viewers + 1)));
    let tasks: Vec<_> = links
        .into_iter()
        .map(|link| {
            let (counts, gate) = (Arc::clone(&counts), Arc::clone(&gate));
            tokio::spawn(async move {
                let connected = Viewer::connect(address, Arc::clone(&counts)).await;
                gate.wait().await;
                let seen = match connected {
                    Ok(mut viewer) => viewer.watch(&link, segments, kilobytes * 1024).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = seen {
                    counts.errors.fetch_add(1, Ordering::Relaxed);
                    tracing_line(&error);
                }
            })
        })
        .collect();
    gate.wait().await;
    let (started, before) = (Instant::now(), cpu(child.id()));
    for task in tasks {
        task.await?;
    }
    let (wall, used) = (started.elapsed(), cpu(child.id()).saturating_sub(before));
    let resident = resident(child.id());
    drop(child.stdin.take());
    child.wait()?;
    let (requests, bytes, errors) = counts.read();
    let seconds = wall.as_secs_f64();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| {viewers} | {segments} × {kilobytes} KB | {requests} | {errors} | {seconds:.1} s | {:.0} | {:.0} MB/s | {:.1} s ({:.2} ms a request) | {resident} MB |",
        requests as f64 / seconds,
        bytes as f64 / seconds / 1e6,
        used.as_secs_f64(),
        used.as_secs_f64() * 1000.0 / requests as f64,
    )?;
    Ok(if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn tracing_line(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "a viewer saw: {error:#}");
}

#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    bytes: AtomicU64,
    errors: AtomicU64,
}

impl Counts {
    fn read(&self) -> (u64, u64, u64) {
        let all = [&self.requests, &self.bytes, &self.errors].map(|count| count.load(Ordering::Relaxed));
        (all[0], all[1], all[2])
    }
}

struct Viewer {
    address: SocketAddr,
    sender: SendRequest<Empty<Bytes>>,
    counts: Arc<Counts>,
}

impl Viewer {
    async fn connect(address: SocketAddr, counts: Arc<Counts>) -> anyhow::Result<Self> {
        let stream = tokio::net::TcpStream::connect(address).await?;
        let (sender, connection) = hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            address,
            sender,
            counts,
        })
    }

    async fn get(&mut self, path: &str, range: Option<&str>, expected: u16) -> anyhow::Result<Bytes> {
        self.sender.ready().await?;
        let mut request = http::Request::get(path).header("host", self.address.to_string());
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let answer = self.sender.send_request(request.body(Empty::new())?).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        self.counts.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        ensure!(
            status == expected,
            "{status} for {}",
            path.split('?').next().unwrap_or_default()
        );
        Ok(body)
    }

    /// As a player does it, each answer looked at.
    async fn watch(&mut self, link: &str, segments: usize, size: usize) -> anyhow::Result<()> {
        let path = link.splitn(4, '/').nth(3).context("a link without a path")?;
        let index = self.get(&format!("/{path}"), None, 200).await?;
        let index = String::from_utf8(index.to_vec())?;
        let media = index
            .lines()
            .find(|line| !line.starts_with('#'))
            .context("no variant")?;
        let folder = format!("/videos/{VIDEO}");
        let media = self.get(&format!("{folder}/{media}"), None, 200).await?;
        let media = String::from_utf8(media.to_vec())?;
        let lines: Vec<_> = media.lines().filter(|line| !line.starts_with('#')).collect();
        ensure!(lines.len() == segments, "{} segments named", lines.len());
        for (at, line) in lines.iter().enumerate() {
            let path = format!("{folder}/1/a/{line}");
            let part = self.get(&path, Some("bytes=0-1023"), 206).await?;
            ensure!(part.len() == 1024, "{} bytes of a range", part.len());
            let whole = self.get(&path, None, 200).await?;
            let right = whole.len() == size && whole.first() == Some(&u8::try_from(at % 251)?);
            ensure!(right, "segment {at} is not the one that was stored");
        }
        Ok(())
    }
}

/// User and system time of a process, where the system tells.
fn cpu(pid: u32) -> Duration {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    // Fields 14 and 15 of proc(5), counted behind the name; a tick is 10 ms on every Linux in use.
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn resident(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
