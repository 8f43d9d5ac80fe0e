#!/usr/bin/env bash
# Connections that live for moments, made as fast as they come, and every way in which a socket gets into a process's hands:
# by eBPF each end is told once, with the process that used it and its bytes. What the load wrote of itself decides.
source "$(dirname "$0")/../lib.sh"
needs_root 'make a network namespace'
has_bpf || skip 'needs eBPF'

storm=${CONNBEAT_LIVES:-3000} programs=${CONNBEAT_PROGRAMS:-200}
add_namespace site
inside "$site" sh -c 'echo 2000 65000 >/proc/sys/net/ipv4/ip_local_port_range'
configure <<YAML
connbeat:
  source: ebpf
  poll_interval: 10s
  aggregation: 0s
  state: $work/state
output:
  console: {}
YAML

# make_lives KIND COUNT [ADDRESS]: such connections in a process, from start to end.
make_lives() {
    inside "$site" "$python" "$root/testsuite/lives.py" "$1" "$2" "$work/$1${3:+.6}.lives" "${@:3}" 2>>"$work/peers.log"
}

# told LIVES [FIELD=VALUE...]: the events match them.
told() {
    local gaps=()
    [ "$1" != --gaps ] || { gaps=(--gaps) && shift; }
    "$python" "$root/testsuite/lives_told.py" "${gaps[@]}" "$events" "$@" >"$work/compared"
}

start_agent
make_lives short "$storm"
make_lives short "$storm" ::1
make_lives forked "$programs"
for kind in prefork passed activated sendfile splice itself waiting; do
    make_lives "$kind" 100 </dev/null
done
{ sleep 0.5; echo; } | make_lives idle 30

# The same ends at the same time in several namespaces.
for number in 1 2 3 4 5; do
    add_namespace "twin$number"
    declare -n twin="twin$number"
    inside "$twin" "$python" "$root/testsuite/lives.py" short 100 "$work/$twin.twin" 127.0.0.1 7000 2>>"$work/peers.log" 3>&- &
    pid[$twin]=$!
done
for number in 1 2 3 4 5; do
    declare -n twin="twin$number"
    wait "${pid[$twin]}" || fail "no load in $twin"
    unset "pid[$twin]"
    await "every end in namespace $number" told "$twin.twin" network.namespace="$(stat -L -c %i "/run/netns/$twin")"
done

for file in *.lives; do
    await "every end of ${file%.lives}" told "$file"
    echo "# ${file%.lives}: $(head -1 compared)"
done
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
exactly 0 event.action=gap

# A ring without room, and nobody who reads it: what was lost is counted, and what comes after is told again.
: >"$events"
start_agent -E connbeat.ring_size=64KiB
kill -STOP "$agent"
rm short.lives
make_lives short 2000
mv short.lives lost
kill -CONT "$agent"
await_event event.action=gap gap.reason=ring_overrun
await 'every end, or the count of what was lost' told --gaps lost
echo "# a ring of 64 KB: $(head -1 compared)"
make_lives short 100
await 'every end after the loss' told short.lives
stop_agent
