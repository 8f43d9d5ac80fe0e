#!/usr/bin/env bash
# Every event arrives at a web server, in each form, also when it is down for a while; the agent's own connection to it
# is one, and is not told.
source "$(dirname "$0")/../lib.sh"

# requests FIELD=VALUE...: how many of the sink's requests have all these values.
requests() {
    "$python" "$root/testsuite/events.py" "$sink.requests" "$@" | wc -l
}

start_peer peer
tell peer listen
listener=$answer

for format in ndjson json single; do
    sink=$work/$format.sunk
    start_sink "$sink" 503 429
    rm -f "$work"/state*
    : >"$events"
    configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: $work/state }
output:
  console: {}
  http:
    hosts: ["http://user:secret@127.0.0.1:$port/in?key=hidden"]
    parameters: { p1: v1 }
    headers: { X-Site: edge }
    format: $format
    compression_level: $([ $format = json ] && echo 6 || echo 0)
    flush_interval: 100ms
    backoff: { init: 100ms, max: 200ms }
YAML
    start_agent
    mine=$agent
    await_event event.action=listener_opened local_port="$listener"
    tell peer churn "$listener" 20
    await '20 closes' more_than 19 event.action=connection_closed remote_port="$listener"
    stop_agent
    [ "$stopped" = 0 ] || fail "exit code $stopped"

    values event.id | sort >"$work/told"
    "$python" "$root/testsuite/events.py" --values event.id "$sink" | sort >"$work/sunk"
    cmp -s "$work/told" "$work/sunk" || fail "$format: sent and arrived differ: $(diff "$work/told" "$work/sunk" | head -3)"
    exactly 0 remote_port="$port" local_process.pid="$mine"

    [ "$(requests status=200)" -gt 0 ] || fail "$format: no request was taken"
    [ "$(requests)" = "$(requests target='/in?key=hidden&p1=v1' headers.x-site=edge connection=1)" ] ||
        fail "$format: not every request is right: $(head -c 500 "$sink.requests")"
    [ "$(requests)" = "$(requests headers.authorization='Basic dXNlcjpzZWNyZXQ=')" ] || fail "$format: no user"
    [ $format != single ] || [ "$(requests)" = "$(requests events=1)" ] || fail 'single: more than one event in a request'
    says "$log" "http://127.0.0.1:$port answered 503"
    ! grep -qE 'secret|hidden|dXNl' "$log" || fail "a secret is in the log: $(grep -E 'secret|hidden|dXNl' "$log" | head -1)"
done
