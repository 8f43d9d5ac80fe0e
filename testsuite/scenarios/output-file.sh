#!/usr/bin/env bash
# Every event stands in a file, one per line; files are rotated by size, by others with SIGHUP, and by a new run.
source "$(dirname "$0")/../lib.sh"

files=$work/files/events

# configured SETTING...: the console and files; what the two get is compared.
configured() {
    configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: $work/state }
output:
  console: {}
  file: { path: $work/files, filename: events, flush_interval: 100ms, $1 }
YAML
}

# same FILE...: together they hold what the agent printed, in order.
same() {
    cat "$@" | cmp -s - "$events" || fail "what was printed and $(basename -a "$@" | xargs) differ"
}

start_peer peer
tell peer listen
port=$answer

configured 'number_of_files: 3'
start_agent
await_event event.action=listener_opened local_port="$port"
tell peer churn "$port" 10
await '10 closes' more_than 9 event.action=connection_closed remote_port="$port"
await 'closes in the file' grep -q connection_closed "$files"
mv "$files" "$work/moved"
kill -HUP "$agent"
tell peer churn "$port" 10
await '20 closes' more_than 19 event.action=connection_closed remote_port="$port"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
same "$work/moved" "$files"
[ "$(stat -c %a "$work/files" "$files" | xargs)" = '700 600' ] || fail "modes: $(stat -c '%a %n' "$work/files" "$files")"

rm "$work/moved" "$work"/state*
cp "$files" "$work/before"
: >"$events"
configured 'number_of_files: 1000, rotate_every_kb: 4'
start_agent
await_event event.action=listener_opened local_port="$port"
tell peer churn "$port" 20
await '20 closes' more_than 19 event.action=connection_closed remote_port="$port"
stop_agent
mapfile -t rotated < <(find "$work/files" -name 'events.*' | sort -rV)
[ "${#rotated[@]}" -gt 3 ] || fail "only ${#rotated[@]} older files"
cmp -s "${rotated[0]}" "$work/before" || fail 'the oldest file is not that of the run before'
same "${rotated[@]:1}" "$files"
large=$(find "$work/files" -size +4096c ! -path "${rotated[0]}")
[ -z "$large" ] || fail "too large: $large"
