#!/usr/bin/env bash
# `connbeat test output` says of each output whether it answers, sends it no event, leaves nothing behind and tells no secret.
source "$(dirname "$0")/../lib.sh"

"$python" -m http.server --bind 127.0.0.1 0 >"$work/server" 2>&1 3>&- &
pid[server]=$!
await 'the server' grep -q 'port [0-9]' "$work/server"
port=$(grep -oE 'port [0-9]+' "$work/server" | head -1 | tr -dc 0-9)
configure <<YAML
output:
  console: {}
  file: { path: $work/files }
  http: { hosts: ["http://user:secret@127.0.0.1:$port/?key=hidden"] }
YAML

expect 0 "$connbeat" test output -c "$work/connbeat.yml"
says "$out" 'output console'
says "$out" "$work/files/connbeat can be made"
says "$out" "http://127.0.0.1:$port answered 200"
[ ! -e "$work/files" ] || fail 'it made a folder'
! grep -q POST "$work/server" || fail 'it sent something'

kill "${pid[server]}"
wait "${pid[server]}" || true
expect 1 "$connbeat" test output -c "$work/connbeat.yml"
says "$out" "http://127.0.0.1:$port: Connection refused"
! grep -qE 'secret|hidden' "$out" "$err" || fail 'it tells a secret'
