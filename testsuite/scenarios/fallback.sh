#!/usr/bin/env bash
# Where netlink is forbidden, as by a seccomp profile, auto reads /proc and says why once; netlink alone does not start.
source "$(dirname "$0")/../lib.sh"

cat >"$work/forbid.py" <<'PYTHON'
"""Runs a program that gets EPERM for every netlink socket: socket(AF_NETLINK, ...) in a seccomp filter."""
import ctypes, os, platform, struct, sys

ALLOW, REFUSE = 0x7FFF0000, 0x00050001          # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM
call = {"x86_64": 41, "aarch64": 198}[platform.machine()]     # __NR_socket
program = [
    (0x20, 0, 0, 0),                            # load the number of the call
    (0x15, 0, 3, call), (0x20, 0, 0, 16),       # socket? load its first argument
    (0x15, 0, 1, 16), (0x06, 0, 0, REFUSE),     # AF_NETLINK?
    (0x06, 0, 0, ALLOW),
]
code = b"".join(struct.pack("HBBI", *line) for line in program)
buffer = ctypes.create_string_buffer(code)
libc = ctypes.CDLL(None, use_errno=True)
filter = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
for option in [(38, 1, 0, 0, 0), (22, 2, filter, 0, 0)]:     # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
    if libc.prctl(*option) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
through=("$python" "$work/forbid.py")

start_peer server
tell server listen
start_agent
await_event event.action=listener_opened local_port="$answer" local_process.pid="${pid[server]}"
stop_agent
[ "$(grep -c 'Capture by /proc: .*Operation not permitted' "$log")" = 1 ] || fail 'the log does not say once why /proc is read'

expect 1 "${through[@]}" "$connbeat" -c "$work/connbeat.yml" -E connbeat.source=netlink
says "$err" 'Exiting: '
says "$err" 'Operation not permitted'
