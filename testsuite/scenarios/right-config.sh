#!/usr/bin/env bash
# A right file is called right, by the new command and by the old flag, and one setting can be overridden.
source "$(dirname "$0")/../lib.sh"

expect 0 "$connbeat" test config -c "$work/connbeat.yml"
says "$out" 'Config OK'
expect 0 "$connbeat" -configtest -c "$work/connbeat.yml"
says "$out" 'Config OK'
expect 0 "$connbeat" test config -c "$root/connbeat.yml"
expect 0 "$connbeat" test config -c "$work/connbeat.yml" -E connbeat.poll_interval=1s
expect 1 "$connbeat" test config -c "$work/connbeat.yml" -E connbeat.poll_interval=soon
