#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Time stamps: what an authority says is kept when it is right, and is an alarm when it is
# not; mail never waits for it.
. "$(dirname "$0")/lib.sh"

authority=$top_srcdir/tests/system/authority.py
toy=$work/authority

# begin_authority: on a port of the loopback, until the end of the scenario.
begin_authority() {
	/usr/bin/python3 "$authority" serve "$toy" "$port" >/dev/null 2>&1 &
	served=$!
	trap 'kill "$served" 2>/dev/null; clean_up' EXIT
	wait_for 10 is_answered
}
is_answered() {
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

reloads() {
	grep -c ' reload state=done' "$box/log/chaperoned.log"
}
is_reloaded() {
	[ "$(reloads)" -gt "$1" ]
}
configure() {
	local before
	before=$(reloads)
	printf '%s\n' "$@" >"$box/conf.d/stamps.conf"
	kill -USR1 "$CHAPERONED_PID"
	wait_for 60 is_reloaded "$before" || diag "no reload"
}

last_stamp() {
	chaperone --json status | json 'd["last_stamp"]'
}
stamps() {
	ls "$ARCHIVE/log/stamps" | wc -l
}
more_stamps_than() {
	[ "$(stamps)" -gt "$1" ]
}
alarm() {
	chaperone --json status | json 'd["alarms"].get("stamp", "")'
}
letters=0
mail_passes() {
	post mia@agency.example carl@kids.example "letter $((++letters))" >/dev/null
}
problems() {
	chaperone --json archive verify | json '[p["problem"] for p in d["problems"]]'
}

start_sandbox
people
is "$(last_stamp)" null "without an authority there is no stamp"
exits 2 "and none can be had" chaperone archive stamp
is "$(alarm)" "" "which is no alarm"

/usr/bin/python3 "$authority" make "$toy" || bail_out "no authority"
port=$("$top_srcdir/scripts/sandbox.d/probe.py" ports 1)
configure "stamp http://127.0.0.1:$port/ 1h" "stamp-ca $toy/none.pem"
exits 75 "without its anchors no stamp is taken" chaperone archive stamp
like "$(alarm)" "stamp-ca: .*none.pem" "and the alarm says what is missing"
configure "stamp http://127.0.0.1:$port/ 1h" "stamp-ca $toy/ca.pem" "stamp-policy 1.2.3.4.5"
exits 75 "an authority that is dead gives none" chaperone archive stamp
like "$(alarm)" "127.0.0.1" "which is an alarm"
ok "and mail passes" mail_passes

begin_authority || bail_out "the authority does not answer"
ok "when it is back a stamp can be had at once" chaperone archive stamp
is "$(alarm)" "" "and the alarm is over"
like "$(last_stamp)" "$(date -u +%F)" "status says when it was"
ok "and its file is there" wait_for 10 more_stamps_than 0
is "$(problems)" "[]" "and the archive is whole"

# fails FAULT WORDS: the authority fails so; the alarm says it.
fails() {
	local before code
	echo "$1" >"$toy/fault"
	before=$(stamps)
	chaperone archive stamp >/dev/null 2>&1
	code=$?
	is "$code" 75 "$1: there is no stamp"
	like "$(alarm)" "$2" "$1: the alarm says why"
	ok "$1: mail passes" mail_passes
	is "$(stamps)" "$before" "$1: nothing was kept"
}

fails nonce "nonce mismatch"
fails imprint "imprint mismatch"
fails policy "policy mismatch"
fails refused "refused: not today"
fails expired "certificate has expired"
fails stranger "unable to get local issuer"
fails purpose "unsuitable certificate purpose"
fails both "unsuitable certificate purpose"
fails uncritical "unsuitable certificate purpose"
fails sha1 "does not name its signer by SHA-256"
fails clock "clock says"
fails garbage "not a time stamp reply"
fails long "127.0.0.1"
fails 500 "status 500"
ok "one that fails is in the log once" logged 'alarm about=stamp state=wrong .*status 500'

# Slow: the question hangs, nothing else does.
echo slow >"$toy/fault"
chaperone archive stamp >/dev/null 2>&1 &
asking=$!
sleep 1
ok "slow: mail passes while it is asked" mail_passes
is "$(chaperone --json status | json 'd["records"] > 0')" true "slow: and questions are answered"
before=$CHAPERONED_PID
begun=$SECONDS
kill "$CHAPERONED_PID"
ok "slow: the daemon ends all the same" wait_for 20 no test -d "/proc/$before"
wait "$asking"
diag "ended after $((SECONDS - begun)) s"
restart_sandbox

# By itself, and again after a restart.
echo none >"$toy/fault"
before=$(stamps)
configure "stamp http://127.0.0.1:$port/ 2s" "stamp-ca $toy/ca.pem"
ok "stamps are had by themselves" wait_for 30 more_stamps_than "$((before + 1))"
echo 500 >"$toy/fault"
wait_for 30 logged 'alarm about=stamp state=wrong .*status 500'
echo none >"$toy/fault"
before=$(stamps)
ok "one that failed is asked again" wait_for 60 more_stamps_than "$before"
is "$(problems)" "[]" "with all of them the archive is whole"
"$sandbox" stop "$box"
sizes=$(ls "$ARCHIVE/log/stamps" | sed 's/\.tsr//' | sort -n | tail -n 1)

# What a stranger does, with the record's checkpoint and openssl.
record=$(grep -l '"type":"stamp"' -r "$ARCHIVE/records" | sort | tail -n 1)
tr -d '\r' <"$record" | sed -n '/"type":"stamp"/p' | json 'd["payload"]["checkpoint"]' |
	sed '/^$/,$d' >"$work/text"
is "$(sed -n 2p "$work/text")" "$sizes" "the newest record is about the newest checkpoint"
ok "openssl checks it" openssl ts -verify -data "$work/text" -in "$ARCHIVE/log/stamps/$sizes.tsr" \
	-CAfile "$toy/ca.pem"
exits 0 "without the daemon, too" chaperone archive verify

flip() {
	/usr/bin/python3 - "$1" <<'P'
import sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    file.seek(0)
    file.write(data)
P
}
cp -a "$ARCHIVE/log/stamps" "$work/stamps"
flip "$ARCHIVE/log/stamps/$sizes.tsr"
is "$(problems)" '["stamp"]' "a bit flipped in a stamp is found"
cp -a "$work/stamps/$sizes.tsr" "$ARCHIVE/log/stamps/"
rm "$ARCHIVE/log/stamps/$sizes.tsr"
is "$(problems)" '["stamp"]' "and one that is gone"
cp -a "$work/stamps/$sizes.tsr" "$ARCHIVE/log/stamps/"
cp -a "$work/stamps/$sizes.tsr" "$ARCHIVE/log/stamps/1.tsr"
is "$(problems)" '["stamp"]' "and one that was put there"
rm "$ARCHIVE/log/stamps/1.tsr"
sed -i "s|^stamp-ca .*|stamp-ca $toy/other.pem|" "$box/conf.d/stamps.conf"
like "$(problems)" '^."stamp"' "and stamps of an authority that is not believed"
finish
