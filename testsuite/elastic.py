"""An Elasticsearch that forgives nothing: elastic.py [--troubles] FILE, on a port of 127.0.0.1 that it prints.

It keeps policies, templates and data streams that are put, and takes events by _bulk as the API is documented: action
lines, final newline, known parameters, create with an id, and the types of the template that the index has. Each event
that is stored becomes a line of FILE; each that was stored before, a line of FILE.again; each that is refused, with why, a
line of FILE.refused. It imports saved objects as Kibana does.

--troubles: two of three requests go wrong, by turns: 503, 429, no answer, stored but no answer, stored but the answer breaks
off, and some events of it get 429.
"""

import argparse
import datetime
import email.parser
import email.policy
import fnmatch
import gzip
import http.server
import ipaddress
import itertools
import json
import threading

parser = argparse.ArgumentParser()
parser.add_argument("--troubles", action="store_true")
parser.add_argument("file")
options = parser.parse_args()

stored, kept, gate = {}, {}, threading.Lock()
files = {suffix: open(options.file + suffix, "a", encoding="utf-8", buffering=1) for suffix in ("", ".again", ".refused")}
troubles = itertools.cycle(["", "503", "429", "", "no answer", "stored, no answer", "", "breaks off", "some 429"])


class Refused(Exception):
    def __init__(self, status, kind, reason):
        super().__init__(reason)
        self.status, self.error = status, {"type": kind, "reason": reason}


def refuse(reason, status=400, kind="illegal_argument_exception"):
    raise Refused(status, kind, reason)


def check(value, mapping, name):
    """Refuses what does not fit its type."""
    if isinstance(value, list):
        for item in value:
            check(item, mapping, name)
    elif "properties" in mapping:
        if not isinstance(value, dict):
            refuse(f"object mapping for [{name}] found a concrete value", kind="document_parsing_exception")
        for key, inner in value.items():
            if key in mapping["properties"]:
                check(inner, mapping["properties"][key], f"{name}.{key}".lstrip("."))
            elif mapping.get("dynamic", False) is not False:
                refuse(f"[{name}.{key}] is not allowed", kind="strict_dynamic_mapping_exception")
    elif value is not None:
        kind = mapping["type"]
        try:
            fits = {
                "keyword": lambda: isinstance(value, (str, int, bool)),
                "wildcard": lambda: isinstance(value, str),
                "constant_keyword": lambda: isinstance(value, str),
                "long": lambda: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63,
                "boolean": lambda: isinstance(value, bool),
                "ip": lambda: ipaddress.ip_address(value),
                "date": lambda: datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z"),
                "flattened": lambda: isinstance(value, dict),
            }[kind]()
        except (TypeError, ValueError):
            fits = False
        if not fits:
            refuse(f"failed to parse field [{name}] of type [{kind}] in document", kind="document_parsing_exception")


def mapping_of(index):
    """The types of an index, and whether it is a data stream."""
    for path, template in kept.items():
        if path.startswith("/_index_template/") and any(fnmatch.fnmatch(index, one) for one in template["index_patterns"]):
            parts = [kept[f"/_component_template/{name}"]["template"] for name in template["composed_of"]]
            return next(part["mappings"] for part in parts if "mappings" in part), "data_stream" in template
    refuse(f"no such index [{index}] and no template for it", 404, "index_not_found_exception")


def store(operation, action, source):
    index, key = action["_index"], action.get("_id")
    mapping, is_stream = mapping_of(index)
    event = json.loads(source)
    if is_stream and (operation != "create" or "@timestamp" not in event):
        refuse("only write ops with an op_type of create are allowed in data streams")
    check(event, mapping, "")
    if operation == "create" and (index, key) in stored:
        files[".again"].write(key + "\n")
        refuse(f"[{key}]: version conflict, document already exists", 409, "version_conflict_engine_exception")
    if key != event["event"]["id"]:
        refuse(f"the id is {key}, not that of the event")
    stored[index, key] = True
    files[""].write(source + "\n")


def bulk(body, trouble):
    if not body.endswith(b"\n"):
        refuse("The bulk request must be terminated by a newline [\\n]")
    lines = body.decode().split("\n")[:-1]
    actions = []
    for number, (line, source) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        [(operation, action)] = json.loads(line).items()
        if operation not in ("create", "index") or set(action) - {"_index", "_id", "pipeline", "routing"}:
            refuse(f"Malformed action/metadata line [{2 * number + 1}]")
        actions.append((operation, action, source))
    items = []
    for number, (operation, action, source) in enumerate(actions):
        item = {"status": 201}
        try:
            if trouble == "some 429" and number % 3 == 0:
                refuse("rejected execution", 429, "es_rejected_execution_exception")
            store(operation, action, source)
        except Refused as refused:
            item = {"status": refused.status, "error": refused.error}
            if refused.status == 400:
                files[".refused"].write(json.dumps([refused.error, source]) + "\n")
        items.append({operation: item})
    return {"errors": any("error" in item[next(iter(item))] for item in items), "items": items}


def load(body, content_type):
    form = email.parser.BytesParser(policy=email.policy.default).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    objects = [json.loads(line) for line in next(form.iter_parts()).get_content().decode().splitlines()]
    fresh = [one for one in objects if kept.setdefault(f"{one['type']}/{one['id']}", one) is one]
    for one in objects:
        for reference in one["references"]:
            if f"{reference['type']}/{reference['id']}" not in kept:
                refuse(f"{one['id']} refers to {reference['id']}")
    errors = [{"id": one["id"], "type": one["type"], "error": {"type": "conflict"}} for one in objects if one not in fresh]
    return {"successCount": len(fresh), "success": not errors, "errors": errors}


class Elastic(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        path, _, query = self.path.partition("?")
        is_bulk = path == "/_bulk"
        trouble = next(troubles) if is_bulk and options.troubles else ""
        if trouble == "no answer":
            self.close_connection = True
            return
        try:
            with gate:
                status, answer = 200, self.perform(path, query, body, trouble)
        except Refused as refused:
            status, answer = refused.status, {"error": refused.error, "status": refused.status}
        if trouble == "stored, no answer":
            self.close_connection = True
            return
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[:len(text) // 2] if trouble == "breaks off" else text)
        self.close_connection |= trouble == "breaks off"

    do_GET = do_PUT = do_POST = answer

    def perform(self, path, query, body, trouble):
        if trouble in ("503", "429"):
            refuse("it has other worries", int(trouble), "es_rejected_execution_exception")
        if self.command == "POST" and path == "/_bulk":
            if {pair.partition("=")[0] for pair in query.split("&") if pair} - {"filter_path"}:
                refuse("request [/_bulk] contains unrecognized parameter")
            if self.headers["Content-Type"] != "application/x-ndjson":
                refuse("Content-Type header is not supported", 406, "media_type_header_exception")
            return bulk(body, trouble)
        if self.command == "GET" and path == "/":
            return {"cluster_name": "test", "version": {"number": "9.1.0", "build_flavor": "default"}}
        if self.command == "POST" and path == "/_security/user/_has_privileges":
            return {"has_all_requested": True}
        if self.command == "POST" and path == "/api/saved_objects/_import" and self.headers["kbn-xsrf"]:
            return load(body, self.headers["Content-Type"])
        if self.command == "PUT" and path.startswith(("/_ilm/", "/_component_template/", "/_index_template/", "/_data_stream/")):
            kept[path] = json.loads(body or b"{}")
            return {"acknowledged": True}
        return kept[path] if self.command == "GET" and path in kept else refuse("not found", 404, "resource_not_found_exception")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a client that is killed goes away in the midst of it


server = Server(("127.0.0.1", 0), Elastic)
print(server.server_address[1], flush=True)
server.serve_forever()
