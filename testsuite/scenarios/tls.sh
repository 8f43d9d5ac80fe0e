#!/usr/bin/env bash
# A web server over TLS that asks for a certificate: while something is wrong it is told once and nothing is lost; when it
# is mended, and SIGHUP says so, all that waited arrives.
source "$(dirname "$0")/../lib.sh"

command -v openssl >/dev/null || skip 'needs openssl to make certificates'

# authority NAME: makes NAME.pem and NAME.key.
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem" 2>>"$work/openssl.log"
}

# certificate NAME AUTHORITY [EXTENSION]: makes NAME.pem and NAME.key.
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" \
        2>>"$work/openssl.log"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 -out "$1.pem" \
        -extfile <(echo "${3:-basicConstraints=CA:FALSE}") 2>>"$work/openssl.log"
}

authority known
authority stranger
certificate server known subjectAltName=IP:127.0.0.1
certificate agent known
openssl pkcs8 -topk8 -in agent.key -out agent.encrypted -passout pass:hunter2
cat server.key >>server.pem

sink=$work/sunk
start_sink "$sink" --certificate server.pem --client-authority known.pem

# configured SETTING...: of the section ssl.
configured() {
    configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 5s, state: $work/state }
output:
  console: {}
  http:
    hosts: ["https://127.0.0.1:$port/in"]
    flush_interval: 100ms
    backoff: { init: 100ms, max: 200ms }
    ssl: { $1 }
YAML
}

own="certificate: $work/agent.pem, key: $work/agent.encrypted, key_passphrase: hunter2"

configured "certificate_authorities: [$work/known.pem], certificate: $work/agent.pem, key: $work/server.key, key_passphrase: x"
expect 1 "$connbeat" test config -c "$work/connbeat.yml"
says "$err" 'output.http.ssl.key names a file that holds another key than that of the certificate'

configured "certificate_authorities: [$work/stranger.pem], $own"
expect 1 "$connbeat" test output -c "$work/connbeat.yml"
says "$out" "https://127.0.0.1:$port: its certificate is vouched for by 'CN=known'"
start_peer peer
start_agent
tell peer listen
listener=$answer
await 'refusal' grep -q "its certificate is vouched for by 'CN=known', which is not one that certificate_authorities names" "$log"
await 'more attempts' grep -q 'has failed 5 times in succession' "$log"

configured "certificate_authorities: [$work/known.pem]"
kill -HUP "$agent"
await 'lack of a certificate' grep -q 'it asks for a client certificate, and ssl.certificate names none' "$log"

configured "certificate_authorities: [$work/known.pem], $own"
expect 0 "$connbeat" test output -c "$work/connbeat.yml"
says "$out" "https://127.0.0.1:$port answered 204"
kill -HUP "$agent"
await_event event.action=listener_opened local_port="$listener"
await 'events' grep -q "\"local_port\": $listener" "$sink"

# The authority is replaced by one that does not vouch for the server, under the same name.
cp stranger.pem known.pem
kill -HUP "$agent"
await 'the new authority' sh -c "[ \$(grep -c \"vouched for by 'CN=known'\" '$log') -gt 1 ]"
end_peer peer
await_event event.action=listener_closed local_port="$listener"
configured "verification_mode: none, $own"
kill -HUP "$agent"
await 'the rest' grep -q listener_closed "$sink"
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

values event.id | sort >"$work/told"
"$python" "$root/testsuite/events.py" --values event.id "$sink" | sort >"$work/sunk-ids"
cmp -s "$work/told" "$work/sunk-ids" || fail "sent and arrived differ: $(diff "$work/told" "$work/sunk-ids" | head -3)"
says "$log" 'verification_mode is none: whoever answers is taken for the server'
! grep -q hunter2 "$log" || fail 'the passphrase is in the log'
