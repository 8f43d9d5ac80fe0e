"""A process with sockets, told what to do line by line on stdin; it answers each line with one line on stdout.

    listen             -> the port of a new listener on 127.0.0.1
    connect PORT       -> the local port of a new connection to 127.0.0.1:PORT
    accept             -> the remote port of the connection that the last listener accepted
    close              -> closes everything that `connect` and `accept` made, newest first
    unlisten           -> closes the listeners
    churn PORT COUNT   -> makes and closes COUNT connections to PORT, accepting each itself
"""

import socket
import sys

listeners, connections = [], []


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


def listen():
    listeners.append(socket.create_server(("127.0.0.1", 0)))
    return listeners[-1].getsockname()[1]


def churn(port, count):
    for _ in range(count):
        connect(port)
        accept()
        close(connections)


for line in sys.stdin:
    match line.split():
        case ["listen"]:
            answer = listen()
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
        case _:
            sys.exit(f"peer.py does not know {line!r}")
    print("done" if answer is None else answer, flush=True)
