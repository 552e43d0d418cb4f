//! config.toml -> [`Settings`]: typed, complete, valid.
//!
//! The only place where defaults live. What is wrong with a file is told in one go, each with file, line, caret and remedy
//! ([`ConfigError`]); a file with anything wrong gives no settings at all.

mod access;
mod article;
mod complaint;
pub mod cron;
mod date_format;
mod dedup;
mod keys;
mod listing;
mod nearest;
mod parameter;
mod query;
mod reference;
mod rules;
mod schedule;
mod selector;
mod settings;
mod values;
mod view;

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

pub use access::{Auth, HeaderText, Headers, Proxy, Secret};
pub use article::{Article, When};
pub use complaint::{ConfigError, Invalid};
pub use date_format::DateFormat;
pub use dedup::{Dedup, Sharing, Strictness};
pub use listing::Listing;
pub use parameter::ParameterName;
pub use query::{Query, QueryError, Term, Wants};
pub use reference::{example, json_schema, markdown};
pub use rules::{Pattern, Replace, Rule, Rules};
pub use schedule::Schedule;
pub use selector::{Field, Selector};
pub use settings::{Fetch, Publish, Server, Settings, Source, SourceKeys, Store, View};
pub use values::{Bytes, Language, Listen, Name};
pub use view::{Content, Keyword, Order, Token};

use complaint::Report;
use keys::{Keys, TableReader, built_in};
use nearest::nearest;
use settings::SourceIdentity;
use values::Value as _;

/// Where the file is looked for when the command line names none, in this order.
pub const PLACES: [&str; 2] = ["config.toml", "/etc/taspa/config.toml"];

/// Largest file read, in bytes: 100,000 sources fit.
const MAX_FILE: u64 = 64 << 20;

/// The config file to read: the named one, else the first of [`PLACES`] that is there.
///
/// # Errors
/// [`ConfigError::NotFound`] when none is named and none is there.
pub fn locate(named: Option<&Path>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let places = PLACES.map(PathBuf::from);
    places.iter().find(|path| path.exists()).cloned().ok_or_else(|| ConfigError::NotFound(places.to_vec()))
}

/// Reads and checks the file. Relative paths in it become relative to its folder.
///
/// # Errors
/// When it cannot be read, or anything in it is wrong.
pub fn load(path: &Path) -> Result<Settings, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_FILE {
        return Err(unreadable(std::io::Error::other(format!("the file has {length} bytes; {MAX_FILE} are the most"))));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    parse(path, &text)
}

/// Checks `text` as the content of the file `path`; nothing is read from the disk.
///
/// # Errors
/// [`ConfigError::Invalid`] with everything that is wrong.
pub fn parse(path: &Path, text: &str) -> Result<Settings, ConfigError> {
    let mut report = Report::default();
    // An editor of another system may have left a byte order mark, which TOML does not know.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(body);
    errors.iter().for_each(|error| report.syntax(error));
    let settings = read(path, &document, &mut report);
    match settings {
        Some(settings) if report.is_empty() => Ok(settings),
        _ => Err(report.into_error(path.to_owned(), body)),
    }
}

/// The tables of the top level.
const TABLES: [&str; 6] = ["server", "store", "publish", "fetch", "defaults", "dedup"];
const ARRAYS: [&str; 2] = ["source", "view"];

fn read(path: &Path, document: &Spanned<DeTable<'_>>, report: &mut Report) -> Option<Settings> {
    let top = document.get_ref();
    let known = TABLES.into_iter().chain(ARRAYS).collect();
    for (key, _) in top.iter() {
        let name = key.get_ref().as_ref();
        if !TABLES.contains(&name) && !ARRAYS.contains(&name) {
            report.unknown(key.span(), name, &known);
        }
    }
    let server = section(top, "server", report);
    let store = section::<Store>(top, "store", report);
    let publish = section::<Publish>(top, "publish", report);
    let fetch = section::<Fetch>(top, "fetch", report);
    let dedup = section::<Dedup>(top, "dedup", report);
    let defaults = section::<SourceKeys>(top, "defaults", report).map(|mut defaults| {
        if let Some(table) = top.get("defaults").and_then(|value| value.get_ref().as_table()) {
            defaults.settle_schedule(table, report);
        }
        defaults
    });
    // With wrong defaults the sources are still checked, against the built-in ones.
    let base = defaults.clone().or_else(built_in::<SourceKeys>)?;
    let tracking = dedup.as_ref().map_or(&[][..], |dedup| &dedup.tracking);
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = sources(top, &base, &tracking.into(), folder, report);
    let views = views(top, &sources, report);

    let mut store = store?;
    store.path = folder.join(&store.path);
    let mut publish = publish?;
    publish.dir = publish.dir.map(|dir| folder.join(dir));
    let mut fetch = fetch?;
    fetch.ca_file = fetch.ca_file.map(|file| folder.join(file));
    Some(Settings {
        file: path.to_owned(),
        server: server?,
        store,
        publish,
        fetch,
        dedup: dedup?,
        defaults: defaults?.relative_to(folder),
        sources,
        views,
    })
}

fn section<T: Keys>(top: &DeTable<'_>, name: &str, report: &mut Report) -> Option<T> {
    let Some(value) = top.get(name) else { return built_in() };
    if !value.get_ref().is_table() {
        report.add(value.span(), format!("`{name}` must be a table"), Some(format!("write [{name}] on a line of its own, its keys below")));
        return None;
    }
    T::read_at(value, name, report)
}

/// The tables of `[[name]]`, each with its place.
fn tables<'a, 'i>(top: &'a DeTable<'i>, name: &str, report: &mut Report) -> Vec<(&'a DeTable<'i>, Range<usize>)> {
    let Some(value) = top.get(name) else { return Vec::new() };
    let mut complain = |span| {
        let remedy = format!("write [[{name}]] with two brackets, once for each {name}");
        report.add(span, format!("`{name}` must be a list of tables"), Some(remedy));
    };
    let Some(items) = value.get_ref().as_array() else {
        complain(value.span());
        return Vec::new();
    };
    let mut tables = Vec::with_capacity(items.len());
    for item in items.iter() {
        match item.get_ref().as_table() {
            Some(table) => tables.push((table, item.span())),
            None => complain(item.span()),
        }
    }
    tables
}

fn sources(
    top: &DeTable<'_>,
    defaults: &SourceKeys,
    tracking: &Arc<[ParameterName]>,
    folder: &Path,
    report: &mut Report,
) -> Vec<Arc<Source>> {
    let mut seen = Seen::new("source");
    let mut sources = Vec::new();
    for (table, span) in tables(top, "source", report) {
        let mut reader = TableReader::new(table, span, report);
        let identity = SourceIdentity::read_table(&mut reader, None);
        let mut keys = SourceKeys::read_table(&mut reader, Some(defaults));
        let name_span = reader.span_of("name");
        reader.finish();
        if let Some(keys) = &mut keys {
            keys.settle_schedule(table, report);
        }
        seen.check(table, name_span, report);
        check_item(table, identity.as_ref(), report);
        if let (Some(SourceIdentity { name, url, listing }), Some(keys)) = (identity, keys) {
            let keys = keys.relative_to(folder);
            sources.push(Arc::new(Source { name, url, listing, keys, tracking: Arc::clone(tracking) }));
        }
    }
    sources
}

/// An item is an element: there is nothing to be found inside an attribute.
fn check_item(table: &DeTable<'_>, identity: Option<&SourceIdentity>, report: &mut Report) {
    let listing = identity.and_then(|identity| identity.listing.as_ref());
    if listing.is_some_and(|listing| listing.item.attribute.is_some() || listing.item.selector.is_none()) {
        let item = table.get("listing").and_then(|listing| listing.get_ref().as_table()?.get("item"));
        let span = item.map_or(0..0, |item| item.span());
        report.add(span, "`item`: an item is an element, not an attribute".to_owned(), Some("leave out the part from the @ on".to_owned()));
    }
}

fn views(top: &DeTable<'_>, sources: &[Arc<Source>], report: &mut Report) -> Vec<View> {
    let mut seen = Seen::new("view");
    let mut views = Vec::new();
    // Sources that are themselves wrong are missing from `sources`; a view that names one is not to blame.
    let sources_are_whole = report.is_empty();
    for (table, span) in tables(top, "view", report) {
        let mut reader = TableReader::new(table, span, report);
        let view = View::read_table(&mut reader, None);
        let name_span = reader.span_of("name");
        reader.finish();
        seen.check(table, name_span, report);
        let Some(view) = view else { continue };
        if view.title.as_ref().is_some_and(|title| title.trim().is_empty()) {
            let span = table.get("title").map_or(0..0, |value| value.span());
            report.add(span, "`title`: a feed must have a title".to_owned(), Some("leave the key out to use the name".to_owned()));
        }
        if sources_are_whole {
            let names: Vec<&Name> = sources.iter().map(|source| &source.name).collect();
            check_words(table, "sources", "source", &names, report);
            let tags: Vec<&Name> = sources.iter().flat_map(|source| &source.keys.tags).collect();
            check_words(table, "tags", "tag", &tags, report);
        }
        views.push(view);
    }
    if !views.iter().any(|view| view.name.as_str() == "all") {
        let mut all = built_in_all();
        all.extend(views);
        views = all;
    }
    views.retain(|view| view.enabled);
    views
}

/// The view that exists without being written.
fn built_in_all() -> Vec<View> {
    let (document, _) = DeTable::parse_recoverable("name = \"all\"");
    View::read_table(&mut TableReader::new(document.get_ref(), 0..0, &mut Report::default()), None).into_iter().collect()
}

/// Complains of every word of the list `key` that is none of `known`.
fn check_words(table: &DeTable<'_>, key: &str, noun: &str, known: &[&Name], report: &mut Report) {
    let words = table.get(key).and_then(|value| value.get_ref().as_array());
    for word in words.into_iter().flatten() {
        let Some(text) = word.get_ref().as_str() else { continue };
        if known.iter().any(|name| name.as_str() == text) {
            continue;
        }
        let hint = match nearest(text, known.iter().map(|name| name.as_str())) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("no [[source]] has this {}", if noun == "tag" { "tag" } else { "name" }),
        };
        report.add(word.span(), format!("`{key}`: there is no {noun} `{text}`"), Some(hint));
    }
}

/// The names seen so far in one list of tables, where each may stand once.
struct Seen {
    noun: &'static str,
    names: HashMap<String, usize>,
}

impl Seen {
    fn new(noun: &'static str) -> Self {
        Self { noun, names: HashMap::new() }
    }

    fn check(&mut self, table: &DeTable<'_>, span: Range<usize>, report: &mut Report) {
        let Some(name) = table.get("name").and_then(|value| value.get_ref().as_str()) else { return };
        if self.names.insert(name.to_owned(), span.start).is_some() {
            let message = format!("a second {} is named `{name}`", self.noun);
            report.add(span, message, Some("give each a name of its own".to_owned()));
        }
    }
}
