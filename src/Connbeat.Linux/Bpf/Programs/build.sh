#!/usr/bin/env bash
# Compiles the programs: build.sh OBJECT. The same sources and the same clang give the same bytes, wherever they stand.
set -euo pipefail
object=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

clang -target bpf -g -O2 -Wall -Wextra -Werror -Wno-unused-parameter \
    -ffile-prefix-map="$PWD=connbeat" -c connbeat.bpf.c -o "$object"
llvm-strip --strip-debug "$object"     # DWARF; the types that libbpf reads stay
