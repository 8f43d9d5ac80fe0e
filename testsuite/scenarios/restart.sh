#!/usr/bin/env bash
# Over a restart with a state file every connection has one open and one close, also one that ended unseen.
source "$(dirname "$0")/../lib.sh"

for peer in kept gone; do
    start_peer $peer
    tell $peer listen
    declare "${peer}_server=$answer"
    tell $peer connect "$answer"
    declare "${peer}_client=$answer"
    tell $peer accept
done
# shellcheck disable=SC2154 # declared above
kept=(local_port="$kept_client" remote_port="$kept_server") gone=(local_port="$gone_client" remote_port="$gone_server")

start_agent
await_event event.action=connection_opened "${kept[@]}"
await_event event.action=connection_opened "${gone[@]}"
stop_agent
exactly 0 event.action=connection_closed "${kept[@]}"

tell gone close
start_agent
await_event event.action=connection_closed "${gone[@]}" event.reason=not_seen_after_restart
exactly 0 event.action=connection_closed "${kept[@]}"
tell kept close
await_event event.action=connection_closed "${kept[@]}"
stop_agent

for connection in "${kept[*]}" "${gone[*]}"; do
    read -ra fields <<<"$connection"
    exactly 1 event.action=connection_closed "${fields[@]}"
    ids=$(values event.id event.action=connection_opened "${fields[@]}" | sort -u | wc -l)
    [ "$ids" = 1 ] || fail "$ids different opens with $connection"
done
