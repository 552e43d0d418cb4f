//! What readers of a view may have: its last states, so that they can be told what is new since (RFC 3229).

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};

use crate::render;
use crate::serve::Since;
use crate::view::{Publication, Story};

/// States of one view that are remembered. A reader with an older one gets the whole document.
const REMEMBERED: usize = 32;

/// A state of a view: of each story what tells it from other states of itself.
type State = HashMap<u64, u64>;

/// The states of one view, the last at the end, each with the tag of its document.
type States = VecDeque<(String, Arc<State>)>;

/// The last states of all views.
#[derive(Debug, Default)]
pub(super) struct Past {
    by_view: Mutex<HashMap<String, (Arc<Publication>, States)>>,
}

impl Past {
    /// Remembers a state with its document's tag. Gives what tells what is new in it, and the state itself.
    pub fn remember(&self, publication: Publication, tag: String) -> (Arc<Since>, Arc<Publication>) {
        let publication = Arc::new(publication);
        let state: State = publication.stories.iter().map(|story| (number(&publication, story), fingerprint(story))).collect();
        let mut by_view = self.by_view.lock().expect("nothing panics while it is held");
        let (kept, states) = by_view.entry(publication.name.clone()).or_insert_with(|| (Arc::clone(&publication), VecDeque::new()));
        *kept = Arc::clone(&publication);
        if states.back().is_none_or(|(last, _)| *last != tag) {
            states.push_back((tag, Arc::new(state)));
        }
        if states.len() > REMEMBERED {
            states.pop_front();
        }
        let (now, states) = (Arc::clone(&publication), states.clone());
        (Arc::new(move |tag: &str| since(&now, &states, tag)), publication)
    }

    /// What a view held when it was last rendered.
    pub fn publication(&self, view: &str) -> Option<Arc<Publication>> {
        self.by_view.lock().expect("nothing panics while it is held").get(view).map(|(publication, _)| Arc::clone(publication))
    }

    /// Forgets the views that are not kept.
    pub fn retain(&self, keep: impl Fn(&str) -> bool) {
        self.by_view.lock().expect("nothing panics while it is held").retain(|name, _| keep(name));
    }
}

/// The document with only the stories that are new or others than in the state of that tag.
fn since(now: &Publication, states: &States, tag: &str) -> Option<String> {
    let (_, before) = states.iter().find(|(known, _)| known == tag)?;
    let is_news = |story: &&Story| before.get(&number(now, story)) != Some(&fingerprint(story));
    Some(render::atom(&now.with_stories(now.stories.iter().filter(is_news).cloned().collect())))
}

fn number(publication: &Publication, story: &Story) -> u64 {
    let mut hasher = DefaultHasher::new();
    publication.story_id(story).hash(&mut hasher);
    hasher.finish()
}

/// Of what readers see of a story. Never stored: the hasher may change with the compiler.
fn fingerprint(story: &Story) -> u64 {
    let mut hasher = DefaultHasher::new();
    (story.updated, &story.title, &story.link, &story.summary, &story.content).hash(&mut hasher);
    for version in &story.versions {
        (&version.link, &version.title).hash(&mut hasher);
    }
    hasher.finish()
}
