//! Which feeds have changed and have not been told of yet.

use std::collections::BTreeSet;
use std::sync::Mutex;

use tokio::sync::Notify;

/// Addresses of feeds that have changed and of which the hub does not know yet.
#[derive(Debug, Default)]
pub(super) struct Bell {
    topics: Mutex<BTreeSet<String>>,
    wake: Notify,
}

impl Bell {
    /// These feeds have changed.
    pub fn ring(&self, topics: impl IntoIterator<Item = String>) {
        self.topics.lock().expect("nothing panics while it is held").extend(topics);
        self.wake.notify_one();
    }

    /// Waits until some have changed.
    pub async fn rung(&self) {
        self.wake.notified().await;
    }

    /// Those that have changed; nobody else gets them.
    pub fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.topics.lock().expect("nothing panics while it is held"))
    }
}
