#!/usr/bin/env bash
# SIGTERM and SIGINT end the agent with 0 within shutdown_timeout, and what it had captured is printed.
source "$(dirname "$0")/../lib.sh"

start_peer server
patience=5
for signal in TERM INT; do
    start_agent
    tell server listen
    await_event event.action=listener_opened local_port="$answer"
    stop_agent $signal
    [ "$stopped" = 0 ] || fail "exit code $stopped after SIG$signal"
done
