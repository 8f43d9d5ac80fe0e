#!/usr/bin/env bash
# Debian's Prometheus scrapes all pages, and its own API says what is there; and of many scrapes while connections come and go
# none is empty or torn, or waits.
source "$(dirname "$0")/../lib.sh"
needs_root 'make a network namespace'

add_namespace site
through=(nsenter "--net=/run/netns/$site" --)
start_peer peer "${through[@]}"
start_peer busy "${through[@]}"
tell peer listen
port=$answer
inside "$site" nft -f - <<NFT
table inet site {
    chain track { type filter hook prerouting priority 0; ct state new accept; }
}
NFT
tell peer connect "$port"
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 1s, state: '', namespaces: host }
exporters:
  listen: 127.0.0.1:9479
  cnxwatch: { sockets: [ { name: watched, host: 127.0.0.1, port: $port }, { name: none, host: 127.0.0.1, port: 1 } ] }
  conntrack: { ignore_hosts: ["127.0.0.1:9479", "127.0.0.1:9293", "127.0.0.1:9318", "127.0.0.1:9090"], host_label: address_port }
output.console: {}
YAML
start_agent

cat >prometheus.yml <<YAML
global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs:
  - { job_name: connbeat, static_configs: [ { targets: ["127.0.0.1:9479"] } ] }
  - { job_name: cnxwatch, static_configs: [ { targets: ["127.0.0.1:9293"] } ] }
  - { job_name: conntrack, static_configs: [ { targets: ["127.0.0.1:9318"] } ] }
YAML
nsenter "--net=/run/netns/$site" -- prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:9090 \
    --log.level=warn 2>prometheus.log 3>&- &
pid[prometheus]=$!

# answers QUERY VALUE: Prometheus has this value, and no other.
answers() {
    inside "$site" curl -sfG http://127.0.0.1:9090/api/v1/query --data-urlencode "query=$1" |
        "$python" -c 'import json, sys; sys.exit([one["value"][1] for one in json.load(sys.stdin)["data"]["result"]] != [sys.argv[1]])' "$2"
}
await 'three targets that are up' answers 'sum(up)' 3
await 'a watched socket' answers 'connection_status_up{job="cnxwatch",name="watched"}' 1
await 'one that is not there' answers 'connection_status_count{job="cnxwatch",name="none"}' 0
await 'the same by its other name' answers 'connbeat_watched_sockets{name="watched"}' 1
await 'a connection' answers "conntrack_open_connections{job=\"conntrack\",host=\"127.0.0.1:$port\"}" 1
await 'the same by its other name' answers "connbeat_conntrack_connections{host=\"127.0.0.1:$port\",stage=\"open\"}" 1
await 'collectors that work' answers 'sum(connbeat_collector_up)' 3
await 'what is counted' answers 'connbeat_capture_up' 1
grep -v 'level=warn.*leader' prometheus.log >said || true
[ ! -s said ] || fail "prometheus: $(head -c 500 said)"

tell busy listen
{
    while [ ! -e scraped ]; do
        echo "churn $answer 50"
        sleep 0.01
    done
} >&"${input[busy]}" &
pid[churn]=$!
inside "$site" "$python" - "${CONNBEAT_SCRAPES:-300}" "$port" <<'PYTHON' >scrapes 2>&1 || { touch scraped; fail "$(tail -n 3 scrapes)"; }
import http.client, re, sys, time

count, port = int(sys.argv[1]), sys.argv[2]
sample = re.compile(rb'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? [-+0-9.eEInfNa]+$')
held = f'conntrack_open_connections{{host="127.0.0.1:{port}"}} '.encode()
last = b'connbeat_collector_up{collector="conntrack"} 1\n'
slowest = 0
for page, ends in ((9479, last), (9318, b"\n")):
    client = http.client.HTTPConnection("127.0.0.1", page)
    for _ in range(count):
        began = time.monotonic()
        client.request("GET", "/metrics")
        body = client.getresponse().read()
        slowest = max(slowest, time.monotonic() - began)
        assert body.endswith(ends) and held in body, body[-500:]
        assert all(line.startswith(b"# ") or sample.match(line) for line in body.splitlines()), body
assert slowest < 1, slowest
PYTHON
touch scraped
kill "${pid[prometheus]}"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
