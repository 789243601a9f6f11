//! A preview of the register: builds it, watches the records, shows what changed.
//!
//! The server listens on this machine only. It writes to the register's cache, and nowhere else;
//! where it cannot, the pages are in memory.

mod http;
mod preview;
mod watch;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use crate::config::BaseUrl;
use crate::load::Today;
use crate::pipeline::BuildError;
use crate::serve::preview::Preview;

pub use preview::Shown;

/// What is served, and where.
pub struct ServeOptions<'s> {
    /// The register's folder.
    pub root: PathBuf,
    /// The port; the next free one is taken where it is in use and not asked for by name.
    pub port: Option<u16>,
    /// The day that counts as today, asked before each build.
    pub today: &'s (dyn Fn() -> Today + Sync),
    /// The time, asked before each build.
    pub now: &'s (dyn Fn() -> SystemTime + Sync),
    /// Told about the server's address, and of each build.
    pub tell: &'s (dyn Fn(Told<'_>) + Sync),
}

/// What happens while a register is served.
#[derive(Debug)]
pub enum Told<'t> {
    /// The server answers at this address.
    Listening(&'t str),
    /// A build is over.
    Built(&'t Shown),
    /// A build could not be done.
    Failed(&'t BuildError),
}

/// Why a register cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The port is taken.
    #[error("port {port} cannot be listened on; `--port N` takes another")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The server cannot run.
    #[error("the server stopped")]
    Server(#[source] std::io::Error),
    /// The files cannot be watched.
    #[error("the register cannot be watched for changes")]
    Watch(#[from] notify::Error),
    /// The register cannot be built at all.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// The port where none is asked for, and how many after it are tried.
const PORT: u16 = 8400;
const TRIES: u16 = 20;

/// Serves a register until the process is stopped.
pub fn serve(options: &ServeOptions<'_>) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ServeError::Server)?;
    let listener = listen(options.port)?;
    let address = listener.local_addr().map_err(ServeError::Server)?;
    let url = format!("http://localhost:{}", address.port());
    let preview = Arc::new(Preview::default());
    let mut changes = watch::watch(&options.root)?;
    std::thread::scope(|scope| {
        let serving = Arc::clone(&preview);
        let server = scope.spawn(move || runtime.block_on(http::run(listener, serving)));
        build(options, &url, &preview)?;
        (options.tell)(Told::Listening(&url));
        while changes.next().is_some() && !server.is_finished() {
            build(options, &url, &preview)?;
        }
        let stopped = server.join().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()));
        stopped.map_err(ServeError::Server)
    })
}

fn build(options: &ServeOptions<'_>, url: &str, preview: &Preview) -> Result<(), ServeError> {
    let base_url: Option<BaseUrl> = url.parse().ok();
    let port = url.rsplit(':').next().unwrap_or_default();
    let place = (&*options.root, &*format!("preview-{port}"));
    match preview.build(place, ((options.today)(), (options.now)()), base_url) {
        Ok(shown) => (options.tell)(Told::Built(&shown)),
        Err(error) if preview.is_empty() => return Err(error.into()),
        Err(error) => (options.tell)(Told::Failed(&error)),
    }
    Ok(())
}

/// Binds to this machine's own address only: a preview is nobody else's affair.
fn listen(port: Option<u16>) -> Result<std::net::TcpListener, ServeError> {
    let ports = port.map_or(PORT..PORT + TRIES, |port| port..port.saturating_add(1).max(1));
    let mut refused = None;
    for port in ports {
        match std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(listener) => return Ok(listener),
            Err(source) => refused = Some(ServeError::Port { port, source }),
        }
    }
    Err(refused.unwrap_or_else(|| ServeError::Server(std::io::ErrorKind::AddrInUse.into())))
}

/// Whether a path is one that a build reads.
pub(crate) fn matters(root: &Path, path: &Path) -> bool {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let first = inside.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let leftover = name.starts_with('.') || name.ends_with('~');
    matches!(first, "content" | "themes" | "register.toml") && !leftover
}
