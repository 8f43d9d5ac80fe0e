#!/usr/bin/env bash
# The eBPF object in the repository is what its sources make: the same compiler gives the same bytes.
source "$(dirname "$0")/../lib.sh"

programs=$root/src/Connbeat.Linux/Bpf/Programs
clang --version 2>/dev/null | grep -q 'version 14\.0\.6' || skip 'the object was made by clang 14.0.6 of Debian 12'
[ -e /usr/include/bpf/bpf_core_read.h ] || skip 'libbpf-dev is not installed'

"$programs/build.sh" "$work/connbeat.bpf.o"
cmp -s "$work/connbeat.bpf.o" "$programs/connbeat.bpf.o" || fail 'the object is not what its sources make: run make bpf, and commit it'

# Wherever the sources lie.
cp -r "$programs" "$work/elsewhere"
"$work/elsewhere/build.sh" "$work/elsewhere.bpf.o"
cmp -s "$work/elsewhere.bpf.o" "$programs/connbeat.bpf.o" || fail 'the object depends on where its sources lie'
