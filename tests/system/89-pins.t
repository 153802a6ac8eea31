#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The daily checkpoint: mailed to an outside address, once a day, and what arrives is what
# `archive verify --against` takes.
. "$(dirname "$0")/lib.sh"

export CHAPERONE_CLOCK=$work/clock
echo 0 >"$CHAPERONE_CLOCK"
pins=pins@elsewhere.example
has_pins() {
	[ "$(mail_of "$pins")" = "$1" ]
}
pinned() {
	chaperone --json archive verify --against "$1" | json '[p["id"] for p in d["problems"]]'
}

start_sandbox
people
is "$(chaperone --json status | json 'd["last_checkpoint"]')" null "none was mailed so far"
echo "checkpoint-to $pins" >"$box/conf.d/pins.conf"
kill -USR1 "$CHAPERONED_PID"
ok "the first goes out at once" wait_for 60 has_pins 1
mail=$(newest "$pins")
like "$(header Subject "$mail")" "Checkpoint over [0-9]+ records" "its subject says what it is"
is "$(grep -ci '^chaperone-' "$mail")" 0 "it is out of scope"
wait_for 10 eval 'chaperone --json status | json "d[\"last_checkpoint\"]" | grep -q T'
like "$(chaperone --json status | json 'd["last_checkpoint"]')" "$(date -u +%F)" "status says when"
body "$mail" | tr -d '\r' >"$work/pin"
is "$(head -n 1 "$work/pin")" agency.example/archive "its text is the checkpoint alone"
is "$(pinned "$work/pin")" "[]" "which the archive goes on from"
is "$(pinned "$mail")" "[]" "the whole mail will do"

# As other mail servers and programs pass it on.
recode() {
	/usr/bin/python3 - "$mail" "$1" <<'P'
import email, email.policy, sys
with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.SMTP)
text = mail.get_content()
if sys.argv[2] == "footer":
    text += "\n-- \nThis mail is confidential.\n"
del mail["Content-Transfer-Encoding"], mail["Content-Type"]
cte = "8bit" if sys.argv[2] == "footer" else sys.argv[2]
mail.set_content(text, charset="utf-8", cte=cte)
if sys.argv[2] == "base64":
    mail.make_mixed()
    mail.add_attachment(b"logo", maintype="image", subtype="png")
sys.stdout.buffer.write(mail.as_bytes())
P
}
for how in base64 quoted-printable footer; do
	recode "$how" >"$work/$how"
	is "$(pinned "$work/$how")" "[]" "and the mail in $how"
done
sed 's/^[0-9][0-9]*\r*$/3/' "$mail" >"$work/forged"
is "$(pinned "$work/forged")" '["pinned checkpoint"]' "but not with a figure changed"

ok "mail goes on" post mia@agency.example carl@kids.example hello
restart_sandbox
kill_chaperoned
restart_sandbox
sleep 12
is "$(mail_of "$pins")" 1 "a restart sends none twice"
"$sandbox" stop "$box"
cp -a "$ARCHIVE" "$work/yesterday"
echo 86400 >"$CHAPERONE_CLOCK"
restart_sandbox
ok "the next day's goes out" wait_for 60 has_pins 2
ok "and mail goes on" post mia@agency.example carl@kids.example again
kill_chaperoned
restart_sandbox
sleep 12
is "$(mail_of "$pins")" 2 "and no second of that day"
mail2=$(newest "$pins")
is "$(pinned "$mail")$(pinned "$mail2")" "[][]" "the archive goes on from both"

# Yesterday's copy in its place: all of it consistent, and still found out.
"$sandbox" stop "$box"
mv "$ARCHIVE" "$work/today"
cp -a "$work/yesterday" "$ARCHIVE"
is "$(chaperone --json archive verify | json 'd["ok"]')" true "yesterday's copy looks whole"
is "$(pinned "$mail")" "[]" "and goes on from yesterday's pin"
is "$(pinned "$mail2")" '["pinned checkpoint"]' "but today's finds it out"

# A restored copy is read only until somebody adopts it.
restart_sandbox
like "$(chaperone --json status | json 'd["alarms"]["archive"]')" "restored from a copy" \
	"the daemon knows it for a copy"
like "$(post mia@agency.example carl@kids.example no)" "^451" "and takes no mail in scope"
ok "other mail passes" post mia@agency.example cole@agency.example milk
is "$(head -n 1 "$ARCHIVE/log/checkpoint")" agency.example/archive "nothing new is signed in the old name"
exits 2 "adopting it wants a reason" chaperone archive adopt
exits 2 "and not just any file" chaperone archive adopt --reason "the disk died" --against /etc/passwd
lost=$(chaperone --json archive adopt --reason "the disk died" --against "$mail" "$mail2" | json 'd["lost"]["to"] >= d["lost"]["from"]')
is "$lost" true "adopting it says which records are lost"
ok "then mail passes" post mia@agency.example carl@kids.example "at last"
like "$(head -n 1 "$ARCHIVE/log/checkpoint")" "^agency.example/archive/2" "the log goes on under another name"
ok "and is not adopted twice" no chaperone archive adopt --reason again
is "$(chaperone --json archive verify | json 'd["ok"]')" true "the archive is whole"
is "$(pinned "$mail")" "[]" "it goes on from what was pinned before the copy was made"
is "$(pinned "$mail2")" '["pinned checkpoint"]' "and not from what was lost"
restart_sandbox
ok "after a restart mail passes" post mia@agency.example carl@kids.example "and on"
finish
