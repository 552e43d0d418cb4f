//! What a hub asks at a callback, and what it is answered (§5.3: verification of intent; §5.2: denial).

use chrono::TimeDelta;
use url::form_urlencoded;

use super::lease::granted_lease;

/// Most parameters that are looked at.
const MAX_PARAMETERS: usize = 32;

/// Longest challenge that is echoed, in bytes.
const MAX_CHALLENGE: usize = 2048;

/// Longest reason of a denial that is kept, in characters.
const MAX_REASON: usize = 200;

/// What a hub asks with a GET on a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Whether we want the topic's pushes.
    Subscribe { topic: String, challenge: String, lease_seconds: Option<u64> },
    /// Whether we want no more of them.
    Unsubscribe { topic: String, challenge: String },
    /// It tells that it gives us none, or no more.
    Denied { topic: String, reason: Option<String> },
}

impl Intent {
    /// Reads the query of a request; None when it is none of the three, or lacks what belongs to it. Of a parameter that comes twice the first
    /// counts.
    pub fn read(query: &str) -> Option<Self> {
        let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).take(MAX_PARAMETERS).collect();
        let said = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_ref());
        let topic = said("hub.topic")?.to_owned();
        let challenge = || said("hub.challenge").filter(|said| !said.is_empty() && said.len() <= MAX_CHALLENGE).map(str::to_owned);
        match said("hub.mode")? {
            "subscribe" => {
                // A lease that is no number is none that anybody could keep.
                let lease_seconds = said("hub.lease_seconds").map(|said| said.trim().parse()).transpose().ok()?;
                Some(Self::Subscribe { topic, challenge: challenge()?, lease_seconds })
            }
            "unsubscribe" => Some(Self::Unsubscribe { topic, challenge: challenge()? }),
            "denied" => Some(Self::Denied { topic, reason: said("hub.reason").map(printable).filter(|reason| !reason.is_empty()) }),
            _ => None,
        }
    }
}

/// A text of the hub's, as it may stand in a terminal.
fn printable(text: &str) -> String {
    text.trim().chars().take(MAX_REASON).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// How a subscription stands with us.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    pub topic: &'a str,
    /// We want it; else we are leaving it.
    pub is_wanted: bool,
    /// The hub has been asked, or holds a lease that is not over.
    pub is_asked: bool,
}

/// What a hub is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes, with its challenge: the subscription holds for so long.
    Confirm { challenge: String, lease: TimeDelta },
    /// Yes, with its challenge: the subscription is over.
    ConfirmEnd { challenge: String },
    /// We have heard that it gives us nothing.
    Noted { reason: Option<String> },
    /// We have not asked for this.
    Refuse,
}

/// Answers only what we asked for ourselves: the topic, letter for letter, and the mode must be those of the subscription.
pub fn judge(standing: Standing<'_>, intent: Intent) -> Answer {
    let (Intent::Subscribe { topic, .. } | Intent::Unsubscribe { topic, .. } | Intent::Denied { topic, .. }) = &intent;
    if topic != standing.topic || !standing.is_asked {
        return Answer::Refuse;
    }
    match intent {
        Intent::Subscribe { challenge, lease_seconds, .. } if standing.is_wanted => {
            Answer::Confirm { challenge, lease: granted_lease(lease_seconds) }
        }
        Intent::Unsubscribe { challenge, .. } if !standing.is_wanted => Answer::ConfirmEnd { challenge },
        Intent::Denied { reason, .. } => Answer::Noted { reason },
        Intent::Subscribe { .. } | Intent::Unsubscribe { .. } => Answer::Refuse,
    }
}
