"""A web server that takes events: sink.py FILE [STATUS ...], on a port of 127.0.0.1 that it prints.

Each event of a request that it takes becomes a line of FILE, whatever the form of the body. Each request becomes a line
of FILE.requests: an object with the number of its connection, its target, its headers, the number of its events and the
status. The first requests are answered with STATUS, all others with 200.
"""

import gzip
import http.server
import itertools
import json
import sys

events_file = open(sys.argv[1], "a", encoding="utf-8", buffering=1)
requests_file = open(sys.argv[1] + ".requests", "a", encoding="utf-8", buffering=1)
statuses = itertools.chain(map(int, sys.argv[2:]), itertools.repeat(200))
connections = itertools.count(1)


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
        status = next(statuses)
        if status < 300:
            for event in events:
                events_file.write(json.dumps(event, ensure_ascii=False) + "\n")
        requests_file.write(json.dumps({
            "connection": self.connection_number, "target": self.path, "status": status, "events": len(events),
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }) + "\n")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
print(server.server_address[1], flush=True)
server.serve_forever()
