//! Answers the browser's requests from memory.

use std::{
    convert::Infallible,
    io,
    net::TcpListener,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

use crate::serve::preview::Preview;

/// Where the preview's own files are, out of the way of the register's.
const LIVE_JS: &str = include_str!("live/live.js");
const LIVE_CSS: &str = include_str!("live/live.css");
const EMPTY: &str = include_str!("live/empty.html");
/// What each page gets.
const TAGS: &str = "<link rel=\"stylesheet\" href=\"/.attestar/live.css\">\
                    <script type=\"module\" src=\"/.attestar/live.js\"></script>";

/// Serves until the process is stopped.
pub(super) async fn run(listener: TcpListener, preview: Arc<Preview>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let routes = Router::new()
        .route("/.attestar/live.js", get(|| async { typed("text/javascript", LIVE_JS) }))
        .route("/.attestar/live.css", get(|| async { typed("text/css", LIVE_CSS) }))
        .route("/.attestar/state", get(state))
        .route("/.attestar/events", get(events))
        .fallback(page)
        .with_state(preview);
    axum::serve(listener, routes).await
}

fn typed(media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")];
    (headers, body.into()).into_response()
}

/// What the last build found, as JSON.
async fn state(State(preview): State<Arc<Preview>>) -> Response {
    let shown = preview.outcomes().borrow().clone();
    match serde_json::to_vec(&shown) {
        Ok(json) => typed("application/json", json),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A stream with a line for each build (server-sent events).
async fn events(State(preview): State<Arc<Preview>>) -> Response {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        let mut outcomes = preview.outcomes();
        loop {
            let generation = outcomes.borrow_and_update().generation;
            let line = Bytes::from(format!("data: {generation}\n\n"));
            if sender.send(Ok::<_, Infallible>(line)).await.is_err() {
                return; // The page was closed.
            }
            // A comment now and then finds out whether anybody still listens.
            let mut waiting = tokio::time::interval(Duration::from_secs(15));
            waiting.tick().await;
            loop {
                tokio::select! {
                    changed = outcomes.changed() => match changed {
                        Ok(()) => break,
                        Err(_) => return,
                    },
                    _ = waiting.tick() => {
                        let comment = Bytes::from_static(b": still here\n\n");
                        if sender.send(Ok(comment)).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    });
    typed("text/event-stream", Body::from_stream(Lines(receiver)))
}

/// What is received, as a stream.
struct Lines(tokio::sync::mpsc::Receiver<Result<Bytes, Infallible>>);

impl futures_core::Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A file of the site.
async fn page(State(preview): State<Arc<Preview>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    // A page elsewhere that got its name to point here must not read the register.
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    if !matches!(name, Some("localhost" | "127.0.0.1" | "[::1]")) {
        return (StatusCode::FORBIDDEN, "this preview answers to localhost only").into_response();
    }
    let Some(site) = preview.site() else {
        let page = typed("text/html; charset=utf-8", EMPTY);
        return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    };
    let asked = request.uri().path().trim_start_matches('/');
    let folder = asked.is_empty() || asked.ends_with('/');
    let path = if folder { format!("{asked}index.html") } else { asked.to_owned() };
    match site.get(&path) {
        Some(bytes) => file(&request, &path, &bytes, StatusCode::OK),
        None => match site.get("404.html") {
            Some(bytes) => file(&request, "404.html", &bytes, StatusCode::NOT_FOUND),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn file(request: &Request, path: &str, bytes: &[u8], status: StatusCode) -> Response {
    let etag = format!("\"{:.32}\"", hex(&Sha256::digest(bytes)));
    let known = request.headers().get(header::IF_NONE_MATCH);
    if status == StatusCode::OK && known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let media_type = media_type(path);
    let body = if media_type.starts_with("text/html") { live(bytes) } else { bytes.to_vec() };
    let mut response = (status, typed(media_type, body)).into_response();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// The page with the preview's own script in its head.
fn live(html: &[u8]) -> Vec<u8> {
    let end = b"</head>";
    let at = html.windows(end.len()).position(|window| window == end).unwrap_or(html.len());
    let (head, rest) = html.split_at(at);
    [head, TAGS.as_bytes(), rest].concat()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml",
        "atom" => "application/atom+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
