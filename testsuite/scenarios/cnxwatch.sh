#!/usr/bin/env bash
# cnxwatch_exporter by its name: its flags, its configuration, its pages; what is watched is there, or is not.
source "$(dirname "$0")/../lib.sh"

start_peer peer
tell peer listen
port=$answer
tell peer connect "$port"
tell peer udp-bind 0.0.0.0
datagram=$answer
cat >sockets.yml <<YAML
sockets:
  - { name: there, host: 127.0.0.1, port: $port }
  - { name: of-python, host: 127.0.0.1, port: $port, process: "python.*" }
  - { name: of-nobody, host: 127.0.0.1, port: $port, processName: nobody }
  - { name: connected, dstHost: localhost, dstPort: $port, status: established }
  - { name: bound, host: any, port: $datagram, protocol: udp4 }
  - { name: gone, host: "*", port: 1 }
YAML
ln -s "$connbeat" cnxwatch_exporter

# is NAME COUNT [PROCESS]: what the file `page` says of it.
is() {
    grep -qE "^connection_status_count\{.*name=\"$1\",process=\"${3-}\".* $2\$" page || fail "$1: $(grep "name=\"$1\"" page)"
}

expect 0 ./cnxwatch_exporter -c sockets.yml --dry-run
cp "$out" page
is there 1
is of-python 1 'python\.\*'
is of-nobody 0 nobody
is connected 1
is bound 1
is gone 0
says page '# TYPE connection_status_up gauge'
says page 'connection_status_up{dsthost="*",dstport="*",name="gone",process="",protocol="tcp",srchost="*",srcport="1",status="listen"} 0'

./cnxwatch_exporter --config-file=sockets.yml --web.listen-address "unix:$work/page.sock" 2>served.log 3>&- &
pid[exporter]=$!
await 'a page' curl -sf -o page --unix-socket page.sock http://localhost/metrics
is there 1
tell peer unlisten
await 'the listener to be gone' bash -c 'curl -sf --unix-socket page.sock http://localhost/metrics | grep -q "name=\"there\".* 0"'
says <(curl -s --unix-socket page.sock http://localhost/any/thing) '<h1>Connection Watch Exporter</h1>'

# Who may see it, by TLS and a password; and not any more, once the password is another.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>openssl.log || fail "$(cat openssl.log)"
# hash PASSWORD: by bcrypt.
hash() {
    "$python" -W ignore -c 'import crypt, sys; print(crypt.crypt(sys.argv[1], crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))' "$1"
}
cat >web.yml <<YAML
tls_server_config: { cert_file: cert.pem, key_file: key.pem }
basic_auth_users: { prometheus: '$(hash opensesame)' }
YAML
"$connbeat" cnxwatch -c sockets.yml --web.config.file web.yml --web.listen-address "unix:$work/tls.sock" 2>>served.log 3>&- &
pid[guarded]=$!
guarded() {
    curl -sf -o guarded "$@" --cacert cert.pem --unix-socket tls.sock https://localhost/metrics
}
await 'a page by TLS' guarded -u prometheus:opensesame
says guarded connection_status_up
! guarded -u prometheus:open || fail 'a wrong password is good'
! guarded || fail 'no password is good'
sed -i "s|basic_auth_users:.*|basic_auth_users: { prometheus: '$(hash changed)' }|" web.yml
await 'the new password' guarded -u prometheus:changed
! guarded -u prometheus:opensesame || fail 'the old password is good'
expect 1 "$connbeat" cnxwatch -c sockets.yml --web.config.file none.yml --web.listen-address "unix:$work/none.sock"
says "$err" 'none.yml: no such file or directory'

kill "${pid[exporter]}"
wait "${pid[exporter]}" || fail "exit code $? at SIGTERM"
unset 'pid[exporter]'

expect 1 ./cnxwatch_exporter --nope
says "$err" "unknown long flag '--nope', try --help"
expect 1 "$connbeat" cnxwatch -c missing.yml
says "$err" 'Error loading config'
echo 'sockets: [{host: x}]' >bad.yml
expect 1 "$connbeat" cnxwatch -c bad.yml
says "$err" 'bad.yml:1: socket must have the field name set'
expect 0 ./cnxwatch_exporter --version
