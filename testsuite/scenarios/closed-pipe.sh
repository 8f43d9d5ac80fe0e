#!/usr/bin/env bash
# `connbeat | head -n 1` ends, as `yes | head -n 1` does.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen
port=$answer

{
    set +e
    timeout 30 "$connbeat" -c "$work/connbeat.yml" -e 2>>"$log" | head -n 1 >"$work/first"
    echo "${PIPESTATUS[0]}" >"$work/code"
} 3>&- &

# Only who writes finds out that nobody reads, so something must happen.
ended_after_one_more() {
    tell peer churn "$port" 1
    [ -s "$work/code" ]
}
await 'end of the agent' ended_after_one_more

"$python" -m json.tool "$work/first" >/dev/null || fail "the first line is no JSON: $(head -c 200 "$work/first")"
