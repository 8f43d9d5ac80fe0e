#!/usr/bin/env bash
# What an agent tells over two runs is proved complete, in both schemas; and what is taken away, doubled or changed is found.
source "$(dirname "$0")/../lib.sh"

files=$work/files verify=$root/testsuite/verify-ledger

configure <<YAML
connbeat: { poll_interval: 200ms, state: $work/state }
output:
  console: {}
  file: { path: $files, schema: ecs, flush_interval: 100ms }
YAML
start_peer peer
tell peer listen
port=$answer
for run in 1 2; do
    start_agent
    await "a listener in run $run" more_than $((run - 1)) event.action=agent_started
    tell peer churn "$port" 20
    await "20 closes in run $run" more_than $((20 * run - 1)) event.action=connection_closed remote_port="$port"
    stop_agent
done

expect 0 "$verify" "$events"
says "$out" complete
expect 0 "$verify" "$files/connbeat.1" "$files/connbeat"
says "$out" complete

# proved CODE TEXT FILTER: the stream after this Python expression over its lines is judged so.
proved() {
    "$python" -c "import json, sys; lines = open(sys.argv[1]).read().splitlines(); print('\n'.join($3))" "$events" >"$work/changed"
    expect "$1" "$verify" "$work/changed"
    says "$out" "$2"
}

proved 1 'missing 3' '[line for line in lines if json.loads(line)["event"]["sequence"] != 3]'
proved 0 complete 'reversed(lines)'
proved 0 '1 doubled' 'lines + lines[-1:]'
proved 1 'two contents' '[line if n != 4 else line.replace("\"type\":\"connbeat\"", "\"type\":\"other\"") for n, line in enumerate(lines + lines)]'
proved 1 'INCOMPLETE' '[line for line in lines if json.loads(line)["event"]["sequence"] < 10]'
gap='{"@timestamp":"2026-01-01T00:00:00.000Z","beat":{"ephemeral_id":"R"},"event":{"action":"gap","id":"g","sequence":2},"gap":{"count":%s,"output":"http","reason":"queue_full","stage":"delivery"}}'
first='{"@timestamp":"2026-01-01T00:00:00.000Z","beat":{"ephemeral_id":"R"},"event":{"action":"agent_started","id":"a","sequence":1}}'
last='{"@timestamp":"2026-01-01T00:00:09.000Z","beat":{"ephemeral_id":"R"},"event":{"action":"agent_alive","id":"z","sequence":6},"agent":{"last_sequence":6}}'
# shellcheck disable=SC2059  # the count goes in
judged() { printf "$first\n$gap\n$last\n" "$2" >"$work/changed" && expect "$1" "$verify" "${@:3}" "$work/changed"; }
judged 0 3
says "$out" 'complete but for 3 events'
judged 1 2
judged 1 3 --output kafka
echo '{' >"$work/changed"
expect 2 "$verify" "$work/changed"
