#!/usr/bin/env bash
# lintian has nothing against the Debian package.
source "$(dirname "$0")/../lib.sh"
command -v lintian >/dev/null || skip 'needs lintian'

DEB_COMPRESSION=gzip "$root/packaging/debian/build.sh" "$connbeat" "$work" >/dev/null
timeout 50 lintian --allow-root --tag-display-limit 0 --fail-on error,warning connbeat_*.deb >remarks 2>&1 || fail "$(cat remarks)"
[ ! -s remarks ] || fail "$(cat remarks)"
