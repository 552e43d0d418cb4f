//! The command line. One file a verb; they talk to people and hold no logic of the trade.

mod add;
mod check;
mod correct;
mod explain;
mod extract;
mod fetch;
mod item;
mod parse;
mod preview;
mod run;
mod schema;
mod status;

use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{self, ConfigError, Settings};
use crate::daemon::DaemonError;
use crate::fetch::FetchError;
use crate::poll::NothingToRead;
use crate::store::StoreError;

/// Turns many newsrooms into one clean feed.
///
/// Polls the sources of config.toml on their schedules, stores new entries in one SQLite file, and publishes merged Atom
/// feeds over HTTP. Without a command it runs the daemon.
#[derive(Debug, Parser)]
#[command(name = "taspa", version, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 found a problem, 2 wrong usage. RUST_LOG=taspa=debug tells more.")]
struct Arguments {
    /// The config file [default: ./config.toml, then /etc/taspa/config.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs the daemon: polls, stores, publishes. SIGHUP rereads the config, SIGTERM stops
    Run,
    /// Polls all sources now, once, or those that are named
    Fetch(fetch::Arguments),
    /// Shows each source's last poll, error and next poll
    Status(status::Arguments),
    /// Tells why an item stands where it stands: its keys, its story, what joined it, what is near, or what left it out
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Arguments),
    /// Takes an entry out of its story: it stands for itself from now on
    #[command(after_help = correct::SPLIT_EXAMPLE)]
    Split(correct::SplitArguments),
    /// Makes one story of two
    #[command(after_help = correct::JOIN_EXAMPLE)]
    Join(correct::JoinArguments),
    /// Shows what a feed or a page would give, and what to write into the config; nothing is stored
    Preview(preview::Arguments),
    /// Adds a source to the config file: a feed, a page's feed, or the news that a page lists
    Add(add::Arguments),
    /// Shows what the documents of feeds say, before anything is made of it
    Parse(parse::Arguments),
    /// Prints the article of each page: text, metadata, and what was taken away
    Extract(extract::Arguments),
    /// Tells everything that is wrong with the config file
    Check(check::Arguments),
    /// Prints the JSON Schema of config.toml, or its reference page
    Schema(schema::Arguments),
}

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// A problem was found and told.
    Problem,
}

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Daemon(#[from] DaemonError),
    #[error("no source is named `{name}`")]
    NoSource { name: String, known: Vec<String> },
    #[error("no view is named `{name}`")]
    NoView { name: String, known: Vec<String> },
    #[error("nothing is stored yet")]
    Empty,
    #[error(transparent)]
    Nothing(#[from] NothingToRead),
    #[error("nothing is known of `{0}`")]
    Unknown(String),
    /// The list begins each line itself.
    #[error("`{item}` may mean several entries, the newest first:{list}")]
    Several { item: String, list: String, hint: &'static str },
    #[error("nothing was added: {0}")]
    NotAdded(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CliError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.hint().map(str::to_owned),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Fetch(error) => error.hint().map(str::to_owned),
            Self::Daemon(error) => error.hint().map(str::to_owned),
            Self::NoSource { known, .. } if known.is_empty() => Some("the config has no [[source]]".to_owned()),
            Self::NoSource { known, .. } => Some(format!("the config names {}", known.join(", "))),
            Self::NoView { known, .. } => Some(format!("the config publishes {}", known.join(", "))),
            Self::Empty => Some("`taspa fetch` polls all sources once".to_owned()),
            Self::Nothing(nothing) => nothing.hint.clone(),
            Self::Unknown(_) => Some(format!("name {}, as a source wrote it", item::KINDS)),
            Self::Several { hint, .. } => Some((*hint).to_owned()),
            Self::NotAdded(_) | Self::Io(_) => None,
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::NoSource { .. } | Self::NoView { .. } | Self::Several { .. } => 2,
            Self::Config(_)
            | Self::Store(_)
            | Self::Fetch(_)
            | Self::Daemon(_)
            | Self::Nothing(_)
            | Self::Empty
            | Self::Unknown(_)
            | Self::NotAdded(_)
            | Self::Io(_) => 1,
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let verb = arguments.verb.unwrap_or(Verb::Run);
    log_to_stderr(if matches!(verb, Verb::Run) { "info" } else { "warn" });
    let named = arguments.config.as_deref();
    let settings = || -> Result<Settings, CliError> { Ok(config::load(&config::locate(named)?)?) };
    let ended = match verb {
        Verb::Run => settings().and_then(run::run),
        Verb::Fetch(arguments) => settings().and_then(|settings| fetch::run(settings, &arguments)),
        Verb::Status(arguments) => settings().and_then(|settings| status::run(&settings, &arguments)),
        Verb::Explain(arguments) => settings().and_then(|settings| explain::run(&settings, &arguments)),
        Verb::Split(arguments) => settings().and_then(|settings| correct::split(settings, &arguments)),
        Verb::Join(arguments) => settings().and_then(|settings| correct::join(settings, &arguments)),
        Verb::Preview(arguments) => preview::run(named, &arguments),
        Verb::Add(arguments) => add::run(named, &arguments),
        Verb::Parse(arguments) => parse::run(arguments),
        Verb::Extract(arguments) => extract::run(arguments),
        Verb::Check(arguments) => check::run(named, &arguments),
        Verb::Schema(arguments) => schema::run(&arguments),
    };
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problem) => ExitCode::from(1),
        // Whoever read our output has gone, as `head` does: nothing is wrong.
        Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Tells an error on standard error: what happened, and what to do.
fn complain(error: &CliError) {
    let mut stderr = io::stderr().lock();
    // Nothing more can be told to someone who closed standard error.
    let _ = match error {
        CliError::Config(ConfigError::Invalid(invalid)) => writeln!(stderr, "{}", invalid.render(io::stderr().is_terminal())),
        _ => writeln!(stderr, "error: {error}"),
    };
    if let Some(hint) = error.hint() {
        let _ = writeln!(stderr, "  hint: {hint}");
    }
}

/// A text of the network as it may stand in a terminal: nothing in it steers that, or turns the direction of writing.
fn printable(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(steers, "\u{fffd}")
}

/// For people on a terminal, plain lines in files; `RUST_LOG` overrides the level.
fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("warn,taspa={level}")));
    let is_terminal = io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(is_terminal).with_target(false);
    if is_journal() { subscriber.without_time().init() } else { subscriber.init() }
}

/// Whether standard error goes to journald, which has the time of each line already: it names its socket by device and inode
/// (systemd.exec(5)).
fn is_journal() -> bool {
    let Some(stream) = std::env::var("JOURNAL_STREAM").ok() else { return false };
    std::fs::metadata("/proc/self/fd/2").is_ok_and(|file| stream == format!("{}:{}", file.dev(), file.ino()))
}

/// A runtime for verbs that poll. Threads that still parse when it ends are not waited for.
fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(work);
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ended
}
