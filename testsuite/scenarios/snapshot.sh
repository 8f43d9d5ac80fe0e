#!/usr/bin/env bash
# What is connected right now: for people, as one JSON array, as lines; and each filter.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen
port=$answer
tell peer connect "$port"
client=$answer
tell peer accept

# snapshot ARGUMENT...: how many sockets it prints as lines; they are in $events for the other functions.
snapshot() {
    expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" --format ndjson "$@"
    events=$out
}

snapshot --pid "${pid[peer]}"
exactly 3
exactly 1 event.action=listener_active local_port="$port" local_process.pid="${pid[peer]}" listener.ip=127.0.0.1
exactly 1 event.action=connection_active local_port="$client" remote_port="$port" network.direction=outbound
exactly 1 event.action=connection_active local_port="$port" remote_port="$client" network.direction=inbound
exactly 0 'event.sequence=*'

snapshot --pid "${pid[peer]}" --listening
exactly 1
exactly 1 event.action=listener_active local_port="$port"

snapshot --port "$client"
exactly 2

snapshot --pid "${pid[peer]}" --remote 127.0.0.0/8
exactly 2
snapshot --pid "${pid[peer]}" --remote 192.0.2.0/24
exactly 0

snapshot --pid "${pid[peer]}" --state established
exactly 2

snapshot --process "$(cat "/proc/${pid[peer]}/comm")" --port "$port"
exactly 3
snapshot --process nobody-is-called-so
exactly 0

expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" --format json --pid "${pid[peer]}"
"$python" - "$out" <<'PYTHON' || fail "--format json is no array of three: $(head -c 200 "$out")"
import json
import sys

sys.exit(len(json.load(open(sys.argv[1]))) != 3)
PYTHON

expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" --pid "${pid[peer]}"
says "$out" "127.0.0.1:$port"
says "$out" "${pid[peer]}"
! grep -q $'\e' "$out" || fail 'colours in a table that goes to no terminal'
