#!/usr/bin/env bash
# Without any right the agent works; it names no process that it may not look at, rather than a wrong one.
source "$(dirname "$0")/../lib.sh"

needs_root become somebody else

# Where the build stands nobody else may be allowed to look.
install -m 755 "$connbeat" "$work/connbeat"
connbeat=$work/connbeat
through=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

start_peer peer
tell peer listen
port=$answer
start_agent
await_event event.action=listener_opened local_port="$port"
tell peer connect "$port"
local_port=$answer
await_event event.action=connection_opened local_port="$local_port"
tell peer accept
tell peer close
await_event event.action=connection_closed local_port="$local_port"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

exactly 0 local_port="$local_port" 'local_process.pid=*'
for attribution in $(values local_process.attribution local_port="$local_port" | sort -u); do
    [[ $attribution =~ ^(uid|none)$ ]] || fail "attribution is $attribution"
done
