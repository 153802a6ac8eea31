#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The life of the daemon: one at a time, a socket left behind, reload, the end.
. "$(dirname "$0")/lib.sh"

start_sandbox
people
daemon=$(readlink -f "/proc/$CHAPERONED_PID/exe")

# --- configuration

ok "its own configuration is right" "$daemon" -c "$CONFIG" -t
echo 'colour red' >"$box/conf.d/wrong.conf"
exits 1 "a wrong one is found" "$daemon" -c "$CONFIG" -t
like "$("$daemon" -c "$CONFIG" -t 2>&1)" 'wrong\.conf:1: ' "by file and line"

# reload: and forgets what was logged before.
reload() {
	: >"$box/log/chaperoned.log"
	kill -USR1 "$CHAPERONED_PID"
}

reload
ok "a reload with it says so" wait_for 10 logged 'wrong\.conf:1'
ok "and the old one stays in force" post mia@agency.example carl@kids.example hi
is "$(mail_of carl@kids.example)" 1 "mail passes"
rm "$box/conf.d/wrong.conf"

echo "enforce no $(date -d '+30 days' +%F)" >"$box/conf.d/enforce.conf"
reload
ok "a good one is taken" wait_for 10 logged 'reload'
post mia@agency.example dora@kids.example hi >/dev/null
is "$(mail_of dora@kids.example)" 1 "enforce no: nothing is held"
like "$(header Chaperone-Record "$(newest dora@kids.example)")" '^[0-9A-Z]{26}$' "but recorded"
is "$(chaperone --json status | json 'd["enforce"]')" false "and status says so"
rm "$box/conf.d/enforce.conf"
reload
wait_for 10 logged 'reload'
post mia@agency.example dora@kids.example hi >/dev/null
is "$(mail_of dora@kids.example)" 1 "without it she is written to no more"

many() {
	local i
	for ((i = 0; i < 40; i++)); do
		post mia@agency.example carl@kids.example "load $i" || return 1
	done
}
many >"$work/many" 2>&1 &
sender=$!
for ((i = 0; i < 20; i++)); do
	kill -USR1 "$CHAPERONED_PID"
	sleep 0.1
done
wait "$sender"
is $? 0 "reloads under load disturb no mail"
is "$(mail_of carl@kids.example)" 41 "all of it is delivered"

# --- one at a time

no timeout 20 "$daemon" -c "$CONFIG" -f >"$work/second" 2>&1
is $? 0 "a second instance is refused"
ok "and says what to do" grep -q ': ' "$work/second"
ok "the first goes on" post mia@agency.example carl@kids.example hi
is "$(mail_of carl@kids.example)" 42 "and mail is delivered"

kill_chaperoned
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$box/run/control.sock.new" &&
	mv "$box/run/control.sock.new" "$box/run/control.sock"
restart_sandbox
ok "a control socket left behind does not hinder a start" chaperone status

socket=$box/run/milter.sock
cat >"$box/conf.d/listen.conf" <<C
listen unix:$socket
C
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$socket"
kill -TERM "$CHAPERONED_PID"
wait_for 20 no test -d "/proc/$CHAPERONED_PID"
postconf -c "$MTA_CONFIG" -e "smtpd_milters = unix:$socket" "non_smtpd_milters = unix:$socket"
postfix -c "$MTA_CONFIG" reload 2>/dev/null
chmod 755 "$work" "$box" "$box/run"
echo 'socket-mode 0666' >>"$box/conf.d/listen.conf"
restart_sandbox
ok "nor does a milter socket left behind" post mia@agency.example carl@kids.example hi
is "$(mail_of carl@kids.example)" 43 "mail is delivered"

kill -TERM "$CHAPERONED_PID"
ok "SIGTERM ends it within 15 seconds" wait_for 15 no test -d "/proc/$CHAPERONED_PID"
is "$(find "$ARCHIVE/journal" -type f -size +0 | wc -l)" 0 "and a clean end leaves nothing in the journal"
ok "the archive verifies without it" chaperone archive verify

# --- snapshots: a start reads few records, however long the daemon ran before it

snapshots() {
	grep -rl '"type":"snapshot"' "$ARCHIVE/records" | wc -l
}
is "$(snapshots)" 0 "on the first day there is no snapshot"
echo 90000 >"$work/clock"
CHAPERONE_CLOCK=$work/clock restart_sandbox
has_snapshot() {
	[ "$(snapshots)" -gt 0 ]
}
ok "a day later there is one, though the daemon has only just started" wait_for 10 has_snapshot
kill -TERM "$CHAPERONED_PID"
wait_for 15 no test -d "/proc/$CHAPERONED_PID"
# What stands before a snapshot is not read again; so it must not be missed.
find "$ARCHIVE/records" -name '*.eml' -newermt '1 hour ago' | sort | sed -n 3p >"$work/early"
mv "$(cat "$work/early")" "$work/kept.eml"
restart_sandbox
ok "mail goes on from it" post mia@agency.example carl@kids.example hi
is "$(mail_of carl@kids.example)" 44 "and everyone is still known"
mv "$work/kept.eml" "$(cat "$work/early")"
ok "and all of it verifies" chaperone archive verify
finish
