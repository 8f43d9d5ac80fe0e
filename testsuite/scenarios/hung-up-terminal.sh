#!/usr/bin/env bash
# A terminal that hangs up is a reader that has gone: connbeat, which takes SIGHUP for a reload, ends all the same.
source "$(dirname "$0")/../lib.sh"

configure <<YAML
connbeat: { poll_interval: 100ms, state: '' }
output.console: {}
YAML
cat >"$work/terminal.py" <<'PYTHON'
import os, pty, socket, subprocess, sys

terminal, inside = pty.openpty()
agent = subprocess.Popen(sys.argv[1:], stdin=inside, stdout=inside, stderr=subprocess.DEVNULL, start_new_session=True)
os.close(inside)
os.read(terminal, 1)          # its first event
os.kill(agent.pid, 1)         # SIGHUP, as the kernel sends it to the terminal's session
os.close(terminal)
while agent.poll() is None:   # something to tell of
    with socket.create_server(("127.0.0.1", 0)):
        try:
            agent.wait(0.3)
        except subprocess.TimeoutExpired:
            pass
sys.exit(0 if agent.returncode in (141, -1) else 1)     # -1: another SIGHUP came when it was ending anyway
PYTHON
expect 0 "$python" "$work/terminal.py" "$connbeat" -c "$work/connbeat.yml"
