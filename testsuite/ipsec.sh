# Sourced by scenarios after lib.sh: two hosts, $here and $there, each with strongSwan, in network namespaces of their own.
# ESP goes through strongSwan's own code and a tun device, so that no kernel is asked for it. What is behind $here is
# 10.1.0.1 and 10.1.1.1; behind $there are 10.2.0.1 and 10.2.1.1. Without a tunnel they reach each other in the clear.
# shellcheck shell=bash

charon=/usr/lib/ipsec/charon
plugins='random nonce openssl aes sha1 sha2 hmac kdf gcm pem pkcs1 pkcs8 x509 pubkey constraints revocation
    kernel-libipsec kernel-netlink socket-default vici updown counters'

needs_strongswan() {
    needs_root 'make network namespaces'
    [ -x "$charon" ] && command -v swanctl ipsec >/dev/null || skip 'needs strongSwan: charon, swanctl, ipsec'
    [ -e /usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so ] || skip 'needs libcharon-extra-plugins'
    [ -c /dev/net/tun ] || skip 'needs /dev/net/tun'
}

# link_hosts: makes both hosts, with addresses and routes.
link_hosts() {
    local one two net
    add_namespace here
    add_namespace there
    ip link add "lab-$$-a" netns "$here" type veth peer name "lab-$$-b" netns "$there"
    while read -r one two net; do
        inside "$one" ip addr add "192.0.2.$net/24" dev "lab-$$-$two"
        inside "$one" ip addr add "10.$net.0.1/24" dev lo
        inside "$one" ip addr add "10.$net.1.1/24" dev lo
        inside "$one" ip link set "lab-$$-$two" up
        inside "$one" ip route add "10.$((3 - net)).0.0/16" via "192.0.2.$((3 - net))" src "10.$net.0.1"
    done <<HOSTS
$here a 1
$there b 2
HOSTS
}

# connections LOCAL REMOTE: swanctl.conf of a host, on stdout.
connections() {
    cat <<CONF
connections {
  site {
    version = 2
    local_addrs = 192.0.2.$1
    remote_addrs = 192.0.2.$2
    encap = yes
    proposals = aes256-sha256-x25519
    local { auth = psk
      id = 192.0.2.$1 }
    remote { auth = psk
      id = 192.0.2.$2 }
    children {
      net { local_ts = 10.$1.0.0/24
        remote_ts = 10.$2.0.0/24
        esp_proposals = aes128gcm16-x25519 }
      second { local_ts = 10.$1.1.0/24
        remote_ts = 10.$2.1.0/24
        esp_proposals = aes128gcm16-x25519 }
    }
  }
  dead {
    version = 2
    local_addrs = 192.0.2.$1
    remote_addrs = 192.0.2.99
    local { auth = psk
      id = 192.0.2.$1 }
    remote { auth = psk
      id = 192.0.2.99 }
    children { dead { local_ts = 10.$1.0.0/24
        remote_ts = 10.9.0.0/24 } }
  }
}
secrets { ike-1 { id-a = 192.0.2.1
    id-b = 192.0.2.2
    secret = "a psk of the laboratory" } }
CONF
}

# settings FOLDER PLUGIN...: strongswan.conf of a host, on stdout.
settings() {
    cat <<CONF
charon {
  load_modular = no
  load = ${plugins//$'\n'} ${*:2}
  retransmit_tries = 2
  retransmit_timeout = 1.0
  delete_rekeyed_delay = 1
  plugins {
    vici { socket = unix://$1/charon.vici }
    kernel-libipsec { allow_peer_ts = yes }
  }
  filelog { log { path = $1/charon.log
      default = 1 } }
  syslog { daemon { default = -1 }
    auth { default = -1 } }
}
CONF
}

# start_charon NAME NAMESPACE LOCAL REMOTE: charon of a host, with its connections loaded; its files are in the folder NAME.
start_charon() {
    mkdir -p "$1/run"
    settings "$work/$1" >"$1/strongswan.conf"
    connections "$3" "$4" >"$1/swanctl.conf"
    STRONGSWAN_CONF=$work/$1/strongswan.conf nsenter --net="/run/netns/$2" -- unshare --mount \
        sh -c 'mount --bind "$1" /run; exec "$2"' sh "$work/$1/run" "$charon" >>"$1/out" 2>&1 3>&- &
    pid[$1]=$!
    await "charon of $1" test -S "$1/charon.vici"
    swan "$1" --load-all --file "$work/$1/swanctl.conf" >/dev/null
}

# stop_charon NAME
stop_charon() {
    kill "${pid[$1]}"
    await "end of charon of $1" ended "${pid[$1]}"
    wait "${pid[$1]}" || true
    unset "pid[$1]"
    rm -f "$1/charon.vici" "$1/run/charon.pid"
}

# swan NAME ARGUMENT...: swanctl of that host.
swan() {
    STRONGSWAN_CONF=$work/$1/strongswan.conf swanctl "${@:2}" --uri "unix://$work/$1/charon.vici" 2>>"$work/$1/swanctl.log"
}

# scraped SOCKET LINE: the page that is served there has this line.
scraped() {
    curl -sf --unix-socket "$1" http://localhost/metrics | grep -xF -- "$2"
}

# pings COUNT [ADDRESS FROM]: so many packets of 84 bytes to the other side, and back.
pings() {
    inside "$here" ping -q -c "$1" -i 0.02 -W 1 -I "${3:-10.1.0.1}" "${2:-10.2.0.1}" >/dev/null
}
