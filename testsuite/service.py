#!/usr/bin/env python3
"""service.py UNIT USER WRITABLE... -- PROGRAM ARGUMENT...: becomes a program with the rights that a systemd unit gives its
service, as another user and with these folders to write to, and no others: capabilities, system calls, address families,
environment, a read-only root. service.py --notified SOCKET: is what systemd is to a service, and prints what it is told."""
import ctypes
import os
import socket
import subprocess
import sys

SLAVE, RECURSIVE, BIND = 1 << 19, 1 << 14, 1 << 12  # MS_SLAVE, MS_REC, MS_BIND
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # SCMP_ACT_ERRNO with EPERM, ENOSYS
libc = ctypes.CDLL(None, use_errno=True)


def called(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def settings(unit):
    """All values of each setting of [Service], in order, after the last that is empty; a drop-in may stand behind the unit."""
    found = {}
    for line in open(unit):
        if "=" in line and not line.startswith("#"):
            name, _, value = line.strip().partition("=")
            found[name] = [*found.get(name, []), value] if value else []
    return found


def make_read_only(writable):
    """ProtectSystem=strict."""
    called(libc.unshare(0x00020000))  # CLONE_NEWNS
    called(libc.mount(None, b"/", None, RECURSIVE | SLAVE, None))
    for folder in writable:
        called(libc.mount(folder.encode(), folder.encode(), None, BIND, None))
    set_attributes("/", 1, 0)
    for folder in [*writable, "/dev", "/proc"]:
        set_attributes(folder, 0, 1)


def set_attributes(folder, on, off):
    attributes = (ctypes.c_uint64 * 4)(on, off, 0, 0)  # struct mount_attr; MOUNT_ATTR_RDONLY is 1
    called(libc.syscall(442, -100, folder.encode(), 0x8000, attributes, 32))  # mount_setattr, AT_FDCWD, AT_RECURSIVE


def allowed_calls(filters):
    """What SystemCallFilter lets through: lines add, those with a ~ take away."""
    calls = set()
    for line in filters:
        named = set()
        for name in line.lstrip("~").split():
            named |= members(name)
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def members(name):
    if not name.startswith("@"):
        return {name}
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True).stdout
    lines = [line.strip() for line in said.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(members(line) for line in lines))


def filter_calls(calls, families):
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(REFUSE))

    class Comparison(ctypes.Structure):  # struct scmp_arg_cmp
        _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int), ("value", ctypes.c_uint64), ("unused", ctypes.c_uint64)]

    for call in calls - {"setns", "unshare", "socket", "clone3"}:  # RestrictNamespaces=yes
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            called(seccomp.seccomp_rule_add_array(rules, ALLOW, number, 0, None))
    called(seccomp.seccomp_rule_add_array(rules, UNKNOWN, seccomp.seccomp_syscall_resolve_name(b"clone3"), 0, None))
    number = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        called(seccomp.seccomp_rule_add_array(rules, ALLOW, number, 1, ctypes.byref(Comparison(0, 4, getattr(socket, family), 0))))
    called(seccomp.seccomp_load(rules))


def become(unit, user, writable, command):
    service = settings(unit)
    capabilities = {name: ",".join("+" + one[4:].lower() for one in " ".join(service[name]).split())
                    for name in ("AmbientCapabilities", "CapabilityBoundingSet")}
    make_read_only(writable)
    calls = sorted(allowed_calls(service["SystemCallFilter"]))
    families = " ".join(service["RestrictAddressFamilies"]).split()
    ambient = "-all," + capabilities["AmbientCapabilities"]
    for assignment in service["Environment"]:
        os.environ.update([assignment.split("=", 1)])
    os.umask(int(service["UMask"][0], 8))
    os.execvp("setpriv", [
        "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs", "--securebits=+noroot,+noroot_locked",
        f"--inh-caps={ambient}", f"--ambient-caps={ambient}", f"--bounding-set=-all,{capabilities['CapabilityBoundingSet']}", "--",
        sys.executable, __file__, "--filtered", ",".join(calls), ",".join(families), *command])


def listen(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        os.chmod(address, 0o666)
        while True:
            print(manager.recv(4096).decode().replace("\n", " "), flush=True)


if sys.argv[1] == "--notified":
    listen(sys.argv[2])
elif sys.argv[1] == "--filtered":
    filter_calls(set(sys.argv[2].split(",")), sys.argv[3].split(","))
    os.environ["WATCHDOG_PID"] = str(os.getpid())
    os.execv(sys.argv[4], sys.argv[4:])
else:
    end = sys.argv.index("--")
    become(sys.argv[1], sys.argv[2], sys.argv[3:end], sys.argv[end + 1:])
