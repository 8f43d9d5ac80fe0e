#!/usr/bin/env bash
# Where the rights are the file's (setcap) and not the user's, connbeat looks at the processes of all by them, and at no file
# that the user names: his configuration opens for him only what he may open.
source "$(dirname "$0")/../lib.sh"
needs_root 'become somebody else'
command -v setcap >/dev/null || skip 'needs setcap'

through=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
secret=hunter2-of-root
install -m 755 "$connbeat" "$work/agent"
connbeat=$work/agent
# lend MODE RIGHT...: the file has these, for who may start it by that mode.
lend() {
    local all=${*:2}
    chown 0:65534 "$connbeat"
    chmod "$1" "$connbeat"
    setcap "${all// /,}=ep" "$connbeat" 2>>"$log" || skip 'this file system keeps no capabilities'
}
lend 750 cap_net_admin cap_sys_admin cap_sys_ptrace cap_dac_read_search
cp "$(command -v grep)" "$work/probe"
setcap cap_dac_read_search=ep "$work/probe"
"${through[@]}" "$work/probe" -q 'CapEff:.*4$' /proc/self/status || skip 'files lend no capabilities here'
chmod 644 connbeat.yml

mkdir closed
{
    echo "name: $secret"
    echo 'key = "value'
} >closed/read-by-all
cp closed/read-by-all closed.yml
chmod 600 closed.yml
mkdir -p closed/spool
cp /proc/net/tcp closed/table
touch closed/spool/00000000000000000000.events
chmod 700 closed
(cd closed && exec sleep infinity) 3>&- &
pid[sleeper]=$!

# refused WORDS ARGUMENT...: connbeat does not do that, says these words, and tells nothing of the file.
refused() {
    expect 1 "${through[@]}" "$connbeat" "${@:2}"
    ! cat "$out" "$err" | grep -q hunter2 || fail "it tells of the file: ${*:2}"
    cat "$out" "$err" | grep -qiE "$1" || fail "it does not say '$1': $(head -c 500 "$err")"
}

denied='permission denied|access .*denied'
for path in "$work/closed.yml" "$work/closed/read-by-all" "/proc/${pid[sleeper]}/cwd/read-by-all" \
    "/proc/${pid[sleeper]}/root$work/closed.yml"; do
    refused "$denied|no such file" export config -c "$path"
    for setting in "name=\${file:$path}" "exporters.web_config=$path" "output.http.ssl.key=$path" \
        "output.http.ssl.certificate_authorities=[$path]"; do
        refused "$denied|no such file" test config -c connbeat.yml -E output.http.hosts=localhost -E exporters.listen=127.0.0.1:0 -E "$setting"
    done
    refused "$denied|not there" cnxwatch --config-file "$path" --dry-run
done
refused "$denied|no disk log" spool inspect "$work/closed/spool"
PROC_NET_TCP=$work/closed/table refused "$denied" snapshot -c connbeat.yml

# What the rights are lent for it does by them, for the moments that it takes; no thread keeps them, nor does what it starts.
start_peer roots
tell roots listen
port=$answer
install -d -o 65534 mine
install -m 755 /dev/stdin status <<BASH
#!/bin/bash
grep Cap /proc/self/status >$work/mine/caps
BASH
printf 'conn net\n    right=192.0.2.2\n' >open.conf
# shellcheck disable=SC2016 # connbeat is to put in what they stand for
start_agent -E connbeat.state=mine/state -E connbeat.source=netlink -E exporters.listen="unix:$work/mine/sock" \
    -E exporters.ipsec_status.enabled=true -E exporters.ipsec_status.listen= -E exporters.ipsec_status.source=command \
    -E "exporters.ipsec_status.command=$work/status" -E "exporters.ipsec_status.config_path=$work/open.conf"
await_event event.action=listener_opened local_port="$port" local_process.attribution=fd local_process.pid="${pid[roots]}"
asked() {
    curl -s --unix-socket mine/sock http://localhost/metrics >page && [ -s mine/caps ]
}
await 'the status of IPsec' asked
! grep -E 'Cap(Prm|Eff|Inh|Amb):.*[^0:[:space:]]' mine/caps || fail "what it starts has rights: $(cat mine/caps)"

# keeping: a thread that runs code of connbeat's has CAP_DAC_READ_SEARCH or CAP_SYS_PTRACE each time that one looks. CapEff is
# in hexadecimal. The threads that are passed by are native ones of .NET, from before connbeat begins.
keeping() {
    local thread set
    for thread in /proc/"$agent"/task/*; do
        ! grep -qE '^\.NET (SynchManag|EventPipe|DebugPipe|Debugger|Tiered Com)' "$thread/comm" 2>/dev/null || continue
        for _ in {1..20}; do
            set=$(sed -n 's/^CapEff:[[:space:]]*//p' "$thread/status" 2>/dev/null) || continue 2
            (((0x0$set & 0x80004) != 0)) || continue 2
            sleep 0.05
        done
        cat "$thread/comm"
    done
}
threads=$(keeping)
[ -z "$threads" ] || fail "these threads keep the rights: $threads"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

start_agent -E connbeat.state=mine/state -E exporters.listen="unix:$work/mine/sock" \
    -E exporters.ipsec_status.enabled=true -E exporters.ipsec_status.listen= -E exporters.ipsec_status.source=command \
    -E "exporters.ipsec_status.command=$work/status" -E "exporters.ipsec_status.config_path=$work/closed/read-by-all"
faulty() {
    curl -s --unix-socket mine/sock http://localhost/metrics >page && grep -qiE "$denied" "$log"
}
await 'what can not be read' faulty
! cat page "$log" | grep -q hunter2 || fail 'it tells of the file'
stop_agent

# doctor counts what is lent, and says where that is to anybody.
expect 0 "${through[@]}" "$connbeat" doctor -c connbeat.yml -E connbeat.source=netlink -E connbeat.state=mine/state
grep -qE 'capabilities +has ' "$out" || fail "$(grep capabilities "$out")"
says "$out" 'to its owner and its group'
lend 755 cap_net_admin cap_sys_admin cap_sys_ptrace cap_dac_read_search
expect 0 "${through[@]}" "$connbeat" doctor -c connbeat.yml -E connbeat.source=netlink -E connbeat.state=mine/state
says "$out" 'to anybody who starts it'
says "$out" 'chgrp 65534'

# By the ambient set they are the user's own, as a service of systemd has them; and the files of root are read.
install -m 755 "$root/connbeat" "$work/agent"
ambient=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search --)
echo 'name: of-root' >closed.yml
expect 0 "${ambient[@]}" "$connbeat" test config -c "$work/closed.yml"

chmod u+s "$connbeat"
expect 1 "${through[@]}" "$connbeat" version
says "$err" set-user-ID
