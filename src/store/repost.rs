//! A source that posts its report again under another guid and address, with a better title or another number: the newer entry tells it.

use rusqlite::Connection;

use super::stored::Stored;
use crate::story::{Judged, Told, is_noticeable};

/// Share of either text that may stand in the other entry alone, where one is the other posted again.
const OWN: f32 = 0.25;

/// By the first entry of a row of them, so that the row is known by its first.
const SUCCEED: &str = "UPDATE entry SET succeeds = coalesce((SELECT succeeds FROM entry AS before WHERE before.id = ?2), ?2) WHERE id = ?1";

/// Keeps that an entry of a source is what that says now in the place of an entry before, if it is, and says something else.
pub(super) fn succeed(connection: &Connection, entry: i64, before: &Judged) -> rusqlite::Result<()> {
    if before.figures.newer_own.max(before.figures.older_own) > OWN {
        return Ok(());
    }
    let (Some(now), Some(before)) = (Stored::load(connection, entry)?, Stored::load(connection, before.entry)?) else { return Ok(()) };
    let is_next = now.story == before.story && now.entry > before.entry && now.published >= before.published;
    if is_next && is_noticeable(told(&before), told(&now)) {
        connection.prepare_cached(SUCCEED)?.execute((entry, before.entry))?;
    }
    Ok(())
}

fn told(stored: &Stored) -> Told<'_> {
    Told { title: &stored.title, html: &stored.text }
}
