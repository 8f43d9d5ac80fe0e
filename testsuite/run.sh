#!/usr/bin/env bash
# Runs the scenarios, or those that are named, against the built ./connbeat. One line each: ok, not ok, or skip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

status=0
for scenario in scenarios/*.sh; do
    name=$(basename "$scenario" .sh)
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
        continue
    fi
    code=0
    printed=$(timeout --kill-after=5 "${CONNBEAT_SCENARIO_SECONDS:-60}" bash "$scenario") || code=$?
    if ! grep -qE '^(ok|not ok|skip) ' <<<"$printed"; then
        printed+=${printed:+$'\n'}"not ok $name: ended with exit code $code and said nothing"
    fi
    echo "$printed"
    [ "$code" = 0 ] || status=1
done
exit "$status"
