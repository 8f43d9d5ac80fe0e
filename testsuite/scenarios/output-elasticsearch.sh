#!/usr/bin/env bash
# connbeat setup makes what an Elasticsearch that forgives nothing needs, once. Then events go there in both schemas, through
# refusals, overload and cuts, and the agent is killed ten times: every socket is told, and everything told is stored once.
source "$(dirname "$0")/../lib.sh"
source "$root/testsuite/kills.sh"

sunk=$work/sunk files=$work/files
program=elastic
start_sink "$sunk" --troubles
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 10s, state: $work/state }
queue:
  disk: { path: $work/spool, max_size: 64MiB }
output:
  file: { path: $files, flush_interval: 50ms, number_of_files: 1024 }
  elasticsearch: { hosts: ["127.0.0.1:$port"], flush_interval: 50ms, backoff: { init: 20ms, max: 100ms } }
setup.kibana.host: 127.0.0.1:$port
YAML

ids() {
    "$python" "$root/testsuite/events.py" --values event.id "$@" | sort
}

# stored WHAT: everything that the agent tells by its file is there once, and nothing was refused.
stored() {
    mapfile -t written < <(find "$files" -name 'connbeat*')
    for file in "${written[@]}"; do
        ids "$file"
    done | sort -u >told
    ids "$sunk" >there
    cmp -s told there || fail "$1: told and stored differ: $(diff told there | head -3)"
    [ ! -s "$sunk.refused" ] || fail "$1: refused: $(head -c 500 "$sunk.refused")"
}

expect 0 "$connbeat" test output -c connbeat.yml
says "$out" "127.0.0.1:$port is Elasticsearch 9.1.0, cluster test; there is no index template connbeat yet: run connbeat setup"
expect 0 "$connbeat" setup -c connbeat.yml --dry-run
says "$out" 'PUT /_index_template/connbeat'
expect 0 "$connbeat" setup -c connbeat.yml
[ "$(grep -cE '^made ' "$out")" = 5 ] || fail "not five things were made: $(cat "$out")"
expect 0 "$connbeat" setup -c connbeat.yml
[ "$(grep -cE '^there ' "$out")" = 5 ] || fail "not five things were there: $(cat "$out")"
expect 0 "$connbeat" export template --es.version 8.15
says "$out" '"connbeat-*"'

start_load 80
for ((run = 1; run <= 10; run++)); do
    begin "$run"
    sleep "$((RANDOM % 300 + 100))e-3"
    kill_agent
done
begin "$run"
sleep "$grace"
end_load
end_run

stored connbeat
[ -s "$sunk.again" ] || fail 'no event was ever sent twice: the test proves little'
# A fact that two runs have told, one of them killed before it could note it, has one id: the file has both, the store one.
expect 0 "$root/testsuite/verify-ledger" --output file "${written[@]}"
says "$out" complete
expect 0 "$python" "$root/testsuite/missed.py" "$server" load runs "$sunk"

rm -rf "$work"/state* "$work/spool" "$files" "$sunk"* told there
program=elastic
start_sink "$work/ecs.sunk"
sunk=$work/ecs.sunk
sed -i "s/^connbeat: {/& schema: ecs,/; s/127.0.0.1:[0-9]*/127.0.0.1:$port/" connbeat.yml
expect 0 "$connbeat" setup -c connbeat.yml
says "$out" 'data stream logs-connbeat.connection-default'
begin 12
exec {probe}<>"/dev/tcp/127.0.0.1/$port"
await 'its event' grep -q connection_opened "$sunk"
exec {probe}>&-
stop_agent
stored ecs
