#!/usr/bin/env bash
# Measures what the README quotes and prints one table: what, figure, target, met or not. Figures are no assertions: it
# fails only where something could not be measured. run.sh [agent|capture|delivery|exporters|flows|lives|micro|namespaces|spool] [--quick]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
benchmarks=tests/Connbeat.Benchmarks
built=artifacts/benchmarks

mkdir -p "$built"
cc -O2 -Wall -Wextra -o "$built/hold" "$benchmarks/Load/hold.c"
cc -O2 -Wall -Wextra -o "$built/lives" "$benchmarks/Load/lives.c"
cc -O2 -Wall -Wextra -o "$built/datagrams" "$benchmarks/Load/datagrams.c"
cc -O2 -Wall -Wextra -o "$built/churn" "$benchmarks/Load/churn.c"
cp "$benchmarks/Load/namespaces.sh" "$built"
dotnet publish src/Connbeat -c Release --use-current-runtime -o "$built/agent" >&2
dotnet build "$benchmarks" -c Release -o "$built/benchmarks" >&2

# What it starts ends with it: the agents by pid, hold when its input ends, and so do the namespaces.
exec timeout --foreground 1800 \
    dotnet "$built/benchmarks/Connbeat.Benchmarks.dll" figures "$built" "$built/agent/connbeat" "$@"
