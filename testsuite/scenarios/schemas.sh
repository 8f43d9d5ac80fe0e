#!/usr/bin/env bash
# Two outputs in two schemas: the same facts under the same ids, and a changed schema is refused while connbeat runs.
source "$(dirname "$0")/../lib.sh"

files=$work/files

configured() {
    configure <<YAML
connbeat: { poll_interval: 200ms, state: '' }
output:
  console: {}
  file: { path: $files, schema: $1, flush_interval: 100ms }
YAML
}

# facts FILE: what both schemas say alike of each event, sorted by sequence.
facts() {
    "$python" - "$1" <<'PYTHON'
import json
import sys

for line in open(sys.argv[1]):
    event = json.loads(line)
    what = event["event"]
    run = event.get("beat", event.get("agent"))["ephemeral_id"]
    network = event.get("network", {})
    print(what["sequence"], what["id"], what["action"], run, event["@timestamp"], network.get("community_id"), network.get("transport"))
PYTHON
}

start_peer peer
tell peer listen
port=$answer
configured ecs
start_agent
await_event event.action=listener_opened local_port="$port"
tell peer churn "$port" 10
await '10 closes' more_than 9 event.action=connection_closed remote_port="$port"

configured connbeat
kill -HUP "$agent"
await 'the refusal' grep -q 'output.file.schema cannot change while connbeat runs' "$log"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
facts "$events" >"$work/printed"
facts "$files/connbeat" >"$work/written"
cmp "$work/printed" "$work/written" || fail 'the two schemas tell different facts'
grep -q '"destination":' "$files/connbeat" || fail 'the file is not in the schema ecs'
grep -q '"local_port":' "$events" || fail 'the console is not in the schema connbeat'
