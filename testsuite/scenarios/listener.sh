#!/usr/bin/env bash
# A listening socket is told with its process and without the fields that would make it a connection.
source "$(dirname "$0")/../lib.sh"

start_peer before
tell before listen
port=$answer
start_agent
socket=(local_port="$port" local_process.pid="${pid[before]}")
await_event event.action=listener_opened "${socket[@]}" event.reason=seen_at_start

start_peer server
tell server listen
port=$answer
socket=(local_port="$port" local_process.pid="${pid[server]}")
await_event event.action=listener_opened "${socket[@]}" listener.ip=127.0.0.1 network.direction=listening event.reason=
exactly 0 event.action=listener_opened local_port="$port" 'local_ip=*'
exactly 0 event.action=listener_opened local_port="$port" 'remote_port=*'

tell server unlisten
await_event event.action=listener_closed "${socket[@]}"
stop_agent
exactly 1 event.action=listener_opened local_port="$port"
exactly 1 event.action=listener_closed local_port="$port"
