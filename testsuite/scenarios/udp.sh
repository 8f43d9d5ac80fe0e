#!/usr/bin/env bash
# A bound UDP socket is told as a listener, a connected one as a connection, and each other end as one of its own.
source "$(dirname "$0")/../lib.sh"

start_peer server
tell server udp-bind
first=$answer
tell server udp-bind
second=$answer
start_agent
await_event event.action=listener_opened local_port="$first" network.transport=udp event.reason=seen_at_start
await_event event.action=listener_opened local_port="$second" network.transport=udp event.reason=seen_at_start

start_peer client
tell client udp-bind
port=$answer
socket=(network.transport=udp local_port="$port" local_process.pid="${pid[client]}")
await_event event.action=listener_opened "${socket[@]}" listener.ip=127.0.0.1 network.direction=listening event.reason=

tell client udp-connect "$first"
to_first=("${socket[@]}" local_ip=127.0.0.1 remote_ip=127.0.0.1 remote_port="$first")
await_event event.action=listener_closed "${socket[@]}"
await_event event.action=connection_opened "${to_first[@]}"

tell client udp-connect "$second"
to_second=("${socket[@]}" remote_port="$second")
await_event event.action=connection_closed "${to_first[@]}" event.reason=peer_changed
await_event event.action=connection_opened "${to_second[@]}"

tell client udp-disconnect
await_event event.action=connection_closed "${to_second[@]}"
await 'second listener_opened' more_than 1 event.action=listener_opened "${socket[@]}"

tell client udp-connect "$first"
await 'second connection_opened' more_than 1 event.action=connection_opened "${to_first[@]}"
tell client udp-close
await 'second connection_closed' more_than 1 event.action=connection_closed "${to_first[@]}"

tell server udp-close
await_event event.action=listener_closed local_port="$first" network.transport=udp
await_event event.action=listener_closed local_port="$second" network.transport=udp
stop_agent
for action in opened closed; do
    exactly 2 event.action=listener_$action local_port="$port"
    exactly 2 event.action=connection_$action local_port="$port" remote_port="$first"
    exactly 1 event.action=connection_$action local_port="$port" remote_port="$second"
    exactly 1 event.action=listener_$action local_port="$first"
done
ids=$(values event.id local_port="$port" | sort | uniq -d | wc -l)
[ "$ids" = 0 ] || fail "$ids ids stand for several events"
