#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The sandbox keeps what its description says: other people's tests stand on it.
. "$(dirname "$0")/lib.sh"

# What start leaves running must hold none of its caller's streams, so this returns.
output=$("$sandbox" start "$box" 2>&1) || bail_out "the sandbox does not start: $output"
pass "start returns though its output is read to the end"
read_sandbox

for name in SMTP_PORT MX_PORT CONFIG MTA_CONFIG ARCHIVE DELIVERED CHAPERONE CHAPERONED_PID; do
	ok "env says $name" test -n "${!name:-}"
done
is "$(cat "/proc/$CHAPERONED_PID/comm")" chaperoned "CHAPERONED_PID is chaperoned"
exits 2 "start refuses a directory that is not empty" "$sandbox" start "$box"
exits 2 "start refuses a mail server that it does not know" "$sandbox" start "$work/x" --mta exim
exits 2 "a verb that does not exist is wrong" "$sandbox" begin "$box"
exits 0 "stop is content where nothing runs" "$sandbox" stop "$work/nothing"

# --- both sides

answer=$(letter a@x.example b@y.example hello | send -f a@x.example B@Y.example)
is $? 0 "send exits 0 when the server takes it"
like "$answer" '^250 ' "and prints the server's answer"
is "$(mail_of b@y.example)" 1 "the message is filed under the recipient in lower case"
is "$(basename "$(newest b@y.example)")" 1.eml "and the first is 1.eml"

answer=$(letter a@x.example b@y.example hello | send --outside -f a@x.example any@agency.example b@y.example)
is $? 1 "send exits 1 when one recipient is refused"
like "$answer" '^554 ' "the outside refuses other domains"
is "$(mail_of any@agency.example)" 0 "then nothing is sent"
ok "the outside takes any local part at agency.example" \
	from_outside a@x.example any.one@agency.example hello
ok "and at pupils.example" from_outside a@x.example any.one@pupils.example hello
ok "the null sender is sent as such" send -f '' b@y.example < <(letter a@x.example b@y.example null)
is "$(header Return-Path "$(newest b@y.example)")$(mail_of b@y.example)" 2 "and arrives second"
ok "anyone may be logged in" send --as nobody+x@far.example -f a@x.example b@y.example \
	< <(letter a@x.example b@y.example hello)

# --- bytes

{
	letter a@x.example bytes@y.example bytes .dot ..dots 'größe  '
	head -c 5000 /dev/zero | tr '\0' x
	printf '\r\nend\n'
} >"$work/bytes"
send -f a@x.example bytes@y.example <"$work/bytes" >/dev/null
settle
is "$(body "$(newest bytes@y.example)" | sha256sum)" \
	"$(sed '1,/^$/d; s/\r$//; s/$/\r/' "$work/bytes" | sha256sum)" \
	"dots, 8-bit, trailing blanks and long lines arrive as they were sent, with CRLF"
ok "addresses beyond ASCII pass" send -f größe@x.example ümit@y.example <"$work/bytes"
is "$(mail_of ümit@y.example)" 1 "and arrive"

# --- death and return

kill_chaperoned
answer=$(letter a@x.example b@y.example hello | send -f a@x.example b@y.example)
like "$answer" '^451 ' "without chaperoned mail is told to come again"
before=$CHAPERONED_PID
restart_sandbox
ok "restart starts what has died" test "$CHAPERONED_PID" != "$before"
ok "and mail can be sent" send -f a@x.example b@y.example <"$work/bytes"
before=$CHAPERONED_PID
restart_sandbox
is "$CHAPERONED_PID" "$before" "restart leaves alone what lives"

kill -9 "$(cat "$box/run/sink.pid")" "$(tr -d ' ' <"$box/mta/queue/pid/master.pid")"
restart_sandbox
ok "restart starts the mail server and the sink" send -f a@x.example after@y.example <"$work/bytes"
is "$(mail_of after@y.example)" 1 "and mail arrives"
count=$(mail_of b@y.example)

cat >"$work/wrap" <<'W'
#!/bin/sh
"$@" &
child=$!
trap 'kill $child' TERM
wait $child
W
chmod +x "$work/wrap"
echo 3600 >"$work/clock"
kill_chaperoned
CHAPERONE_SANDBOX_WRAP=$work/wrap CHAPERONE_CLOCK=$work/clock restart_sandbox
is "$(cat "/proc/$CHAPERONED_PID/comm")" chaperoned "under a wrap CHAPERONED_PID is chaperoned itself"
kill_chaperoned
restart_sandbox
is "$(tr '\0' '\n' <"/proc/$CHAPERONED_PID/environ" | grep ^CHAPERONE_CLOCK=)" \
	"CHAPERONE_CLOCK=$work/clock" "restart remembers wrap and clock"

# --- side by side, and the end

ok "a second sandbox runs beside it" "$sandbox" start "$box-2"
ok "stop ends it" "$sandbox" stop "$box-2"
ok "the first goes on" send -f a@x.example b@y.example <"$work/bytes"
ok "stop ends the first" "$sandbox" stop "$box"
is "$(grep -lsFxz "CHAPERONE_SANDBOX=$box" /proc/[0-9]*/environ)" "" "nothing is left running"
ok "stop again is no error" "$sandbox" stop "$box"
restart_sandbox
is "$(mail_of b@y.example)" "$((count + 1))" "restart after stop keeps what was delivered"

long=$work/box$(printf '%0100d' 0)
ok "a directory with a very long name will do" "$sandbox" start "$long"
ok "and stops" "$sandbox" stop "$long"
finish
