"""Completion of every command and flag, for bash (connbeat.bash) and zsh (_connbeat)."""
import re

BASH = """# bash completion for connbeat
_connbeat()
{
    local word path='' words='' at current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        word="${path:+$path }${COMP_WORDS[at]}"
        case $word in
            @PATHS@) path=$word ;;
        esac
    done
    if [ "$current" = = ]; then
        current=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case "$path $before" in
@VALUES@
    esac
    case $path in
@WORDS@
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o filenames -o default -F _connbeat connbeat
"""

ZSH = """#compdef connbeat
# zsh completion for connbeat
@FUNCTIONS@
_connbeat "$@"
"""


def write(root, folder):
    (folder / "connbeat.bash").write_text(bash(root))
    (folder / "_connbeat").write_text(ZSH.replace("@FUNCTIONS@\n", "".join(zsh(command) for command in root.everything())))


def bash(root):
    values, words = "", ""
    for command in root.everything():
        path = " ".join(command.path)
        for flag in command.flags:
            pattern = " | ".join(f"'{path} {name}'" for name in flag.names)
            if flag.choices:
                values += f"        {pattern})\n            mapfile -t COMPREPLY < <(compgen -W '{' '.join(flag.choices)}' -- \"$current\"); return ;;\n"
            elif flag.takes_file:
                values += f"        {pattern})\n            mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n"
            elif flag.value:
                values += f"        {pattern})\n            return ;;\n"
        names = [inner.path[-1] for inner in command.commands] + [name for flag in command.flags for name in flag.names if name != "-?"]
        words += f"        '{path}') words='{' '.join(names)}' ;;\n"
    paths = " | ".join(f"'{' '.join(command.path)}'" for command in root.everything() if command.path)
    return BASH.replace("@PATHS@", paths).replace("@VALUES@\n", values).replace("@WORDS@\n", words)


def zsh(command):
    name = "_".join(["_connbeat", *command.path])
    specs = [spec for flag in command.flags for spec in zsh_specs(flag)]
    text = f"{name}()\n{{\n"
    if command.commands:
        described = "\n".join(f"        {literal(inner.path[-1] + ':' + inner.description)}" for inner in command.commands)
        choices = "\n".join(f"            {inner.path[-1]}) {'_'.join(['_connbeat', *inner.path])} ;;" for inner in command.commands)
        text += "    local state line curcontext=$curcontext\n    local -a commands\n"
        text += f"    commands=(\n{described}\n    )\n"
        specs += ["'1: :->command'", "'*:: :->rest'"]
        text += "    _arguments -C " + lines(specs) + "\n"
        text += f"    case $state in\n        command) _describe command commands ;;\n        rest)\n            case $words[1] in\n"
        text += re.sub("^", "    ", choices, flags=re.MULTILINE) + "\n            esac ;;\n    esac\n}\n"
        return text
    specs += ["'::path:_files'"] if command.argument else []
    return text + "    _arguments " + lines(specs) + "\n}\n"


def lines(specs):
    return "\\\n        " + " \\\n        ".join(specs)


def zsh_specs(flag):
    names = [name for name in flag.names if name != "-?"]
    repeated = "may be repeated" in flag.description
    told = re.sub(r"([\[\]:\\])", r"\\\1", flag.description)
    value = "" if not flag.value else f":{flag.value.replace('|', ' or ').replace(':', '')}:" + (
        f"({' '.join(flag.choices)})" if flag.choices else "_files" if flag.takes_file else "")
    for name in names:
        others = "*" if repeated else f"({' '.join(names)})"
        yield literal(f"{others}{name}[{told}]{value}")


def literal(text):
    return "'" + text.replace("'", "'\\''") + "'"
