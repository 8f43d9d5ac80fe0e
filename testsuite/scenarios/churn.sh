#!/usr/bin/env bash
# Connections that live shorter than any poll: each is opened once and closed once, none is missing.
source "$(dirname "$0")/../lib.sh"

count=200
if [ -n "${CONNBEAT_SOAK:-}" ]; then
    count=5000 patience=120
fi

start_peer peer
tell peer listen
port=$answer
start_agent
await_event event.action=listener_opened local_port="$port"

tell peer churn "$port" "$count"
await "$count closes" more_than $((count - 1)) event.action=connection_closed remote_port="$port"
stop_agent

if grep -q 'source ebpf' "$log"; then
    exactly "$count" event.action=connection_opened remote_port="$port" local_process.pid="${pid[peer]}" 'event.start=*'
    exactly "$count" event.action=connection_opened local_port="$port" local_process.pid="${pid[peer]}" 'event.start=*'
    exactly "$count" event.action=connection_closed local_port="$port" local_process.pid="${pid[peer]}" 'event.duration=*'
fi

values local_port event.action=connection_opened remote_port="$port" | sort >"$work/opened"
values local_port event.action=connection_closed remote_port="$port" | sort >"$work/closed"
[ "$(uniq "$work/opened" | wc -l)" = "$count" ] || fail "$(uniq "$work/opened" | wc -l) connections opened, not $count"
cmp -s "$work/opened" "$work/closed" || fail "opens and closes differ: $(diff "$work/opened" "$work/closed" | head -3)"
