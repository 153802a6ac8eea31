# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# core.sh - what must hold on every mail server; sourced with the server's name
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

start_sandbox --mta "$1"
people

# --- delivered

ok "a letter under an agreement is taken" \
	post mia@agency.example carl@kids.example Tuesday "At four in room 12."
is "$(mail_of carl@kids.example)" 1 "and delivered"
mail=$(newest carl@kids.example)
is "$(header Chaperone-Record "$mail" | wc -w)" 1 "with the number of its record"
is "$(header Chaperone-Finding "$mail")" "" "and no word of findings: it is a child's mailbox"
is "$(body "$mail" | tr -d '\r')" "At four in room 12." "and the words as they were"
is "$(chaperone --as max@agency.example --json case show C1 | json 'd["entries"][-1]["id"]')" \
	"$(header Chaperone-Record "$mail")" "the record is in the case"

letter mia@agency.example carl@kids.example tagged |
	send --as mia+phone@agency.example -f mia@agency.example carl@kids.example >/dev/null
is "$(mail_of carl@kids.example)" 2 "a login with a plus sign is the same person's"

ok "a letter to a colleague is taken" post mia@agency.example cole@agency.example milk
is "$(grep -ci '^chaperone-' "$(newest cole@agency.example)")" 0 "and delivered untouched"

# --- held

ok "a letter without an agreement is answered with success" \
	post mia@agency.example dora@kids.example hi "Do come too."
is "$(mail_of dora@kids.example)" 0 "and not delivered"
held=$(chaperone --as max@agency.example --json held list)
is "$(json '[(h["state"], h["from"], h["to"], h["author"], h["cases"], h["decides"]) for h in d]' <<<"$held")" \
	'[["held", "mia@agency.example", ["dora@kids.example"], ["mia@agency.example"], ["C2"], "manager"]]' \
	"its manager sees what waits"
like "$(json '[f["rule"] for f in d[0]["findings"]]' <<<"$held")" '"agreement"' "and why"
ok "the author is told within a minute" wait_for 60 test -e "$DELIVERED/mia@agency.example/1.eml"
ok "and so is who can release it" wait_for 60 test -e "$DELIVERED/max@agency.example/1.eml"
is "$(grep -l 'Do come too' "$DELIVERED"/{mia,max}@agency.example/*.eml)" "" \
	"without the words of the message"
id=$(json 'd[0]["id"]' <<<"$held")

exits 3 "root says who decides" chaperone held list
exits 3 "nobody releases their own" \
	chaperone --as mia@agency.example held release "$id" --reason "it is fine"
exits 3 "a colleague may not either" \
	chaperone --as cole@agency.example held release "$id" --reason "it is fine"
is "$(mail_of dora@kids.example)" 0 "it still waits"

# --- released

ok "the manager releases it" \
	chaperone --as max@agency.example held release "$id" --reason "spoke with her mother"
is "$(mail_of dora@kids.example)" 1 "it is delivered, once"
mail=$(newest dora@kids.example)
is "$(header Chaperone-Record "$mail")" "$id" "with the number of its record"
is "$(header Chaperone-Release "$mail")" "" "and without the token"
is "$(body "$mail" | tr -d '\r')" "Do come too." "and the words as they were"
is "$(held_ids)" "" "it waits no longer"
no chaperone --as max@agency.example held release "$id" --reason "once more" >/dev/null 2>&1
is "$(mail_of dora@kids.example)" 1 "a second release delivers nothing"

post mia@agency.example dora@kids.example no "Another." >/dev/null
ok "the manager refuses one" \
	chaperone --as max@agency.example held refuse "$(held_ids)" --reason "not now"
post mia@agency.example dora@kids.example oh "A third." >/dev/null
ok "the author withdraws one" chaperone --as mia@agency.example held withdraw "$(held_ids)"
is "$(mail_of dora@kids.example)" 1 "neither is delivered"
is "$(held_ids)" "" "and none waits"

# --- inbound

count=$(mail_of mia@agency.example)
ok "a child's letter is taken" from_outside carl@kids.example mia@agency.example Re "ok see you"
is "$(mail_of mia@agency.example)" "$((count + 1))" "and delivered"
is "$(header Chaperone-Record "$(newest mia@agency.example)" | wc -w)" 1 "and recorded"
ok "that of one without an agreement too" from_outside dora@kids.example mia@agency.example hi
is "$(mail_of mia@agency.example)" "$((count + 2))" "and delivered"
like "$(header Chaperone-Finding "$(newest mia@agency.example)")" '^agreement; par=3.5' "and tagged"

# --- fails closed

kill_chaperoned
like "$(post mia@agency.example carl@kids.example late)" '^4' "without chaperoned staff's mail must wait"
like "$(from_outside carl@kids.example mia@agency.example late)" '^4' "and so must a child's"
restart_sandbox
ok "with it again, mail passes" post mia@agency.example carl@kids.example again

# --- killed

# killed_while_sending COUNT: prints the numbers of the messages that were answered with 250.
killed_while_sending() {
	local i
	for ((i = 1; i <= $1; i++)); do
		post mia@agency.example carl@kids.example "number $i" >/dev/null && echo "number $i"
	done
}

killed_while_sending 60 >"$work/taken" &
sender=$!
for _ in 1 2 3 4 5 6; do
	sleep "0.$((RANDOM % 9 + 1))"
	kill_chaperoned
	restart_sandbox
done
wait "$sender"
settle
cat "$DELIVERED"/carl@kids.example/*.eml | tr -d '\r' | sed -n 's/^Subject: \(number .*\)/\1/p' |
	sort >"$work/arrived"
is "$(sort "$work/taken" | diff - "$work/arrived")" "" \
	"killed again and again: what was answered with success arrives once, nothing else does"
chaperone --as max@agency.example --json case show C1 | json '"\n".join(e["id"] for e in d["entries"])' |
	sort >"$work/records"
for mail in "$DELIVERED"/carl@kids.example/*.eml; do
	header Chaperone-Record "$mail"
done | sort | uniq | comm -23 - "$work/records" >"$work/unrecorded"
is "$(cat "$work/unrecorded")" "" "and all of it is recorded"
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "and the archive is whole"
finish
