#!/usr/bin/env bash
# Wrong usage is said on stderr and ends with 2; nothing goes to stdout.
source "$(dirname "$0")/../lib.sh"

expect 2 "$connbeat" -x
says "$err" 'flag provided but not defined: -x'
[ ! -s "$out" ] || fail "stdout: $(head -c 200 "$out")"

expect 2 "$connbeat" run --nonsense
says "$err" 'flag provided but not defined: -nonsense'

expect 2 "$connbeat" nonsense
expect 2 "$connbeat" -c
expect 2 "$connbeat" snapshot --format xml
expect 2 "$connbeat" snapshot --port 70000
expect 2 "$connbeat" snapshot --remote 127.0.0.0/99
