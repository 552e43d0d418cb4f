# `just` alone lists the recipes.
default:
    @just --list

# What CI runs: fmt, clippy, rustdoc, cargo-deny where it is installed, tests.
check:
    bash .ci/run

# The daemon on config.toml.
run *arguments:
    cargo run --release -- {{arguments}}

# Polls everything in config.toml once and shows how it went.
demo:
    cargo run --release -- fetch
    cargo run --release -- status

# taspa beside the bare loop, over an nginx on loopback.
bench *arguments:
    bash benches/ingest.sh {{arguments}}

# What reading a feed costs beside bare feed-rs; of folders of feeds, if any are named
parse-cost *arguments:
    cargo bench --bench parse -- {{arguments}}

# Random bytes for five minutes: decode, parse, dates, html or feed; FOLDERS hold documents to begin with. Needs cargo-fuzz
fuzz target *folders:
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} {{folders}} -- -max_total_time=300 -timeout=10 -max_len=20000

# How well stories are told apart, by the real binary over written newsrooms; `just story-cost`: what an entry costs among 200,000.
stories *arguments:
    cargo bench --bench stories -- {{arguments}}

story-cost *arguments:
    cargo bench --bench story_cost -- {{arguments}}

# Writes what is generated from the declarations in src/config/settings.rs.
generate:
    cargo run -- schema --markdown > docs/config.md
    cargo run -- schema > docs/config.schema.json
