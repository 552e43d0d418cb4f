//! What can be wrong with a cron expression, said to the admin who wrote it.
//!
//! `Display` is one sentence without its full stop, and leaves the remedy to [`CronError::hint`]. Text of the expression
//! is shown escaped, so that it cannot steer a terminal.

use std::ops::Range;

use super::{Cron, Field};

/// Why an expression was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", place(*.field))]
pub struct CronError {
    pub problem: Problem,
    /// The field at fault; `None` when it is the expression as a whole.
    pub field: Option<Field>,
    /// The bytes at fault, counted in the expression as it was given; they begin and end between characters.
    pub span: Range<usize>,
    /// What to write instead: a clause without its full stop.
    pub hint: Option<String>,
}

/// What an admin may have got wrong. Text is a part of the expression, as written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the cron expression is too long")]
    TooLong,
    #[error("the cron expression is empty")]
    Empty,
    #[error("a cron expression has five or six fields, not {0}")]
    FieldCount(usize),
    #[error("`{}` is not a known nickname", .0.escape_debug())]
    Nickname(String),
    #[error("`{}` is not understood", .0.escape_debug())]
    NotUnderstood(String),
    #[error("an item of the list is empty")]
    EmptyItem,
    #[error("{0} is out of range")]
    OutOfRange(String),
    #[error("the step {0} is out of range")]
    Step(String),
    #[error("the range {start}-{end} runs backwards")]
    Reversed { start: String, end: String },
    #[error("`?` is not supported")]
    QuestionMark,
    #[error("`L` (last) is not supported")]
    Last,
    #[error("`W` (nearest working day) is not supported")]
    NearestWorkday,
    #[error("`#` (nth weekday of the month) is not supported")]
    NthWeekday,
    /// The months hold none of the days, as for 30 February.
    #[error("the expression is never due: its months have none of the days")]
    NeverDue,
}

impl CronError {
    pub(super) fn new(problem: Problem, field: Option<Field>, span: Range<usize>) -> Self {
        let hint = Some(hint(&problem, field));
        Self { problem, field, span, hint }
    }
}

fn hint(problem: &Problem, field: Option<Field>) -> String {
    let bounds = field.map_or("", Field::bounds);
    let last = field.map_or(0, Field::last);
    match problem {
        Problem::TooLong => format!("write at most {} bytes", Cron::MAX_BYTES),
        Problem::Empty | Problem::FieldCount(_) => "write five fields (minute hour day month weekday) or six with seconds first".to_owned(),
        Problem::Nickname(_) => "the nicknames are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually".to_owned(),
        Problem::NotUnderstood(_) => format!("{bounds}; write a value, a range (1-5), a list (1,5) or a step (*/5)"),
        Problem::EmptyItem => "write a value on both sides of a comma".to_owned(),
        Problem::OutOfRange(_) => bounds.to_owned(),
        Problem::Step(_) => format!("a step here is 1 to {last}"),
        Problem::Reversed { start, end } => reversed(field, start, end),
        Problem::QuestionMark => "write `*` for every value".to_owned(),
        Problem::Last => "write the days themselves, such as 28-31 or fri".to_owned(),
        Problem::NearestWorkday => "write the weekdays themselves, such as 1-5".to_owned(),
        Problem::NthWeekday => "write the weekday alone, such as fri, to be due on each of them".to_owned(),
        Problem::NeverDue => "February has at most 29 days; April, June, September and November have 30".to_owned(),
    }
}

/// The two readings of a reversed range: the ends swapped, or the way round over the end of the field.
fn reversed(field: Option<Field>, start: &str, end: &str) -> String {
    let (first, last) = field.map_or((0, 0), |field| (field.first(), field.last()));
    format!("write {end}-{start}, or {start}-{last},{first}-{end} to go on past {last}")
}

fn place(field: Option<Field>) -> String {
    field.map_or(String::new(), |field| format!(" in the {} field", field.name()))
}
