#!/usr/bin/env bash
# build.sh CONNBEAT FOLDER [VERSION]: packs that executable, with what goes beside it, as FOLDER/connbeat_VERSION_ARCHITECTURE.deb.
# DEB_COMPRESSION is xz unless it says otherwise. The same sources and executable give the same bytes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "$1")
version=${3:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")}
# Of the program, not of this machine: e_machine of its head, see elf(5).
machine=$(od -An -t x2 -j 18 -N 2 --endian=little "$program" | tr -d ' ')
case $machine in
    003e) architecture=amd64 ;;
    00b7) architecture=arm64 ;;
    *) echo "build.sh: $program is for machine $machine, and Debian's name for that is not known here" >&2; exit 1 ;;
esac
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH PYTHONDONTWRITEBYTECODE=1
maintainer='connbeat@packages.invalid'

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022
chmod 755 "$stage"
pages=$stage/usr/share/man doc=$stage/usr/share/doc/connbeat
mkdir -p "$stage"/{DEBIAN,etc/connbeat,usr/libexec/connbeat,usr/share/zsh/vendor-completions,var/{lib,log}/connbeat} "$pages"/man{1,5} "$doc"

install -D -m 755 "$program" "$stage/usr/bin/connbeat"
for link in cnxwatch_exporter conntrack_exporter ipsec_exporter ipsec-exporter; do
    ln -s ../../bin/connbeat "$stage/usr/libexec/connbeat/$link"
done
install -D -m 644 "$root/packaging/systemd/connbeat.service" "$stage/usr/lib/systemd/system/connbeat.service"

# A service has no console: the journal would be full of events, and lose some. They go to files, which are rotated.
sed -e '/^  console:$/,/^$/ s/enabled: true/enabled: false/' \
    -e '/^  # file:$/,/^$/ { s/^  # \{0,1\}/  /; s/ *$// }' \
    -e 's/ SIGHUP opens it anew\. To have it, take away the # before it\./ SIGHUP opens it anew./' \
    -e '1 s/$/ As packaged, events go to files\n# in \/var\/log\/connbeat (output.file), not to the console./' \
    "$root/connbeat.yml" >"$stage/etc/connbeat/connbeat.yml"
chmod 640 "$stage/etc/connbeat/connbeat.yml"
echo /etc/connbeat/connbeat.yml >"$stage/DEBIAN/conffiles"

python3 "$root/packaging/pages.py" "$program" "$root/connbeat.yml" "$stage"
gzip -9n "$stage/connbeat.1" "$stage/connbeat.yml.5"
mv "$stage/connbeat.1.gz" "$pages/man1"
mv "$stage/connbeat.yml.5.gz" "$pages/man5"
mkdir -p "$stage/usr/share/bash-completion/completions"
mv "$stage/connbeat.bash" "$stage/usr/share/bash-completion/completions/connbeat"
mv "$stage/_connbeat" "$stage/usr/share/zsh/vendor-completions/_connbeat"

install -m 644 "$here/copyright" "$doc"
install -D -m 644 -t "$doc/examples/connbeat.service.d" "$root"/packaging/systemd/connbeat.service.d/*.conf
install -D -m 644 -t "$doc/examples/grafana" "$root"/dashboards/grafana/*.json
install -m 644 "$root/dashboards/alerts.yml" "$doc/examples"
install -D -m 644 "$here/lintian-overrides" "$stage/usr/share/lintian/overrides/connbeat"
gzip -9nc "$root/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
# What .NET holds wants its notices beside it: they come with the SDK.
notices=$(dirname "$(readlink -f "$(command -v dotnet || echo /usr/lib/dotnet/dotnet)")")/ThirdPartyNotices.txt
if [ -e "$notices" ]; then
    gzip -9nc "$notices" >"$doc/dotnet-ThirdPartyNotices.txt.gz"
else
    echo "build.sh: no $notices; the package lacks the notices of what .NET holds, and is not to be passed on" >&2
fi
gzip -9nc >"$doc/changelog.gz" <<CHANGELOG
connbeat ($version) unstable; urgency=medium

  * /usr/share/doc/connbeat/CHANGELOG.md.gz says what changed.

 -- The connbeat authors <$maintainer>  $(date -uRd "@$SOURCE_DATE_EPOCH")
CHANGELOG

install -m 755 "$here"/{postinst,prerm,postrm} "$stage/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@MAINTAINER@/$maintainer/" \
    -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$stage" | cut -f1)/" "$here/control" >"$stage/DEBIAN/control"
(cd "$stage" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
mkdir -p "$2"
dpkg-deb --root-owner-group "-Z${DEB_COMPRESSION:-xz}" --build "$stage" "$2/connbeat_${version}_$architecture.deb"
