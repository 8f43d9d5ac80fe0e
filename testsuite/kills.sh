# Sourced by scenarios after lib.sh: an agent that is killed again and again under load, and what every run of it has to tell.
# shellcheck shell=bash

grace=0.7     # seconds that capture, the search for owners, and a busy machine may take

# begin RUN: starts the agent, and leaves the time from when on it tells in $since.
begin() {
    "$connbeat" -c connbeat.yml >/dev/null 2>>"$log" 3>&- &
    agent=$!
    await "start of run $1" runs "$1"
    since=$EPOCHREALTIME
}

runs() {
    [ "$(grep -c 'connbeat start running' "$log")" -ge "$1" ]
}

# over SECONDS: what was there so long before now has to be told of the run that began last; missed.py is told so in `runs`.
over() {
    echo "$since $("$python" -c "print($EPOCHREALTIME - $1)")" >>runs
}

# kill_agent: and nothing is left of it.
kill_agent() {
    over "$grace"
    kill -KILL "$agent"
    wait "$agent" 2>/dev/null || true
}

# start_load RATE: connections come and go from now on, written down in `load`; the port that they come to is in $server.
start_load() {
    mkfifo load.out
    "$python" "$root/testsuite/load.py" "$1" load >load.out 3>&- &
    pid[load]=$!
    read -r server <load.out
}

end_load() {
    kill "${pid[load]}"
    wait "${pid[load]}"
    unset 'pid[load]'
}

# end_run: the last run tells all that there was, and stops as it is asked to.
end_run() {
    sleep "$grace"
    over 0
    stop_agent
    [ "$stopped" = 0 ] || fail "exit code $stopped"
}
