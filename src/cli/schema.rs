//! `taspa schema`: what config.toml may say, for editors and people.

use std::io::{self, Write};

use super::{CliError, Outcome};
use crate::config;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The reference page in Markdown instead of the JSON Schema
    #[arg(long, conflicts_with = "toml")]
    markdown: bool,
    /// The tables with every key's default in a comment, to begin a config.toml with
    #[arg(long)]
    toml: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, CliError> {
    let mut stdout = io::stdout().lock();
    if arguments.markdown {
        write!(stdout, "{}", config::markdown())?;
    } else if arguments.toml {
        write!(stdout, "{}", config::example())?;
    } else {
        writeln!(stdout, "{:#}", config::json_schema())?;
    }
    Ok(Outcome::Done)
}
