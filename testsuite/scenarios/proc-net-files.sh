#!/usr/bin/env bash
# PROC_NET_TCP and PROC_NET_TCP6 name files in place of the kernel's tables: what stands in them is told, and no more.
source "$(dirname "$0")/../lib.sh"

# table FILE ROW...: a table as the kernel prints it; each row is "LOCAL REMOTE STATE UID INODE".
table() {
    local row number=0 local_end remote_end state uid inode
    {
        echo '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
        for row in "${@:2}"; do
            read -r local_end remote_end state uid inode <<<"$row"
            printf '%4d: %s %s %s 00000000:00000000 00:00000000 00000000 %5d        0 %d 1 0000000000000000 20 4 30 10 -1\n' \
                $((number++)) "$local_end" "$remote_end" "$state" "$uid" "$inode"
        done
    } >"$1.new"
    mv "$1.new" "$1"
}

# The kernel prints each 32 bits of an address as a number, so the bytes of each stand back to front. No process holds a
# socket of these inodes.
listener='010200C0:1F90 00000000:0000 0A 1000 4294900001'                                          # 192.0.2.1:8080
accepted='010200C0:1F90 076433C6:9C41 01 1000 4294900002'                                          # 198.51.100.7:40001
waiting='010200C0:1F90 086433C6:9C42 03 0 0'                                                       # half open: no socket yet
finished='010200C0:1F90 096433C6:9C43 06 0 0'                                                      # TIME_WAIT
outbound='B80D0120000000000200010004000300:9C44 B80D01200000000006000500080007FF:01BB 01 1001 4294900003'
mapped='0000000000000000FFFF0000020200C0:9C45 0000000000000000FFFF0000076433C6:0050 01 1001 4294900004'

table "$work/tcp" "$listener" "$accepted" "$waiting" "$finished"
table "$work/tcp6" "$outbound"
export PROC_NET_TCP=$work/tcp PROC_NET_TCP6=$work/tcp6
only=(-E 'connbeat.protocols=[tcp]' -E connbeat.namespaces=host)

inbound=(local_ip=192.0.2.1 local_port=8080 remote_ip=198.51.100.7 remote_port=40001 network.direction=inbound)
door=(listener.ip=192.0.2.1 local_port=8080 local_process.uid=1000 local_process.attribution=uid)
six=(local_ip=2001:db8::1:2:3:4 local_port=40004 remote_ip=2001:db8::5:6:ff07:8 remote_port=443 network.direction=outbound)
four=(local_ip=192.0.2.2 local_port=40005 remote_ip=198.51.100.7 remote_port=80 network.type=ipv4)

start_agent "${only[@]}"
await_event event.action=listener_opened "${door[@]}"
await_event event.action=connection_opened "${inbound[@]}" local_process.uid=1000
await_event event.action=connection_opened "${six[@]}" local_process.uid=1001
says "$log" PROC_NET_TCP

table "$work/tcp" "$listener"
table "$work/tcp6" "$outbound" "$mapped"
await_event event.action=connection_closed "${inbound[@]}"
await_event event.action=connection_opened "${four[@]}" event.reason=
table "$work/tcp6"
await_event event.action=connection_closed "${six[@]}"
await_event event.action=connection_closed "${four[@]}"
stop_agent

exactly 1 type=connbeat event.action=listener_opened
exactly 3 type=connbeat event.action=connection_opened
exactly 3 type=connbeat event.action=connection_closed
exactly 7 type=connbeat

expect 0 "$connbeat" snapshot -c "$work/connbeat.yml" "${only[@]}" --format ndjson
events=$out
exactly 1
exactly 1 event.action=listener_active "${door[@]}"
