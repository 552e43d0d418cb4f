//! Tells a WebSub hub which feeds have changed, so that it can push them to its subscribers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::publisher::Publisher;
use crate::config::Settings;
use crate::fetch::{FetchError, Fetcher};

/// Pauses after one, two … failures in a row, in seconds; the last goes on.
const PAUSES: [u64; 5] = [1, 10, 60, 600, 3_600];

/// Tells the hub of the settings until `stop`. What it did not take is told again after a pause, with what has changed meanwhile.
pub(super) async fn run(publisher: Arc<Publisher>, stop: CancellationToken) {
    let mut client: Option<(Arc<Settings>, Fetcher)> = None;
    let mut failures = 0;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = publisher.bell.rung() => {}
        }
        let (settings, topics) = (publisher.settings(), publisher.bell.take());
        let told = tokio::select! {
            () = stop.cancelled() => return,
            told = tell(&settings, &topics, &mut client) => told,
        };
        let Err(error) = told else {
            failures = 0;
            continue;
        };
        let pause = Duration::from_secs(PAUSES[failures.min(PAUSES.len() - 1)]);
        failures += 1;
        tracing::warn!(%error, again_in = ?pause, feeds = topics.len(), "the hub could not be told");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => publisher.bell.ring(topics),
        }
    }
}

async fn tell(
    settings: &Arc<Settings>,
    topics: &BTreeSet<String>,
    client: &mut Option<(Arc<Settings>, Fetcher)>,
) -> Result<(), FetchError> {
    let Some(hub) = settings.server.hub.as_ref().filter(|_| !topics.is_empty()) else { return Ok(()) };
    if client.as_ref().is_none_or(|(of, _)| !Arc::ptr_eq(of, settings)) {
        *client = Some((Arc::clone(settings), Fetcher::new(settings)?));
    }
    let Some((_, fetcher)) = client else { return Ok(()) };
    let topics: Vec<String> = topics.iter().cloned().collect();
    fetcher.tell_hub(hub, &topics).await
}
