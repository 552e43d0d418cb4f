//! The accept loop, with its bounds: on connections, on the time for a request's head, and on its size.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Site;
use super::listener::{Listener, Stream};

/// Most time from the start of waiting for a request to the end of its head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Most bytes of a request's head.
const HEAD_BYTES: usize = 16 << 10;
/// Most header fields of a request.
const HEAD_FIELDS: usize = 64;
/// Longest life of a connection: no reader, however slow, holds a place for good.
const LIFE: Duration = Duration::from_secs(300);
/// Pause after an error of the listener itself, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves on a thread of its own until `stop`; running requests have until `patience` is over then. One thread sends more than any network
/// takes, none of its tasks wanders from core to core, and no poll stands in their way.
///
/// # Errors
/// When the thread's reactor cannot be made.
#[expect(clippy::disallowed_methods, reason = "the one thread that serves; whoever starts it joins it")]
pub fn start(
    listener: Listener,
    site: Site,
    connections: usize,
    stop: CancellationToken,
    patience: Duration,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(tokio::task::spawn_blocking(move || runtime.block_on(serve(listener, site, connections, stop, patience))))
}

/// Serves until `stop`; then running requests have until `patience` is over.
async fn serve(listener: Listener, site: Site, connections: usize, stop: CancellationToken, patience: Duration) {
    let places = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    let tasks = TaskTracker::new();
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place.expect("the semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let connection = connection(stream, client, site.clone(), &graceful);
        tasks.spawn(async move {
            // Broken and overlong connections end here; they are the reader's affair.
            let _ = tokio::time::timeout(LIFE, connection).await;
            drop(place);
        });
    }
    drop(listener);
    tasks.close();
    let drained = tokio::time::timeout(patience, async {
        graceful.shutdown().await;
        tasks.wait().await;
    });
    if drained.await.is_err() {
        tracing::warn!("some readers were cut off");
    }
}

fn connection(
    stream: Box<dyn Stream>,
    client: Option<IpAddr>,
    site: Site,
    graceful: &GracefulShutdown,
) -> impl Future<Output = Result<(), hyper::Error>> + use<> {
    let service = service_fn(move |request| {
        let site = site.clone();
        async move { Ok::<_, Infallible>(site.answer(request, client).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS)
        .serve_connection(TokioIo::new(stream), service);
    graceful.watch(connection)
}
