"""Datagrams over UDP, asked and answered by sockets that are not connected.

datagrams.py answer ADDRESS PORT           says "ready", and answers each datagram with twice as many bytes, until it is killed
datagrams.py ask ADDRESS PORT PEERS ROUNDS asks from PEERS addresses of 127.1.0.0/16 in turn, ROUNDS times, each time after the
                                           answer came; then says of each peer: address, datagrams and bytes sent, and received
"""
import socket
import sys

PATIENCE = 10
FROM_PORT = 5300


def bound(address, port):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((address, port))
    return made


def answer(address, port):
    server = bound(address, int(port))
    print("ready", flush=True)
    while True:
        question, asker = server.recvfrom(2048)
        server.sendto(question * 2, asker)


def ask(address, port, peers, rounds):
    askers = [(f"127.1.{peer // 250}.{peer % 250 + 1}", peer) for peer in range(int(peers))]
    sockets = [(bound(name, FROM_PORT), 20 + peer % 50) for name, peer in askers]
    for _ in range(int(rounds)):
        for asker, size in sockets:
            asker.settimeout(PATIENCE)
            asker.sendto(bytes(size), (address, int(port)))
            if len(asker.recv(2048)) != 2 * size:
                sys.exit("an answer to somebody else")
    for (name, _), (_, size) in zip(askers, sockets):
        print(name, rounds, int(rounds) * size, rounds, int(rounds) * size * 2)


globals()[sys.argv[1]](*sys.argv[2:])
