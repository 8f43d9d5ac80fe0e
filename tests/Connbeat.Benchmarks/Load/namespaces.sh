#!/usr/bin/env bash
# namespaces.sh HOLD COUNT CONNECTIONS DATAGRAMS
#
# Makes COUNT network namespaces, connbeat-bench-1 and so on, in each of which HOLD, the compiled hold.c, holds CONNECTIONS
# TCP connections and DATAGRAMS connected UDP sockets between two processes. Says "ready" when all are there, and holds
# them until its standard input ends or a signal comes; then, and also where something fails, it removes them.
set -euo pipefail

hold=$1 count=$2 connections=$3 datagrams=$4
folder=$(mktemp -d)
names=() holders=()

remove() {
    trap '' INT TERM HUP
    kill "${holders[@]}" 2>/dev/null || true
    wait
    for name in "${names[@]}"; do
        ip netns del "$name"
    done
    rm -r "$folder"
}
trap remove EXIT
trap 'exit 1' INT TERM HUP

mkfifo "$folder/said"
for ((number = 1; number <= count; number++)); do
    name=connbeat-bench-$number
    ip netns add "$name"
    names+=("$name")
    ip -n "$name" link set lo up
    ip netns exec "$name" "$hold" 1 "$connections" 21000 "$datagrams" <&0 >"$folder/said" &
    holders+=($!)
    read -r _ <"$folder/said"
done

echo "ready: $count namespaces"
# In the background: a signal interrupts a wait for it.
cat <&0 >/dev/null &
holders+=($!)
wait $!
