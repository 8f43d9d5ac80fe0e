#!/usr/bin/env bash
# A web server refuses whole batches because of one event: that one is kept in the file for dead letters with the reason,
# all others arrive, and it is told once. Without a file it is counted.
source "$(dirname "$0")/../lib.sh"

letters=$work/letters/http.ndjson
sink=$work/sunk

start_peer peer
tell peer listen
bad=$answer
tell peer listen
listener=$answer
start_sink "$sink" --refuse "\"local_port\":$bad,"
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: $work/state }
output:
  console: {}
  http:
    hosts: ["http://127.0.0.1:$port"]
    flush_interval: 300ms
    dead_letter: { file: $letters }
YAML
start_agent
await_event event.action=listener_opened local_port="$bad"
tell peer churn "$listener" 50
await '50 closes' more_than 49 event.action=connection_closed remote_port="$listener"
await 'dead letter' grep -q '"reason"' "$letters"
mv "$letters" "$work/moved"
kill -HUP "$agent"
end_peer peer
await_event event.action=listener_closed local_port="$bad"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

[ "$(stat -c %a "$work/letters" "$letters" | xargs)" = '700 600' ] || fail "modes: $(stat -c '%a %n' "$work/letters" "$letters")"
values event.id | sort >"$work/told"
"$python" "$root/testsuite/events.py" --values event.id "$sink" | sort >"$work/sunk-ids"
for file in "$work/moved" "$letters"; do
    "$python" "$root/testsuite/events.py" --values event.event.id "$file" output=http \
        "reason=http://127.0.0.1:$port answered 400 Bad Request: no such field" @timestamp=*
done | sort >"$work/kept"
values event.id local_port="$bad" | sort | cmp -s - "$work/kept" || fail "kept: $(head -c 500 "$work/moved" "$letters")"
sort "$work/sunk-ids" "$work/kept" | cmp -s - "$work/told" || fail 'what arrived and what was kept is not what was told'
[ "$(grep -c 'rejects events' "$log")" -le 2 ] || fail 'it is told again and again'
says "$log" "They go to $letters."
