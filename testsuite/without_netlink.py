"""Runs a program to which the kernel refuses every netlink socket: without_netlink.py ERRNO[,bpf] PROGRAM ARGUMENT...

A container's seccomp profile does that, and a kernel that was built without netlink answers EAFNOSUPPORT. With bpf, it
refuses bpf(2) too, with EPERM.
"""

import ctypes
import errno
import os
import struct
import sys

SOCKET, BPF = {"x86_64": (41, 321), "aarch64": (198, 280)}[os.uname().machine]  # the numbers of socket(2) and bpf(2)
NETLINK = 16  # AF_NETLINK
NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2  # prctl(2)
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO

name, _, also = sys.argv[1].partition(",")
NEVER = 0xFFFFFFFF  # a call that there is not

# Where struct seccomp_data has the number of the call and its first argument: 0 and 16.
instructions = [
    (LOAD, 0, 0, 0),
    (JUMP_EQUAL, 4, 0, BPF if also == "bpf" else NEVER),
    (JUMP_EQUAL, 0, 4, SOCKET),
    (LOAD, 0, 0, 16),
    (JUMP_EQUAL, 0, 2, NETLINK),
    (RETURN, 0, 0, REFUSE | getattr(errno, name)),
    (RETURN, 0, 0, REFUSE | errno.EPERM),
    (RETURN, 0, 0, ALLOW),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in instructions))
program = ctypes.create_string_buffer(struct.pack("HP", len(instructions), ctypes.addressof(code)))  # struct sock_fprog

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(SET_SECCOMP, FILTER, program, 0, 0) != 0:
    sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[2], sys.argv[2:])
