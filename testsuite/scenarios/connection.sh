#!/usr/bin/env bash
# A connection is told twice, once for each end, each with the process that holds it: opened, then closed.
source "$(dirname "$0")/../lib.sh"

start_peer server
tell server listen
port=$answer
start_agent
await_event event.action=listener_opened local_port="$port" event.reason=seen_at_start

start_peer client
by=$(attribution)     # of the accepted one, which nobody uses, it is who holds it either way
tell client connect "$port"
local_port=$answer
tell server accept
near=(local_port="$local_port" remote_port="$port" local_process.pid="${pid[client]}" network.direction=outbound)
far=(local_port="$port" remote_port="$local_port" local_process.pid="${pid[server]}" network.direction=inbound)
await_event event.action=connection_opened "${near[@]}" local_ip=127.0.0.1 local_process.attribution="$by"
await_event event.action=connection_opened "${far[@]}" remote_ip=127.0.0.1 local_process.attribution=fd

tell client close
tell server close
await_event event.action=connection_closed "${near[@]}"
await_event event.action=connection_closed "${far[@]}"

stop_agent
for action in connection_opened connection_closed; do
    exactly 1 event.action=$action "${near[@]}"
    exactly 1 event.action=$action "${far[@]}"
done
