#!/usr/bin/env bash
# SIGHUP puts a new configuration into force without a lost event, and refuses a faulty one as a whole.
source "$(dirname "$0")/../lib.sh"

start_peer server
start_agent
tell server listen
first=$answer
await_event event.action=listener_opened local_port="$first"

sed -i 's/^output:.*/output: { console: { pretty: maybe } }/; /^  console: {}/d' "$work/connbeat.yml"
kill -HUP "$agent"
await 'refusal' grep -q 'is refused, and the old one stays: .*pretty' "$log"

sed -i 's/^output:.*/output: { console: { bulk_max_size: 7 } }/' "$work/connbeat.yml"
kill -HUP "$agent"
await 'reload' grep -q 'Configuration reloaded; changed: output.console.bulk_max_size' "$log"
tell server listen
second=$answer
await_event event.action=listener_opened local_port="$second"

sed -i 's/^  poll_interval:.*/  poll_interval: 200ms\n  source: procfs/' "$work/connbeat.yml"
kill -HUP "$agent"
await 'refusal of another source' grep -q 'connbeat.source cannot change while connbeat runs' "$log"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
"$python" - "$events" <<'PYTHON' || fail 'the sequence has holes'
import json, sys
numbers = [json.loads(line)["event"]["sequence"] for line in open(sys.argv[1])]
sys.exit(numbers != list(range(1, len(numbers) + 1)))
PYTHON
