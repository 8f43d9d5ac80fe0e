#!/usr/bin/env bash
# Connects that fail, for each reason that there is: by eBPF each is told once, with who tried and the error; that of a connect
# for which there is no route is not to be had.
source "$(dirname "$0")/../lib.sh"
needs_root 'make a network namespace'
has_bpf || skip 'needs eBPF'

add_namespace site
start_peer peer nsenter --net="/run/netns/$site"
inside "$site" ip route add local 192.0.2.0/24 dev lo
inside "$site" nft -f - <<NFT
table inet site {
    chain out {
        type filter hook output priority 0
        tcp dport 81 drop
        tcp dport 82 meta nfproto ipv4 reject with icmp type host-unreachable
        tcp dport 83 reject with tcp reset
        tcp dport 84 meta nfproto ipv6 reject with icmpv6 type admin-prohibited
    }
}
NFT
start_agent -E connbeat.source=ebpf
number=0
# attempt ADDRESS PORT ERROR [TOLD]: what connect(2) says, and the code that is told; none where it cannot be.
attempt() {
    local told=${4-$3}
    number=$((number + 1))
    tell peer attempt "$1" "$2"
    [ "$answer" = "$3" ] || fail "connect to $1 $2: $answer, not $3"
    await_event event.action=connection_failed remote_ip="$1" remote_port="$2" error.code="$told" \
        local_process.pid="${pid[peer]}" network.direction=outbound
}
attempt 192.0.2.1 80 ECONNREFUSED
attempt 192.0.2.1 81 ETIMEDOUT
attempt 192.0.2.1 82 EHOSTUNREACH
attempt 192.0.2.1 83 ECONNREFUSED
attempt ::1 80 ECONNREFUSED
attempt ::1 84 EACCES
attempt 198.51.100.1 80 ENETUNREACH ''
attempt 2001:db8::1 80 ENETUNREACH ''
stop_agent
exactly "$number" event.action=connection_failed network.namespace="$(stat -L -c %i "/run/netns/$site")"
exactly 0 event.action=connection_opened remote_ip=192.0.2.1
