//! What time it is: the system's, or one that a test moves by hand, so that a year passes in a second.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Longest single sleep: a clock that is set, or a machine that slept, is noticed within this time.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// Where the daemon reads the time.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Stands still until its [`Hand`] moves it.
    Manual(watch::Receiver<DateTime<Utc>>),
}

/// Moves a manual clock.
#[derive(Debug)]
pub struct Hand(watch::Sender<DateTime<Utc>>);

impl Hand {
    /// Moves the clock on to `at`; everything that waits for an instant up to it wakes.
    pub fn move_to(&self, at: DateTime<Utc>) {
        self.0.send_replace(at);
    }
}

impl Clock {
    /// A clock that stands at `start`, and the hand that moves it.
    pub fn manual(start: DateTime<Utc>) -> (Self, Hand) {
        let (hand, face) = watch::channel(start);
        (Self::Manual(face), Hand(hand))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Manual(face) => *face.borrow(),
        }
    }

    /// Waits until the clock shows `at` or later.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        match self {
            Self::System => {
                while let Ok(left) = (at - self.now()).to_std()
                    && !left.is_zero()
                {
                    tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
                }
            }
            Self::Manual(face) => {
                let mut face = face.clone();
                if face.wait_for(|now| *now >= at).await.is_err() {
                    // The hand is gone: the clock stands still for good.
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}
