//! What a poll leaves in the log.

use crate::config::Source;
use crate::poll::Visit;

/// The one line a poll leaves in the log.
pub(super) fn report(source: &Source, visit: &Visit) {
    let state = visit.state.as_ref();
    let next_poll = state.and_then(|state| state.next_poll).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let duration_ms = u64::try_from(visit.duration.as_millis()).unwrap_or(u64::MAX);
    for note in &visit.notes {
        tracing::info!(source = %source.name, note, "how it is polled");
    }
    for problem in &visit.problems {
        tracing::debug!(source = %source.name, problem, "a problem that did not stop the poll");
    }
    match &visit.error {
        Some(error) => tracing::warn!(
            source = %source.name,
            status = visit.status,
            failures = state.map(|state| state.failures),
            duration_ms,
            next_poll,
            error,
            hint = visit.hint.as_deref(),
            "poll failed"
        ),
        None => tracing::info!(
            source = %source.name,
            status = visit.status,
            items_new = visit.committed.items_new,
            items_changed = visit.committed.items_changed,
            items_unchanged = visit.committed.items_unchanged,
            problems = visit.problems.len(),
            wire_bytes = visit.wire_bytes,
            duration_ms,
            next_poll,
            "polled"
        ),
    }
}
