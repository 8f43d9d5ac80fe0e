#!/usr/bin/env bash
# One and the same script of sockets, watched by each engine; what each saw stands in the comments.
source "$(dirname "$0")/../lib.sh"

declare -A saw
things=()

# see THING MUST FIELD=VALUE...: whether there is such an event; a thing that must be seen is waited for.
see() {
    local thing=$1 must=$2
    shift 2
    things+=("$thing")
    if [ "$must" = must ]; then
        await_event "$@"
    fi
    saw[$thing,$engine]=no
    if more_than 0 "$@"; then
        saw[$thing,$engine]=yes
    fi
}

# What comes and goes between two looks at /proc is not in /proc.
only_netlink=never
for engine in netlink procfs; do
    things=()
    events=$work/$engine.ndjson
    : >"$events"
    configure <<YAML
connbeat: { source: $engine, poll_interval: 200ms, shutdown_timeout: 5s, state: "" }
output: { console: {} }
YAML
    start_peer "server-$engine"
    start_agent
    tell "server-$engine" listen
    port=$answer
    mine=(local_process.pid="${pid[server-$engine]}")
    see 'tcp listener' must event.action=listener_opened "${mine[@]}" local_port="$port" network.transport=tcp

    tell "server-$engine" connect "$port"
    from=$answer
    tell "server-$engine" accept
    see 'tcp connection, its caller' must event.action=connection_opened "${mine[@]}" local_port="$from" \
        remote_port="$port" network.direction=outbound
    see 'tcp connection, its server' must event.action=connection_opened "${mine[@]}" local_port="$port" \
        remote_port="$from" network.direction=inbound
    tell "server-$engine" close
    see 'the end of both' must event.action=connection_closed local_port="$from" remote_port="$port"

    tell "server-$engine" udp-bind
    udp=$answer
    see 'udp socket, bound' must event.action=listener_opened "${mine[@]}" local_port="$udp" network.transport=udp
    tell "server-$engine" udp-connect "$port"
    see 'udp socket, connected' must event.action=connection_opened "${mine[@]}" local_port="$udp" remote_port="$port" \
        network.transport=udp
    tell "server-$engine" udp-close
    see 'the end of it' must event.action=connection_closed local_port="$udp" remote_port="$port"

    [ "$engine" != netlink ] || only_netlink=must
    tell "server-$engine" churn "$port" 1
    see 'tcp connection of a millisecond' "$only_netlink" event.action=connection_closed event.reason= \
        remote_port="$port" network.direction=outbound local_process.attribution=none
    only_netlink=never

    tell "server-$engine" unlisten
    see 'the end of the listener' must event.action=listener_closed local_port="$port" network.transport=tcp
    stop_agent
    [ "$stopped" = 0 ] || fail "exit code $stopped with source $engine"
done

{
    printf '# %-34s %-8s %s\n' seen netlink procfs
    for thing in "${things[@]}"; do
        printf '# %-34s %-8s %s\n' "$thing" "${saw[$thing,netlink]}" "${saw[$thing,procfs]}"
    done
} >&3
[ "${saw[tcp connection of a millisecond,procfs]}" = no ] || fail '/proc cannot have told what was not there at a look'
