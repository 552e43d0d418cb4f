//! What permanent redirects come to: the address at which a source is polled.
//!
//! Pure. RFC 9110 §15.4.2 and §15.4.9 let the target of a 301 or 308 take the place of the address that was asked. A slip in a server's
//! configuration says the same for an afternoon, and a network that wants a login as long as it lasts: so a target is believed on the third
//! day on which it answered well.

use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days (UTC) on which a target has to have answered well.
const DAYS: u32 = 3;

/// Days without a good answer of it after which a target is counted anew.
const FORGOTTEN: Days = Days::new(60);

/// Where a source has moved, and where it is about to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    pub to: Option<Moved>,
    pub candidate: Option<Candidate>,
}

/// The address at which a source is polled in place of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub url: String,
    pub since: DateTime<Utc>,
}

/// Where permanent redirects led of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub url: String,
    /// On which it has answered well.
    pub days: u32,
    pub last_day: NaiveDate,
}

/// What a good answer tells of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way<'a> {
    /// The source's own address was asked, and not the one to which it has moved.
    pub is_home: bool,
    /// Where permanent redirects led from there.
    pub target: Option<&'a str>,
}

impl Moves {
    /// How it stands after a good answer at `now`. `home` is the source's own address. An error tells nothing: it changes nothing here.
    pub fn after(self, home: &str, way: Way<'_>, now: DateTime<Utc>) -> Self {
        let Self { mut to, candidate } = self;
        if way.is_home {
            to = None;
        }
        let Some(target) = way.target else { return Self { to, candidate: None } };
        let today = now.date_naive();
        let known = candidate.filter(|known| known.url == target && today <= known.last_day + FORGOTTEN);
        let (days, last_day) = match known {
            Some(known) if today > known.last_day => (known.days + 1, today),
            Some(known) => (known.days, known.last_day),
            None => (1, today),
        };
        if days < DAYS {
            return Self { to, candidate: Some(Candidate { url: target.to_owned(), days, last_day }) };
        }
        let to = if target == home { None } else { Some(Moved { url: target.to_owned(), since: now }) };
        Self { to, candidate: None }
    }
}
