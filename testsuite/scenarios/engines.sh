#!/usr/bin/env bash
# The same sockets are made before each engine, and a table says what each saw of them. Without netlink nothing may be
# missing but what comes and goes between two polls, and the count of bytes. Of what comes and goes between two polls only
# eBPF knows the process, and only eBPF hears of refused connects.
source "$(dirname "$0")/../lib.sh"

rows=()
wanted=()
declare -A saw

# want ROW FIELD=VALUE...: the engine must tell such an event of the sockets of that row.
want() {
    note "$1" yes
    wanted+=("$*")
}

# note ROW yes|no: what stands in the table.
note() {
    [ -n "${saw[$1 ${sources[0]}]:-}" ] || rows+=("$1")
    saw[$1 $source]=$2
}

# await_wanted: all that is wanted so far; each is a row, which has no = in it, and fields, which have.
await_wanted() {
    local one words row fields
    for one in "${wanted[@]}"; do
        read -ra words <<<"$one"
        row='' fields=()
        for word in "${words[@]}"; do
            [[ $word == *=* ]] && fields+=("$word") || row+="$word "
        done
        await "${row}by $source: ${fields[*]}" more_than 0 "${fields[@]}"
    done
    wanted=()
}

# tcp ROW LISTENING CONNECTING: a connection from the client to a new listener of the server.
tcp() {
    local door near far
    tell server listen "$2"
    door=(network.transport=tcp local_port="$answer" local_process.pid="${pid[server]}")
    tell client connect "$answer" "$3"
    near=(network.transport=tcp local_port="$answer" remote_ip="$3" local_process.pid="${pid[client]}")
    far=("${door[@]}" local_ip="$3" remote_port="$answer")
    tell server accept
    want "$1" event.action=listener_opened listener.ip="$2" "${door[@]}"
    want "$1" event.action=connection_opened network.direction=outbound "${near[@]}"
    want "$1" event.action=connection_opened network.direction=inbound "${far[@]}"
    ends+=("$1 event.action=connection_closed ${near[*]}" "$1 event.action=connection_closed ${far[*]}"
        "$1 event.action=listener_closed ${door[*]}")
}

# udp ROW ADDRESS: a socket of the client connected to a bound one of the server.
udp() {
    local door near
    tell server udp-bind "$2"
    door=(network.transport=udp local_port="$answer" local_process.pid="${pid[server]}")
    tell client udp-bind "$2"
    near=(network.transport=udp local_port="$answer" remote_port="${door[1]#*=}" local_process.pid="${pid[client]}")
    tell client udp-connect "${door[1]#*=}"
    want "$1" event.action=listener_opened listener.ip="$2" "${door[@]}"
    want "$1" event.action=connection_opened network.direction=outbound "${near[@]}"
    ends+=("$1 event.action=connection_closed ${near[*]}" "$1 event.action=listener_closed ${door[*]}")
}

start_peer server
start_peer client
start_peer other_server
if [ "$(id -u)" = 0 ]; then
    add_namespace elsewhere
    # shellcheck disable=SC2154 # add_namespace sets it
    start_peer other nsenter --net="/run/netns/$elsewhere" --
fi

sources=(netlink procfs)
! has_bpf || sources=(ebpf netlink procfs)
for source in "${sources[@]}"; do
    rm -f "$work"/state*
    : >"$events"
    ends=()
    tell other_server listen
    start_agent -E connbeat.source="$source"
    await_event event.action=listener_opened local_port="$answer"     # it has had its first look
    tcp 'tcp over ipv4' 127.0.0.1 127.0.0.1
    tcp 'tcp over ipv6' ::1 ::1
    tcp 'tcp over ipv4 to a listener on ipv6' :: 127.0.0.1
    udp 'udp over ipv4' 127.0.0.1
    udp 'udp over ipv6' ::1
    if [ -n "${elsewhere:-}" ]; then
        tell other listen
        other=(local_port="$answer" network.namespace_name="$elsewhere" local_process.pid="${pid[other]}")
        want 'listener in another namespace' event.action=listener_opened "${other[@]}"
        ends+=("listener in another namespace event.action=listener_closed ${other[*]}")
        await_wanted
        tell other unlisten
    fi
    await_wanted
    for closing in 'client close' 'server close' 'server unlisten' 'client udp-close' 'server udp-close'; do
        # shellcheck disable=SC2086 # two words are two arguments
        tell $closing
    done
    wanted=("${ends[@]}")
    await_wanted
    note 'bytes of a connection' "$(more_than 0 'network.bytes_sent=*' && echo yes || echo no)"

    # When the socket that is made last was seen, the short one would have been.
    tell server listen
    door=$answer
    tell server churn "$door" 1
    tell client refused
    tell server udp-bind
    await_event event.action=listener_opened local_port="$answer"
    [ "$source" = procfs ] || await_event event.action=connection_closed remote_port="$door"
    note 'short tcp connection' "$(more_than 0 event.action=connection_closed remote_port="$door" && echo yes || echo no)"
    note 'process of a short tcp connection' "$(more_than 0 event.action=connection_closed remote_port="$door" \
        local_process.pid="${pid[server]}" && echo yes || echo no)"
    note 'refused connect' "$(more_than 0 event.action=connection_failed error.code=ECONNREFUSED && echo yes || echo no)"
    stop_agent
    tell server unlisten
    tell server udp-close
done

[ "${saw[bytes of a connection netlink]}" = yes ] || fail 'netlink told no bytes'
for row in "${rows[@]}"; do
    line="# $row:"
    for source in "${sources[@]}"; do
        line+=" $source ${saw[$row $source]},"
        [ "$source ${saw[$row $source]}" != 'ebpf no' ] || fail "ebpf did not see: $row"
    done
    echo "${line%,}"
done
