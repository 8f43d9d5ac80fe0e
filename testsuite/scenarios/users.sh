#!/usr/bin/env bash
# A directory of users that does not answer holds nothing up: its users are told by number until it does, those of the host by
# name; the snapshot and the end of the agent come in time.
source "$(dirname "$0")/../lib.sh"

needs_root 'put another nsswitch.conf in place, for the agent alone'
compiler=$(command -v cc || command -v clang) || skip 'needs a C compiler'
[ -e /etc/nsswitch.conf ] || skip 'needs /etc/nsswitch.conf'

cat >slow.c <<'C'
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <unistd.h>

enum nss_status _nss_slow_getpwuid_r(uid_t uid, struct passwd *user, char *text, size_t size, int *error)
{
	while (access(ANSWERS, F_OK))
		usleep(10000);
	*user = (struct passwd){ "stranger", "x", uid, uid, "", "/", "/bin/sh" };
	return NSS_STATUS_SUCCESS;
}
C
"$compiler" -shared -fPIC -DANSWERS="\"$work/answers\"" -o libnss_slow.so.2 slow.c
echo 'passwd: files slow' >nsswitch.conf
through=(unshare --mount bash -c 'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec env LD_LIBRARY_PATH="$0" "$@"' "$work")

start_peer local
start_peer stranger setpriv --reuid=4711 --regid=4711 --clear-groups
tell local listen
port=$answer
tell stranger listen
there=$answer
! timeout 0.5 "${through[@]}" "$python" -c 'import pwd; pwd.getpwuid(4711)' || fail 'the directory answers'

start_agent
await_event event.action=listener_opened local_port="$port" local_process.user=root
await_event event.action=listener_opened local_port="$there" local_process.uid=4711
tell stranger connect "$port"
client=$answer
tell local accept
await_event event.action=connection_opened local_port="$port" local_process.user=root
await_event event.action=connection_opened local_port="$client" local_process.uid=4711 local_process.pid="${pid[stranger]}"
exactly 0 local_process.uid=4711 'local_process.user=*'
await 'a word on the directory' grep -q 'The system was asked for the name of uid 4711 and has not answered for 5 s' "$log"

# All that it waits for is a second.
before=$(date +%s%N)
expect 0 "${through[@]}" "$connbeat" snapshot -c "$work/connbeat.yml" --pid "${pid[stranger]}"
took=$((($(date +%s%N) - before) / 1000000))
says "$out" ' 4711'
[ "$took" -lt 5000 ] || fail "the snapshot took $took ms"

learned() {
    tell stranger connect "$port"
    more_than 0 event.action=connection_opened local_process.user=stranger
}
touch answers
await 'name of the stranger' learned
tell stranger close
await_event event.action=connection_closed local_port="$client" local_process.user=stranger

# And again for one whom nobody has asked for yet: the agent ends all the same.
rm answers
start_peer another setpriv --reuid=4712 --regid=4712 --clear-groups
tell another listen
await_event event.action=listener_opened local_port="$answer" local_process.uid=4712
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"
exactly 0 event.action=gap
