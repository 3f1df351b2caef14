//! The way of a viewer's request: host, method, behavior, signature, origin, response headers.

use std::{
    net::IpAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use futures::TryStreamExt as _;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use percent_encoding::percent_decode_str;
use screener_template::delivery::OriginKind;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::{
    first_look::{Look, look},
    shared::{Served, Shared},
};
use crate::{
    access_log,
    answer::{self, Body, access_denied, bad_request, plain, s3_error},
    bucket_origin::{Facts, Object},
    cross_origin::Foreign,
    fault::{Fault, Faults},
    key_group::Asked,
    page,
    ranges::{self, Verdict, Wanted},
    route::{Route, Viewed, readable},
};

/// CloudFront's limit for a URL.
const LONGEST_URL: usize = 8192;
/// Up to here an object is read in one go; past it, streamed.
const AT_ONCE: u64 = 256 * 1024;
const YEAR: i64 = 31_557_600;

/// Whether a request names this server as this server names itself. A page elsewhere can have its own name lead here
/// (DNS rebinding); it cannot send another `Host`. Without a port any will do: somebody forwards one of theirs.
pub(super) fn is_own_host(request: &Request<Incoming>, port: Option<u16>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else {
        return false;
    };
    let Some((name, named)) = host.rsplit_once(':') else {
        return false;
    };
    matches!(name, "127.0.0.1" | "localhost")
        && named
            .parse()
            .is_ok_and(|named: u16| port.is_none_or(|port| port == named))
}

/// One request, one answer; there is always one.
pub(super) async fn answer(shared: &Shared, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
    let served = shared.served();
    let faults = &served.faults;
    let method = request.method().clone();
    let asked = access_log::Asked::new(
        method.as_str(),
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
        request.headers(),
    );
    let (mut answer, route) = answered(shared, &served, &request, client).await;
    let headers = answer.headers_mut();
    if let Some(route) = route {
        route.add(&method, request.headers(), headers);
    }
    if !headers.contains_key("x-cache") {
        headers.insert("x-cache", HeaderValue::from_static("Miss from cloudfront"));
    }
    let mut date = SystemTime::now();
    if faults.contains(&Fault::ClockAhead) {
        date += std::time::Duration::from_secs(YEAR.unsigned_abs());
    }
    set(headers, header::DATE, &httpdate::fmt_http_date(date));
    shared.log.watch(asked, answer::without_body(&method, answer))
}

/// An answer, and the behavior that it is of, where any took the request.
async fn answered<'s>(
    shared: &Shared,
    served: &'s Served,
    request: &Request<Incoming>,
    client: IpAddr,
) -> (Response<Body>, Option<&'s Route>) {
    if !is_own_host(request, Some(shared.port)) || !served.routing.enabled {
        let nobody = bad_request(
            StatusCode::FORBIDDEN,
            "Bad request. We can't connect to the server for this app or website at this time: no distribution has \
             this name.",
        );
        return (nobody, None);
    }
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let viewed = Viewed {
        method: request.method(),
        host,
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        client,
    };
    if viewed.path.len() + viewed.query.len() >= LONGEST_URL {
        let refusal = bad_request(
            StatusCode::URI_TOO_LONG,
            "Bad request. The URL is longer than 8,192 bytes.",
        );
        return (refusal, None);
    }
    let Some(route) = served.routing.of(viewed.path) else {
        return (access_denied(), None);
    };
    (behave(shared, served, route, &viewed).await, Some(route))
}

/// What a behavior makes of a request.
async fn behave(shared: &Shared, served: &Served, route: &Route, viewed: &Viewed<'_>) -> Response<Body> {
    if !route.takes(viewed.method) {
        return bad_request(
            StatusCode::FORBIDDEN,
            "This distribution is not configured to allow the HTTP request method that was used for this request. The \
             distribution supports only cachable requests.",
        );
    }
    if let Some(refusal) = unsigned(shared, &served.faults, route, viewed) {
        return refusal;
    }
    match look(shared, route, viewed).await {
        Look::Answered(answer) => answer,
        Look::Passed { host } => ask(shared, served, route, viewed, host.then_some(viewed.host)).await,
        Look::Changed(changed) => {
            let viewed = Viewed {
                path: &changed.path,
                query: changed.query.as_deref().unwrap_or(viewed.query),
                headers: &changed.headers,
                ..*viewed
            };
            ask(shared, served, route, &viewed, None).await
        }
    }
}

/// The key group's refusal.
fn unsigned(shared: &Shared, faults: &Faults, route: &Route, viewed: &Viewed<'_>) -> Option<Response<Body>> {
    let trusts = route.restricted()?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let mut now = i64::try_from(now).unwrap_or(i64::MAX);
    if faults.contains(&Fault::ClockAhead) {
        now += YEAR;
    }
    let cookies = viewed.headers.get(header::COOKIE);
    let asked = Asked {
        host: viewed.host,
        path: viewed.path,
        query: viewed.query,
        cookies: cookies.and_then(|cookies| cookies.to_str().ok()).unwrap_or_default(),
        client: viewed.client,
        now,
    };
    let refusal = shared.key_group.check(&asked, trusts, faults).err()?;
    tracing::debug!(path = viewed.path, %refusal, "refused");
    Some(answer::refused(&refusal))
}

/// The origin's answer.
async fn ask(
    shared: &Shared,
    served: &Served,
    route: &Route,
    viewed: &Viewed<'_>,
    host: Option<&str>,
) -> Response<Body> {
    match route.origin.kind {
        OriginKind::Endpoint => served.routing.endpoint.call(viewed, host, route, &served.faults).await,
        OriginKind::Bucket => bucket(shared, served, route, viewed).await,
        OriginKind::Other => bad_request(
            StatusCode::BAD_GATEWAY,
            "CloudFront wasn't able to connect to the origin: on this computer there are the bucket and the playlist \
             endpoint, and nothing else.",
        ),
    }
}

/// The bucket as an origin: it gets the path as the viewer sent it, behind the origin's own.
async fn bucket(shared: &Shared, served: &Served, route: &Route, viewed: &Viewed<'_>) -> Response<Body> {
    let (rules, faults) = (&served.routing.rules, &served.faults);
    let foreign = Foreign::of(viewed.headers, |name| route.forwards(name));
    if route.forwards("host") {
        return s3_error(
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        );
    }
    if *viewed.method == Method::OPTIONS {
        return foreign.preflight(&rules.cors);
    }
    let path = viewed.path.strip_prefix('/').unwrap_or(viewed.path);
    let key = percent_decode_str(path).decode_utf8();
    let Ok(key) = key else {
        return s3_error(
            StatusCode::BAD_REQUEST,
            "InvalidURI",
            "Couldn't parse the specified URI.",
        );
    };
    let before = route.origin.path.trim_start_matches('/');
    let key = if before.is_empty() {
        key
    } else {
        format!("{before}/{key}").into()
    };
    let reads = matches!(*viewed.method, Method::GET | Method::HEAD);
    if !reads || !readable(rules, route.origin.access_control, &key) {
        return access_denied();
    }
    let mut answer = match object(shared, route, viewed, &key, faults).await {
        Ok(answer) => answer,
        Err(error) => broken(&error),
    };
    foreign.add(&rules.cors, viewed.method, answer.headers_mut());
    answer
}

/// An object of the bucket; of the page, what this program has where the bucket has none.
async fn object(
    shared: &Shared,
    route: &Route,
    viewed: &Viewed<'_>,
    key: &str,
    faults: &Faults,
) -> std::io::Result<Response<Body>> {
    if let Some(name) = key.strip_prefix("watch/") {
        let own = shared.bucket.open_own(key).await?;
        let file = page::file(name).filter(|_| own.is_none() && !faults.contains(&Fault::PageMissing));
        if let Some(file) = file {
            return Ok(watch(route, viewed.headers, &file));
        }
    }
    match shared.bucket.open(key).await? {
        Some(object) => send(route, viewed.headers, object, faults).await,
        None => Ok(access_denied()),
    }
}

fn watch(route: &Route, asked: &HeaderMap, file: &page::PageFile) -> Response<Body> {
    if ranges::judge(asked, &file.tag, UNIX_EPOCH) == Verdict::NotModified {
        let mut answer = plain(StatusCode::NOT_MODIFIED, file.content_type, Bytes::new());
        set(answer.headers_mut(), header::ETAG, &file.tag);
        set(answer.headers_mut(), header::CACHE_CONTROL, file.cache_control);
        answer.headers_mut().remove(header::CONTENT_LENGTH);
        return answer;
    }
    let bytes = Bytes::from_static(file.bytes);
    let mut answer = plain(StatusCode::OK, file.content_type, bytes.clone());
    set(answer.headers_mut(), header::ETAG, &file.tag);
    set(answer.headers_mut(), header::CACHE_CONTROL, file.cache_control);
    if route.compresses() {
        answer = compressed(asked, answer, &bytes, file.content_type, &file.tag);
    }
    answer
}

fn broken(error: &std::io::Error) -> Response<Body> {
    tracing::error!(%error, "an object could not be read");
    s3_error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        "We encountered an internal error. Please try again.",
    )
}

async fn send(route: &Route, headers: &HeaderMap, object: Object, faults: &Faults) -> std::io::Result<Response<Body>> {
    let facts = std::sync::Arc::clone(&object.facts);
    let content_type = match &facts.content_type {
        Some(kind) if !faults.contains(&Fault::ContentTypeLost) => kind.as_str(),
        _ => "binary/octet-stream",
    };
    match ranges::judge(headers, &facts.tag, facts.modified) {
        Verdict::Failed => {
            return Ok(s3_error(
                StatusCode::PRECONDITION_FAILED,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            ));
        }
        Verdict::NotModified => {
            let mut answer = Response::new(answer::whole(Bytes::new()));
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            describe(answer.headers_mut(), &facts, None, faults);
            return Ok(answer);
        }
        Verdict::Send => {}
    }
    let wanted = if faults.contains(&Fault::RangesIgnored) {
        Wanted::Whole
    } else {
        ranges::wanted(headers, facts.size, &facts.tag, facts.modified)
    };
    let (status, first, count) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0, facts.size),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => {
            let mut answer = s3_error(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "InvalidRange",
                "The requested range is not satisfiable",
            );
            set(
                answer.headers_mut(),
                header::CONTENT_RANGE,
                &format!("bytes */{}", facts.size),
            );
            return Ok(answer);
        }
    };
    let squeezed = route.compresses()
        && status == StatusCode::OK
        && answer::compressible(content_type, facts.size)
        && answer::takes_gzip(headers);
    if squeezed || count <= AT_ONCE {
        let bytes = Bytes::from(object.read(first, count).await?);
        let mut answer = Response::new(answer::whole(bytes.clone()));
        *answer.status_mut() = status;
        describe(answer.headers_mut(), &facts, Some(content_type), faults);
        answer
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if status == StatusCode::PARTIAL_CONTENT {
            mark_range(answer.headers_mut(), first, count, facts.size);
            return Ok(answer);
        }
        if !route.compresses() {
            return Ok(answer);
        }
        return Ok(compressed(headers, answer, &bytes, content_type, &facts.tag));
    }
    let file = object.stream(first).await?;
    let stream = ReaderStream::with_capacity(file.take(count), 128 * 1024).map_ok(Frame::data);
    let mut answer = Response::new(BodyExt::boxed_unsync(StreamBody::new(stream)));
    *answer.status_mut() = status;
    describe(answer.headers_mut(), &facts, Some(content_type), faults);
    answer
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(count));
    if status == StatusCode::PARTIAL_CONTENT {
        mark_range(answer.headers_mut(), first, count, facts.size);
    }
    Ok(answer)
}

fn describe(headers: &mut HeaderMap, facts: &Facts, content_type: Option<&str>, faults: &Faults) {
    if let Some(kind) = content_type {
        set(headers, header::CONTENT_TYPE, kind);
    }
    set(headers, header::ETAG, &facts.tag);
    set(headers, header::LAST_MODIFIED, &httpdate::fmt_http_date(facts.modified));
    set(headers, header::ACCEPT_RANGES, "bytes");
    match &facts.cache_control {
        _ if faults.contains(&Fault::SegmentUncached) => {}
        Some(rule) => set(headers, header::CACHE_CONTROL, rule),
        None => {}
    }
    for (name, value) in &facts.metadata {
        if let (Ok(name), Ok(value)) = (
            format!("x-amz-meta-{name}").parse::<header::HeaderName>(),
            HeaderValue::from_str(value),
        ) {
            headers.insert(name, value);
        }
    }
}

fn mark_range(headers: &mut HeaderMap, first: u64, count: u64, size: u64) {
    set(
        headers,
        header::CONTENT_RANGE,
        &format!("bytes {first}-{}/{size}", first + count - 1),
    );
}

/// CloudFront's compression of what the origin sent plain; its `ETag` becomes a weak one.
fn compressed(
    asked: &HeaderMap,
    mut answer: Response<Body>,
    bytes: &Bytes,
    content_type: &str,
    tag: &str,
) -> Response<Body> {
    if !answer::compressible(content_type, bytes.len() as u64) {
        return answer;
    }
    answer
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !answer::takes_gzip(asked) {
        return answer;
    }
    let Ok(squeezed) = answer::gzip(bytes) else {
        return answer;
    };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(squeezed.len()));
    set(headers, header::CONTENT_ENCODING, "gzip");
    set(headers, header::ETAG, &format!("W/{tag}"));
    headers.remove(header::ACCEPT_RANGES);
    answer.map(|_| answer::whole(squeezed))
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
