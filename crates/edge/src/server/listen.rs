//! Accepting connections, on loopback alone.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http::{Response, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::service::S3Service;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{request, shared::Shared};
use crate::edge_json::PING;

/// How long a silent connection is kept; players ask every few seconds.
const SILENCE: Duration = Duration::from_secs(75);

pub(super) fn viewers(
    listener: TcpListener,
    shared: Arc<Shared>,
    stopping: &CancellationToken,
    connections: &TaskTracker,
) {
    accept(listener, stopping, connections, move |stream, stopping| {
        let shared = Arc::clone(&shared);
        let client = stream.peer_addr();
        let service = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            let client = client
                .as_ref()
                .map_or(std::net::Ipv4Addr::LOCALHOST.into(), std::net::SocketAddr::ip);
            async move { Ok::<_, Infallible>(request::answer(&shared, request, client).await) }
        });
        serve(stream, service, stopping)
    });
}

pub(super) fn uploads(
    listener: TcpListener,
    s3: S3Service,
    token: String,
    stopping: &CancellationToken,
    connections: &TaskTracker,
) {
    let token: Arc<str> = token.into();
    accept(listener, stopping, connections, move |stream, stopping| {
        let (s3, token) = (s3.clone(), Arc::clone(&token));
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (s3, token) = (s3.clone(), Arc::clone(&token));
            async move {
                // Uploads come through proxies; their signatures cover the port that they name.
                if !request::is_own_host(&request, None) {
                    return Ok::<_, s3s::HttpError>(foreign());
                }
                if request.uri().path() == PING {
                    return Ok(http::Response::new(s3s::Body::from(token.to_string())));
                }
                s3.call(request.map(s3s::Body::from)).await
            }
        });
        serve(stream, service, stopping)
    });
}

/// A page elsewhere that gives itself a name of this computer reaches neither bucket nor films.
fn foreign() -> Response<s3s::Body> {
    let mut answer = Response::new(s3s::Body::from(
        "this server answers under its own name alone\n".to_owned(),
    ));
    *answer.status_mut() = StatusCode::FORBIDDEN;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain"));
    answer
}

fn accept<F, C>(listener: TcpListener, stopping: &CancellationToken, connections: &TaskTracker, connect: F)
where
    F: Fn(TcpStream, CancellationToken) -> C + Send + 'static,
    C: Future<Output = ()> + Send + 'static,
{
    let (stopping, tracker) = (stopping.clone(), connections.clone());
    connections.spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = stopping.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    tracker.spawn(connect(stream, stopping.clone()));
                }
                Err(error) => {
                    // Most often too many open files: those under way will close some.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    });
}

async fn serve<S, B>(stream: TcpStream, service: S, stopping: CancellationToken)
where
    S: hyper::service::Service<http::Request<Incoming>, Response = Response<B>>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE)
        .max_buf_size(64 * 1024);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
