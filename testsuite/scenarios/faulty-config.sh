#!/usr/bin/env bash
# A faulty file stops the start with 1; every fault is told, each with its line.
source "$(dirname "$0")/../lib.sh"

configure <<'YAML'
connbeat:
  poll_interval: soon
  agregation: 10s
output:
  consol: {}
YAML

for command in run 'test config'; do
    # shellcheck disable=SC2086 # two words are two arguments
    expect 1 "$connbeat" $command -c "$work/connbeat.yml" -e
    cat "$out" >>"$err"
    says "$err" 'connbeat.yml:2: '
    says "$err" 'connbeat.yml:3: '
    says "$err" 'connbeat.yml:5: '
    says "$err" agregation
done

expect 1 "$connbeat" -c "$work/connbeat.yml" -e
says "$err" 'Exiting: '
[ ! -s "$out" ] || fail "stdout: $(head -c 200 "$out")"

expect 1 "$connbeat" -c "$work/missing.yml" -e
says "$err" 'Exiting: '
says "$err" missing.yml

printf 'connbeat: [\n' | configure
expect 1 "$connbeat" -c "$work/connbeat.yml" -e
says "$err" 'Exiting: '
