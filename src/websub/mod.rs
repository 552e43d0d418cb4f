//! The rules of a WebSub subscriber (W3C Recommendation "WebSub", 23 January 2018): which hub a feed names, what is asked of it, which of its
//! questions are answered with yes, and which of its pushes are believed.
//!
//! Pure: no I/O, no clock. `store` keeps the subscriptions, `daemon/websub.rs` asks and answers.

mod intent;
mod lease;
mod signature;
mod topic;

pub use intent::{Answer, Intent, Standing, judge};
pub use lease::{WISHED_LEASE, granted_lease, pause_after, renewal};
pub use signature::{Distrust, check};
pub use topic::Topic;

use url::{Url, form_urlencoded};

/// What is asked of a hub (§5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Subscribe,
    Unsubscribe,
}

impl Mode {
    fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// The form that asks a hub for the pushes of a topic to `callback`, or for an end of them (§5.1).
pub fn request(mode: Mode, topic: &str, callback: &Url, secret: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", mode.as_str()).append_pair("hub.topic", topic).append_pair("hub.callback", callback.as_str());
    if mode == Mode::Subscribe {
        form.append_pair("hub.lease_seconds", &WISHED_LEASE.num_seconds().to_string()).append_pair("hub.secret", secret);
    }
    form.finish()
}
