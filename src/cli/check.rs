//! `taspa check`: everything that is wrong with the config file.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::json;

use super::{CliError, Outcome};
use crate::config::{self, ConfigError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One JSON object: file, sources, views, errors with line, column, message and hint
    #[arg(long)]
    json: bool,
}

pub(super) fn run(named: Option<&Path>, arguments: &Arguments) -> Result<Outcome, CliError> {
    let path = config::locate(named)?;
    match config::load(&path) {
        Ok(settings) => {
            let (sources, views) = (settings.sources.len(), settings.views.len());
            let disabled = settings.sources.iter().filter(|source| !source.keys.enabled).count();
            let mut stdout = io::stdout().lock();
            if arguments.json {
                writeln!(stdout, "{}", json!({ "file": path, "sources": sources, "views": views, "errors": [] }))?;
            } else {
                let not_polled = if disabled > 0 { format!(" ({disabled} disabled)") } else { String::new() };
                writeln!(stdout, "{}: good; sources: {sources}{not_polled}, views: {views}", path.display())?;
            }
            Ok(Outcome::Done)
        }
        Err(ConfigError::Invalid(invalid)) => {
            if arguments.json {
                let errors: Vec<_> = invalid
                    .places()
                    .map(|place| json!({ "line": place.line, "column": place.column, "message": place.message, "hint": place.hint }))
                    .collect();
                writeln!(io::stdout().lock(), "{}", json!({ "file": path, "errors": errors }))?;
            } else {
                let mut stderr = io::stderr().lock();
                writeln!(stderr, "{}\n", invalid.render(io::stderr().is_terminal()))?;
                let errors = if invalid.count() == 1 { "1 error".to_owned() } else { format!("{} errors", invalid.count()) };
                writeln!(stderr, "{}: {errors}", path.display())?;
            }
            Ok(Outcome::Problem)
        }
        Err(error) => Err(error.into()),
    }
}
