"""A process with sockets, told what to do line by line on stdin; it answers each line with one line on stdout.

    listen [ADDRESS]   -> the port of a new listener on 127.0.0.1, or on that address
    connect PORT       -> the local port of a new connection to 127.0.0.1:PORT
    accept             -> the remote port of the connection that the last listener accepted
    close              -> closes everything that `connect` and `accept` made, newest first
    unlisten           -> closes the listeners
    churn PORT COUNT   -> makes and closes COUNT connections to PORT, accepting each itself
    udp-bind           -> the port of a new UDP socket bound to 127.0.0.1
    udp-connect PORT   -> connects the last UDP socket to 127.0.0.1:PORT, whatever it was connected to
    udp-disconnect     -> takes its other end from the last UDP socket; it stays bound
    udp-close          -> closes the UDP sockets
"""

import ctypes
import random
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
listeners, connections, datagrams = [], [], []


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connections.append(connection)
    return connection.getsockname()[1]


def accept():
    connection, peer = listeners[-1].accept()
    connections.append(connection)
    return peer[1]


def close(sockets):
    while sockets:
        sockets.pop().close()


def listen(address="127.0.0.1"):
    listeners.append(socket.create_server((address, 0)))
    return listeners[-1].getsockname()[1]


def churn(port, count):
    for _ in range(count):
        connect(port)
        accept()
        close(connections)


def udp_bind():
    """To a port by its number: of a socket that was given one, a disconnect takes it away again."""
    datagrams.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    for port in random.sample(range(20000, 30000), 100):
        try:
            datagrams[-1].bind(("127.0.0.1", port))
            return port
        except OSError:
            continue
    return sys.exit("no free UDP port")


def udp_connect(port):
    datagrams[-1].connect(("127.0.0.1", port))


def udp_disconnect():
    unspecified = bytes(16)  # struct sockaddr of family AF_UNSPEC; Python has no word for it
    if libc.connect(datagrams[-1].fileno(), unspecified, len(unspecified)) != 0:
        sys.exit(f"connect(AF_UNSPEC): errno {ctypes.get_errno()}")


for line in sys.stdin:
    match line.split():
        case ["listen", *address]:
            answer = listen(*address)
        case ["connect", port]:
            answer = connect(int(port))
        case ["accept"]:
            answer = accept()
        case ["close"]:
            answer = close(connections)
        case ["unlisten"]:
            answer = close(listeners)
        case ["churn", port, count]:
            answer = churn(int(port), int(count))
        case ["udp-bind"]:
            answer = udp_bind()
        case ["udp-connect", port]:
            answer = udp_connect(int(port))
        case ["udp-disconnect"]:
            answer = udp_disconnect()
        case ["udp-close"]:
            answer = close(datagrams)
        case _:
            sys.exit(f"peer.py does not know {line!r}")
    print("done" if answer is None else answer, flush=True)
