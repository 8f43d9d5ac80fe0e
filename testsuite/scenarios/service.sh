#!/usr/bin/env bash
# As the systemd unit has it run, with those rights and no others, connbeat tells all that root is told, and says to systemd
# that it watches, lives, reloads and stops. systemd finds little to expose.
source "$(dirname "$0")/../lib.sh"
command -v systemd-analyze >/dev/null || skip 'needs systemd-analyze'

unit=$root/packaging/systemd/connbeat.service
sed "s|^ExecStart=/usr/bin/connbeat|ExecStart=$connbeat|" "$unit" >connbeat.service
systemd-analyze verify --man=no ./connbeat.service >remarks 2>&1 || fail "systemd-analyze verify: $(cat remarks)"
[ ! -s remarks ] || fail "systemd-analyze verify: $(cat remarks)"
systemd-analyze security --offline=true --no-pager --threshold=25 ./connbeat.service >exposure 2>&1 ||
    fail "systemd-analyze security: $(tail -n 1 exposure)"
mkdir connbeat.service.d
for drop_in in "$root"/packaging/systemd/connbeat.service.d/*.conf; do
    install -m 644 "$drop_in" connbeat.service.d/drop-in.conf
    SYSTEMD_UNIT_PATH=$work: systemd-analyze verify --man=no ./connbeat.service >remarks 2>&1 || fail "$drop_in: $(cat remarks)"
    [ ! -s remarks ] || fail "$drop_in: $(cat remarks)"
    says "$unit" "$(basename "$drop_in")"
done

needs_root 'become somebody else'
has_bpf || skip 'needs eBPF'
install -m 755 "$connbeat" "$work/connbeat"
install -m 644 "$root/testsuite/service.py" "$unit" "$work"
connbeat=$work/connbeat
install -d -m 700 -o 65534 -g 65534 "$work/state"
sed -i "s|state: .*|state: $work/state/connbeat|" connbeat.yml
chmod 644 connbeat.yml
add_namespace site
start_peer server nsenter --net="/run/netns/$site"
start_peer client nsenter --net="/run/netns/$site"
tell server listen
port=$answer

# engine DROP-IN: what doctor says of eBPF under the unit with that drop-in; connbeat works there, if not by eBPF.
engine() {
    cat "$unit" "$root/packaging/systemd/connbeat.service.d/$1.conf" >"$work/$1.service"
    "$python" service.py "$work/$1.service" 65534 "$work/state" -- "$connbeat" doctor -E "connbeat.state=$work/state/doctor" --format json |
        "$python" -c 'import json, sys; print(*(check["status"] for check in json.load(sys.stdin)["checks"] if check["name"] == "bpf"))'
}

[ "$(engine no-other-processes)" = ok ] || fail 'eBPF does not work with no-other-processes.conf'
[ "$(engine no-ebpf)" = degraded ] || fail "with no-ebpf.conf doctor finds eBPF $(engine no-ebpf)"

"$python" "$work/service.py" --notified "$work/notify" >notified 3>&- &
pid[systemd]=$!
await 'the notify socket' [ -S notify ]
through=(env NOTIFY_SOCKET="$work/notify" WATCHDOG_USEC=1000000 "$python" "$work/service.py" "$work/connbeat.service" 65534 "$work/state" --)
start_agent -E connbeat.source=ebpf
await 'READY=1' grep -qx 'READY=1 STATUS=Watching by ebpf.' notified
await 'WATCHDOG=1' grep -qx 'WATCHDOG=1' notified
for line in 'Uid: 65534 65534 65534 65534' 'CapEff: 000000c000081004' 'CapBnd: 000000c000081004' 'NoNewPrivs: 1' 'Seccomp: 2'; do
    tr -s '\t ' ' ' <"/proc/$agent/status" | grep -qx "$line" || fail "$(cat "/proc/$agent/status"), not $line"
done

tell client connect "$port"
near=(local_port="$answer" remote_port="$port" local_process.pid="${pid[client]}" local_process.attribution=bpf)
far=(local_port="$port" remote_port="$answer" local_process.pid="${pid[server]}")
tell server accept
tell client close
tell server close
tell client refused
tell client attempt 198.51.100.1 80
for end in near far; do
    declare -n facts=$end
    await_event event.action=connection_opened 'local_process.executable=*' "${facts[@]}"
    await_event event.action=connection_closed local_process.user=root "local_process.executable=$(readlink "/proc/${pid[client]}/exe")" "${facts[@]}"
done
await_event event.action=connection_failed error.code=ECONNREFUSED local_process.pid="${pid[client]}"
await_event event.action=connection_failed remote_ip=198.51.100.1 local_process.pid="${pid[client]}"
tell server udp-bind
await_event event.action=listener_opened network.transport=udp local_port="$answer" local_process.pid="${pid[server]}"

sed -i 's/console: {}/console: { bulk_max_size: 1000 }/' connbeat.yml
kill -HUP "$agent"
await 'the end of the reload' grep -qx 'READY=1 STATUS=The configuration was reloaded.' notified
grep -B 1 'was reloaded' notified | grep -qE '^(RELOADING=1 MONOTONIC_USEC=[0-9]+|WATCHDOG=1)$' || fail "$(cat notified)"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
await 'STOPPING=1' grep -qx 'STOPPING=1 STATUS=Delivering what is left. EXTEND_TIMEOUT_USEC=15000000 WATCHDOG_USEC=15000000' notified
[ -s state/connbeat ] || fail 'no state was written'
! grep -E 'ERROR|EROR|WARN' "$log" || fail "$(grep -E 'ERROR|EROR|WARN' "$log")"
