#!/usr/bin/env bash
# ipsec_exporter by its name, and the tunnels of connections, beside a real strongSwan that is brought into each state:
# down, up, rekeyed, half up, reconfigured, stopped and back.
source "$(dirname "$0")/../lib.sh"
source "$root/testsuite/ipsec.sh"
needs_strongswan

link_hosts
start_charon one "$here" 1 2
start_charon two "$there" 2 1
ln -s "$connbeat" ipsec_exporter
nsenter --net="/run/netns/$here" -- ./ipsec_exporter --vici.socket "$work/one/charon.vici" --vici.timeout 2s --web.listen-address "unix:$work/page.sock" 2>exporter.log 3>&- &
pid[exporter]=$!

# has LINE...: a scrape has each of these lines.
has() {
    local line
    curl -sf -o page --unix-socket page.sock http://localhost/metrics || return
    for line in "$@"; do
        grep -qxF -- "$line" page || return
    done
}

# hasnt TEXT: a scrape does not say so.
hasnt() {
    has && ! grep -qF -- "$1" page
}

# carried PACKETS: the tunnel tells so many packets of 84 bytes each way, over all its rekeyings.
carried() {
    local way tunnel='child_name="net",ike_name="site",remote_ts="10.2.0.0/24"'
    for way in in out; do
        has "strongswan_child_packets_total{direction=\"$way\",$tunnel} $1" "strongswan_child_bytes_total{direction=\"$way\",$tunnel} $(($1 * 84))"
    done
}

await 'a tunnel that is configured and down' has 'strongswan_up 1' 'strongswan_child_up{child_name="net",ike_name="site"} 0' \
    'strongswan_connection_up{ike_name="dead"} 0' 'strongswan_ike_state{name="site",uniqueid=""} 0' 'strongswan_number_of_known_ikes 2'
[ -z "$(promtool check metrics <page 2>&1 | grep -v '^$')" ] || fail "promtool: $(promtool check metrics <page 2>&1 | head -3)"

# Connections of an agent beside it, in the clear and through the tunnel.
configure <<YAML
connbeat:
  poll_interval: 200ms
  shutdown_timeout: 5s
  state: ''
  tunnels: $work/one/charon.vici
exporters:
  listen: unix:$work/main.sock
  ipsec_vici: { listen: '', socket: $work/one/charon.vici }
output: { console: {} }
YAML
through=(nsenter --net="/run/netns/$here" --)
start_agent
await 'what the agent knows of tunnels' grep -q 'its tunnels are followed' "$log"
start_peer far nsenter --net="/run/netns/$there"
start_peer near nsenter --net="/run/netns/$here"
tell far listen 10.2.0.1
port=$answer
tell near connect "$port" 10.2.0.1
await_event event.action=connection_opened local_port="$answer" tunnel.name=site tunnel.child=net tunnel.expected=True tunnel.protected=False
await_event event.action=connection_unprotected local_port="$answer"
exactly 0 event.action=tunnel_up

swan one --initiate --child net >/dev/null
await_event event.action=tunnel_up tunnel.child=net tunnel.state=INSTALLED
await 'the tunnel to be up' has 'strongswan_child_up{child_name="net",ike_name="site"} 1' 'strongswan_number_of_ikes_connected 1'
tell near connect "$port" 10.2.0.1
await_event event.action=connection_opened local_port="$answer" tunnel.protected=True tunnel.state=INSTALLED
exactly 0 event.action=connection_unprotected local_port="$answer"
await 'the same on the page of the agent' scraped main.sock 'strongswan_up 1'
stop_agent

# What ping sends is what is told, also after the tunnel was rekeyed, and its IKE_SA. Those connections have carried some.
tell near close
swan one --terminate --child net >/dev/null
swan one --initiate --child second >/dev/null
kill "${pid[exporter]}"
wait "${pid[exporter]}" || fail "exit code $? at SIGTERM"
says exporter.log 'strongSwan answers: charon'
nsenter --net="/run/netns/$here" -- ./ipsec_exporter --vici.socket "$work/one/charon.vici" --vici.timeout 2s --web.listen-address "unix:$work/page.sock" 2>exporter.log 3>&- &
pid[exporter]=$!
swan one --initiate --child net >/dev/null
await 'two tunnels' has 'strongswan_child_up{child_name="net",ike_name="site"} 1' 'strongswan_child_up{child_name="second",ike_name="site"} 1'
pings 5
await 'what went through the tunnel' carried 5
swan one --rekey --child net >/dev/null
await 'the rekeying' has 'strongswan_child_rekeys_total{child_name="net",ike_name="site",remote_ts="10.2.0.0/24"} 1'
pings 3
await 'what went through the tunnel over a rekeying' carried 8
swan one --rekey --ike site >/dev/null
await 'the rekeying of the IKE_SA' has 'strongswan_ike_rekeys_total{ike_name="site"} 1'
alone() {
    has && [ "$(grep -c '^strongswan_sa_state{.*child_name="net"' page)" = 1 ]
}
await 'the old SA to be gone' alone
pings 2
await 'what went through the tunnel over all rekeyings' carried 10

swan one --initiate --child dead --timeout 0 >/dev/null &
await 'one that connects' has 'strongswan_connection_up{ike_name="dead"} 0' 'strongswan_ike_sas_half_open 1'
grep -q '^strongswan_ike_sa_state_code{.*ike_name="dead"} 1$' page || fail "$(grep state_code page)"
swan one --terminate --child net >/dev/null
await 'a tunnel that is down while its IKE_SA is up' has 'strongswan_child_up{child_name="net",ike_name="site"} 0' 'strongswan_connection_up{ike_name="site"} 1'
sed -i '/^  dead {/,/^  }/d' one/swanctl.conf
swan one --load-conns --file "$work/one/swanctl.conf" >/dev/null
await 'what is not configured any more to be gone' hasnt 'strongswan_connection_up{ike_name="dead"}'

stop_charon one
await 'a daemon that is gone' has 'strongswan_up 0' 'strongswan_number_of_known_ikes 0'
for _ in 1 2 3; do has 'strongswan_up 0'; done
start_charon one "$here" 1 2
await 'a daemon that is back' has 'strongswan_up 1'
[ "$(grep -c 'does not answer' exporter.log)" = 1 ] || fail "$(cat exporter.log)"
[ "$(find "/proc/${pid[exporter]}/fd" -lname 'socket:*' | wc -l)" -le 4 ] || fail 'sockets are left'

expect 1 ./ipsec_exporter --bogus
expect 1 ./ipsec_exporter --vici.socket charon.vici
says "$err" "--vici.socket is 'charon.vici'"
expect 1 "$connbeat" ipsec-vici --vici.timeout 0
