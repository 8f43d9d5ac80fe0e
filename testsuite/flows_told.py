"""Compares what was told of flows of UDP with what their peers say of themselves.

flows_told.py EVENTS MADE PORT: MADE is what `datagrams.py ask` said; each of its peers has asked the server on PORT. Each end
of each flow must be opened once and closed once, with the figures that its peers know. Says what is wrong, and fails.
"""
import json
import sys

FIGURES = ("packets_sent", "bytes_sent", "packets_received", "bytes_received")


def main(events, made, port):
    told = {}
    with open(events, encoding="utf-8") as lines:
        for event in map(json.loads, lines):
            action = event["event"]["action"]
            if action in ("connection_opened", "connection_closed") and int(port) in (event["local_port"], event["remote_port"]):
                ends = event["local_ip"], event["local_port"], event["remote_ip"], event["remote_port"]
                told.setdefault((action, *ends), []).append(event)
    faults = []
    with open(made, encoding="utf-8") as lines:
        for line in lines:
            peer, *figures = line.split()
            figures = [int(figure) for figure in figures]
            faults += judge(told, (peer, 5300, "127.0.0.1", int(port)), figures, "outbound")
            faults += judge(told, ("127.0.0.1", int(port), peer, 5300), figures[2:] + figures[:2], "inbound")
    faults += [f"told of nobody: {key}" for key in told]
    for fault in faults[:10]:
        print(fault)
    sys.exit(f"{len(faults)} faults" if faults else 0)


def judge(told, ends, figures, direction):
    opened, closed = told.pop(("connection_opened", *ends), []), told.pop(("connection_closed", *ends), [])
    if (len(opened), len(closed)) != (1, 1):
        return [f"{ends}: opened {len(opened)} times, closed {len(closed)} times"]
    network = closed[0]["network"]
    found = [network.get(figure) for figure in FIGURES]
    faults = []
    if found != figures:
        faults.append(f"{ends}: {found}, not {figures}")
    if network["direction"] != direction or closed[0]["local_process"]["attribution"] != "bpf":
        faults.append(f"{ends}: {network['direction']}, {closed[0]['local_process']}")
    return faults


main(*sys.argv[1:])
