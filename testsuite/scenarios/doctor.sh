#!/usr/bin/env bash
# What is wrong is told with what it costs and a command; the command mends it. Nothing is changed, nothing secret told.
source "$(dirname "$0")/../lib.sh"

through=()

# examine CODE ARGUMENT...: the report as JSON in $out. On a busy machine a look may take too long, and is taken again.
examine() {
    local again=10
    until expect "$1" "${through[@]}" "$connbeat" doctor --format json -c "$work/connbeat.yml" "${@:2}" &&
        ! grep -q 'took longer' "$out"; do
        [ $((again--)) -gt 0 ] || fail 'looking takes too long'
    done
}

# found NAME STATUS [TEXT]: so a check of the last report stands, and one of its texts holds this.
found() {
    "$python" - "$out" "$@" <<'PYTHON' || fail "$1 is not $2${3:+ and says '$3'}: $(grep -A 9 "\"$1\"" "$out")"
import json
import sys

path, name, status, *words = sys.argv[1:]
report = json.load(open(path))
check = next(check for check in report["checks"] if check["name"] == name)
texts = [check["says"], *check["costs"], *check["mend"]]
sys.exit(check["status"] != status or not all(any(word in text for text in texts) for word in words))
PYTHON
}

# mend NAME: does what the last report says against it, as root.
mend() {
    local command
    command=$("$python" - "$out" "$1" <<'PYTHON'
import json
import sys

print(next(check for check in json.load(open(sys.argv[1]))["checks"] if check["name"] == sys.argv[2])["mend"][0])
PYTHON
)
    bash -euc "${command//sudo /}" >>"$log" 2>&1 || fail "this does not mend $1: $command"
}

chmod 600 "$work/connbeat.yml"
examine 0
found configuration ok connbeat.yml
found 'state file' ok 'can be made'
[ ! -e "$work/state" ] || fail 'it made a state file'

expect 0 "$connbeat" doctor -c "$work/connbeat.yml"
tail -n 1 "$out" | grep -qE '^[0-9].* ok: connbeat runs' || fail "no summary: $(tail -n 1 "$out")"
! grep -q $'\e' "$out" || fail 'colours in a report that goes to no terminal'

start_agent
examine 0
found 'state file' note "process $agent"
stop_agent
examine 0
found 'state file' ok 'can be written'

chmod 666 "$work/connbeat.yml"
examine 0
found configuration degraded 'others can write it'
mend configuration
examine 0 -strict.perms
found configuration ok
chmod 666 "$work/connbeat.yml"
examine 1 -strict.perms
found configuration broken chmod
chmod 600 "$work/connbeat.yml"

examine 1 -E connbeat.agregation=10s
found configuration broken connbeat.aggregation
expect 1 "$connbeat" doctor -E connbeat.agregation=10s
says "$out" 'broken'
expect 1 "$connbeat" doctor -c "$work/missing.yml"
says "$out" missing.yml

export PROC_NET_TCP=$work/no-such-table
examine 1
found source broken "$PROC_NET_TCP"
export PROC_NET_TCP=/proc/net/tcp
examine 0
found source note /proc/net/tcp
unset PROC_NET_TCP

DOCKER_HOST=unix://$work/none.sock examine 1 -E connbeat.enable_docker=true
found 'container engine' broken none.sock

export TOKEN=hunter2-of-the-environment
echo 'hunter2-of-a-file' >"$work/secret"
for format in text json; do
    # shellcheck disable=SC2016 # connbeat is to put in what they stand for
    expect 1 "$connbeat" doctor --format $format -c "$work/connbeat.yml" \
        -E 'name=${TOKEN}' -E "fields.key=\${file:$work/secret}" -E 'connbeat.aggregation=${TOKEN}'
    ! cat "$out" "$err" | grep -q hunter2 || fail "a secret is told in $format"
done

expect 1 bash -c "'$connbeat' doctor >&-"
expect 2 "$connbeat" doctor --format xml
bash -c "'$connbeat' doctor; echo \$? >'$work/code'" | head -n 1 >/dev/null
grep -qE '^(0|141)$' "$work/code" || fail "exit code $(cat "$work/code") when nobody reads"

[ "$(id -u)" = 0 ] || exit 0

# As somebody else, from where somebody else may look.
install -m 755 "$connbeat" "$work/agent"
connbeat=$work/agent
chmod 644 "$work/connbeat.yml"
through=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
mkdir -m 755 "$work/connbeat"
state="connbeat.state=$work/connbeat/state"

examine 0 -E "$state"
found capabilities degraded CAP_SYS_PTRACE setcap
found processes degraded 'have no process'
found 'state file' degraded 'Permission denied' chown
examine 0 -E "$state" -E connbeat.nat=true
found 'address translation' degraded CAP_NET_ADMIN
mend 'state file'
examine 0 -E "$state"
found 'state file' ok
if command -v setcap >/dev/null; then
    mend capabilities
    examine 0 -E "$state"
    found capabilities ok
fi

install -m 755 "$root/connbeat" "$work/agent"
cat >"$work/hide" <<BASH
set -euo pipefail
look() {
    for _ in {1..10}; do
        ${through[*]} "$work/agent" doctor >"$work/report"
        ! grep -q 'took longer' "$work/report" || continue
        grep -q "\$1" "$work/report"
        return
    done
    false
}
mount -t proc -o hidepid=2 proc /proc
look 'mount -o remount,hidepid=0 /proc'
mount -o remount,hidepid=0 /proc
look 'the descriptors of .* may be read'
BASH
expect 0 unshare --mount --propagation private bash "$work/hide"
