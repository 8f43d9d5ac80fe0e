#!/usr/bin/env bash
# SIGHUP after SIGHUP while connections come and go: outputs are replaced, added and taken away, and none that stays loses an event.
source "$(dirname "$0")/../lib.sh"

files=$work/files

# configured BATCH FLUSH EXTRA: a file and the console, of which only the settings change. Each output that is replaced begins a file.
configured() {
    configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: '' }
output:
  console: { bulk_max_size: $1 }
  file: { path: $files, flush_interval: $2ms, number_of_files: 100 }
$3
YAML
}

# reloaded COUNT: the log says so, that many times.
reloaded() {
    [ "$(grep -c 'Configuration reloaded' "$log")" -ge "$1" ]
}

start_peer peer
tell peer listen
port=$answer
configured 2048 100 ''
start_agent
await_event event.action=listener_opened local_port="$port"
reloads=0
for round in {1..12}; do
    tell peer churn "$port" 100
    case $((round % 3)) in
        0) configured $((round + 1)) $((100 + round)) '' ;;
        1) configured $((round + 1)) 100 "logging: { level: debug }" ;;
        2) configured 2048 $((100 + round)) "  http: { hosts: [127.0.0.1:9] }" ;;
    esac
    kill -HUP "$agent"
    tell peer churn "$port" 100
    reloads=$((reloads + 1))
    await "reload $reloads" reloaded "$reloads"
done
await '2400 closes' more_than 2399 event.action=connection_closed remote_port="$port"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
expect 0 "$root/testsuite/verify-ledger" --output console "$events"
says "$out" complete
mapfile -t written < <(find "$files" -name 'connbeat*')
expect 0 "$root/testsuite/verify-ledger" --output file "${written[@]}"
says "$out" complete
