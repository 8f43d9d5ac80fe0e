#!/usr/bin/env bash
# --once tells what is there and stops; -N does the same and tells nothing.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen

expect 0 "$connbeat" -c "$work/connbeat.yml" -e --once
events=$out
exactly 1 event.action=listener_opened local_port="$answer" local_process.pid="${pid[peer]}" event.reason=seen_at_start

rm -f "$work"/state*
expect 0 "$connbeat" run -c "$work/connbeat.yml" -e -N --once
[ ! -s "$out" ] || fail "-N published: $(head -c 200 "$out")"
