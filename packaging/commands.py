"""What the built connbeat can be asked to do, by its own --help: nothing is told twice, and so nothing is told wrongly."""
import re
import subprocess
from dataclasses import dataclass, field

HELP = ("-?", "-h", "--help")


@dataclass
class Flag:
    names: list[str]
    value: str  # "FILE", "table|json"; "" where it takes none
    description: str

    @property
    def choices(self):
        listed = re.search(r": ([a-z0-9-]+(?:, [a-z0-9-]+)+)\.$", self.description)
        return self.value.split("|") if "|" in self.value else listed.group(1).split(", ") if listed else []

    @property
    def takes_file(self):
        return bool(re.search(r"file|path$", self.value.lower())) and "telemetry" not in self.value and "listen" not in self.value


@dataclass
class Command:
    path: list[str]  # after "connbeat"
    description: str
    argument: str = ""
    flags: list[Flag] = field(default_factory=list)
    commands: list["Command"] = field(default_factory=list)

    def everything(self):
        """This command and all below it."""
        yield self
        for command in self.commands:
            yield from command.everything()


def read(program, path=(), description="", argument=""):
    """The command and those below it, as `program PATH… --help` tells them."""
    said = subprocess.run([program, *path, "--help"], check=True, capture_output=True, text=True).stdout
    command = Command(list(path), description or _section(said, "Description")[0].strip(), argument)
    for line in _section(said, "Options"):
        usage, description = _columns(line)
        names, value = re.fullmatch(r"([^<]*?)(?: <(.*)>)?", usage).groups()
        command.flags.append(Flag(names.split(", "), value or "", description))
    for line in _section(said, "Commands"):
        usage, description = _columns(line)
        name, _, argument = usage.partition(" ")
        command.commands.append(read(program, (*path, name), description, argument))
    return command


def _section(said, title):
    found = re.search(rf"^{title}:\n((?:  .*\n)*)", said, re.MULTILINE)
    return found.group(1).splitlines() if found else []


def _columns(line):
    usage, _, description = line.strip().partition("  ")
    return usage, description.strip()
