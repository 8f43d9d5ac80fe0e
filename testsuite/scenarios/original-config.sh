#!/usr/bin/env bash
# The configurations that came with the original start as they are.
source "$(dirname "$0")/../lib.sh"

original=$root/tests/Connbeat.Tests/Fixtures/config/original
own=(-E "connbeat.state=$work/state" -E connbeat.shutdown_timeout=5s -E connbeat.poll_interval=200ms)

# watches CONFIGURATION ARGUMENT...: the agent starts with it, tells a listener, and has no error to log.
watches() {
    cp "$original/$1.yml" "$work/connbeat.yml"
    rm -f "$work"/state*
    : >"$log"
    start_agent "${own[@]}" "${@:2}"
    await_event event.action=listener_opened "${told[@]}" beat.ephemeral_id="$(run)"
    says "$log" ': connbeat.enable_tcp_diag is an older spelling; write connbeat.source: netlink, or auto'
    stop_agent
    [ "$stopped" = 0 ] || fail "exit code $stopped of $1"
    if grep -E ' (ERR|CRIT)' "$log"; then
        fail "an error is logged with $1"
    fi
}

# run: the run that began last.
run() {
    values beat.ephemeral_id event.action=agent_started | tail -n 1
}

start_peer peer
tell peer listen
port=$answer

told=(local_port="$port")
watches shipped -E output.elasticsearch.enabled=false -E output.console.enabled=true
[ "$(values local_process.cmdline local_port="$port" | sort -u)" = '' ] || fail 'shipped: a command line is told'
[[ $(values local_process.environ local_port="$port") == *PATH=* ]] || fail 'shipped: no environment is told'

told=(local_port= fields=)     # it includes local_ip and remote_ip and no other field
watches full
exactly 0 local_port='*' beat.ephemeral_id="$(run)"

mkfifo "$work/sink.out"
"$python" "$root/testsuite/sink.py" "$work/sunk" >"$work/sink.out" 2>>"$work/peers.log" 3>&- &
pid[sink]=$!
read -r -t "$patience" sink <"$work/sink.out" || fail 'the sink said no port'
told=(local_port="$port")
export CONNBEAT_URL="http://127.0.0.1:$sink/in"
watches docker -E output.console.enabled=true -E connbeat.enable_docker=false -E connbeat.enable_local_connections=true
grep -q "\"local_port\": $port" "$work/sunk" || fail 'docker: nothing arrived'

expect 0 "$connbeat" test config -c "$original/shipped.yml"
says "$out" 'Config OK'
expect 0 "$connbeat" test config -c "$original/full.yml"
says "$out" 'Config OK'
says "$err" 'warning: '
expect 0 "$connbeat" -configtest -c "$original/full.yml" -path.home / -path.config /etc -path.data=/var -path.logs /tmp \
    -httpprof :6060 -cpuprofile a -memprofile b -plugin c.so -setup -e -v -d publish
says "$out" 'Config OK'
for flag in path.home path.config path.data path.logs httpprof cpuprofile memprofile plugin setup; do
    says "$err" "warning: -$flag has no effect; instead: "
done

# What export prints is a configuration that means the same.
expect 0 "$connbeat" export config -c "$original/full.yml"
cp "$out" "$work/exported.yml"
expect 0 "$connbeat" export config -c "$work/exported.yml"
cmp -s "$out" "$work/exported.yml" || fail 'what is exported of what was exported differs'
