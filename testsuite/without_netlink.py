"""Runs a program to which the kernel refuses every netlink socket: without_netlink.py ERRNO PROGRAM ARGUMENT...

A container's seccomp profile does that, and a kernel that was built without netlink answers EAFNOSUPPORT.
"""

import ctypes
import errno
import os
import struct
import sys

SOCKET = {"x86_64": 41, "aarch64": 198}[os.uname().machine]  # the number of socket(2)
NETLINK = 16  # AF_NETLINK
NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2  # prctl(2)
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO

# Where struct seccomp_data has the number of the call and its first argument: 0 and 16.
instructions = [
    (LOAD, 0, 0, 0),
    (JUMP_EQUAL, 0, 3, SOCKET),
    (LOAD, 0, 0, 16),
    (JUMP_EQUAL, 0, 1, NETLINK),
    (RETURN, 0, 0, REFUSE | getattr(errno, sys.argv[1])),
    (RETURN, 0, 0, ALLOW),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in instructions))
program = ctypes.create_string_buffer(struct.pack("HP", len(instructions), ctypes.addressof(code)))  # struct sock_fprog

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(SET_SECCOMP, FILTER, program, 0, 0) != 0:
    sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[2], sys.argv[2:])
