//! Every key of config.toml, declared once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::access::{self, Auth, HeaderText, Headers, Proxy};
use super::article::ArticleKey;
use super::dedup::{Dedup, Sharing};
use super::keys::keys;
use super::listing::Listing;
use super::parameter::ParameterName;
use super::query::Query;
use super::rules::{Replace, Rule, Rules};
use super::schedule::Schedule;
use super::values::{Bytes, Language, Listen, Name};
use super::view::{Content, Keyword, Order, Token};

keys! {
    /// The HTTP server that publishes the feeds.
    pub struct Server {
        /// Address and port to listen on; port 0 takes any free port. Or a socket in the file system, `unix:/run/taspa/taspa.sock`, for a proxy on
        /// this machine. A socket that systemd passes on is taken in the place of either. A change takes effect at the next start.
        listen: Listen = "127.0.0.1:8080", example "0.0.0.0:8080";
        /// Address under which readers reach this server, when it stands behind a proxy or a domain. It appears in the feeds
        /// and in the User-Agent that publishers see. Without it, the address of `listen`.
        public_url: Option<Url>, example "https://news.example.kz/";
        /// A WebSub hub: public feeds name it, and it is told when they change, so that readers who subscribe there get news at once.
        hub: Option<Url>, example "https://hub.example.kz/";
        /// Most connections served at once; further ones wait.
        connections: u32 = 1024, in 1 ..= 100000;
        /// Most requests a second of one client address, ten seconds' worth of them at once. Without it, 20 for clients from other networks, and no bound for
        /// those from this machine and private networks, where a proxy may ask for many. A change takes effect at the next start.
        rate: Option<u32>, in 1 ..= 100000, example 50;
    }
}

keys! {
    /// Where everything is kept.
    pub struct Store {
        /// The SQLite file, made when it is missing. Relative to this config file. A change takes effect at the next start.
        path: PathBuf = "taspa.sqlite", example "/var/lib/taspa/taspa.sqlite";
    }
}

keys! {
    /// Documents as files, for a web server, a CDN or a bucket that serves any number of readers.
    pub struct Publish {
        /// A folder in which every public view is also written, in all formats, with precompressed twins (`.gz`, `.br`, `.zst`): each file is
        /// replaced whole, and only when it changes. Relative to this config file. taspa removes there only what it wrote itself.
        dir: Option<PathBuf>, example "/var/www/feeds";
    }
}

keys! {
    /// How sources are fetched. All sources share these bounds.
    pub struct Fetch {
        /// Most polls at once.
        concurrency: u32 = 64, in 1 ..= 1024;
        /// Most connections to one host at once.
        per_host: u32 = 2, in 1 ..= 256;
        /// Least time between the starts of two requests to one host.
        host_spacing: Duration = "1s", in "0s" ..= "10m";
        /// Most bytes of one response, on the wire and again after decompression.
        max_body: Bytes = "8MiB", in "1KiB" ..= "1GiB";
        /// Most time for one request, from connecting to its last byte.
        timeout: Duration = "30s", in "10ms" ..= "10m";
        /// Most time for finding a host, connecting to it and agreeing on TLS.
        connect_timeout: Duration = "10s", in "10ms" ..= "10m";
        /// Most time from the start of a request until the head of the answer is there. Without it, two thirds of the request's `timeout`.
        first_byte_timeout: Option<Duration>, in "10ms" ..= "10m", example "20s";
        /// Most time between two pieces of a body. Without it, half of the request's `timeout`.
        idle_timeout: Option<Duration>, in "10ms" ..= "10m", example "15s";
        /// A proxy for all requests: `http://`, `https://`, `socks5://`, or `socks5h://` where the proxy finds hosts by name; a user's name and
        /// password may stand in it. Without it none is used, whatever the environment says.
        proxy: Option<Proxy>, example "http://proxy.example.kz:3128";
        /// A file of PEM certificates of authorities to trust, in place of the system's. Relative to this config file.
        ca_file: Option<PathBuf>, example "/etc/ssl/my-authority.pem";
    }
}

keys! {
    /// A newsroom to poll. `[defaults]` takes the same keys, except `name`, `url` and `listing`, for all sources that do not say otherwise.
    pub struct SourceIdentity {
        /// Its name here: in logs, in `taspa status`, in views. Unique.
        name: Name, example "tengrinews";
        /// The address of its feed; or of a page, whose feed is looked for, or whose listing of news is read.
        url: Url, example "https://tengrinews.kz/news.rss";
        /// The address is a page that lists news: the table `[source.listing]` says where they stand in it.
        listing: Option<Listing>, example { item = ".item" };
    }
}

keys! {
    /// Applies to every source that does not say otherwise.
    pub struct SourceKeys {
        /// Whether it is polled. Its entries stay either way.
        enabled: bool = true;
        /// When it is polled: a cron expression of five fields with the Unix meaning (minute, hour, day of month, month,
        /// weekday) or of six with seconds first, in the source's `timezone`. Or `"auto"`: taspa learns from the times at which its items
        /// appear, and asks often when news are to be expected, seldom when not.
        schedule: Schedule = "*/15 * * * *", example "*/5 7-22 * * mon-fri";
        /// Polled so long after each poll, in place of `schedule`.
        every: Option<Duration>, in "1s" ..= "30d", example "10m";
        /// With `schedule = "auto"`: how long an item may wait, on average, between its appearing and its being polled. The fewest polls that
        /// hold it are made, and never more than 50 for each item that is to be expected.
        freshness: Duration = "5m", in "10s" ..= "1d";
        /// With `schedule = "auto"`: the least time between two polls.
        min_interval: Duration = "1m", in "1s" ..= "30d";
        /// The longest time between two polls that `schedule = "auto"` lets pass, and the longest by which what server and feed say of their
        /// rhythm (`Cache-Control`, `Expires`, `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`) puts a poll off. A `Retry-After` and the pause
        /// after failures may be longer.
        max_interval: Duration = "1d", in "1s" ..= "30d";
        /// By how much a poll comes later than its schedule, at most, and at most by a tenth of the interval: always the same for a source, so that those
        /// of one minute are not all asked at once. `0s`: on the second.
        spread: Duration = "1m", in "0s" ..= "1h";
        /// The time zone of `schedule`, and of dates in the feed that name none.
        timezone: Tz = "UTC", example "Asia/Almaty";
        /// The language of its entries where neither their declarations and words nor the feed tell it.
        language: Option<Language>, example "kk";
        /// Words of your own by which views choose sources.
        tags: Vec<Name> = [], example ["press", "kk"];
        /// On the first poll at most so many items enter, the newest; the others are only remembered, so that they never
        /// count as news.
        initial: u32 = 100, in 0 ..= 10000;
        /// Most items of one document that may enter or change: the newest where all have dates, else the first ones. The others are
        /// only remembered, so that they never count as news.
        max_items: u32 = 1000, in 1 ..= 10000;
        /// Whether what the source leads to may stand on loopback or private addresses: its article pages, further pages of its listing, a
        /// feed that was found, a redirect to another host. The source's own `url` may, since it is the admin's own.
        allow_private: bool = false;
        /// Whether the article pages are fetched for the whole text: `true`, `false`, or `"auto"` when the feed's text is a teaser. A table
        /// `[source.article]` in its place says how the pages are read.
        article: ArticleKey = false, example "auto";
        /// How long an entry may wait for its article page before it is published without. `0s`: it is published at once, and revised when
        /// the text arrives.
        article_wait: Duration = "0s", in "0s" ..= "1d";
        /// Only items that match one of these rules enter; without any, all do. A rule is a pattern for the title, or a table of patterns for
        /// `title`, `url`, `category` and `author` that all have to match. A pattern is words, matched where a word begins and whatever its
        /// ending, or a regular expression between slashes.
        keep: Vec<Rule> = [], example ["Алматы", { category = "экономика" }];
        /// Items that match one of these rules do not enter. `taspa preview NAME` shows which, and by which rule.
        drop: Vec<Rule> = [], example ["гороскоп", { title = "/^Реклама/" }];
        /// What is replaced in titles, before `keep` and `drop` look at them: tables of a pattern `title` and a text `with`.
        replace: Vec<Replace> = [], example [{ title = "/ \\| Tengrinews\\.kz$/", with = "" }];
        /// Whether robots.txt is obeyed for listing and article pages. Feeds are there to be polled and are exempt.
        robots: bool = true;
        /// Fields that its requests carry besides: on the scheme, host and port of its `url` only. A table replaces that of `[defaults]` whole.
        headers: Headers = {}, example { "Accept-Language" = "kk" };
        /// What opens its address: `{ user = "…", password = "…" }`, or `{ token = "…" }`; `password_file` and `token_file` name files with the
        /// secret. It goes to the scheme, host and port of its `url` only: to article pages there, and to no other place that a redirect leads to.
        auth: Option<Auth>, example { user = "taspa", password_file = "agency.password" };
        /// The proxy for its requests, in place of the one of `[fetch]`; `"none"` for none.
        proxy: Option<Proxy>, example "socks5h://127.0.0.1:9050";
        /// The User-Agent of its requests. Without it, taspa's own, which tells publishers whom to ask.
        user_agent: Option<HeaderText>, example "Mozilla/5.0 (compatible; taspa)";
        /// Whether it is asked by HTTP/1.1 only, for servers that say they speak HTTP/2 and do not.
        http1: bool = false;
        /// A file of PEM certificates of authorities to trust for it, in place of those of `[fetch]`. Relative to this config file.
        ca_file: Option<PathBuf>, example "/etc/ssl/agency.pem";
        /// The `max_body` of `[fetch]`, for it.
        max_body: Option<Bytes>, in "1KiB" ..= "1GiB", example "32MiB";
        /// The `timeout` of `[fetch]`, for it.
        timeout: Option<Duration>, in "10ms" ..= "10m", example "2m";
        /// Whether its entries share stories with others: `true` as `[dedup]` says, `false` never, or a strictness of their own.
        dedup: Sharing = true, example "cautious";
        /// The `window` of `[dedup]`, for its entries.
        dedup_window: Option<Duration>, in "1h" ..= "30d", example "24h";
        /// Whether its WebSub hub, where its feed names one, is asked to push what is new. It needs `public_url` in `[server]`, where hubs reach this
        /// server.
        websub: bool = true;
        /// While a hub pushes, polls are at least so long apart: they are a net for what it forgets.
        websub_poll: Duration = "1h", in "1m" ..= "1d";
        /// Of entries that entered together and are equally long, the one whose source has the highest priority leads their story.
        priority: u32 = 0, in 0 ..= 100;
    }
}

keys! {
    /// A feed to publish: which sources, how many stories. Without any there is one, `all`, with everything; it exists beside others too, unless
    /// a view of that name has `enabled = false`.
    pub struct View {
        /// Its name in the address: `/feeds/NAME.atom`. Unique.
        name: Name, example "all";
        /// Its title, as feed readers show it. Without it, the name.
        title: Option<String>, example "Все новости";
        /// A line below the title.
        subtitle: Option<String>, example "Новости Казахстана на трёх языках";
        /// The language of the feed itself. Without it, the one that all its stories share.
        language: Option<Language>, example "kk";
        /// The address of a square picture that stands for the feed.
        icon: Option<Url>, example "https://news.example.kz/icon.png";
        /// Whether it is published.
        enabled: bool = true;
        /// A secret that makes the view private: readers add `?token=SECRET` to the address, or give it as the password of HTTP's Basic
        /// authentication. The view stands on no page.
        token: Option<Token>, example "0f3c7a51d2c94e8b";
        /// How many stories its documents hold at least, where there are so many.
        limit: u32 = 100, in 1 ..= 1000;
        /// Everything that entered within so long is in the documents as well, so that a reader who comes once a day misses nothing.
        window: Duration = "48h", in "0s" ..= "30d";
        /// But never more stories than this.
        max: u32 = 1000, in 1 ..= 1000;
        /// `"entered"`: by when they entered, the newest first, so that nothing slips in below what a reader has seen; or `"published"`.
        order: Order = "entered";
        /// How much of each story: `"full"`, `"summary"` or `"title"`.
        content: Content = "full";
        /// Only stories of these sources; none named, of all.
        sources: Vec<Name> = [], example ["tengrinews", "zakon"];
        /// Only stories of sources with one of these tags; none named, of all.
        tags: Vec<Name> = [], example ["kk"];
        /// Only stories in one of these languages, declared or detected; none named, in all. `ru` admits `ru-kz` too.
        languages: Vec<Language> = [], example ["kk"];
        /// Only stories with one of these categories, whatever its case; none named, all.
        categories: Vec<String> = [], example ["Экономика"];
        /// Only stories by one of these authors, whatever the case; none named, all.
        authors: Vec<String> = [], example ["Айгуль Сейтова"];
        /// Only stories whose title or text has one of these keywords: words, `алмат*` for any ending, or a regular expression between slashes;
        /// none named, all.
        include: Vec<Keyword> = [], example ["алмат*", "бюджет"];
        /// No stories whose title or text has one of these keywords.
        exclude: Vec<Keyword> = [], example ["гороскоп*"];
        /// Only stories in which these words are found: `бюджет алматы` both, `бюджет OR казна` one of them, `"курс тенге"` side by side,
        /// `алмат*` with any ending, `-спорт` not. What is new is there a moment after it has entered.
        query: Option<Query>, example "алмат* -спорт";
        /// Only stories with a picture, or only those without one.
        has_image: Option<bool>, example true;
        /// Only stories published within so long. What grows older leaves the documents when they next change.
        max_age: Option<Duration>, in "1h" ..= "365d", example "7d";
        /// Whether entries that carry the same report stand here once. With `false` every entry stands for itself.
        stories: bool = true;
    }
}

impl View {
    /// One with a name, and everything else as it is where the config says nothing.
    fn like_all(name: &Name) -> Self {
        let all = Settings::built_in().views.into_iter().next().expect("without a config there is one view");
        Self { name: name.clone(), ..all }
    }

    /// The title that readers see.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.name.as_str())
    }

    /// Whether stories of a source belong here.
    pub fn admits(&self, source: &Source) -> bool {
        let by_source = self.sources.is_empty() || self.sources.contains(&source.name);
        let by_tag = self.tags.is_empty() || self.tags.iter().any(|tag| source.keys.tags.contains(tag));
        by_source && by_tag
    }
}

impl SourceKeys {
    /// Makes relative paths relative to the config file's folder.
    pub(super) fn relative_to(mut self, folder: &Path) -> Self {
        access::place(&mut self.auth, &mut self.ca_file, folder);
        self
    }

    /// What is kept, dropped and replaced.
    pub fn rules(&self) -> Rules {
        Rules { keep: self.keep.clone(), drop: self.drop.clone(), replace: self.replace.clone() }
    }
}

/// One `[[source]]`, with `[defaults]` applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub name: Name,
    pub url: Url,
    pub listing: Option<Listing>,
    pub keys: SourceKeys,
    /// The `tracking` of `[dedup]`: the same for all sources.
    pub tracking: Arc<[ParameterName]>,
}

impl Source {
    /// The host of its URL: whose connections it shares with other sources.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Of a host's labels, those that name no newsroom.
const NAMELESS: [&str; 5] = ["www", "m", "news", "rss", "feeds"];

impl Settings {
    /// Those of an empty file.
    pub fn built_in() -> Self {
        super::parse(std::path::Path::new("config.toml"), "").expect("an empty file is valid")
    }

    /// The view at a path below `feeds/`: one of the config; or, where everybody may read everything, `source/NAME`, `tag/NAME` or
    /// `lang/TAG`.
    pub fn view_at(&self, path: &str) -> Option<View> {
        let Some((kind, name)) = path.split_once('/') else {
            return self.views.iter().find(|view| view.name.as_str() == path).cloned();
        };
        let all = self.views.iter().find(|view| view.name.as_str() == "all").filter(|all| all.token.is_none())?;
        let like_all = |name: &Name, title: &str| View { title: Some(format!("{}: {title}", all.title())), ..View::like_all(name) };
        match kind {
            "source" => {
                let source = self.sources.iter().find(|source| source.name.as_str() == name && all.admits(source))?;
                Some(View { sources: vec![source.name.clone()], ..like_all(&source.name, name) })
            }
            "tag" => {
                let tag = self
                    .sources
                    .iter()
                    .filter(|source| all.admits(source))
                    .flat_map(|source| &source.keys.tags)
                    .find(|tag| tag.as_str() == name)?;
                Some(View { tags: vec![tag.clone()], ..like_all(tag, name) })
            }
            "lang" => {
                let language = Language::parse(name).filter(|language| language.as_str() == name)?;
                Some(View { languages: vec![language], ..like_all(&all.name, name) })
            }
            _ => None,
        }
    }

    /// What a search finds in; None where not everybody may read everything.
    pub fn search(&self, query: Query) -> Option<View> {
        let all = self.views.iter().find(|view| view.name.as_str() == "all").filter(|all| all.token.is_none() && all.query.is_none())?;
        let title = Some(format!("{}: {query}", all.title()));
        Some(View { title, query: Some(query), window: Duration::ZERO, ..all.clone() })
    }

    /// Whether a search finds anything.
    pub fn has_search(&self) -> bool {
        self.views.iter().any(|view| view.name.as_str() == "all" && view.token.is_none() && view.query.is_none())
    }

    /// A source that only has an address: everything else is as in `[defaults]`, its name made of the host.
    pub fn bare_source(&self, url: Url) -> Source {
        let host = url.host_str().unwrap_or_default();
        let labels: Vec<&str> = host.split('.').collect();
        let is_number = labels.iter().all(|label| label.parse::<u8>().is_ok());
        let speaking = labels[..labels.len().saturating_sub(1)].iter().rev().find(|label| !NAMELESS.contains(label));
        let name = speaking.filter(|_| !is_number).and_then(|label| Name::parse(label).ok()).unwrap_or_else(Name::source);
        Source { name, url, listing: None, keys: self.defaults.clone(), tracking: self.dedup.tracking.as_slice().into() }
    }
}

/// The whole of config.toml, checked and complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The file that it was read from.
    pub file: PathBuf,
    pub server: Server,
    pub store: Store,
    pub publish: Publish,
    pub fetch: Fetch,
    pub dedup: Dedup,
    /// What sources have that do not say otherwise.
    pub defaults: SourceKeys,
    /// In the order of the file; names are unique.
    pub sources: Vec<Arc<Source>>,
    /// The enabled views; names are unique, at least one unless the admin took `all` away.
    pub views: Vec<View>,
}
