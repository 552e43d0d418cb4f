//! taspa turns many newsrooms into one clean feed.
//!
//! The way of the data, each arrow a plain function from one type to the next:
//!
//! ```text
//! config.toml -> Settings -> Source
//!                              | due (schedule)
//!   poll: fetch -> Fetched -> decode -> parse -> Feed -> normalise -> Entry -> story -> PollOutcome
//!                                                                                          |
//!                       store, the one writer: ONE transaction (entries, stories, validators, next poll)
//!                              | generation
//!              view -> Publication -> render -> Document -> serve -> reader
//! ```
//!
//! I/O stands at the two ends: `fetch`, `store` and `serve`. Everything between is pure. To read it in ten minutes: [`poll`],
//! then [`store`], then [`daemon`]. Who may import whom stands in docs/architecture.md.

#![forbid(unsafe_code)]

pub mod article;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod decode;
pub mod fetch;
pub mod normalise;
pub mod parse;
pub mod poll;
pub mod render;
pub mod schedule;
pub mod serve;
pub mod store;
pub mod story;
pub mod view;
pub mod websub;

pub mod cli;
