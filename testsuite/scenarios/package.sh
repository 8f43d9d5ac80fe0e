#!/usr/bin/env bash
# The Debian package is installed, upgraded, removed and purged by dpkg, on this system under a layer that is thrown away;
# its pages tell every command, flag and setting, and shells complete them.
source "$(dirname "$0")/../lib.sh"
for needed in dpkg-deb zsh adduser; do
    command -v "$needed" >/dev/null || skip "needs $needed"
done

# walk COMMAND...: a line for it and for each below it: what is typed, a |, and what is to be offered.
walk() {
    local command told flags commands
    told=$("$connbeat" "$@" --help)
    flags=$(sed -nE '/^Options:/,/^$/ s/^  (-.*)/\1/p' <<<"$told" | sed -E 's/  .*//; s/<.*//; s/-\?//; s/,//g')
    commands=$(sed -nE '/^Commands:/,/^$/ s/^  ([a-z][a-z-]*).*/\1/p' <<<"$told")
    echo "connbeat${*:+ $*} -|"$flags
    [ -z "$commands" ] || echo "connbeat${*:+ $*} |"$commands
    for command in $commands; do
        walk "$@" "$command"
    done
}

walk >all & walked=$!
export DEB_COMPRESSION=none
"$root/packaging/debian/build.sh" "$connbeat" "$work" 0.1.0 >/dev/null
[ "$(dpkg-deb --field connbeat_0.1.0_*.deb Architecture)" = "$(dpkg --print-architecture)" ] || fail 'the architecture is not this one'
dpkg-deb --extract connbeat_0.1.0_*.deb packed
for page in man1/connbeat.1 man5/connbeat.yml.5; do
    zcat "packed/usr/share/man/$page.gz" | sed -E 's/\\-/-/g; s/\\f[BRI]//g' >"$(basename "$page")"
    ! man --warnings -l "packed/usr/share/man/$page.gz" 2>&1 >/dev/null | grep . || fail "man has something against $page"
done

# offered_by_bash: what bash offers for each line of stdin, as completions.zsh does for zsh.
offered_by_bash() {
    bash --norc -c '
        source packed/usr/share/bash-completion/completions/connbeat
        while IFS= read -r line; do
            read -ra COMP_WORDS <<<"$line"
            [[ $line != *" " ]] || COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _connbeat
            printf "%s\n" "${COMPREPLY[@]}" ""
        done'
}

# missing FILE: what is to be offered for a line, and is not, by blocks of words with an empty line after each.
missing() {
    paste -d '|' <(cut -d '|' -f 1 all) <(awk 'NF { said = said " " $0; next } { print said " "; said = "" }' "$1") |
        awk -F '|' 'NR == FNR { offered[$1] = $2; next }
            { count = split($2, words, " "); for (at = 1; at <= count; at++) if (!index(offered[$1], " " words[at] " ")) print $1 words[at] }' - all
}

wait "$walked"
[ "$(wc -l <all)" -ge 20 ] || fail "$(wc -l <all) lines to complete"
cut -d '|' -f 1 all | offered_by_bash >by-bash
cut -d '|' -f 1 all | timeout "$patience" zsh "$root/testsuite/completions.zsh" packed/usr/share/zsh/vendor-completions >by-zsh
for shell in bash zsh; do
    [ -z "$(missing "by-$shell")" ] || fail "$shell does not offer: $(missing "by-$shell" | head -n 3)"
done
[ "$(echo 'connbeat snapshot --format n' | offered_by_bash)" = ndjson ] || fail 'bash does not offer the values of --format'
while IFS='|' read -r typed offered; do
    [[ $typed = connbeat\ - ]] || says connbeat.1 ".SS ${typed% *}"
    for word in $offered; do
        grep -qE "^(.SS .* |.*\b|-|.*, )?-*${word#-}( |,|\$)" connbeat.1 || fail "connbeat.1 does not say $word of ${typed% *}"
    done
done <all
sed -E '/^  # \w+:$/,/^$/ s/^  # ?/  /' "$root/connbeat.yml" >every.yml
"$connbeat" export config -c every.yml 2>/dev/null | awk '
    match($0, /^ *[a-z_]+:/) { depth = (match($0, /[^ ]/) - 1) / 2; split($0, word, ":"); gsub(/ /, "", word[1]); path[depth] = word[1]
        said = path[0]; for (at = 1; at <= depth; at++) said = said "." path[at]; print said }' >keys
[ "$(wc -l <keys)" -ge 150 ] || fail "$(wc -l <keys) settings"
while read -r key; do
    [[ $key != output.*.schema && $key != *.partition.* ]] || continue     # told with connbeat.schema and partition
    grep -qE "^(\.SS )?$key([:.]|\$)" connbeat.yml.5 || fail "connbeat.yml.5 does not say $key"
done <keys

# What dpkg does, by the package's own scripts, on what this system is made of.
needs_root 'install a package'
cat >install.sh <<'INSTALL'
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1"/{over,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over,workdir=$1/work" "$1/root" || exit 77
mount -t proc proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
mkdir -p "$1/root/packages"
cp "$1".debs/*.deb "$1/root/packages"
exec chroot "$1/root" bash -eu -c '
    cd /packages
    export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
    dpkg() { command dpkg --force-unsafe-io --no-triggers "$@" >/tmp/dpkg 2>&1 || { cat /tmp/dpkg; exit 1; }; }
    is() { [ "$2" = "$3" ] || { echo "$1: $2, not $3"; exit 1; }; }
    as() { setpriv --reuid=connbeat --regid=connbeat --init-groups "$@"; }
    wanted=/etc/systemd/system/multi-user.target.wants/connbeat.service

    command dpkg --purge connbeat >/dev/null 2>&1 || true
    rm -rf /etc/connbeat /var/lib/connbeat /var/log/connbeat     # of a connbeat that ran here before

    named() { find /etc /usr /var -name "*connbeat*" 2>/dev/null | sort; }
    named >/tmp/before

    dpkg --install connbeat_0.1.0_*.deb
    is configuration "$(stat -c "%a %U:%G" /etc/connbeat/connbeat.yml)" "640 root:connbeat"
    is "state and log" "$(stat -c "%a %U:%G" /var/lib/connbeat /var/log/connbeat | uniq)" "700 connbeat:connbeat"
    is home "$(getent passwd connbeat | cut -d: -f6,7)" /var/lib/connbeat:/usr/sbin/nologin
    is enabled "$(readlink "$wanted")" /lib/systemd/system/connbeat.service
    for link in cnxwatch_exporter conntrack_exporter ipsec_exporter ipsec-exporter; do
        "/usr/libexec/connbeat/$link" --help | grep -q Prometheus
    done
    as connbeat test config | grep -qx "Config OK"
    as connbeat export config | grep -A 1 "^  console:" | grep -qx "    enabled: false"
    as connbeat export config | grep -q "path: /var/log/connbeat"
    as touch /var/lib/connbeat/state /var/log/connbeat/connbeat

    dpkg --install connbeat_0.1.1_*.deb
    is version "$(dpkg-query -W -f "\${Version}" connbeat)" 0.1.1
    grep -qx "# Of 0.1.1." /etc/connbeat/connbeat.yml
    is "configuration of a newer one" "$(stat -c "%a %U:%G" /etc/connbeat/connbeat.yml)" "640 root:connbeat"
    as connbeat test config | grep -qx "Config OK"
    sed -i "s/^tags: .*/tags: [mine]/" /etc/connbeat/connbeat.yml
    chmod 600 /etc/connbeat/connbeat.yml

    dpkg --force-confold --install connbeat_0.1.2_*.deb
    is version "$(dpkg-query -W -f "\${Version}" connbeat)" 0.1.2
    grep -qx "tags: \[mine\]" /etc/connbeat/connbeat.yml
    grep -qx "# Of 0.1.2." /etc/connbeat/connbeat.yml.dpkg-dist
    is "configuration after it was changed" "$(stat -c "%a %U:%G" /etc/connbeat/connbeat.yml)" "600 root:connbeat"
    [ -e /var/lib/connbeat/state ]

    dpkg --remove connbeat
    [ ! -e /usr/bin/connbeat ] && [ ! -e /usr/libexec/connbeat ]
    [ -e /etc/connbeat/connbeat.yml ] && [ -e /var/lib/connbeat/state ]

    dpkg --purge connbeat
    for left in /etc/connbeat /var/lib/connbeat /var/log/connbeat "$wanted"; do
        [ ! -e "$left" ] && [ ! -L "$left" ] || { echo "purge leaves $left"; exit 1; }
    done
    is "what purge leaves" "$(named | comm -13 /tmp/before - | tr "\n" " ")" ""
    getent passwd connbeat >/dev/null || { echo "the user is gone, and its number another one can get"; exit 1; }
'
INSTALL
mkdir layer layer.debs
mv connbeat_0.1.0_*.deb layer.debs
mkdir newer
dpkg-deb --raw-extract layer.debs/connbeat_0.1.0_*.deb newer
for version in 0.1.1 0.1.2; do
    sed -i "s/^Version: .*/Version: $version/" newer/DEBIAN/control
    echo "# Of $version." >>newer/etc/connbeat/connbeat.yml
    dpkg-deb --root-owner-group -Znone --build newer "layer.debs/connbeat_${version}_all.deb" >/dev/null
done
code=0
unshare --mount --propagation private bash install.sh "$work/layer" >installed 2>&1 || code=$?
[ "$code" != 77 ] || skip 'needs overlay file systems to try an installation'
[ "$code" = 0 ] || fail "exit code $code: $(tail -n 5 installed)"
