//! Makes the documents that readers ask for and nobody has rendered ahead: further formats, views that nobody wrote down, archives, pages.

use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use url::Url;

use super::formats::{FORMATS, FRESHEST, Format, STALEST, nature};
use super::publisher::Publisher;
use crate::config::{Query, Settings, Source, View};
use crate::render::{self, ATOM_TYPE, FeedFormat, Listed, OPML_TYPE, Outline, PAGE_POLICY, PAGE_TYPE};
use crate::serve::{Document, FRONT_PAGE, Made, Nature, Press, SEARCH, SOURCES};
use crate::view::{self, Publication, Wish};

impl Press for Publisher {
    fn make(&self, name: &str) -> Result<Made, String> {
        let settings = self.settings();
        if name == FRONT_PAGE {
            return Ok(Made::Document(Box::new(self.front_page(&settings))));
        }
        if name == SOURCES {
            // Where every view is private, nobody is told what they are made of.
            let is_public = settings.views.iter().any(|view| view.token.is_none());
            return Ok(if is_public { Made::Document(Box::new(self.sources(&settings))) } else { Made::Nothing });
        }
        if let Some((extension, words)) = name.strip_prefix(SEARCH).and_then(|search| search.split_once("?q=")) {
            return self.found(&settings, extension, words);
        }
        let Some((path, extension)) = name.strip_prefix("feeds/").and_then(|path| path.rsplit_once('.')) else { return Ok(Made::Nothing) };
        if let Some((path, day)) = path.rsplit_once("/archive/") {
            return if extension == "atom" { self.archive(&settings, path, day) } else { Ok(Made::Nothing) };
        }
        let Some(view) = settings.view_at(path) else { return Ok(Made::Nothing) };
        let Some(format) = FORMATS.iter().find(|format| format.extension == extension) else { return Ok(Made::Nothing) };
        let publication = match self.past.publication(path) {
            Some(publication) => publication,
            None => {
                let wish = Wish { name: path, view: &view, home: &self.home(), now: self.clock.now() };
                Arc::new(view::publication(&self.reader, &settings, wish).map_err(|error| error.to_string())?)
            }
        };
        Ok(self.document(format, &view, &publication))
    }

    fn is_of_config(&self, name: &str) -> bool {
        match name.strip_prefix("feeds/").and_then(|path| path.rsplit_once('.')) {
            Some((path, _)) => self.settings().views.iter().any(|view| view.name.as_str() == path),
            None => !name.starts_with(SEARCH),
        }
    }
}

/// How long a day's archive may still change after its end, and how long caches may take it for fresh then.
const SETTLING: TimeDelta = TimeDelta::hours(1);
const SETTLED: Duration = Duration::from_secs(24 * 60 * 60);

impl Publisher {
    fn document(&self, format: &Format, view: &View, publication: &Publication) -> Made {
        let policy = (format.content_type == PAGE_TYPE).then_some(PAGE_POLICY);
        let nature = Nature { policy, ..nature(format.content_type, view, publication) };
        Made::Document(Box::new(Document::new((format.render)(publication), nature, self.clock.now())))
    }

    /// What a search finds.
    fn found(&self, settings: &Settings, extension: &str, words: &str) -> Result<Made, String> {
        let format = FORMATS.iter().find(|format| format.extension == extension);
        let (Some(format), Ok(query)) = (format, Query::parse(words)) else { return Ok(Made::Nothing) };
        let Some(view) = settings.search(query) else { return Ok(Made::Nothing) };
        let wish = Wish { name: "search", view: &view, home: &self.home(), now: self.clock.now() };
        let publication = view::found(&self.reader, settings, wish).map_err(|error| error.to_string())?;
        Ok(self.document(format, &view, &publication))
    }

    /// What a view held of a day.
    fn archive(&self, settings: &Settings, path: &str, day: &str) -> Result<Made, String> {
        let Some(view) = settings.view_at(path) else { return Ok(Made::Nothing) };
        let (Ok(date), now) = (day.parse::<NaiveDate>(), self.clock.now()) else { return Ok(Made::Nothing) };
        // One name for each day.
        if date.to_string() != day || date > now.date_naive() {
            return Ok(Made::Nothing);
        }
        let wish = Wish { name: path, view: &view, home: &self.home(), now };
        let Some(archive) = view::archive(&self.reader, settings, wish, date).map_err(|error| error.to_string())? else {
            return Ok(Made::Gone);
        };
        let is_settled = (now - SETTLING).date_naive() > date;
        let fresh = if is_settled { SETTLED } else { FRESHEST };
        let nature = Nature { fresh, ..nature(ATOM_TYPE, &view, &archive) };
        Ok(Made::Document(Box::new(Document::new(render::atom(&archive), nature, now))))
    }

    /// The page that lists what everybody may read.
    fn front_page(&self, settings: &Settings) -> Document {
        let home = self.home();
        let public = settings.views.iter().filter(|view| view.token.is_none());
        let views: Vec<Listed> = public.map(|view| listed(view, &home)).collect();
        let page = render::front_page(&views, settings.has_search().then_some(&home));
        let nature = Nature { content_type: PAGE_TYPE, policy: Some(PAGE_POLICY), fresh: FRESHEST, ..Nature::default() };
        Document::new(page, nature, self.clock.now())
    }

    /// The list of all sources, to subscribe to them elsewhere. One whose news stand on a page has a feed here alone.
    fn sources(&self, settings: &Settings) -> Document {
        let home = self.home();
        let polled: Vec<&Arc<Source>> = settings.sources.iter().filter(|source| source.keys.enabled).collect();
        let address = |source: &Source| {
            let path = format!("source/{}", source.name);
            match source.listing.is_some() && settings.view_at(&path).is_some() {
                true => view::document_url(&home, &path, "atom"),
                false => source.url.to_string(),
            }
        };
        let feeds: Vec<String> = polled.iter().map(|source| address(source)).collect();
        let outlines: Vec<Outline<'_>> = polled.iter().zip(&feeds).map(|(source, feed)| outline(source, feed)).collect();
        let body = render::opml("taspa", &outlines, *self.since.read().expect("nothing panics while it is held"));
        Document::new(body, Nature { content_type: OPML_TYPE, fresh: STALEST, ..Nature::default() }, self.clock.now())
    }
}

/// A view as the front page lists it.
fn listed(view: &View, home: &Url) -> Listed {
    let url = |extension: &str| view::document_url(home, view.name.as_str(), extension);
    Listed {
        title: view.title().to_owned(),
        subtitle: view.subtitle.clone(),
        language: view.language.as_ref().map(|language| language.as_str().to_owned()),
        page: Some(url("html")),
        feeds: FeedFormat::ALL.map(|format| (format, url(format.extension()))).to_vec(),
    }
}

fn outline<'a>(source: &'a Source, feed: &'a str) -> Outline<'a> {
    Outline {
        title: source.name.as_str(),
        feed,
        page: source.listing.is_some().then(|| source.url.as_str()),
        language: source.keys.language.as_ref().map(|language| language.as_str()),
        tags: source.keys.tags.iter().map(|tag| tag.as_str()).collect(),
    }
}
