#!/usr/bin/env bash
# ipsec-exporter by its name beside the starter of a real strongSwan: the tunnels of ipsec.conf, from `ipsec statusall` and
# from VICI, which agree in each state.
source "$(dirname "$0")/../lib.sh"
source "$root/testsuite/ipsec.sh"
needs_strongswan

link_hosts
start_charon two "$there" 2 1
mkdir -p one/run one/d
cat >one/ipsec.conf <<CONF
config setup
    uniqueids=no
conn %default
    keyexchange=ikev2
    authby=secret
    ike=aes256-sha256-x25519!
    esp=aes128gcm16-x25519!
    forceencaps=yes
    left=192.0.2.1
    leftid=192.0.2.1
    leftsubnet=10.1.0.0/24
conn net    # the first
    right=192.0.2.2
    rightid=192.0.2.2
    rightsubnet=10.2.0.0/24
    auto=add
conn second
    also=net
    leftsubnet=10.1.1.0/24
    rightsubnet=10.2.1.0/24
    auto = add
include $work/one/d/*.conf
CONF
cat >one/d/more.conf <<CONF
conn dead
    right=192.0.2.99
    rightid=192.0.2.99
    rightsubnet=10.9.0.0/24
    auto=add
conn left-out
    right=192.0.2.98
    auto=ignore
CONF
echo '192.0.2.1 192.0.2.2 : PSK "a psk of the laboratory"' >one/ipsec.secrets
settings "$work/one" stroke >one/strongswan.conf

# The paths of the starter are built in: it has a mount namespace in which its files are there.
nsenter --net="/run/netns/$here" -- unshare --mount sh -c '
    mount --bind "$1/run" /run
    for file in ipsec.conf ipsec.secrets strongswan.conf; do mount --bind "$1/$file" "/etc/$file"; done
    exec /usr/lib/ipsec/starter --daemon charon --nofork' sh "$work/one" >one/out 2>&1 3>&- &
pid[one]=$!

# on_one PROGRAM ARGUMENT...: where the starter is.
on_one() {
    nsenter -t "${pid[one]}" -m -n -- "$@"
}
await 'the starter' on_one ipsec status
await 'VICI of the starter' test -S one/charon.vici
ln -s "$connbeat" ipsec-exporter
for source in command vici; do
    (cd "$work" && exec nsenter -t "${pid[one]}" -m -n -- "$work/ipsec-exporter" --source "$source" --vici.socket "$work/one/charon.vici" \
        --ipsec.timeout 3s --web.listen-address "unix:$work/$source.sock") 2>"$source.log" 3>&- &
    pid[$source]=$!
    await "a page from $source" curl -sf -o "$source.page" --unix-socket "$source.sock" http://localhost/metrics
done

# is NET SECOND DEAD: ipsec_status of the three, told by both.
is() {
    local source
    for source in command vici; do
        curl -sf -o "$source.page" --unix-socket "$source.sock" http://localhost/metrics || return
        [ "$(sed -nE 's/^ipsec_status\{tunnel="(net|second|dead)"\} //p' "$source.page" | xargs)" = "$*" ] || return
        grep -qxF 'ipsec_status{tunnel="left-out"} 4' "$source.page" || return
    done
    diff <(grep '^ipsec_' command.page) <(grep '^ipsec_' vici.page)
}

await 'all down' is 2 2 2
says command.page 'ipsec_up{tunnel="dead"} 1'
says command.page 'ipsec_config_faults 0'
on_one ipsec up net >/dev/null
await 'one up' is 0 2 2
pings 5
await 'one up with traffic' is 0 2 2
for source in command vici; do
    says "$source.page" 'ipsec_in_bytes{tunnel="net"} 420'
    says "$source.page" 'ipsec_out_packets{tunnel="net"} 5'
done
on_one ipsec up second >/dev/null
await 'two up' is 0 0 2
pings 1 10.2.1.1 10.1.1.1
await 'two up with traffic' is 0 0 2
says command.page 'ipsec_in_packets{tunnel="second"} 1'
on_one ipsec up dead >/dev/null &
await 'one that connects' is 0 0 3
on_one ipsec down 'net{*}' >/dev/null
on_one ipsec down 'second{*}' >/dev/null
await 'peers that know each other without a tunnel' is 1 2 3
on_one ipsec down dead >/dev/null
on_one ipsec down net >/dev/null
await 'all down again' is 2 2 2

echo 'conn new' >one/d/new.conf
echo 'include nowhere.conf' >>one/d/new.conf
await 'what was added to the file' scraped command.sock 'ipsec_status{tunnel="new"} 2'
says command.log 'nowhere.conf'
kill "${pid[one]}"
await 'a daemon that is gone' scraped command.sock 'ipsec_up{tunnel="net"} 0'
scraped command.sock 'ipsec_status{tunnel="net"} 3' >/dev/null || fail "$(cat command.log)"
says command.log 'ipsec statusall ended with exit code'     # 2 while charon ends, 3 when it has
kill "${pid[command]}"
wait "${pid[command]}" || fail "exit code $? at SIGTERM"
unset 'pid[command]'

expect 1 ./ipsec-exporter --bogus
expect 1 ./ipsec-exporter --web.listen-address 0.0.0.0:x
says "$err" "--web.listen-address is '0.0.0.0:x'; expected a port"
