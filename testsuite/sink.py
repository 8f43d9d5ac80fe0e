"""A web server that takes events: sink.py [OPTION ...] FILE [STATUS ...], on a port of 127.0.0.1 that it prints.

Each event of a request that it takes becomes a line of FILE, whatever the form of the body. Each request becomes a line
of FILE.requests: an object with the number of its connection, its target, its headers, the number of its events and the
status. The first requests are answered with STATUS, all others with 200.

--refuse TEXT: a request whose body holds that text is refused as a whole, with 400.
--away SECONDS: half of the time, for so long, requests are not answered with 200: by turns they get 503, or no answer, or
no answer though their events were taken.
--certificate PEM: it speaks TLS, with that certificate and its key. --client-authority PEM: only with clients that show a
certificate that this authority vouches for.
"""

import argparse
import gzip
import http.server
import itertools
import json
import ssl
import time

parser = argparse.ArgumentParser()
parser.add_argument("--refuse")
parser.add_argument("--away", type=float)
parser.add_argument("--certificate")
parser.add_argument("--client-authority")
parser.add_argument("file")
parser.add_argument("statuses", type=int, nargs="*")
options = parser.parse_args()

events_file = open(options.file, "a", encoding="utf-8", buffering=1)
requests_file = open(options.file + ".requests", "a", encoding="utf-8", buffering=1)
statuses = itertools.chain(options.statuses, itertools.repeat(200))
connections = itertools.count(1)
troubles = itertools.cycle(["unavailable", "no answer", "taken, no answer"])


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def setup(self):
        super().setup()
        self.connection_number = next(connections)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        if body.startswith(b"["):
            events = json.loads(body)
        else:
            events = [json.loads(line) for line in body.splitlines()]
        refused = options.refuse is not None and options.refuse.encode() in body
        status = 400 if refused else next(statuses)
        trouble = None
        if options.away is not None and time.monotonic() % (2 * options.away) < options.away:
            trouble = next(troubles)
            status = 503 if trouble == "unavailable" else status
        if status < 300 and trouble != "no answer":
            for event in events:
                events_file.write(json.dumps(event, ensure_ascii=False) + "\n")
        requests_file.write(json.dumps({
            "connection": self.connection_number, "target": self.path, "status": status, "events": len(events),
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }) + "\n")
        if status < 300 and trouble is not None:
            self.close_connection = True
            return
        self.send_response(status)
        answer = b"no such field\n" if refused else b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_HEAD(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def finish_request(self, request, client_address):
        if options.certificate is not None:
            request = tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass  # a client that does not trust it goes away in the midst of it


if options.certificate is not None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.certificate)
    if options.client_authority is not None:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(options.client_authority)
server = Server(("127.0.0.1", 0), Sink)
print(server.server_address[1], flush=True)
server.serve_forever()
