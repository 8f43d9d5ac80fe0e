"""Manual pages: connbeat.1, from what stands in man/ and what commands say, and connbeat.yml.5, from connbeat.yml."""
import re
from pathlib import Path

import commands

HERE = Path(__file__).parent


def write(root, yaml, folder):
    page = (HERE / "man/connbeat.1").read_text()
    page = page.replace("@FLAGS@\n", flags(root, everywhere=set()))
    page = page.replace("@COMMANDS@\n", "".join(command_text(command, root) for command in root.everything() if command.path))
    (folder / "connbeat.1").write_text(page)
    settings = "".join(setting_text(*entry) for entry in entries(yaml.read_text()))
    page = (HERE / "man/connbeat.yml.5").read_text().replace("@SETTINGS@\n", settings)
    (folder / "connbeat.yml.5").write_text(page)


def quoted(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def flags(command, everywhere):
    text = ""
    for flag in command.flags:
        if tuple(flag.names) not in everywhere:
            names = ", ".join(f"\\fB{quoted(name)}\\fR" for name in flag.names)
            value = f" \\fI{quoted(flag.value)}\\fR" if flag.value else ""
            text += f".TP\n{names}{value}\n{quoted(flag.description)}\n"
    return text


def command_text(command, root):
    # What every command takes stands under OPTIONS, once; the exporters have their own -c and -d.
    is_exporter = not any("-E" in flag.names for flag in command.flags)
    everywhere = {commands.HELP} if is_exporter else {tuple(flag.names) for flag in root.flags}
    argument = f" \\fI{quoted(command.argument)}\\fR" if command.argument else ""
    return f".SS connbeat {quoted(' '.join(command.path))}{argument}\n{quoted(command.description)}\n{flags(command, everywhere)}"


def entries(yaml):
    """What stands in connbeat.yml, examples too, as [(comment, [(path, value)])]; a section of its own is ("name", None)."""
    shown = re.sub(
        r"^  # \w+:\n(?:  #.*\n)+", lambda example: re.sub("^  # ?", "  ", example[0], flags=re.MULTILINE), yaml, flags=re.MULTILINE)
    lines = shown.splitlines()
    while lines[0].startswith("#"):
        lines.pop(0)  # the page has its own beginning
    found, path, comment, goes_on = [], [], [], False
    for line, after in zip(lines, [*lines[1:], ""]):
        text = line.strip()
        if not text:
            comment, goes_on = [], False
        elif text.startswith("#"):
            comment.append(text[1:].removeprefix(" "))
            goes_on = False
        else:
            name, value = re.fullmatch(r"([\w.]+):\s*(.*)", text).groups()
            path[(len(line) - len(line.lstrip())) // 2:] = [name]
            is_section = len(path) == 1 and after.startswith("  ")
            setting = (".".join(path), None if is_section else value)
            if goes_on:
                found[-1][1].append(setting)
            else:
                found.append((comment, [setting]))
            comment, goes_on = [], not is_section
    return found


def setting_text(comment, settings):
    if settings[0][1] is None:
        heading = f".SS {quoted(settings[0][0])}\n"
    else:
        heading = ""
        for position, (path, value) in enumerate(settings):
            default = f" {quoted(value)}" if value else ""
            heading += f".{'TQ' if position else 'TP'}\n\\fB{quoted(path)}:\\fR{default}\n"
    return heading + comment_text(comment)


def comment_text(comment):
    text, example = "", False
    for line in comment:
        is_example = line.startswith("  ")
        if is_example != example:
            text += ".RS\n.nf\n" if is_example else ".fi\n.RE\n"
            example = is_example
        text += (quoted(line) or ".sp") + "\n" if line.strip() else ""
    return text + (".fi\n.RE\n" if example else "")
