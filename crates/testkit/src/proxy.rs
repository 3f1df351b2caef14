//! A forward proxy that breaks calls on their way to a real server: HTTP/1.1 on loopback, one fault a request.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::answers::first_page;

/// What happens to one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing: it passes.
    None,
    /// It is answered with an S3 error and never reaches the server.
    Error {
        /// HTTP status.
        status: u16,
        /// S3's code.
        code: String,
        /// Further header lines, without line ends.
        headers: Vec<String>,
        /// What S3 would say of it.
        words: &'static str,
    },
    /// It passes without these headers, named in lower case.
    Without(&'static [&'static str]),
    /// It passes; a listing that comes back is told so many lines at a time, and without a token.
    Pages(usize),
    /// It reaches the server; its answer is thrown away and the connection is cut.
    AnswerLost,
    /// The connection is cut after so many bytes of its body.
    ResetAfter(usize),
    /// Nothing more happens on this connection.
    Stall,
    /// It passes after a while.
    Latency(Duration),
}

impl Fault {
    /// An error answer without further headers.
    pub fn error(status: u16, code: &str) -> Self {
        Self::Error {
            status,
            code: code.into(),
            headers: Vec::new(),
            words: "injected",
        }
    }

    /// An error answer in a store's own words.
    pub fn refusal(status: u16, code: &str, words: &'static str) -> Self {
        Self::Error {
            status,
            code: code.into(),
            headers: Vec::new(),
            words,
        }
    }
}

/// One request, as faults see it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Number of the request, from 0.
    pub number: u64,
    /// Its first lines, up to the body.
    pub head: String,
}

impl Request {
    /// The value of a header, named in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Every header by its name.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.head.lines().skip(1);
        lines.filter_map(|line| line.split_once(':').map(|(name, value)| (name, value.trim())))
    }
}

type Choose = dyn Fn(&Request) -> Fault + Send + Sync;

struct State {
    server: Mutex<SocketAddr>,
    choose: Mutex<Arc<Choose>>,
    seen: Mutex<Vec<Request>>,
}

/// The proxy.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Starts in front of a server.
    ///
    /// # Panics
    /// Where loopback cannot be bound.
    pub async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback can be bound");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            server: Mutex::new(server),
            choose: Mutex::new(Arc::new(|_: &Request| Fault::None)),
            seen: Mutex::default(),
        });
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = shared.clone();
                tokio::spawn(async move {
                    // A cut connection is what this is for.
                    let _ = serve(client, state).await;
                });
            }
        });
        Self { address, state, task }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Another choice of faults from now on.
    ///
    /// # Panics
    /// Never, unless a choice panicked before.
    pub fn choose(&self, choose: impl Fn(&Request) -> Fault + Send + Sync + 'static) {
        *self.state.choose.lock().expect("choices do not panic") = Arc::new(choose);
    }

    /// These faults for the requests whose method and target contain these words, one after the other; the rest passes.
    pub fn then_pass(&self, method: &'static str, part: &'static str, faults: impl IntoIterator<Item = Fault>) {
        let queue = Mutex::new(faults.into_iter().collect::<VecDeque<_>>());
        self.choose(move |request| {
            if request.method == method && request.target.contains(part) {
                queue
                    .lock()
                    .expect("no panic holds it")
                    .pop_front()
                    .unwrap_or(Fault::None)
            } else {
                Fault::None
            }
        });
    }

    /// Requests that were seen.
    ///
    /// # Panics
    /// Never, unless a choice panicked before.
    pub fn seen(&self) -> Vec<Request> {
        self.state.seen.lock().expect("no panic holds it").clone()
    }

    /// How many requests of that method had these words in their target.
    pub fn count(&self, method: &str, part: &str) -> usize {
        self.seen()
            .iter()
            .filter(|r| r.method == method && r.target.contains(part))
            .count()
    }
}

async fn serve(mut client: TcpStream, state: Arc<State>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(head_end) = read_head(&mut client, &mut buffer).await? else {
            return Ok(());
        };
        let head = buffer[..head_end].to_vec();
        let mut body: Vec<u8> = buffer.split_off(head_end);
        buffer.clear();
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut words = text.split_whitespace();
        let (method, target) = (
            words.next().unwrap_or_default().to_owned(),
            path_of(words.next().unwrap_or_default()).to_owned(),
        );
        let length: usize = header(&text, "content-length")
            .and_then(|v| v.parse().ok())
            .unwrap_or(0);
        let request = {
            let mut seen = state.seen.lock().expect("no panic holds it");
            let request = Request {
                method,
                target,
                number: seen.len() as u64,
                head: text.clone(),
            };
            seen.push(request.clone());
            request
        };
        let choose = state.choose.lock().expect("choices do not panic").clone();
        let fault = choose(&request);
        match fault {
            Fault::Stall => {
                // Reads so that the sender's own buffers do not matter, and never answers.
                let mut sink = [0_u8; 4096];
                while client.read(&mut sink).await? > 0 {}
                return Ok(());
            }
            Fault::ResetAfter(bytes) => {
                let mut sink = [0_u8; 1024];
                let mut read = body.len();
                while read < bytes.min(length) {
                    match client.read(&mut sink).await? {
                        0 => break,
                        n => read += n,
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        if header(&text, "expect").is_some_and(|v| v.eq_ignore_ascii_case("100-continue")) {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let mut chunk = vec![0_u8; 64 << 10];
        while body.len() < length {
            match client.read(&mut chunk).await? {
                0 => return Ok(()),
                n => body.extend_from_slice(&chunk[..n]),
            }
        }
        match &fault {
            Fault::Error { .. } => {
                client.write_all(refused(&request, &fault).as_bytes()).await?;
                continue;
            }
            Fault::Latency(wait) => tokio::time::sleep(*wait).await,
            _ => {}
        }
        let address = *state.server.lock().expect("no panic holds it");
        let answer = passed_on(address, &text, &body, &fault).await?;
        if fault == Fault::AnswerLost {
            return Ok(());
        }
        client.write_all(&answer).await?;
        client.shutdown().await?;
        return Ok(());
    }
}

/// The answer to a request that never reaches the server.
fn refused(request: &Request, fault: &Fault) -> String {
    let Fault::Error {
        status,
        code,
        headers,
        words,
    } = fault
    else {
        return String::new();
    };
    let xml = if request.method == "HEAD" {
        String::new()
    } else {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{words}</Message><RequestId>1</RequestId></Error>"
        )
    };
    let more = headers.iter().fold(String::new(), |text, h| text + h + "\r\n");
    format!(
        "HTTP/1.1 {status} Injected\r\ncontent-type: application/xml\r\n{more}content-length: {}\r\n\r\n{xml}",
        xml.len()
    )
}

/// What the server answers. A connection of its own for each request: simple, and it cannot mix up answers.
async fn passed_on(address: SocketAddr, head: &str, body: &[u8], fault: &Fault) -> std::io::Result<Vec<u8>> {
    let passed_over = match fault {
        Fault::Without(names) => names,
        _ => &[][..],
    };
    let mut server = TcpStream::connect(address).await?;
    let one_shot = without_keep_alive(head, passed_over);
    server.write_all(one_shot.as_bytes()).await?;
    server.write_all(body).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    Ok(match fault {
        Fault::Pages(lines) => first_page(&answer, *lines),
        _ => answer,
    })
}

async fn read_head(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<usize>> {
    let mut chunk = [0_u8; 16 << 10];
    loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            return Ok(Some(at + 4));
        }
        match client.read(&mut chunk).await? {
            0 => return Ok(None),
            n => buffer.extend_from_slice(&chunk[..n]),
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        line.split_once(':')
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    })
}

/// The path and query of a request's target, which a forward proxy is told with scheme and host.
fn path_of(target: &str) -> &str {
    target
        .strip_prefix("http://")
        .map_or(target, |rest| rest.find('/').map_or("/", |at| &rest[at..]))
}

fn without_keep_alive(head: &str, passed_over: &[&str]) -> String {
    let mut lines: Vec<&str> = head
        .trim_end()
        .lines()
        .filter(|l| !l.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    lines.retain(|l| {
        let name = l.split(':').next().unwrap_or_default().to_ascii_lowercase();
        name != "expect" && !passed_over.contains(&name.as_str())
    });
    lines.push("connection: close");
    let text = format!("{}\r\n\r\n", lines.join("\r\n"));
    let target = text.split(' ').nth(1).unwrap_or_default();
    text.replacen(target, path_of(target), 1)
}
