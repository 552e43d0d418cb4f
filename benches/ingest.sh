#!/usr/bin/env bash
# What polling costs: `taspa fetch` beside the bare loop (bare_loop.rs), in the same run, from the same origin.
#
#   benches/ingest.sh [-n FEEDS] [-m ITEMS] [-r REPEATS]      default: -n 1000 -m 30 -r 5
#
# Two rounds each: `cold` begins with an empty database and reads every feed; `unchanged` polls the same feeds again and
# gets a 304 from each. The order of the programs alternates from repeat to repeat. A run whose stored items or answers are
# not what they must be ends with an error and no table.
#
# Judge by CPU seconds (user + system, all threads) and by the ratio of two programs of one run: wall-clock time depends on
# what else the machine does. Targets: cold at most 3 times the bare loop's CPU, unchanged at most 4 times.
#
# Needs: bash 5, cargo, awk, nginx and GNU time (Debian: nginx, time). Writes to a new folder under ${TMPDIR:-/tmp}, about
# 500 MB for 1,000 feeds, and removes it at the end.
set -euo pipefail

COLD_TARGET=3
UNCHANGED_TARGET=4
CONCURRENCY=64

feeds=1000
items=30
repeats=5
usage() {
  echo "usage: ${0##*/} [-n FEEDS] [-m ITEMS] [-r REPEATS]" >&2
  exit 2
}
while getopts n:m:r: option; do
  [[ ${OPTARG:-} =~ ^[1-9][0-9]*$ ]] || usage
  case $option in
    n) feeds=$OPTARG ;;
    m) items=$OPTARG ;;
    r) repeats=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[[ $# -eq 0 ]] || usage

fail() {
  echo "error: $*" >&2
  exit 1
}

PATH=$PATH:/usr/sbin:/sbin
for program in cargo awk nginx; do
  type -P "$program" >/dev/null || fail "$program is not installed"
done
gnu_time=$(type -P time) || fail "GNU time is not installed (Debian: apt install time)"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
nginx_pid=
cleanup() {
  if [[ -n $nginx_pid ]]; then
    kill "$nginx_pid" 2>/dev/null || true
    wait "$nginx_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- Programs ---------------------------------------------------------------------------------------------------------

build() {
  cargo build --release --manifest-path "$here/../Cargo.toml" --bin taspa --bench bare_loop --bench make_feeds \
    --message-format=json-render-diagnostics >"$work/build.json"
}
# The executable that cargo made of a target: a bench's name ends in a hash that only cargo knows.
executable() {
  sed -n "s/.*\"name\":\"$1\".*\"executable\":\"\([^\"]*\)\".*/\1/p" "$work/build.json" | tail -n 1
}
build
taspa=$(executable taspa)
bare_loop=$(executable bare_loop)
make_feeds=$(executable make_feeds)
for program in "$taspa" "$bare_loop" "$make_feeds"; do
  [[ -x $program ]] || fail "cargo did not tell where it put a program"
done

# --- Feeds and their origin -------------------------------------------------------------------------------------------

"$make_feeds" "$work/www" "$feeds" "$items"

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

write_nginx_config() {
  # As root the worker would be www-data, who may not look into our folder.
  if [[ $EUID -eq 0 ]]; then echo "user root;"; fi
  cat <<NGINX
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
  types { application/xml xml; }
  charset utf-8;
  charset_types application/xml;
  etag on;
  gzip off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=20000 inactive=600s;
  log_format status '\$status';
  access_log $work/access.log status;
  client_body_temp_path $work/t1;
  proxy_temp_path $work/t2;
  fastcgi_temp_path $work/t3;
  uwsgi_temp_path $work/t4;
  scgi_temp_path $work/t5;
  server { listen 127.0.0.1:$port backlog=1024; root $work/www; }
}
NGINX
}

start_nginx() {
  for _ in {1..5}; do
    port=$((20000 + RANDOM % 10000))
    if is_open "$port"; then continue; fi
    write_nginx_config >"$work/nginx.conf"
    nginx -e "$work/error.log" -p "$work" -c "$work/nginx.conf" &
    nginx_pid=$!
    for _ in {1..100}; do
      if ! kill -0 "$nginx_pid" 2>/dev/null; then break; fi
      if is_open "$port"; then return; fi
      sleep 0.05
    done
    kill "$nginx_pid" 2>/dev/null || true
    wait "$nginx_pid" 2>/dev/null || true
    nginx_pid=
  done
  cat "$work/error.log" >&2
  fail "nginx did not start"
}
start_nginx

sed "s#^#http://127.0.0.1:$port/#" "$work/www/list.txt" >"$work/urls.txt"
write_taspa_config() {
  cat <<TOML
[server]
listen = "127.0.0.1:0"

[store]
path = "taspa.sqlite"

[fetch]
concurrency = $CONCURRENCY
per_host = $CONCURRENCY
host_spacing = "0s"

[defaults]
schedule = "0 0 1 1 *"
allow_private = true
initial = 10000
TOML
  sed "s#^\(.*\)\.xml\$#\n[[source]]\nname = \"\1\"\nurl = \"http://127.0.0.1:$port/\1.xml\"#" "$work/www/list.txt"
}
write_taspa_config >"$work/config.toml"

# --- Rounds -----------------------------------------------------------------------------------------------------------

poll_bare_loop() { echo "$bare_loop" "$1/bare.sqlite" "$work/urls.txt" "$CONCURRENCY"; }
poll_taspa() { echo "$taspa" --config "$1/config.toml" fetch; }
stored_bare_loop() { "$bare_loop" --count "$1/bare.sqlite"; }
stored_taspa() {
  "$taspa" --config "$1/config.toml" status --json >"$work/status.json"
  awk '/"entries":/ { gsub(/[^0-9]/, ""); sum += $0 } END { print sum + 0 }' "$work/status.json"
}

# Waits until the origin has logged an answer for each feed; then all of them must be `status` and no other.
check_answers() { # program round status
  local lines
  for _ in {1..100}; do
    lines=$(wc -l <"$work/access.log")
    if ((lines >= feeds)); then break; fi
    sleep 0.05
  done
  local right
  right=$(grep -c "^$3\$" "$work/access.log" || true)
  if ((right != feeds || lines != feeds)); then
    sort "$work/access.log" | uniq -c >&2
    fail "$1, $2: the origin gave $lines answers, $right of them $3; there must be $feeds of each"
  fi
}

# Runs one round and adds a row: repeat, round, program, CPU s, wall s, peak KB.
measure() { # repeat round program folder status
  local repeat=$1 round=$2 program=$3 folder=$4 status=$5 command times stored
  read -ra command < <("poll_$program" "$folder")
  : >"$work/access.log"
  # bash counts CPU in milliseconds, GNU time in hundredths; only the latter knows the peak of memory.
  local TIMEFORMAT='%R %U %S'
  times=$({ time "$gnu_time" -q -o "$work/peak" -f %M "${command[@]}" >"$work/out" 2>"$work/err"; } 2>&1) || {
    cat "$work/out" "$work/err" >&2
    fail "$program, $round: it ended with an error"
  }
  check_answers "$program" "$round" "$status"
  stored=$("stored_$program" "$folder")
  ((stored == feeds * items)) || fail "$program, $round: it stores $stored items of $((feeds * items))"
  awk -v OFS='\t' -v repeat="$repeat" -v round="$round" -v program="$program" -v peak="$(tail -n 1 "$work/peak")" \
    '{ print repeat, round, program, $2 + $3, $1, peak }' <<<"$times" >>"$work/rows"
}

both_rounds() { # repeat program
  local folder=$work/$2
  rm -rf "$folder"
  mkdir "$folder"
  cp "$work/config.toml" "$folder/"
  measure "$1" cold "$2" "$folder" 200
  measure "$1" unchanged "$2" "$folder" 304
}

for ((repeat = 1; repeat <= repeats; repeat++)); do
  order=(bare_loop taspa)
  if ((repeat % 2 == 0)); then order=(taspa bare_loop); fi
  for program in "${order[@]}"; do
    both_rounds "$repeat" "$program"
  done
  echo "repeat $repeat of $repeats done" >&2
done

# --- Medians ----------------------------------------------------------------------------------------------------------

echo "$feeds feeds of $items items, $(du -sh --apparent-size "$work/www" | cut -f 1), median of $repeats repeats (min-max)"
awk -F '\t' -v cold_target="$COLD_TARGET" -v unchanged_target="$UNCHANGED_TARGET" '
  { cpu[$2, $3, $1] = $4; wall[$2, $3, $1] = $5; peak[$2, $3, $1] = $6 / 1024; if ($1 > repeats) repeats = $1 }
  # Sorts what `table` has of a round and a program into `sorted`, by insertion.
  function sort(table, round, program,    i, j, value) {
    for (i = 1; i <= repeats; i++) {
      value = table[round, program, i]
      for (j = i - 1; j >= 1 && sorted[j] > value; j--) sorted[j + 1] = sorted[j]
      sorted[j + 1] = value
    }
  }
  function median() { return (sorted[int((repeats + 1) / 2)] + sorted[int(repeats / 2) + 1]) / 2 }
  function cell(table, round, program, format) {
    sort(table, round, program)
    return sprintf(format, median(), sorted[1], sorted[repeats])
  }
  function row(round, program) {
    printf "%-10s %-10s %22s %22s %20s\n", round, program, cell(cpu, round, program, "%.3f (%.3f-%.3f)"), \
      cell(wall, round, program, "%.3f (%.3f-%.3f)"), cell(peak, round, program, "%.0f (%.0f-%.0f)")
  }
  function verdict(round, target,    bare, middle, i) {
    sort(cpu, round, "bare_loop"); bare = median()
    sort(cpu, round, "taspa"); middle = median() / bare
    for (i = 1; i <= repeats; i++) ratio[round, "pair", i] = cpu[round, "taspa", i] / cpu[round, "bare_loop", i]
    sort(ratio, round, "pair")
    printf "%-10s %.2f times the bare loop'\''s CPU (%.2f-%.2f), target at most %d: %s\n", \
      round, middle, sorted[1], sorted[repeats], target, middle <= target ? "met" : "MISSED"
  }
  END {
    printf "%-10s %-10s %22s %22s %20s\n", "round", "program", "CPU s", "wall s", "peak RSS MB"
    row("cold", "bare_loop"); row("cold", "taspa"); row("unchanged", "bare_loop"); row("unchanged", "taspa")
    print ""
    verdict("cold", cold_target); verdict("unchanged", unchanged_target)
  }' "$work/rows"
