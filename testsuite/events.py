"""Reads what connbeat printed: events.py FILE [field=value ...] prints the events that have all these values.

A field is named as the documentation names it (event.action, local_process.pid). `field=` asks that it is absent,
`field=*` that it is there. A line that is no JSON object is an error; a last line without its line feed is not yet
an event. `--values FIELD` prints that field of each event instead of the event.
"""

import json
import sys


def flatten(value, prefix=""):
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from flatten(inner, f"{prefix}{name}.")
        else:
            yield prefix + name, inner


def matches(event, wanted):
    for name, value in wanted:
        if value == "" and name in event or value != "" and name not in event:
            return False
        if value not in ("", "*") and str(event[name]) != value:
            return False
    return True


def main(arguments):
    shown = None
    if arguments[0] == "--values":
        shown, arguments = arguments[1], arguments[2:]
    wanted = [argument.split("=", 1) for argument in arguments[1:]]
    with open(arguments[0], encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith("\n"):
                break
            event = json.loads(line)
            if not isinstance(event, dict):
                sys.exit(f"line {number} is no object: {line}")
            event = dict(flatten(event))
            if matches(event, wanted):
                print(line.rstrip("\n") if shown is None else event.get(shown))


if __name__ == "__main__":
    main(sys.argv[1:])
