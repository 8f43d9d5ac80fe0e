"""Looks for the secrets of a corpus in files: leaks.py CORPUS FILE ...

Prints each secret that a file holds, as it is or as JSON writes it, and the file. Exit code 1 where there is one. What may
be there by chance is not looked for: short secrets, numbers, and what stands elsewhere in the corpus too.
"""

import json
import re
import sys

SHORTEST = 6


def strings(value):
    """All texts in a value of JSON, names too."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            for name, item in value.items():
                yield name
                yield from strings(item)


def read(path):
    """The text, and that of every line which is JSON."""
    text = open(path, encoding="utf-8", errors="replace").read()
    found = [text]
    for line in text.splitlines():
        try:
            found.extend(strings(json.loads(line.rstrip(","))))
        except ValueError:
            pass
    return "\n".join(found)


corpus = open(sys.argv[1], encoding="utf-8").read().replace("¦", "")
secrets = {secret for secret in re.findall("⟦(.*?)⟧", corpus) if len(secret) >= SHORTEST and not secret.isdigit() and "␀" not in secret}
left = re.sub("⟦.*?⟧", "", corpus)
secrets = {secret for secret in secrets if secret not in left}
status = 0
for path in sys.argv[2:]:
    text = read(path)
    for secret in sorted(secrets):
        if secret in text:
            print(f"{path}: {secret}")
            status = 1
sys.exit(status)
