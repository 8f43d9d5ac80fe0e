#!/usr/bin/env bash
# What the agent tells Prometheus of itself: a page that promtool has nothing against, whether it is ready, and an address that is taken.
source "$(dirname "$0")/../lib.sh"

configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 1s, state: '' }
exporters:
  listen: "unix:$work/pages.sock"
  cnxwatch: { listen: "unix:$work/watch.sock", sockets: [ { name: none, host: "*", port: 1 } ] }
  conntrack: { listen: "" }
output:
  console: {}
  http: { hosts: ["127.0.0.1:9"], backoff: { init: 50ms, max: 100ms } }
YAML

# page PATH ARGUMENT...: what is served there.
page() {
    curl -sS --unix-socket pages.sock "${@:2}" "http://localhost/$1"
}

start_agent
await 'a page' page health
await 'an output that is not well' bash -c 'curl -sS --unix-socket pages.sock http://localhost/ready | grep -q "does not take events: http"'
[ "$(page ready -o /dev/null -w '%{http_code}')" = 503 ] || fail "ready: $(page ready)"
page metrics >metrics
for text in 'connbeat_output_up{output="http"} 0' 'connbeat_output_up{output="console"} 1' 'connbeat_collector_up{collector="agent"} 1' \
    'connbeat_collector_up{collector="cnxwatch"} 1' 'connection_status_up{dsthost="*",dstport="*",name="none"'; do
    says metrics "$text"
done
captured=$(sed -n 's/^connbeat_events_captured_total //p' metrics)
await "$captured events" more_than $((captured - 1))
# It has nothing against connbeat's own names; of the originals' it says this.
promtool check metrics <metrics >remarks 2>&1 || true
diff remarks - <<REMARKS || fail "promtool: $(cat remarks)"
connection_status_count non-histogram and non-summary metrics should not have "_count" suffix
REMARKS
curl -sS --unix-socket watch.sock http://localhost/metrics >watched
says watched 'name="none"'
! grep -q connbeat_ watched || fail 'the page of the original has more than the original'
page metrics -H 'Accept: application/openmetrics-text' | tail -n 1 | grep -qx '# EOF' || fail 'no OpenMetrics'

# What is connected, page by page, and only what is asked for.
start_peer peer
tell peer listen
listened=$answer
await_event event.action=listener_opened local_port="$listened"
page "api/connections?port=$listened" >found
"$python" - found <<'PYTHON' || fail "connections: $(cat found)"
import json, sys
found = json.load(open(sys.argv[1]))
one, = found["connections"]
assert found["total"] == 1 and found["next"] is None and "peer.py" in one["local_process"]["cmdline"]
PYTHON
page 'api/connections?limit=1' >found
says found '"next":"'
[ "$(page 'api/connections?port=x' -o /dev/null -w '%{http_code}')" = 400 ] || fail 'a port that is none is taken'
sed -i "s/name: none/name: other/; s/watch.sock/moved.sock/" "$work/connbeat.yml"
kill -HUP "$agent"
await 'the new page' bash -c 'curl -sS --unix-socket moved.sock http://localhost/metrics | grep -q "name=\"other\""'
await 'the end of the old page' bash -c '! curl -sS --unix-socket watch.sock http://localhost/metrics'
kill -KILL "$agent"
await 'the end of the agent' ended "$agent"
start_agent
await 'a page in spite of the socket that was left' page health
stop_agent

configure <<YAML
connbeat: { state: '' }
exporters: { listen: "127.0.0.1:1x" }
YAML
expect 1 "$connbeat" -c connbeat.yml
says "$err" "exporters.listen is '127.0.0.1:1x'; expected an address and port"
start_sink taken
expect 1 "$connbeat" -E connbeat.state= -E "exporters.listen=127.0.0.1:$port"
says "$err" "Exiting: exporters.listen is '127.0.0.1:$port': Failed to bind to address"
