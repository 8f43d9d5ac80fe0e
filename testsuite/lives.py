"""Makes TCP connections of one kind, and writes what became of them: lives.py KIND COUNT FILE [ADDRESS [PORT]].

KIND:
    short      one process connects, another accepts, each sends a little
    prefork    four processes accept at the same listener, which is that of their parent
    forked     each client is a process of its own, which lives as long as its connection
    passed     who accepts passes the connection on to another process (SCM_RIGHTS), which serves it
    activated  who listens leaves the listener to a program that it starts
    sendfile   the server sends a file, and never receives
    splice     the same out of a pipe
    idle       the server accepts, and does nothing until the client closes
    waiting    nobody accepts
    itself     a socket connects to itself: both ends open at once

FILE gets a line for each end: the process that used it (0: nobody did), the local port, the remote port, and how many bytes
it sent and received. Without PORT the kernel chooses one; with it, clients have the ports that follow.
"""

import os
import socket
import subprocess
import sys
import tempfile

WORKERS = 4
log = None


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def note(near, far, sent, received, pid=None):
    log.write(f"{os.getpid() if pid is None else pid} {near} {far} {sent} {received}\n")


def size_of_answer(asked):
    """Never that of a question, so that swapped ones show."""
    return 200 + asked


def size_of_question(number):
    return 1 + number % 97


def connect(address, port, near=0):
    client = socket.socket(family(address))
    if near:
        client.bind((address, near))
    client.connect((address, port))
    return client


def read(sock, count):
    got = 0
    while got < count and (part := sock.recv(count - got)):
        got += len(part)
    return got


def ask(address, port, numbers, near=0):
    """The client's side: sends, reads all that there is, closes."""
    for number in numbers:
        client = connect(address, port, near + number if near else 0)
        mine = client.getsockname()[1]
        out = size_of_question(number)
        client.sendall(bytes(out))
        note(mine, port, out, read(client, 1000))
        client.close()


def answer(server, port, far):
    """The server's side of one connection."""
    asked = len(server.recv(100))
    server.sendall(bytes(size_of_answer(asked)))
    note(port, far, size_of_answer(asked), asked)
    server.close()


def serve(listener, count):
    port = listener.getsockname()[1]
    for _ in range(count):
        server, peer = listener.accept()
        answer(server, port, peer[1])


def child(work):
    """Runs in a process of its own, which has ended well when this is waited for."""
    log.flush()
    pid = os.fork()
    if pid == 0:
        work()
        log.flush()
        os._exit(0)
    return pid


def wait(*pids):
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        if status:
            sys.exit(f"process {pid} ended with {status}")


def short(listener, count, address, port, near):
    wait(child(lambda: serve(listener, count)), child(lambda: ask(address, port, range(count), near)))


def prefork(listener, count, address, port, near):
    share = count // WORKERS
    servers = [child(lambda: serve(listener, share)) for _ in range(WORKERS)]
    clients = [child(lambda part=part: ask(address, port, range(part * share, (part + 1) * share), near))
               for part in range(WORKERS)]
    wait(*servers, *clients)


def forked(listener, count, address, port, near):
    server = child(lambda: serve_forked(listener, count))
    for number in range(count):
        out = size_of_question(number)
        client = subprocess.Popen(
            ["/bin/bash", "--norc", "-c", f"exec 3<>/dev/tcp/{address}/{port}; printf %{out}s >&3; read -r -N 500 -u 3 a; :"])
        client.wait()
    wait(server)


def serve_forked(listener, count):
    """A shell that is a client does not know its port: the server writes both ends down, and asks /proc for the shell."""
    port = listener.getsockname()[1]
    for _ in range(count):
        server, peer = listener.accept()
        asked = len(server.recv(100))
        with open(f"/proc/{os.getppid()}/task/{os.getppid()}/children", encoding="utf-8") as children:
            shell = int(children.read().split()[-1])
        server.sendall(b"x" * size_of_answer(asked))
        note(peer[1], port, asked, size_of_answer(asked), shell)
        note(port, peer[1], size_of_answer(asked), asked)
        server.close()


def passed(listener, count, address, port, near):
    to, taken = socket.socketpair()
    def work():
        for _ in range(count):
            _, descriptors, _, _ = socket.recv_fds(taken, 1, 1)
            server = socket.socket(fileno=descriptors[0])
            answer(server, port, server.getpeername()[1])
    def accept():
        for _ in range(count):
            server, _ = listener.accept()
            socket.send_fds(to, [b"x"], [server.fileno()])
            server.close()
    wait(child(accept), child(work), child(lambda: ask(address, port, range(count), near)))


def activated(listener, count, address, port, near):
    log.flush()
    program = subprocess.Popen(
        [sys.executable, __file__, "--activated", str(listener.fileno()), str(count), log.name], pass_fds=[listener.fileno()])
    listener.close()
    wait(child(lambda: ask(address, port, range(count), near)))
    if program.wait():
        sys.exit("the activated program failed")


def send_only(send):
    def kind(listener, count, address, port, near):
        def work():
            with tempfile.TemporaryFile() as file:
                file.write(bytes(4096))
                file.flush()
                for number in range(count):
                    server, peer = listener.accept()
                    send(server, file, 300 + number % 100)
                    note(port, peer[1], 300 + number % 100, 0)
                    server.close()
        def read_all():
            for number in range(count):
                client = connect(address, port)
                note(client.getsockname()[1], port, 0, read(client, 1000))
                client.close()
        wait(child(work), child(read_all))
    return kind


def by_sendfile(server, file, size):
    os.sendfile(server.fileno(), file.fileno(), 0, size)


def by_splice(server, file, size):
    near, far = os.pipe()
    os.write(far, bytes(size))
    os.splice(near, server.fileno(), size)
    os.close(near)
    os.close(far)


def idle(listener, count, address, port, near):
    gate, opened = os.pipe()
    def work():
        servers = [listener.accept() for _ in range(count)]
        os.read(gate, 1)
        for server, peer in servers:
            note(port, peer[1], 0, 0)
            server.close()
    def sit():
        clients = [connect(address, port) for _ in range(count)]
        sys.stdin.readline()
        for client in clients:
            note(client.getsockname()[1], port, 0, 0)
            client.close()
        os.write(opened, b"x")
    wait(child(work), child(sit))


def waiting(listener, count, address, port, near):
    clients = [connect(address, port) for _ in range(count)]
    for client in clients:
        mine = client.getsockname()[1]
        client.sendall(b"hello")
        note(mine, port, 5, 0)
        note(port, mine, 0, 5, pid=0)
        client.close()
    log.flush()
    sys.stdin.readline()
    listener.close()


def itself(listener, count, address, port, near):
    for number in range(count):
        sock = socket.socket(family(address))
        sock.bind((address, 0))
        mine = sock.getsockname()[1]
        sock.connect((address, mine))
        sock.sendall(bytes(7))
        note(mine, mine, 7, read(sock, 7))
        sock.close()


def main(kind, count, file, address="127.0.0.1", port="0"):
    global log
    log = open(file, "a", encoding="utf-8")
    port = int(port)
    listener = socket.create_server((address, port), family=family(address), backlog=4096)
    KINDS[kind](listener, int(count), address, listener.getsockname()[1], port + 1 if port else 0)
    log.flush()


KINDS = {
    "short": short, "prefork": prefork, "forked": forked, "passed": passed, "activated": activated,
    "sendfile": send_only(by_sendfile), "splice": send_only(by_splice), "idle": idle, "waiting": waiting, "itself": itself,
}
if sys.argv[1] == "--activated":
    log = open(sys.argv[4], "a", encoding="utf-8")
    serve(socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3]))
    log.close()
else:
    main(*sys.argv[1:])
