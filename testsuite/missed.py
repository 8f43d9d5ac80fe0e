"""Finds what an agent should have told and did not: missed.py PORT LOAD RUNS STREAM ...

LOAD is what load.py wrote, which listened on PORT. RUNS has a line for each run of the agent: when it began, and until when
what was there has to be told; in seconds since 1970. Each connection that lived at such a moment has to be in the stream,
from both of its ends. Prints the ports of those that are not; exits with 1 where there is any.
"""

import json
import sys

port = int(sys.argv[1])
runs = [tuple(map(float, line.split())) for line in open(sys.argv[3], encoding="utf-8")]
told = set()
for stream in sys.argv[4:]:
    for line in open(stream, encoding="utf-8"):
        if line.endswith("\n"):
            event = json.loads(line)
            told.add((event.get("local_port"), event.get("remote_port")))

due, missed = 0, []
for line in open(sys.argv[2], encoding="utf-8"):
    client, began, ended = line.split()
    if any(float(began) < until and float(ended) > since for since, until in runs):
        due += 1
        if not {(int(client), port), (port, int(client))} <= told:
            missed.append(client)
print(f"{len(missed)} of {due} missed:", *missed[:20])
sys.exit(1 if missed or due == 0 else 0)
