#!/usr/bin/env bash
# Sockets in a named network namespace are told with its name, and a namespace that is deleted is let go.
source "$(dirname "$0")/../lib.sh"

needs_root make network namespaces
add_namespace home
add_namespace blue

# The other end of a cable goes when its namespace does, and that is not before the last socket in it is closed.
# shellcheck disable=SC2154 # add_namespace sets them
inside "$home" ip link add cable type veth peer name eth0 netns "$blue"
through=(nsenter --net="/run/netns/$home" --)

start_peer before nsenter --net="/run/netns/$blue" --
tell before listen
early=$answer
start_agent
there=(network.namespace_name="$blue" network.namespace="$(stat -Lc %i "/run/netns/$blue")")
await_event event.action=listener_opened "${there[@]}" local_port="$early" local_process.pid="${pid[before]}" \
    event.reason=seen_at_start

tell before connect "$early"
near=("${there[@]}" local_port="$answer" remote_port="$early" network.direction=outbound)
far=("${there[@]}" local_port="$early" remote_port="$answer" network.direction=inbound)
tell before accept
await_event event.action=connection_opened "${near[@]}"
await_event event.action=connection_opened "${far[@]}"

start_peer brief nsenter --net="/run/netns/$blue" --
tell brief listen
passed=$answer
tell brief churn "$passed" 1
await_event event.action=connection_closed "${there[@]}" remote_port="$passed"
await_event event.action=connection_closed "${there[@]}" local_port="$passed"
end_peer brief

expect 0 "${through[@]}" "$connbeat" snapshot -c "$work/connbeat.yml" --pid "${pid[before]}"
says "$out" NETNS
[ "$(grep -cF "$blue" "$out")" = 3 ] || fail "not three sockets in $blue: $(head -c 500 "$out")"

ip netns del "$blue"
tell before close
await_event event.action=connection_closed "${near[@]}"
await_event event.action=connection_closed "${far[@]}"
exactly 0 event.action=listener_closed local_port="$early"
inside "$home" ip link show cable >/dev/null || fail "the namespace is gone though a process is in it"

end_peer before
cable_is_gone() {
    ! inside "$home" ip link show cable
}
await 'end of the cable' cable_is_gone
await_event event.action=listener_closed "${there[@]}" local_port="$early"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
for action in opened closed; do
    exactly 1 event.action=listener_$action local_port="$early"
    exactly 1 event.action=connection_$action "${near[@]}"
    exactly 1 event.action=connection_$action "${far[@]}"
done
