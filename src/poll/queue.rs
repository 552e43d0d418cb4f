//! Who is polled next: hosts take turns, so that many sources of one slow host hold up nobody else.

use std::collections::{HashMap, VecDeque};

/// Sources that are due, each waiting in the line of its host.
#[derive(Debug)]
pub struct Queue<T> {
    /// Most polls of one host at once.
    per_host: usize,
    hosts: HashMap<String, Line<T>>,
    /// Hosts with somebody waiting and a place free, in the order of their turns.
    turns: VecDeque<String>,
}

#[derive(Debug)]
struct Line<T> {
    waiting: VecDeque<T>,
    polled: usize,
    has_turn: bool,
}

impl<T> Queue<T> {
    /// An empty queue that lets at most `per_host` polls of one host run at once.
    pub fn new(per_host: usize) -> Self {
        Self { per_host, hosts: HashMap::new(), turns: VecDeque::new() }
    }

    /// Lets other than before run at once.
    pub fn set_per_host(&mut self, per_host: usize) {
        self.per_host = per_host;
        let hosts: Vec<String> = self.hosts.keys().cloned().collect();
        hosts.iter().for_each(|host| self.give_turn(host));
    }

    /// Puts a source at the end of its host's line.
    pub fn push(&mut self, host: &str, source: T) {
        let line = self.hosts.entry(host.to_owned()).or_insert_with(|| Line { waiting: VecDeque::new(), polled: 0, has_turn: false });
        line.waiting.push_back(source);
        self.give_turn(host);
    }

    /// The next source to poll, and its host; it counts as being polled until [`Queue::finished`].
    pub fn pop(&mut self) -> Option<(String, T)> {
        let host = self.turns.pop_front()?;
        let line = self.hosts.get_mut(&host)?;
        line.has_turn = false;
        let source = line.waiting.pop_front()?;
        line.polled += 1;
        self.give_turn(&host);
        Some((host, source))
    }

    /// A poll of the host has ended.
    pub fn finished(&mut self, host: &str) {
        if let Some(line) = self.hosts.get_mut(host) {
            line.polled = line.polled.saturating_sub(1);
            if line.polled == 0 && line.waiting.is_empty() {
                self.hosts.remove(host);
            }
        }
        self.give_turn(host);
    }

    /// Lets go of everybody who waits.
    pub fn clear(&mut self) {
        self.turns.clear();
        self.hosts.retain(|_, line| {
            line.waiting.clear();
            line.has_turn = false;
            line.polled > 0
        });
    }

    fn give_turn(&mut self, host: &str) {
        let Some(line) = self.hosts.get_mut(host) else { return };
        if !line.has_turn && !line.waiting.is_empty() && line.polled < self.per_host {
            line.has_turn = true;
            self.turns.push_back(host.to_owned());
        }
    }
}
