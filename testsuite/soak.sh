#!/usr/bin/env bash
# The random tests with more rounds and the black-box scenarios again and again: soak.sh [ROUNDS]. Stops at a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CONNBEAT_SOAK=1
export CONNBEAT_SCENARIO_SECONDS=600
export CONNBEAT_SPOOL_STEPS=10000000
export CONNBEAT_KILLS=100
export CONNBEAT_SCRAPES=10000
rounds=${1:-20}

dotnet build tests/Connbeat.Tests -c Release
tests/Connbeat.Tests/bin/Release/net10.0/Connbeat.Tests
for round in $(seq "$rounds"); do
    echo "== round $round of $rounds"
    testsuite/run.sh
done
