#!/usr/bin/env bash
# With CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN alone, as the user of a service has them, eBPF tells all that root is told, of
# every network namespace; with the first two, all but connects without a route.
source "$(dirname "$0")/../lib.sh"
needs_root 'become somebody else'
has_bpf || skip 'needs eBPF'

install -m 755 "$connbeat" "$work/connbeat"
connbeat=$work/connbeat
install -d -m 700 -o 65534 -g 65534 "$work/state"
sed -i "s|state: .*|state: $work/state/connbeat|" connbeat.yml
add_namespace site
start_peer server nsenter --net="/run/netns/$site"
start_peer client nsenter --net="/run/netns/$site"

# with RIGHT...: a program is to be run with these capabilities, by nobody.
with() {
    local all=${*/#/+}
    through=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs
        --inh-caps="-all,${all// /,}" --ambient-caps="-all,${all// /,}" --bounding-set="-all,${all// /,}" --)
}

# lives: a connection of which neither end is the agent's user's is told with both processes, and a refused one.
lives() {
    tell server listen
    port=$answer
    tell client connect "$port"
    near=(local_port="$answer" remote_port="$port" local_process.pid="${pid[client]}" local_process.attribution=bpf)
    far=(local_port="$port" remote_port="$answer" local_process.pid="${pid[server]}")
    tell server accept
    tell client close
    tell server close
    tell client refused
    await_event event.action=connection_closed 'network.bytes_sent=0' local_process.user=root "${near[@]}"
    await_event event.action=connection_closed 'network.bytes_sent=0' local_process.user=root "${far[@]}"
    await_event event.action=connection_failed error.code=ECONNREFUSED local_process.pid="${pid[client]}"
    tell server unlisten
}

with bpf perfmon net_admin
start_agent -E connbeat.source=ebpf
lives
tell client attempt 198.51.100.1 80
await_event event.action=connection_failed remote_ip=198.51.100.1 local_process.pid="${pid[client]}"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

with bpf perfmon
rm -rf "$work"/state/*
: >"$events"
: >"$log"
start_agent -E connbeat.source=ebpf
lives
stop_agent
says "$log" 'Attempts'

with perfmon net_admin
expect 1 "${through[@]}" "$connbeat" -c connbeat.yml -e -E connbeat.source=ebpf
says "$err" 'takes CAP_BPF and CAP_PERFMON'
