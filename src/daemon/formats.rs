//! The formats of a view, and what its documents are besides their bytes.

use std::time::Duration;

use crate::config::View;
use crate::render::{self, ATOM_TYPE, JSON_FEED_TYPE, PAGE_TYPE, RSS_TYPE};
use crate::serve::Nature;
use crate::view::Publication;

/// A format of views.
pub(super) struct Format {
    /// What the names of its documents end in.
    pub extension: &'static str,
    pub content_type: &'static str,
    pub render: fn(&Publication) -> String,
}

pub(super) const FORMATS: [Format; 4] = [
    Format { extension: "atom", content_type: ATOM_TYPE, render: render::atom },
    Format { extension: "rss", content_type: RSS_TYPE, render: render::rss },
    Format { extension: "json", content_type: JSON_FEED_TYPE, render: render::json_feed },
    Format { extension: "html", content_type: PAGE_TYPE, render: render::view_page },
];

/// Least and most time that a cache may take a feed for fresh.
pub(super) const FRESHEST: Duration = Duration::from_secs(60);
pub(super) const STALEST: Duration = Duration::from_secs(15 * 60);

/// Stories by which a view's rhythm is told.
const RHYTHM: usize = 10;

/// What a view's document is besides its bytes.
pub(super) fn nature(content_type: &'static str, view: &View, publication: &Publication) -> Nature {
    Nature { content_type, fresh: rhythm(publication), token: view.token.clone(), ..Nature::default() }
}

/// How long a view's documents are fresh: half the time in which a story comes, by the last ones.
fn rhythm(publication: &Publication) -> Duration {
    let mut latest = publication.stories.iter().map(|story| story.updated).take(RHYTHM);
    let (Some(first), Some(last), count) = (latest.next(), latest.next_back(), publication.stories.len().min(RHYTHM)) else {
        return STALEST;
    };
    let span = (first - last).abs().to_std().unwrap_or_default();
    (span / u32::try_from(count * 2).unwrap_or(1)).clamp(FRESHEST, STALEST)
}

/// The name of a view's document.
pub(super) fn file_name(view: &str, extension: &str) -> String {
    format!("feeds/{view}.{extension}")
}
