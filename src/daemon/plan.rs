//! The plan: which source is due when, whose host rests, who waits for the turn of its host, and who is being polled. It starts nothing and
//! asks nobody for the time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task;

use crate::config::{Settings, Source};
use crate::poll::Queue;
use crate::schedule;
use crate::store::SourceState;

/// A source that is later than this was slept over, not held up: those are polled one after the other, not all at once. It is longer than a
/// clock that jumps takes to be noticed.
const LATE: TimeDelta = TimeDelta::seconds(120);

/// A source and how its polling stands.
#[derive(Debug)]
struct Planned {
    source: Arc<Source>,
    state: SourceState,
    /// When it is next looked at: at its next poll, or later, if its host rests or it is late.
    due: Option<DateTime<Utc>>,
}

/// A poll that has not ended.
#[derive(Debug)]
struct InFlight {
    task: task::Id,
    source: Arc<Source>,
    host: String,
}

/// A source whose turn has come.
#[derive(Debug)]
pub(super) struct Turn {
    pub id: i64,
    pub source: Arc<Source>,
    pub state: SourceState,
    /// Where it counts as being polled.
    pub host: String,
}

/// All sources that are polled, each in one place: due at a time, in the line of its host, or being polled.
#[derive(Debug)]
pub(super) struct Plan {
    /// By the store's id.
    sources: HashMap<i64, Planned>,
    /// Until when hosts are left alone; it may be over. Filled from the store, by polls and by article pages.
    rests: HashMap<String, DateTime<Utc>>,
    /// Due times. One that is not the source's own any more is passed over.
    due: BinaryHeap<Reverse<(DateTime<Utc>, i64)>>,
    /// Due, and waiting for the turn of their host; the same ones by id.
    queue: Queue<i64>,
    queued: HashSet<i64>,
    /// By the store's id.
    in_flight: HashMap<i64, InFlight>,
}

impl Plan {
    /// An empty plan that lets at most `per_host` polls of one host run at once.
    pub fn new(per_host: usize) -> Self {
        Self {
            sources: HashMap::new(),
            rests: HashMap::new(),
            due: BinaryHeap::new(),
            queue: Queue::new(per_host),
            queued: HashSet::new(),
            in_flight: HashMap::new(),
        }
    }

    pub fn set_per_host(&mut self, per_host: usize) {
        self.queue.set_per_host(per_host);
    }

    /// Makes these the sources that are polled.
    pub fn renew(&mut self, settings: &Settings, states: Vec<SourceState>, now: DateTime<Utc>) {
        let by_name: HashMap<&str, &Arc<Source>> = settings.sources.iter().map(|source| (source.name.as_str(), source)).collect();
        self.rests = states.iter().filter_map(|state| Some((state.host.clone(), state.host_rests_until?))).collect();
        let planned = states.into_iter().filter_map(|state| {
            let source = Arc::clone(by_name.get(state.name.as_str())?);
            let due = first_look(&source, &state, now);
            Some((state.id, Planned { source, state, due }))
        });
        self.sources = planned.collect();
        // Whoever is being polled gets his next time when that poll has ended.
        let idle = self.sources.iter().filter(|(id, _)| !self.in_flight.contains_key(id));
        self.due = idle.filter_map(|(id, planned)| Some(Reverse((planned.due?, *id)))).collect();
        self.queue.clear();
        self.queued.clear();
    }

    /// The source of that id, if it is still one.
    pub fn source(&self, id: i64) -> Option<&Arc<Source>> {
        self.sources.get(&id).map(|planned| &planned.source)
    }

    /// Hosts that are left alone, and until when.
    pub fn rest(&mut self, hosts: impl IntoIterator<Item = (String, DateTime<Utc>)>) {
        self.rests.extend(hosts);
    }

    /// The earliest due time, after passing over those that no longer hold.
    pub fn next_due(&mut self) -> Option<DateTime<Utc>> {
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            let holds = self.sources.get(&id).is_some_and(|planned| planned.due == Some(at));
            if holds && !self.in_flight.contains_key(&id) && !self.queued.contains(&id) {
                return Some(at);
            }
            self.due.pop();
        }
        None
    }

    /// Has those that are due wait for the turn of their host.
    pub fn line_up(&mut self, now: DateTime<Utc>) {
        while let Some(at) = self.next_due()
            && at <= now
        {
            if let Some(Reverse((_, id))) = self.due.pop()
                && let Some(planned) = self.sources.get(&id)
            {
                let later = if now - at > LATE { Some(catch_up(planned, now)) } else { self.after_rest(planned, now) };
                if let Some(later) = later {
                    self.look_again(id, later);
                    continue;
                }
                self.queue.push(&planned.state.host, id);
                self.queued.insert(id);
            }
        }
    }

    /// The next one to be polled; it counts for its host until it has [ended](Plan::ended).
    pub fn next_turn(&mut self, now: DateTime<Utc>) -> Option<Turn> {
        while let Some((host, id)) = self.queue.pop() {
            self.queued.remove(&id);
            if let Some(planned) = self.sources.get(&id) {
                // The host may have begun to rest while the source waited in its line.
                match self.after_rest(planned, now) {
                    None => return Some(Turn { id, source: Arc::clone(&planned.source), state: planned.state.clone(), host }),
                    Some(later) => self.look_again(id, later),
                }
            }
            self.queue.finished(&host);
        }
        None
    }

    /// The poll of that turn runs as this task.
    pub fn started(&mut self, id: i64, source: Arc<Source>, host: String, task: task::Id) {
        self.in_flight.insert(id, InFlight { task, source, host });
    }

    /// How many polls run.
    pub fn running(&self) -> usize {
        self.in_flight.len()
    }

    /// Whose poll runs as this task.
    pub fn polled_by(&self, task: task::Id) -> Option<i64> {
        self.in_flight.iter().find(|(_, poll)| poll.task == task).map(|(id, _)| *id)
    }

    /// A poll has ended: the source as it was polled.
    pub fn ended(&mut self, id: i64) -> Option<Arc<Source>> {
        let InFlight { source, host, .. } = self.in_flight.remove(&id)?;
        self.queue.finished(&host);
        Some(source)
    }

    /// A source's state is this from now on.
    pub fn follow(&mut self, id: i64, state: SourceState) {
        let Some(planned) = self.sources.get_mut(&id) else { return };
        planned.due = state.next_poll;
        if let Some(next) = state.next_poll {
            self.due.push(Reverse((next, id)));
        }
        planned.state = state;
    }

    /// A source was polled at `at`, with these settings, and its state is this.
    pub fn polled(&mut self, id: i64, polled: &Arc<Source>, at: DateTime<Utc>, state: SourceState) {
        let Some(planned) = self.sources.get(&id) else { return };
        // While the poll was on its way back from the store, the store may have been given other settings, and the plan made anew.
        let mut state = if planned.state.poll >= state.poll { planned.state.clone() } else { state };
        // If the store takes it for due all the same, another process has put other settings into it than these, and the source keeps to these.
        if Arc::ptr_eq(&planned.source, polled) && state.next_poll.is_some_and(|next| next <= at) {
            state.next_poll = schedule::unhurried(polled, at);
        }
        self.follow(id, state);
    }

    /// A source's poll came to nothing: it keeps to its schedule.
    pub fn not_polled(&mut self, id: i64, now: DateTime<Utc>) {
        let Some(planned) = self.sources.get(&id) else { return };
        let state = SourceState { next_poll: schedule::unhurried(&planned.source, now), ..planned.state.clone() };
        self.follow(id, state);
    }

    /// When a source is looked at again whose host is left alone; None when it is not. They come back one after the other.
    fn after_rest(&self, planned: &Planned, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.rests.get(&planned.state.host).copied().filter(|until| *until > now)?;
        Some(catch_up(planned, until))
    }

    fn look_again(&mut self, id: i64, at: DateTime<Utc>) {
        if let Some(planned) = self.sources.get_mut(&id) {
            planned.due = Some(at);
            self.due.push(Reverse((at, id)));
        }
    }
}

/// When a source is looked at first, at a start or a reload: one that was due meanwhile soon, but not all of those at once; one that was
/// never polled now, since whoever added it waits for its news.
fn first_look(source: &Source, state: &SourceState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let next = state.next_poll?;
    Some(if next < now && state.poll > 0 { schedule::catch_up(source, now) } else { next.max(now) })
}

/// When a source is polled that could be at `from`, and many others could as well.
fn catch_up(planned: &Planned, from: DateTime<Utc>) -> DateTime<Utc> {
    if planned.state.poll > 0 { schedule::catch_up(&planned.source, from) } else { from }
}
