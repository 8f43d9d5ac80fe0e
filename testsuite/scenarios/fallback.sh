#!/usr/bin/env bash
# Where the kernel refuses eBPF and netlink, /proc is read and the log says why, once for each; an agent that was told to use
# either ends. Where it refuses netlink alone, eBPF does without.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen
tcp=$answer
tell peer udp-bind
udp=$answer

for errno in EPERM EAFNOSUPPORT; do
    through=("$python" "$root/testsuite/without_netlink.py" "$errno,bpf")
    rm -f "$work"/state*
    : >"$events"
    : >"$log"
    start_agent
    for socket in "tcp $tcp" "udp $udp"; do
        read -r transport port <<<"$socket"
        await_event event.action=listener_opened network.transport="$transport" local_port="$port" \
            local_process.pid="${pid[peer]}" local_process.attribution=fd
    done
    tell peer connect "$tcp"
    near=(local_port="$answer" remote_port="$tcp" network.direction=outbound)
    far=(local_port="$tcp" remote_port="$answer" network.direction=inbound)
    tell peer accept
    await_event event.action=connection_opened "${near[@]}"
    await_event event.action=connection_opened "${far[@]}"
    tell peer close
    await_event event.action=connection_closed "${near[@]}"
    await_event event.action=connection_closed "${far[@]}"
    stop_agent
    [ "$stopped" = 0 ] || fail "exit code $stopped where netlink is refused with $errno"
    said=$(grep -c 'Capture by /proc' "$log") || true
    [ "$said" = 1 ] || fail "the log says $said times that /proc is read"
    says "$log" 'socket(AF_NETLINK'

    said=$(grep -c 'eBPF is not used' "$log") || true
    [ "$said" = 1 ] || fail "the log says $said times that eBPF is not used"

    expect 1 "${through[@]}" "$connbeat" -c "$work/connbeat.yml" -e -E connbeat.source=ebpf
    says "$err" 'Exiting: this user may not load eBPF programs'
    expect 1 "${through[@]}" "$connbeat" -c "$work/connbeat.yml" -e -E connbeat.source=netlink
    says "$err" 'Exiting: '
    says "$err" 'socket(AF_NETLINK'
    [ ! -s "$out" ] || fail "stdout: $(head -c 200 "$out")"
done

expect 0 "${through[@]}" "$connbeat" snapshot -c "$work/connbeat.yml" --pid "${pid[peer]}"
says "$out" "127.0.0.1:$udp"
says "$err" 'Capture by /proc'

has_bpf || exit 0
through=("$python" "$root/testsuite/without_netlink.py" EPERM)
: >"$events"
: >"$log"
start_agent -E connbeat.source=ebpf
tell peer connect "$tcp"
near=(local_port="$answer" remote_port="$tcp" network.direction=outbound local_process.pid="${pid[peer]}")
tell peer accept
tell peer close
await_event event.action=connection_closed "${near[@]}"
await_event event.action=listener_opened network.transport=udp local_port="$udp" local_process.pid="${pid[peer]}"
stop_agent
says "$log" 'eBPF works without netlink: socket(AF_NETLINK'
