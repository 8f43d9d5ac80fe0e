#!/usr/bin/env bash
# Processors drop events and fields as they are told to, leave no hole in the sequence, and are replaced by SIGHUP.
source "$(dirname "$0")/../lib.sh"

# processors LINE...: the configuration with this list, on top of the usual one.
usual=$(<"$work/connbeat.yml")
processors() {
    { echo "$usual"; echo 'processors:'; printf '%s\n' "$@"; } | configure
}

start_peer peer
tell peer listen
dropped=$answer
tell peer listen
kept=$answer

processors "- drop_event: { when: { and: [{ equals: { local_port: $dropped } }, { network: { listener.ip: loopback } }] } }" \
    '- drop_fields: { fields: [local_process.cmdline, network.rtt_us, beat.local_ips] }' \
    "- include_fields: { fields: [remote_port, network.direction], when: { equals: { remote_port: $kept } } }"
start_agent
await_event event.action=listener_opened local_port="$kept" local_process.pid="${pid[peer]}"
tell peer connect "$kept"
client=$answer
tell peer accept
await_event event.action=connection_opened remote_port="$kept" network.direction=outbound
await_event event.action=connection_opened local_port="$kept" remote_port="$client"
exactly 0 local_port="$dropped"
exactly 0 'local_process.cmdline=*'
exactly 0 'beat.local_ips=*'
exactly 0 local_port="$client"
exactly 0 remote_port="$kept" 'local_process.pid=*'

"$python" - "$events" <<'PYTHON' || fail 'the sequence has holes, or what always stays is gone'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
always = all(e["@timestamp"] and e["type"] and e["beat"]["ephemeral_id"] and e["event"]["id"] for e in events)
sys.exit(not always or [e["event"]["sequence"] for e in events] != list(range(1, len(events) + 1)))
PYTHON

expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" --format ndjson --pid "${pid[peer]}"
everything=$events
events=$out
exactly 3
exactly 0 local_port="$dropped"
exactly 1 local_port="$kept" event.action=listener_active
exactly 0 'local_process.cmdline=*'
expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" --format json --pid "${pid[peer]}" --port "$dropped"
[ "$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1])))' "$out")" = '[]' ] || fail 'a snapshot of nothing is no empty array'
events=$everything

# A faulty list is refused as a whole; a right one is in force from one event to the next.
processors '- drop_event: { when: { equals: { local_prt: 1 } } }'
kill -HUP "$agent"
await 'refusal' grep -q 'the old one stays: .*names local_prt, which no event has; did you mean local_port?' "$log"
processors "- drop_event: { when: { equals: { local_port: $kept } } }"
kill -HUP "$agent"
await 'reload' grep -q 'Configuration reloaded; changed: processors' "$log"
tell peer listen
later=$answer
await_event event.action=listener_opened local_port="$later" 'local_process.cmdline=*'
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

expect 1 "$connbeat" test config -c "$work/connbeat.yml" -E 'processors=[{rename: {}}]'
says "$err" "the processor rename doesn't exist"
