"""Compares what an agent told with what lives.py wrote: lives_told.py [--gaps] EVENTS LIVES [FIELD=VALUE ...], of events with
these values.

Each end of LIVES must have one connection_opened and one connection_closed, in this order, with its process, its bytes, a start,
an end that is not before it, and a duration; nothing else may be told of these ports. Of ends with the same ports the first
written is the first told. With --gaps as many may be told in part, or not at all, as the agent says that changes were lost, if
it says so. Prints how many there are; with what is wrong, and exit code 1, where anything is.
"""

import collections
import json
import re
import sys

from events import flatten, matches

ENDS = re.compile(r'"local_port":(\d+),.*"remote_port":(\d+)')  # most events are of others: this is much faster than JSON
arguments = sys.argv[1:]
allows_gaps = arguments[0] == "--gaps"
events_file, lives_file, *rest = arguments[allows_gaps:]
wanted = [argument.split("=", 1) for argument in rest]
expected = collections.defaultdict(list)
for line in open(lives_file, encoding="utf-8"):
    pid, near, far, sent, received = map(int, line.split())
    expected[near, far].append((pid, sent, received))

told = collections.defaultdict(list)
lost = 0
for line in open(events_file, encoding="utf-8"):
    ends = ENDS.search(line)
    if '"action":"gap"' in line:
        lost += json.loads(line)["gap"].get("count", 0)
    if ends and (ports := (int(ends[1]), int(ends[2]))) in expected and '"action":"connection_' in line:
        event = dict(flatten(json.loads(line)))
        if matches(event, wanted):
            told[ports].append(event)

wrong = collections.Counter()
examples = {}


def blame(what, ports, event=None):
    wrong[what] += 1
    examples.setdefault(what, f"{ports} {json.dumps(event)}")


def check_end(ports, end, opened, closed):
    pid, sent, received = end
    for event in (opened, closed):
        if pid and event.get("local_process.pid") != pid:
            blame(f"process of {event['event.action']}", ports, event)
        if pid and not event.get("local_process.executable"):
            blame(f"executable of {event['event.action']}", ports, event)
        if not pid and "local_process.pid" in event:
            blame("a process where there is none", ports, event)
    if (closed.get("network.bytes_sent"), closed.get("network.bytes_received")) != (sent, received):
        blame("bytes", (*ports, sent, received), closed)
    if not opened["event.start"] == closed["event.start"] <= closed["event.end"] or closed["event.duration"] < 0:
        blame("start and end", ports, closed)


partly = 0
for ports, ends in expected.items():
    events = told[ports]
    actions = [event["event.action"] for event in events if event["event.action"] != "connection_active"]
    if allows_gaps and (len(actions) != 2 * len(ends) or any("event.reason" in event for event in events)):
        partly += len(ends)
        continue
    if actions != ["connection_opened", "connection_closed"] * len(ends):
        blame("actions", (*ports, len(ends), actions[:6]))
        continue
    events = [event for event in events if event["event.action"] != "connection_active"]
    for number, end in enumerate(ends):
        check_end(ports, end, events[2 * number], events[2 * number + 1])

if allows_gaps and not 0 < partly <= lost:
    blame(f"{partly} told in part, {lost} changes lost", ())
total = sum(map(len, expected.values()))
print(f"{total} ends, {sum(wrong.values())} faults" + (f", {partly} told in part, {lost} changes lost" if allows_gaps else ""))
for what, count in wrong.most_common(10):
    print(f"  {count} times: {what}; {examples[what][:600]}")
sys.exit(1 if wrong or total == 0 else 0)
