#!/usr/bin/env bash
# Events go to stdout, one JSON object on each line, and nothing else does; the log goes to stderr.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen
port=$answer
start_agent -d '*'
await_event event.action=listener_opened local_port="$port"
tell peer churn "$port" 20
await_event event.action=connection_closed remote_port="$port"
stop_agent

exactly 0 @timestamp=
exactly 0 type=
exactly 0 event.id=
exactly 0 event.created=
[ -z "$(values event.id | sort | uniq -d)" ] || fail "an id came twice: $(values event.id | sort | uniq -d | head -n 1)"
values event.sequence >"$work/sequence"
seq "$(wc -l <"$work/sequence")" | cmp -s - "$work/sequence" || fail 'event.sequence has holes or is out of order'
[ -s "$log" ] || fail 'nothing was logged'
! grep -q '"event":' "$log" || fail 'an event stands in the log'
