#!/usr/bin/env bash
# Every query of the dashboards has an answer at Debian's Prometheus, which scrapes an agent beside conntrack and strongSwan;
# and the alerts are rules that it takes.
source "$(dirname "$0")/../lib.sh"
source "$root/testsuite/ipsec.sh"
needs_strongswan

promtool check rules "$root/dashboards/alerts.yml" >/dev/null
link_hosts
start_charon one "$here" 1 2
start_charon two "$there" 2 1
swan one --initiate --child net >/dev/null
inside "$here" nft -f - <<NFT
table inet site {
    chain track { type filter hook prerouting priority 0; ct state new accept; }
}
NFT
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 1s, state: '', namespaces: host }
exporters:
  listen: 127.0.0.1:9479
  conntrack: { listen: '' }
  ipsec_vici: { listen: '', socket: $work/one/charon.vici }
output.console: {}
YAML
through=(nsenter "--net=/run/netns/$here" --)
start_agent
cat >prometheus.yml <<YAML
global: { scrape_interval: 500ms, scrape_timeout: 500ms }
rule_files: [ $root/dashboards/alerts.yml ]
scrape_configs: [ { job_name: connbeat, static_configs: [ { targets: ["127.0.0.1:9479"] } ] } ]
YAML
nsenter "--net=/run/netns/$here" -- prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:9090 \
    --log.level=error 2>prometheus.log 3>&- &
pid[prometheus]=$!
pings 3

cat >ask.py <<'PYTHON'
import json, pathlib, sys, urllib.parse, urllib.request

asked, silent = 0, []
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    dashboard = json.loads(file.read_text())
    assert dashboard["templating"]["list"][0]["name"] == "DS_PROMETHEUS", file
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${DS_PROMETHEUS}", panel["title"]
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "1m").replace("${ike}", "site")
            url = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": query})
            asked += 1
            if not json.load(urllib.request.urlopen(url))["data"]["result"]:
                silent.append(f"{file.name}: {query}")
assert asked > 30, asked
sys.exit("\n".join(silent) or 0)
PYTHON

# asked: every query has an answer.
asked() {
    inside "$here" "$python" ask.py "$root/dashboards/grafana" 2>silent
}
patience=20 await 'an answer to every query' asked || fail "$(head -n 3 silent)"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
