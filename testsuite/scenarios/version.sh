#!/usr/bin/env bash
# Who it is and how it is used.
source "$(dirname "$0")/../lib.sh"

for command in version -version; do
    expect 0 "$connbeat" $command
    grep -qE '^connbeat version [0-9]+\.[0-9]+\.[0-9]+' "$out" || fail "$command prints: $(head -c 200 "$out")"
done

expect 0 "$connbeat" -h
cat "$out" "$err" >"$work/usage"
for word in run snapshot doctor version test -c -E --once; do
    says "$work/usage" "$word"
done
