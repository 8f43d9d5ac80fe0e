"""Opens and closes TCP connections to itself until it is told to end: load.py RATE FILE, on a port that it prints.

RATE connections a second, on 127.0.0.1; most live for moments, some up to a second, one in ten to the end. Each becomes a
line of FILE, at its end: the port that it came from, and when it began and ended, in seconds since 1970.
"""

import heapq
import random
import signal
import socket
import sys
import time

rate, file = int(sys.argv[1]), open(sys.argv[2], "w", encoding="utf-8", buffering=1)
listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
print(listener.getsockname()[1], flush=True)
ending = False


def end(*_):
    global ending
    ending = True


def life():
    kind = random.random()
    return 0 if kind < 0.6 else random.random() if kind < 0.9 else 1e9


signal.signal(signal.SIGTERM, end)
living = []  # (when it ends, its port, when it began, both of its sockets)
while not ending:
    began = time.time()
    client = socket.create_connection(listener.getsockname())
    server, (_, port) = listener.accept()
    heapq.heappush(living, (began + life(), port, began, client, server))
    while living and living[0][0] <= time.time():
        _, port, began, client, server = heapq.heappop(living)
        file.write(f"{port} {began:.6f} {time.time():.6f}\n")
        client.close()
        server.close()
    time.sleep(1 / rate)
for _, port, began, _, _ in living:
    file.write(f"{port} {began:.6f} {time.time():.6f}\n")
