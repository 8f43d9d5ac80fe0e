#!/usr/bin/env bash
# promtool has nothing against the scrape configuration, and every alert is raised when it should be, and not before.
source "$(dirname "$0")/../lib.sh"

for check in 'check config deploy/prometheus/prometheus.yml' 'test rules dashboards/alerts.test.yml'; do
    read -ra words <<<"$check"
    (cd "$root" && promtool "${words[@]}") >said 2>&1 || fail "$(cat said)"
done
