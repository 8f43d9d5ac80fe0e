#!/usr/bin/env bash
# Killed at any instant and started again, with an output that comes and goes: with the log on disk every socket is told,
# and nothing that was told is missing. CONNBEAT_KILLS says how often.
source "$(dirname "$0")/../lib.sh"
source "$root/testsuite/kills.sh"

files=$work/files sunk=$work/sunk

# The sink is away for a while now and then.
start_sink "$sunk" --away 0.4
start_brokers brokers 2
tell brokers topic connbeat 4
consume connbeat "$work/consumed" '%s\n'
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 10s, state: $work/state }
queue:
  disk: { path: $work/spool, max_size: 64MiB }
output:
  file: { path: $files, flush_interval: 50ms, number_of_files: 1024 }
  http: { hosts: ["127.0.0.1:$port"], flush_interval: 50ms, backoff: { init: 50ms, max: 200ms } }
  kafka: { hosts: [${hosts//,/, }], flush_interval: 50ms, backoff: { init: 50ms, max: 200ms } }
YAML

start_load 150

kills=${CONNBEAT_KILLS:-7}
for ((run = 1; run <= kills; run++)); do
    begin "$run"
    sleep "$((RANDOM % 800 + 800))e-3"
    [ $((run % 3)) != 1 ] || tell brokers down $((run % 2 + 1))
    [ $((run % 3)) != 2 ] || { tell brokers up 1 && tell brokers up 2; }
    kill_agent
done
begin "$run"
tell brokers up 1
tell brokers up 2
end_load
end_run

mapfile -t written < <(find "$files" -name 'connbeat*')
# consumed_all: what was read back from Kafka reaches into the last run, and lacks nothing.
consumed_all() {
    "$root/testsuite/verify-ledger" --output kafka "$work/consumed" >consumed.ledger &&
        [ "$(grep -c '^run ' consumed.ledger)" = "$run" ]
}
await 'end of what Kafka was told' consumed_all
for stream in file http kafka; do
    case $stream in
        file) streams=("${written[@]}") ;;
        http) streams=("$sunk") ;;
        kafka) streams=("$work/consumed") ;;
    esac
    expect 0 "$root/testsuite/verify-ledger" --output $stream "${streams[@]}"
    says "$out" complete
    [ "$(grep -c '^run ' "$out")" = "$run" ] || fail "$stream: not $run runs: $(cat "$out")"
    expect 0 "$python" "$root/testsuite/missed.py" "$server" load runs "${streams[@]}"
done
expect 0 "$connbeat" spool verify "$work/spool"
says "$out" 'All that was read is whole.'
