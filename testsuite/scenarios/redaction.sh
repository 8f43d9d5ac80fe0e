#!/usr/bin/env bash
# No secret of the corpus leaves: as arguments and in environments of real processes, by any output, the log, a snapshot, the
# state file; and SIGHUP takes out what was told before.
source "$(dirname "$0")/../lib.sh"

corpus=$root/tests/Connbeat.Tests/Fixtures/redaction

# start_processes NAME PROGRAM ARGUMENT...: a program that says on stdout when it is ready, in $answer, and ends with its input.
start_processes() {
    local to from
    mkfifo "$work/$1.in" "$work/$1.out"
    "${@:2}" <"$work/$1.in" >"$work/$1.out" 2>>"$work/peers.log" 3>&- &
    pid[$1]=$!
    exec {to}>"$work/$1.in" {from}<"$work/$1.out"
    input[$1]=$to
    read -r -t "$patience" answer <&"$from" || fail "$1 was not ready"
}

# configured REDACT: every output there is.
configured() {
    configure <<YAML
connbeat:
  poll_interval: 200ms
  shutdown_timeout: 5s
  state: $work/state
  expose_environ: true
  redact: $1
output:
  console: {}
  file: { path: $work/files, filename: events, flush_interval: 100ms }
  http: { hosts: ["http://127.0.0.1:$port"], flush_interval: 100ms }
YAML
}

# no_leak FILE...: none of the corpus's secrets is in any of these.
no_leak() {
    "$python" "$root/testsuite/leaks.py" "$work/corpus" "$@" >"$work/leaks" ||
        fail "$(wc -l <"$work/leaks") leaks, such as $(head -n 1 "$work/leaks")"
}

cat "$corpus"/{secrets,variables,innocent}.txt >"$work/corpus"
start_processes sink "$python" "$root/testsuite/sink.py" "$work/sunk"
port=$answer
start_processes corpus "$python" "$root/testsuite/arguments.py" "$corpus/secrets.txt"
processes=$answer
mapfile -t variables < <(grep -v '^#' "$corpus/variables.txt" | tr -d '¦⟦⟧')
start_peer variables "${variables[@]}"
tell variables listen

configured default
start_agent -d '*'
await 'every process' more_than $((processes - 1)) event.action=listener_opened event.reason=seen_at_start
await_event event.action=listener_opened local_port="$answer"
snapshots=()
for format in table json ndjson; do
    "$connbeat" -c "$work/connbeat.yml" snapshot --format "$format" >"$work/snapshot.$format" 2>>"$work/snapshot.log" &
    snapshots+=($!)
done
wait "${snapshots[@]}" || fail "a snapshot was not taken: $(head -c 500 "$work/snapshot.log")"
"$connbeat" -c "$work/connbeat.yml" export config >"$work/exported"
says "$work/exported" 'redact: default'
cp "$work/state" "$work/state.running"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
no_leak "$events" "$log" "$work/files/events" "$work/sunk" "$work/sunk.requests" "$work"/snapshot.* "$work/exported" "$work"/state*
values local_process.cmdline event.action=listener_opened | sort -u >"$work/told"
grep -v '^#' "$corpus/secrets.txt" | sed 's/⟦[^⟧]*⟧/[redacted]/g; s/¦//g; s/␀/ /g; s/^ *//; s/ *$//' | sort -u >"$work/expected"
comm -13 "$work/told" "$work/expected" >"$work/missing"
[ ! -s "$work/missing" ] || fail "$(wc -l <"$work/missing") of $processes are told otherwise, as $(head -n 1 "$work/missing")"

# What was told before redaction was asked for is not told again.
rm "$work"/state*
: >"$events"
start_peer late bash -c 'exec "$@" --password "my secret words"' -
tell late listen
listener=$answer
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: $work/state, redact: off }
output: { console: {} }
YAML
start_agent
await_event event.action=listener_opened local_port="$listener"
says "$events" '--password my secret words'
await 'state' grep -q 'my secret words' "$work/state"
sed -i 's/redact: off/redact: default/' "$work/connbeat.yml"
kill -HUP "$agent"
await 'reload' grep -q 'changed: connbeat.redact' "$log"
await 'state without secrets' eval '! grep -q "my secret words" "$work/state"'
: >"$events"
tell late unlisten
await_event event.action=listener_closed local_port="$listener"
tell late listen
await_event event.action=listener_opened local_port="$answer"
stop_agent
[ "$(values local_process.cmdline local_port="$answer")" = "$python $work/peer.py --password [redacted]" ] ||
    fail "told anew: $(select_events local_port="$answer")"
! grep -q 'secret words' "$events" "$log" "$work"/state* || fail 'a secret was told after it was to be taken out'
