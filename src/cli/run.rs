//! `taspa run`: the daemon.

use super::{CliError, Outcome, block_on};
use crate::clock::Clock;
use crate::config::Settings;
use crate::daemon;

pub(super) fn run(settings: Settings) -> Result<Outcome, CliError> {
    block_on(async {
        daemon::run(settings, Clock::System).await?;
        Ok(Outcome::Done)
    })
}
