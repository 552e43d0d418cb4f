//! One binary for all tests: a module a room of the house, and the real program end to end.

#![allow(clippy::disallowed_methods, reason = "tests measure time, start threads and open databases themselves")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on says so by ending")]

mod addresses;
mod architecture;
mod archive;
mod article;
mod auto;
mod bursts;
mod canonical;
mod change;
mod charset;
mod cli;
mod config;
mod cookies;
mod corpus;
mod cron_expression;
mod daemon;
mod delivery;
mod explain;
mod feeds;
mod fetch;
mod formats;
mod hostile;
mod identity;
mod language;
mod laws;
mod listing;
mod membership;
mod metadata;
mod moved;
#[path = "../newsroom/mod.rs"]
mod newsroom;
mod normalise;
mod pages;
mod pairs;
mod parse;
mod plan;
mod polite;
mod portals;
mod readers;
mod render;
mod robots;
mod rules;
mod schedule;
mod schema;
mod search;
mod serve;
mod setting_up;
mod site;
mod store;
mod stories;
mod story;
mod support;
mod support_works;
mod telling_apart;
mod terms;
mod time;
mod tls;
mod validity;
mod versions;
mod views;
mod visible_date;
mod websub;
mod websub_hub;
mod websub_rules;
