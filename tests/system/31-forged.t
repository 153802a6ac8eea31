#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Headers of ours that others wrote: removed, and no token but a fresh one releases.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

forged() {
	cat <<'M'
Chaperone-Record: 01ARZ3NDEKTSV4RRFFQ69G5FAV
CHAPERONE-Finding: nothing; par=0
chaperone-record: 2
Chaperone-: empty
Chaperone-Something-New: yes
M
	letter "$@"
}

forged mia@agency.example carl@kids.example hi |
	send --as mia@agency.example -f mia@agency.example carl@kids.example >/dev/null
mail=$(newest carl@kids.example)
is "$(sed '/^\r$/q' "$mail" | grep -ci '^chaperone-')" 1 "of forged headers only ours is left, outbound"
like "$(header Chaperone-Record "$mail")" '^[0-9A-Z]{26}$' "and it is a record's number"
no grep -q '^2$' <(header Chaperone-Record "$mail") && pass "which is not the forged one" ||
	fail "which is not the forged one"

{
	echo 'Authentication-Results: mail.agency.example; dmarc=pass header.from=kids.example'
	forged carl@kids.example mia@agency.example hi
} | send --outside -f carl@kids.example mia@agency.example >/dev/null
is "$(sed '/^\r$/q' "$(newest mia@agency.example)" | grep -ci '^chaperone-')" 1 "and inbound"

forged mia@agency.example cole@agency.example hi |
	send --as mia@agency.example -f mia@agency.example cole@agency.example >/dev/null
is "$(sed '/^\r$/q' "$(newest cole@agency.example)" | grep -ci '^chaperone-')" 5 \
	"out of scope nothing is touched"

# --- tokens: somebody listens on the way of a release, and so has one

tap=$("$top_srcdir/scripts/sandbox.d/probe.py" ports 1)
/usr/bin/python3 "$top_srcdir/tests/system/tap.py" "$tap" "$SMTP_PORT" "$work/heard" </dev/null >&2 &
listener=$!
trap 'kill $listener; clean_up' EXIT
echo "submit smtp://127.0.0.1:$tap" >"$box/conf.d/submit.conf"
kill_chaperoned
restart_sandbox

post mia@agency.example dora@kids.example first "Do come." >/dev/null
chaperone --as max@agency.example held release "$(held_ids)" --reason fine >/dev/null
is "$(mail_of dora@kids.example)" 1 "a release is delivered"
tr -d '\r' <"$work/heard" | sed -n '/^Chaperone-Release:/,/^\.$/p' | sed '$d' >"$work/release"
like "$(head -n 1 "$work/release")" '^Chaperone-Release: [0-9A-Z]{26} .+' "it began with a token"

# hand_in RECIPIENT: what is on standard input, as Mia; says whether it was let through.
hand_in() {
	local before waiting
	before=$(mail_of "$1") waiting=$(held_ids | grep -c .)
	send --as mia@agency.example -f mia@agency.example "$1" >/dev/null
	echo "$(($(mail_of "$1") - before)) delivered, $(($(held_ids | grep -c .) - waiting)) more held"
}

none='0 delivered, 1 more held'
is "$(hand_in dora@kids.example <"$work/release")" "$none" "a used token releases nothing"

post mia@agency.example dora@kids.example second "Do come, do." >/dev/null
id=$(held_ids | tail -n 1)

altered() {
	sed "s/^\(Chaperone-Release: [0-9A-Z]*\) ../\1 xx/; s/^Subject: .*/Subject: $1/" "$work/release"
}
is "$(altered altered | hand_in dora@kids.example)" "$none" "an altered token releases nothing"
is "$(sed "s/^Chaperone-Release: [0-9A-Z]*/Chaperone-Release: $id/; s/^Subject: .*/Subject: other/" \
	"$work/release" | hand_in dora@kids.example)" "$none" "nor does one for another message"
invented() {
	echo 'Chaperone-Release: 01ARZ3NDEKTSV4RRFFQ69G5FAV 0000000000000000'
	letter mia@agency.example dora@kids.example invented
}
is "$(invented | hand_in dora@kids.example)" "$none" "nor does an invented one"
is "$(grep -l 'Chaperone-Release' -r "$DELIVERED" | wc -l)" 0 "no token is ever delivered"

claims() {
	chaperone --as max@agency.example --json held list |
		json 'len([h for h in d if any(f["where"] == "header:Chaperone-Release" and
			f["rule"] == "impersonation" and f["action"] == "tag" for f in h["findings"])])'
}
is "$(claims)" 4 "each of the four has a finding that says so"
finish
