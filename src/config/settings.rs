//! Every key of config.toml, declared once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::cron::Cron;
use super::keys::keys;
use super::values::{Article, Bytes, Language, Name};

keys! {
    /// The HTTP server that publishes the feeds.
    pub struct Server {
        /// Address and port to listen on. Port 0 takes any free port. A change takes effect at the next start.
        listen: SocketAddr = "127.0.0.1:8080", example "0.0.0.0:8080";
        /// Address under which readers reach this server, when it stands behind a proxy or a domain. It appears in the feeds
        /// and in the User-Agent that publishers see. Without it, the address of `listen`.
        public_url: Option<Url>, example "https://news.example.kz/";
        /// Most connections served at once; further ones wait.
        connections: u32 = 1024, in 1 ..= 100000;
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
        /// A proxy for all requests. Without it none is used, whatever the environment says.
        proxy: Option<Url>, example "http://proxy.example.kz:3128";
        /// A file of PEM certificates of authorities to trust, in place of the system's. Relative to this config file.
        ca_file: Option<PathBuf>, example "/etc/ssl/my-authority.pem";
    }
}

keys! {
    /// How items of several sources become one story.
    pub struct Dedup {
        /// Whether entries of different sources with the same canonical URL are shown once.
        enabled: bool = true;
    }
}

keys! {
    /// A newsroom to poll. `[defaults]` takes the same keys, except `name` and `url`, for all sources that do not say otherwise.
    pub struct SourceIdentity {
        /// Its name here: in logs, in `taspa status`, in views. Unique.
        name: Name, example "tengrinews";
        /// The address of its feed.
        url: Url, example "https://tengrinews.kz/news.rss";
    }
}

keys! {
    /// Applies to every source that does not say otherwise.
    pub struct SourceKeys {
        /// Whether it is polled. Its entries stay either way.
        enabled: bool = true;
        /// When it is polled: a cron expression of five fields with the Unix meaning (minute, hour, day of month, month,
        /// weekday) or of six with seconds first, in the source's `timezone`.
        schedule: Cron = "*/15 * * * *", example "*/5 7-22 * * mon-fri";
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
        /// Whether the source may stand on a loopback or private address. Accepted and kept for the address guard, which does
        /// not exist yet: today every address is polled.
        allow_private: bool = false;
        /// Whether the article pages are fetched for the whole text. Accepted; whole articles do not exist yet, so that entries
        /// have the feed's own text.
        article: Article = false;
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
        /// Whether it is published.
        enabled: bool = true;
        /// How many stories its document holds, the newest first.
        limit: u32 = 100, in 1 ..= 1000;
        /// Only stories of these sources; none named, of all.
        sources: Vec<Name> = [], example ["tengrinews", "zakon"];
        /// Only stories of sources with one of these tags; none named, of all.
        tags: Vec<Name> = [], example ["kk"];
    }
}

impl View {
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

/// One `[[source]]`, with `[defaults]` applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub name: Name,
    pub url: Url,
    pub keys: SourceKeys,
}

impl Source {
    /// The host of its URL: whose connections it shares with other sources.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// The whole of config.toml, checked and complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The file that it was read from.
    pub file: PathBuf,
    pub server: Server,
    pub store: Store,
    pub fetch: Fetch,
    pub dedup: Dedup,
    /// In the order of the file; names are unique.
    pub sources: Vec<Arc<Source>>,
    /// The enabled views; names are unique, at least one unless the admin took `all` away.
    pub views: Vec<View>,
}
