#!/usr/bin/env bash
# What connbeat.filter leaves out is not told, and what it does not leave out is.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer udp-bind
bound=$answer
tell peer listen
looped=$answer
tell peer listen 0.0.0.0
server=$answer
tell peer connect "$server"
client=$answer
tell peer accept

# Each run has no memory of the one before, and its own events only.
filtered() {
    rm -f "$work"/state*
    : >"$events"
    start_agent -E "connbeat.filter.$1"
}

filtered "ports=[$server, $((server - 1))-$server]"
await_event event.action=connection_opened local_port="$client" remote_port="$server"
tell peer connect "$server"
later=$answer
tell peer accept
await_event event.action=connection_opened local_port="$later" remote_port="$server"
await_event event.action=connection_opened local_port="$server" remote_port="$later" network.direction=inbound
stop_agent
exactly 1 event.action=listener_opened local_port="$server"
exactly 0 local_port="$looped"
exactly 0 local_port="$bound"

filtered "exclude_ports=[$server, $bound]"
await_event event.action=listener_opened local_port="$looped"
tell peer connect "$server"
tell peer accept
tell peer listen
later=$answer
await_event event.action=listener_opened local_port="$later"
stop_agent
exactly 0 local_port="$server"
exactly 0 remote_port="$server"
exactly 0 local_port="$bound"

filtered loopback=false
await_event event.action=listener_opened local_port="$server"
tell peer connect "$server"
tell peer listen
tell peer listen 0.0.0.0
later=$answer
await_event event.action=listener_opened local_port="$later"
stop_agent
exactly 0 local_port="$looped"
exactly 0 local_port="$bound"
exactly 0 local_ip=127.0.0.1
exactly 0 listener.ip=127.0.0.1
exactly 0 remote_port="$server"
