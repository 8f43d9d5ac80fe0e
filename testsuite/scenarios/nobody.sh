#!/usr/bin/env bash
# As nobody: its own processes are named, of others the user; other network namespaces are read from /proc, and the log says
# so once.
source "$(dirname "$0")/../lib.sh"

needs_root become somebody else
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

# Where the build stands nobody else may be allowed to look.
install -m 755 "$connbeat" "$work/connbeat"
connbeat=$work/connbeat
through=("${nobody[@]}")

start_peer mine "${nobody[@]}"
start_peer roots
start_peer there unshare --net --
tell roots listen
door=$answer
start_agent
await_event event.action=listener_opened local_port="$door" local_process.attribution=uid local_process.uid=0

tell mine connect "$door"
near=(local_port="$answer" remote_port="$door" network.direction=outbound)
far=(local_port="$door" remote_port="$answer" network.direction=inbound)
tell roots accept
await_event event.action=connection_opened "${near[@]}" local_process.pid="${pid[mine]}" local_process.attribution=fd
await_event event.action=connection_opened "${far[@]}" local_process.pid=
tell mine udp-bind
await_event event.action=listener_opened network.transport=udp local_port="$answer" local_process.pid="${pid[mine]}"

tell there listen 0.0.0.0
tcp=(network.transport=tcp local_port="$answer" 'network.namespace=*')
await_event event.action=listener_opened "${tcp[@]}" local_process.attribution=uid local_process.uid=0
tell there udp-bind 0.0.0.0
udp=(network.transport=udp local_port="$answer" 'network.namespace=*')
await_event event.action=listener_opened "${udp[@]}" local_process.attribution=uid local_process.uid=0
tell there unlisten
await_event event.action=listener_closed "${tcp[@]}"
end_peer there
await_event event.action=listener_closed "${udp[@]}"

tell mine close
tell roots close
await_event event.action=connection_closed "${near[@]}"
await_event event.action=connection_closed "${far[@]}"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
exactly 1 event.action=listener_opened local_port="$door"
exactly 0 local_process.pid="${pid[roots]}"
for line in 'may not be looked at' 'may not be entered'; do
    said=$(grep -c "$line" "$log") || true
    [ "$said" = 1 ] || fail "the log says $said times: $line"
done
! grep -q ERROR "$log" || fail "$(grep ERROR "$log")"
