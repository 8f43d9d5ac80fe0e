# Sourced by every scenario: starts the built agent and a peer with sockets, waits for events with a bound, cleans up,
# and says at the end `ok NAME`, `not ok NAME: why` or `skip NAME: why`.
# shellcheck shell=bash
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=$(basename "$0" .sh)
work=$(mktemp -d)
chmod 755 "$work"
patience=${CONNBEAT_PATIENCE:-10}     # seconds that anything awaited may take
connbeat=$root/connbeat
python=$(python3 -c 'import sys; print(sys.executable)')
events=$work/events.ndjson
log=$work/log
agent='' why=''
through=()
namespaces=()
declare -A pid=() input=() output=()     # of the peers, by name
: >"$events"
install -m 644 "$root/testsuite/peer.py" "$work"     # where anybody may read it
cd "$work"
exec 3>&1     # the report goes there, wherever stdout leads when the scenario ends

report() {
    local status=$?
    trap - EXIT ERR
    exec >&3 2>/dev/null
    kill -KILL ${agent:+"$agent"} "${pid[@]}" || true
    if [ "$status" = 0 ]; then
        echo "ok $name"
    elif [ "$status" = 77 ]; then
        echo "skip $name: $why"
        status=0
    else
        echo "not ok $name: ${why:-exit code $status}"
        [ ! -s "$log" ] || sed 's/^/    log: /' "$log" | tail -n 20
    fi
    for namespace in "${namespaces[@]}"; do
        ip netns del "$namespace" 2>/dev/null || true
    done
    rm -rf "$work"
    exit "$status"
}
trap 'why=${why:-"line $LINENO: $BASH_COMMAND"}' ERR
trap report EXIT

fail() {
    why=$*
    exit 1
}

skip() {
    why=$*
    exit 77
}

# await WHAT COMMAND...: looks again and again until the command succeeds, at most $patience seconds.
await() {
    local what=$1 deadline=$((SECONDS + patience))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "no $what within $patience s"
        sleep 0.05
    done
}

# configure: takes the agent's configuration from stdin. A scenario that does not call it has the one below.
configure() {
    cat >"$work/connbeat.yml"
}

configure <<YAML
connbeat:
  poll_interval: 200ms
  shutdown_timeout: 5s
  state: $work/state
output:
  console: {}
YAML

# start_agent ARGUMENT...: the agent in the background; its stdout goes to $events, its stderr to $log.
# A program to start it through, with its arguments, may stand in the array `through`.
start_agent() {
    local before
    before=$(count_events event.action=agent_started)
    # Bash ignores SIGINT in what it starts in the background; the agent is to have it.
    env --default-signal=INT "${through[@]}" "$connbeat" -c "$work/connbeat.yml" -e "$@" >>"$events" 2>>"$log" 3>&- &
    agent=$!
    await 'agent_started' started "$before"
}

started() {
    more_than "$1" event.action=agent_started && return
    ! ended "$agent" || fail 'the agent ended as soon as it was started'
    return 1
}

# stop_agent [SIGNAL]: asks it to stop; leaves its exit code in $stopped.
stop_agent() {
    kill -"${1:-TERM}" "$agent"
    await 'end of the agent' ended "$agent"
    stopped=0
    wait "$agent" || stopped=$?
    agent=''
}

ended() {
    [ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status"
}

# Each of these takes FIELD=VALUE...: the events so far that have all these values; see events.py.
select_events() {
    "$python" "$root/testsuite/events.py" "$events" "$@"
}

count_events() {
    select_events "$@" | wc -l
}

await_event() {
    await "event with $*" more_than 0 "$@"
}

more_than() {
    [ "$(count_events "${@:2}")" -gt "$1" ]
}

exactly() {
    local found
    found=$(count_events "${@:2}")
    [ "$found" = "$1" ] || fail "$found events${2:+ with ${*:2}}, not $1"
}

# values FIELD FIELD=VALUE...: that field of each.
values() {
    "$python" "$root/testsuite/events.py" --values "$1" "$events" "${@:2}"
}

# start_peer NAME [PROGRAM ARGUMENT...]: a process with sockets, started through a program that becomes it; ${pid[NAME]} is
# its id. See peer.py.
start_peer() {
    local to from
    mkfifo "$work/$1.in" "$work/$1.out"
    env "${@:2}" "$python" "$work/peer.py" <"$work/$1.in" >"$work/$1.out" 2>>"$work/peers.log" 3>&- &
    pid[$1]=$!
    exec {to}>"$work/$1.in" {from}<"$work/$1.out"
    input[$1]=$to output[$1]=$from
}

# start_sink NAME ARGUMENT...: a web server that takes events; its port is in $port, what it takes in NAME. See sink.py, or
# where the variable `program` names it, elastic.py.
start_sink() {
    local from
    mkfifo "$1.out"
    "$python" "$root/testsuite/${program:-sink}.py" "$@" >"$1.out" 2>>"$work/peers.log" 3>&- &
    pid[$1]=$!
    exec {from}<"$1.out"
    read -r -t "$patience" port <&"$from" || fail 'the sink said no port'
}

# start_brokers NAME COUNT: Kafka brokers; where they are is in $hosts, and `tell NAME` tells them what to do. See kafka.py.
start_brokers() {
    local to from
    mkfifo "$work/$1.in" "$work/$1.out"
    "$python" "$root/testsuite/kafka.py" "$2" <"$work/$1.in" >"$work/$1.out" 2>>"$work/peers.log" 3>&- &
    pid[$1]=$!
    exec {to}>"$work/$1.in" {from}<"$work/$1.out"
    input[$1]=$to output[$1]=$from
    read -r -t "$patience" hosts <&"$from" || fail 'the brokers did not say where they are'
}

# consume TOPIC FILE FORMAT: all messages of a topic, while they come, each as kcat writes it by that format.
consume() {
    kcat -C -b "$hosts" -t "$1" -u -q -X reconnect.backoff.ms=10 -X reconnect.backoff.max.ms=100 -f "$3" >"$2" 2>>"$work/peers.log" 3>&- &
    pid[kcat-$1]=$!
}

# add_namespace VARIABLE: makes a network namespace for this scenario, and leaves its name in that variable.
add_namespace() {
    local made="connbeat-${work##*.}-$1"     # as unlike any other as the scenario's folder
    ip netns add "$made"
    namespaces+=("$made")
    printf -v "$1" %s "$made"
    inside "$made" ip link set lo up
}

# inside NAME PROGRAM ARGUMENT...: the program in that network namespace.
inside() {
    nsenter --net="/run/netns/$1" -- "${@:2}"
}

# has_bpf: eBPF works here for who runs this.
has_bpf() {
    "$connbeat" snapshot -E connbeat.source=ebpf >/dev/null 2>&1
}

# attribution: how the running agent finds the owner of what begins now.
attribution() {
    grep -q 'source ebpf' "$log" && echo bpf || echo fd
}

needs_root() {
    [ "$(id -u)" = 0 ] || skip "needs root to $*"
}

# tell NAME COMMAND...: leaves the peer's answer in $answer.
tell() {
    echo "${*:2}" >&"${input[$1]}"
    read -r -t "$patience" answer <&"${output[$1]}" || fail "peer $1 did not answer to: ${*:2}"
}

# end_peer NAME: ends it, and with it its sockets.
end_peer() {
    echo end >&"${input[$1]}"
    await "end of peer $1" ended "${pid[$1]}"
    wait "${pid[$1]}" || fail "peer $1 ended with exit code $?"
    unset "pid[$1]"
}

# expect CODE COMMAND...: runs it with its stdout in $out and its stderr in $err.
expect() {
    local code=0 wanted=$1
    shift
    out=$work/out err=$work/err
    timeout "$patience" "$@" >"$out" 2>"$err" </dev/null || code=$?
    [ "$code" = "$wanted" ] || fail "exit code $code, not $wanted, of: ${*/#$root\//}; $(head -c 500 "$err")"
}

# says FILE TEXT: the file holds this text.
says() {
    grep -qF -- "$2" "$1" || fail "$(basename "$1") does not say '$2': $(head -c 500 "$1")"
}

[ -x "$connbeat" ] || fail "there is no ./connbeat; run make"
