"""A process with sockets, told what to do line by line on stdin; it answers each line with one line on stdout.

    listen [ADDRESS]         -> the port of a new listener; one on :: takes IPv4 too
    connect PORT [ADDRESS]   -> the local port of a new connection
    accept                   -> the remote port of the connection that the last listener accepted
    close                    -> closes everything that `connect` and `accept` made, newest first
    unlisten                 -> closes the listeners
    churn PORT COUNT         -> makes and closes COUNT connections to PORT, accepting each itself
    refused                  -> connects to a port where nobody listens
    attempt ADDRESS PORT     -> the name of the error that such a connect ends with, after 300 ms at the latest
    udp-bind [ADDRESS]       -> the port of a new UDP socket that is bound
    udp-connect PORT         -> connects the last UDP socket to that port of its own address, whatever it was connected to
    udp-ask PORT             -> asks that port of its own address by the last UDP socket, and waits for the answer
    udp-disconnect           -> takes its other end from the last UDP socket; it stays bound
    udp-close                -> closes the UDP sockets
    end                      -> ends, without an answer

Where no ADDRESS is given it is 127.0.0.1.
"""

import ctypes
import errno
import random
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
listeners, connections, datagrams = [], [], []


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def connect(port, address="127.0.0.1"):
    connection = socket.create_connection((address, port))
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
    listeners.append(socket.create_server((address, 0), family=family(address), dualstack_ipv6=address == "::"))
    return listeners[-1].getsockname()[1]


def churn(port, count):
    for _ in range(count):
        connect(port)
        accept()
        close(connections)


def refused():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        try:
            connect(nobody.getsockname()[1])
        except ConnectionRefusedError:
            return
    sys.exit("somebody listens")


def attempt(address, port):
    with socket.socket(family(address)) as nobody:
        nobody.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
        return errno.errorcode.get(nobody.connect_ex((address, port)), "none")


def udp_bind(address="127.0.0.1"):
    """To a port by its number: of a socket that was given one, a disconnect takes it away again."""
    datagrams.append(socket.socket(family(address), socket.SOCK_DGRAM))
    for port in random.sample(range(20000, 30000), 100):
        try:
            datagrams[-1].bind((address, port))
            return port
        except OSError:
            continue
    return sys.exit("no free UDP port")


def udp_connect(port):
    address = datagrams[-1].getsockname()[0]
    datagrams[-1].connect((address, port))


def udp_ask(port):
    """From the last socket, which is not connected; waits for the answer."""
    datagrams[-1].settimeout(10)
    datagrams[-1].sendto(b"question", (datagrams[-1].getsockname()[0], port))
    datagrams[-1].recv(2048)


def udp_disconnect():
    unspecified = bytes(16)  # struct sockaddr of family AF_UNSPEC; Python has no word for it
    if libc.connect(datagrams[-1].fileno(), unspecified, len(unspecified)) != 0:
        sys.exit(f"connect(AF_UNSPEC): errno {ctypes.get_errno()}")


for line in sys.stdin:
    match line.split():
        case ["listen", *address]:
            answer = listen(*address)
        case ["connect", port, *address]:
            answer = connect(int(port), *address)
        case ["accept"]:
            answer = accept()
        case ["close"]:
            answer = close(connections)
        case ["unlisten"]:
            answer = close(listeners)
        case ["churn", port, count]:
            answer = churn(int(port), int(count))
        case ["refused"]:
            answer = refused()
        case ["attempt", address, port]:
            answer = attempt(address, int(port))
        case ["udp-bind", *address]:
            answer = udp_bind(*address)
        case ["udp-connect", port]:
            answer = udp_connect(int(port))
        case ["udp-ask", port]:
            answer = udp_ask(int(port))
        case ["udp-disconnect"]:
            answer = udp_disconnect()
        case ["udp-close"]:
            answer = close(datagrams)
        case ["end"]:
            break
        case _:
            sys.exit(f"peer.py does not know {line!r}")
    print("done" if answer is None else answer, flush=True)
