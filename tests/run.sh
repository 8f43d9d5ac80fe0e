#!/usr/bin/env bash
# Installs what the tests need and is missing, builds everything, and runs each suite within a time of its own.
# The last line says how it went: N passed, N failed. All budgets together are 15 minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian packages that the tests use, each with a command, or files, that show it is there.
declare -A packages=(
    [conntrack]=conntrack [curl]=curl [iproute2]=ip [kcat]=kcat [nftables]=nft [openssl]=openssl [prometheus]=promtool
    [python3]=python3 [util-linux]=setpriv
    [adduser]=adduser [systemd]=systemd-analyze [zsh]=zsh
    [clang]=clang [llvm]=llvm-strip [libbpf-dev]=/usr/include/bpf/libbpf.h [libbpf1]='/usr/lib*/*/libbpf.so.1'
    [iputils-ping]=ping [strongswan-charon]=/usr/lib/ipsec/charon [strongswan-starter]=ipsec [strongswan-swanctl]=swanctl
    [libcharon-extra-plugins]=/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so
    [libstrongswan-standard-plugins]=/usr/lib/ipsec/plugins/libstrongswan-gcm.so
)

# Kernel tests and apt-get need root. Asked for once and now: behind `timeout` sudo could not ask.
as_root=()
if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null; then
    as_root=(sudo --preserve-env)
    "${as_root[@]}" true
fi

results=artifacts/results
passed=0 failed=0 skipped=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

install_missing() {
    local package missing=()
    for package in "${!packages[@]}"; do
        command -v "${packages[$package]}" >/dev/null || compgen -G "${packages[$package]}" >/dev/null ||
            missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        export DEBIAN_FRONTEND=noninteractive
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
}

finish() {
    local summary="$passed passed, $failed failed"
    [ "$skipped" = 0 ] || summary+=", $skipped skipped"
    echo "$summary" | tee "$results/summary"
    [ "$failed" = 0 ]
}

fail() {
    echo "not ok $1: $2"
    failed=$((failed + 1))
}

# step NAME SECONDS COMMAND...: something that the suites need; nothing can be tested without it.
step() {
    local name=$1 seconds=$2
    shift 2
    echo "== $name"
    if ! timeout --kill-after=10 "$seconds" "$@"; then
        fail "$name" "failed, or took longer than $seconds s"
        finish
        exit 1
    fi
}

# What the report of a suite counts, as "passed failed skipped"; nothing where there is no report.
count_xunit() {
    python3 - "$results/$1.xml" <<'PYTHON'
import sys
import xml.etree.ElementTree as xml

assembly = xml.parse(sys.argv[1]).getroot().find("assembly")
passed, failed, errors, skipped = (int(assembly.get(name)) for name in ("passed", "failed", "errors", "skipped"))
print(passed, failed + errors, skipped)
PYTHON
}

# The same for a suite that prints a line for each test: ok NAME, not ok NAME: why, skip NAME: why.
count_lines() {
    local ok not_ok skip
    ok=$(grep -c '^ok ' "$results/$1.log") || true
    not_ok=$(grep -c '^not ok ' "$results/$1.log") || true
    skip=$(grep -c '^skip ' "$results/$1.log") || true
    echo "$ok $not_ok $skip"
}

# suite NAME SECONDS COUNT COMMAND...: a suite that crashes, is late, or runs no test has failed.
suite() {
    local name=$1 seconds=$2 count=$3 status=0 ok=0 not_ok=0 skip=0
    shift 3
    echo "== $name"
    timeout --kill-after=10 "$seconds" "$@" 2>&1 | tee "$results/$name.log" || status=$?
    read -r ok not_ok skip < <("$count" "$name" 2>/dev/null) || true
    ok=${ok:-0} not_ok=${not_ok:-0} skip=${skip:-0}
    passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skip))
    if [ "$status" = 124 ] || [ "$status" = 137 ]; then
        fail "$name" "took longer than $seconds s"
    elif [ $((ok + not_ok)) = 0 ]; then
        fail "$name" "ran no test (exit code $status)"
    elif [ "$status" != 0 ] && [ "$not_ok" = 0 ]; then
        fail "$name" "ended with exit code $status"
    fi
}

# xunit NAME SECONDS [PREFIX...]: the executable of a test project, started by the prefix.
xunit() {
    local name=$1 seconds=$2
    shift 2
    suite "$name" "$seconds" count_xunit "$@" "tests/$name/bin/Release/net10.0/$name" \
        --results-directory "$results" --report-xunit --report-xunit-filename "$name.xml"
}

rm -rf "$results"
mkdir -p "$results"
install_missing
step restore 40 dotnet restore connbeat.slnx
step build 120 dotnet build connbeat.slnx -c Release --no-restore
step publish 105 make --no-print-directory connbeat
step format 125 dotnet format connbeat.slnx --verify-no-changes --no-restore

xunit Connbeat.Tests 120
xunit Connbeat.KernelTests 70 "${as_root[@]}"
suite testsuite 320 count_lines testsuite/run.sh
finish
