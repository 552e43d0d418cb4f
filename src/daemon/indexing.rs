//! Makes what is new findable, beside the polls: some entries at a time, so that no poll waits for more than a moment.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::publisher::Publisher;
use crate::store::Store;

/// How many entries done are worth a line in the log: as after an upgrade, when all of them are.
const MANY: usize = 10_000;

/// Pause after the store refused.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(10);

/// Indexes what is asked for until `stop`; the publisher says when there may be something.
pub(super) async fn run(store: Arc<Store>, publisher: Arc<Publisher>, stop: CancellationToken) {
    loop {
        let work = async {
            if let Err(error) = index_all(&store, &publisher).await {
                tracing::error!(%error, "searching does not find what is new");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            } else {
                publisher.unsearched.notified().await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = work => {}
        }
    }
}

async fn index_all(store: &Store, publisher: &Publisher) -> Result<(), crate::store::StoreError> {
    let mut total = 0;
    loop {
        let done = store.index().await?;
        if done == 0 {
            break;
        }
        if (total + done) / MANY > total / MANY {
            tracing::info!(entries = total + done, "made findable");
        }
        total += done;
    }
    if total > 0 {
        publisher.searched();
    }
    Ok(())
}
