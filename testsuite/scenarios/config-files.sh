#!/usr/bin/env bash
# Who may own and write a configuration; what can't be read; several files; pipes.
source "$(dirname "$0")/../lib.sh"

config=$work/connbeat.yml
writable="config file (\"$config\") can only be writable by the owner but the permissions are \"-rw-rw-rw-\" (to fix the permissions use: 'chmod go-w $config')"

chmod 666 "$config"
expect 0 "$connbeat" test config -c "$config"
says "$err" "warning: $writable"
expect 1 "$connbeat" test config -c "$config" -strict.perms
says "$err" "Exiting: error loading config file: $writable"
expect 1 "$connbeat" -c "$config" -e -strict.perms=true
says "$err" "Exiting: error loading config file: $writable"
for lenient in -strict.perms=false --strict.perms=f; do
    expect 0 "$connbeat" test config -c "$config" "$lenient"
    [ ! -s "$err" ] || fail "$lenient: $(cat "$err")"
done
expect 0 env BEAT_STRICT_PERMS=false "$connbeat" test config -c "$config" -strict.perms
[ ! -s "$err" ] || fail "BEAT_STRICT_PERMS=false: $(cat "$err")"

chmod 600 "$config"
expect 0 "$connbeat" test config -c "$config" -strict.perms
[ ! -s "$err" ] || fail "$(cat "$err")"

expect 0 bash -c '"$1" test config -c "$2" -c <(echo "name: from a pipe")' bash "$connbeat" "$config"
expect 1 "$connbeat" test config -c "$work"
says "$err" "read $work: is a directory"
printf 'name: \xff\n' >"$work/latin.yml"
printf 'nam: a\n' >"$work/b.yml"
printf 'tag: a\n' >"$work/a.yml"
expect 1 "$connbeat" test config -c "$work/latin.yml"
says "$err" 'latin.yml: not UTF-8 text in line 1'
expect 1 "$connbeat" test config -c "$work/b.yml" -c "$work/a.yml" -E tgas=a
[ "$(sed "s|$work/||; s/; .*//" "$err")" = "Exiting: b.yml:1: nam is not a setting of connbeat
Exiting: a.yml:1: tag is not a setting of connbeat
Exiting: -E tgas: tgas is not a setting of connbeat" ] || fail "$(cat "$err")"

[ "$(id -u)" = 0 ] || exit 0
chown 12345 "$config"
expect 0 "$connbeat" test config -c "$config"
says "$err" "warning: config file (\"$config\") must be owned by the beat user (uid=0) or root"
expect 1 "$connbeat" test config -c "$config" -strict.perms
says "$err" "Exiting: error loading config file: config file (\"$config\") must be owned by the beat user (uid=0) or root"
somebody=(setpriv --reuid=12345 --regid=12345 --clear-groups)
"${somebody[@]}" test -x "$connbeat" || exit 0 # a clone in a home that others may not enter
expect 0 "${somebody[@]}" "$connbeat" test config -c "$config" -strict.perms
[ ! -s "$err" ] || fail "$(cat "$err")"
chown 0 "$config"
expect 1 "${somebody[@]}" "$connbeat" test config -c "$config"
says "$err" "read $config: permission denied"
