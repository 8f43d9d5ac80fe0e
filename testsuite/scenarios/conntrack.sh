#!/usr/bin/env bash
# conntrack_exporter by its name, in a namespace of its own: the connections to each host, and a log of changes that is
# what conntrack itself prints, line by line. What the firewall knows is not touched.
source "$(dirname "$0")/../lib.sh"
needs_root 'make a network namespace'

add_namespace site
start_peer peer nsenter --net="/run/netns/$site"
tell peer listen
port=$answer
ln -s "$connbeat" conntrack_exporter

# page: what a scrape says.
page() {
    inside "$site" curl -sf http://127.0.0.1:9318/metrics
}

# holds TEXT: a scrape says so.
holds() {
    page | grep -qF -- "$1"
}

inside "$site" nft -f - <<NFT
table inet site {
    chain track { type filter hook prerouting priority 0; ct state new accept; }
}
NFT
# The kernel tells no changes of a flow that began before anybody listened; so does it here, whoever listened before.
inside "$site" sh -c 'echo 0 >/proc/sys/net/netfilter/nf_conntrack_events'
tell peer connect "$port"
inside "$site" sh -c 'echo 2 >/proc/sys/net/netfilter/nf_conntrack_events'
inside "$site" conntrack -L 2>/dev/null | grep -q "dport=$port" || fail 'conntrack tracks nothing here'

env --default-signal=INT nsenter --net="/run/netns/$site" -- ./conntrack_exporter -e -i 127.0.0.1:9318 >told 2>served.log 3>&- &
pid[exporter]=$!
await 'a page' page
says told 'Serving metrics at http://localhost:9318/metrics ...'
holds "conntrack_open_connections{host=\"127.0.0.1:$port\"} 1" || fail "what was there is not: $(page)"
inside "$site" conntrack -L 2>/dev/null | grep -q "dport=$port" || fail 'the table of the kernel was flushed'

inside "$site" stdbuf -oL conntrack -E -o extended -p tcp >printed 2>/dev/null 3>&- &
pid[conntrack]=$!
await 'conntrack to listen' grep -q ' 12 ' <(inside "$site" cat /proc/net/netlink)
tell peer churn "$port" 200
tell peer listen ::1
port6=$answer
tell peer connect "$port6" ::1
await 'the connection over IPv6' holds "conntrack_open_connections{host=\"[::1]:$port6\"} 1"
await 'all connections to close, the silent one too' holds "conntrack_closing_connections{host=\"127.0.0.1:$port\"} 201"
! holds ':9318' || fail 'what is ignored is told'

# last FILE: the last change of the last connection is in it.
last() {
    grep -q "ESTABLISHED src=::1 dst=::1 .*dport=$port6 " "$1"
}
await 'the last line of the log' last told
await 'the last line of conntrack' last printed
kill -INT "${pid[exporter]}"
wait "${pid[exporter]}" || fail "exit code $? at SIGINT"
unset 'pid[exporter]'
sed -nE 's/^event=(new|update|destroy) +(ipv[46] .*)$/\1 \2/p' told | sort >ours
sed -nE 's/^ *\[(NEW|UPDATE|DESTROY)\] (.*[^ ]) *$/\L\1\E \2/p' printed | grep -v 'port=9318 ' | sort >theirs
[ "$(wc -l <theirs)" -gt 500 ] || fail "conntrack printed $(wc -l <theirs) lines"
comm -13 ours theirs >missing
[ ! -s missing ] || fail "$(wc -l <missing) lines are not in the log: $(head -2 missing)"

expect 1 ./conntrack_exporter --bogus
says "$err" 'ERROR: found unexpected flag: --bogus'
expect 1 "$connbeat" conntrack -i 300.1.1.1
says "$err" "--ignore-hosts has '300.1.1.1'"
