#!/usr/bin/env bash
# Whom UDP sockets talk to, and how much: 100,000 datagrams over 1,000 peers are all accounted for, with their processes, in
# another network namespace too; a flow goes on over a restart of the agent, and is over when nobody says anything.
source "$(dirname "$0")/../lib.sh"

needs_root load eBPF programs
has_bpf || skip 'eBPF does not work here'
add_namespace blue
configure <<YAML
connbeat:
  source: ebpf
  udp_flows: true
  udp_idle: 2s
  poll_interval: 1s
  latency: 20ms
  state: $work/state
output:
  console: {}
YAML
start_agent

# answering NAME PORT PROGRAM...: somebody who answers on that port.
answering() {
    mkfifo "$1.out"
    "${@:3}" "$python" "$root/testsuite/datagrams.py" answer 127.0.0.1 "$2" >"$1.out" 2>>"$work/peers.log" 3>&- &
    pid[$1]=$!
    read -r -t "$patience" _ <"$1.out" || fail "$1 does not answer"
}

# How much, by whom: as its peers know it.
# shellcheck disable=SC2154 # add_namespace sets it
answering server 5353 nsenter --net="/run/netns/$blue" --
timeout 60 nsenter --net="/run/netns/$blue" -- "$python" "$root/testsuite/datagrams.py" ask 127.0.0.1 5353 1000 50 >made
kill -KILL "${pid[server]}"
wait "${pid[server]}" 2>/dev/null || true
all_over() { [ "$(count_events event.action=connection_closed)" -ge 2000 ]; }
await 'end of all flows' all_over
"$python" "$root/testsuite/flows_told.py" "$events" made 5353 >faults || fail "$(cat faults)"
exactly 2000 event.action=connection_closed network.namespace_name="$blue"
exactly 1000 event.action=connection_closed network.direction=inbound local_process.pid="${pid[server]}"
exactly 0 event.action=gap

# A restart goes on with what it finds, under its own name.
answering second 5354
start_peer asker
tell asker udp-bind
flow=(local_port="$answer" remote_port=5354)
tell asker udp-ask 5354
await_event event.action=connection_opened "${flow[@]}" network.packets_sent=1
stop_agent
start_agent
tell asker udp-ask 5354
await_event event.action=connection_active "${flow[@]}" event.reason=seen_at_start
await_event event.action=connection_closed "${flow[@]}" event.reason=idle
exactly 1 event.action=connection_opened "${flow[@]}"
tell asker udp-ask 5354
await 'second connection_opened' more_than 1 event.action=connection_opened "${flow[@]}"
ids=$(values event.id event.action=connection_opened "${flow[@]}" | sort -u | wc -l)
[ "$ids" = 2 ] || fail "two lives of a flow have $ids ids"
tell asker udp-close
await_event event.action=connection_closed "${flow[@]}" event.reason=
stop_agent

"$root/testsuite/verify-ledger" "$events" >/dev/null || fail "$("$root/testsuite/verify-ledger" "$events" | tail -n 3)"
