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

forged carl@kids.example mia@agency.example hi |
	send --outside -f carl@kids.example mia@agency.example >/dev/null
is "$(sed '/^\r$/q' "$(newest mia@agency.example)" | grep -ci '^chaperone-')" 1 "and inbound"

forged mia@agency.example cole@agency.example hi |
	send --as mia@agency.example -f mia@agency.example cole@agency.example >/dev/null
is "$(sed '/^\r$/q' "$(newest cole@agency.example)" | grep -ci '^chaperone-')" 5 \
	"out of scope nothing is touched"

# --- tokens: a release that goes to a sink of our own shows one

port=$("$top_srcdir/scripts/sandbox.d/probe.py" ports 1)
mkdir -p "$work/caught" "$work/draft"
"$top_srcdir/scripts/sandbox.d/sink.py" "$port" "$work/caught" "$work/draft" </dev/null >&2 &
sink=$!
trap 'kill $sink; clean_up' EXIT
echo "submit smtp://127.0.0.1:$port" >"$box/conf.d/submit.conf"
kill_chaperoned
restart_sandbox

# token_for RECIPIENT: holds a letter of Mia's to them, releases it into our own sink and
# prints the path of what came there.
token_for() {
	local id
	post mia@agency.example "$1" "hello $1" "Do come." >/dev/null
	id=$(held_ids)
	chaperone --as max@agency.example held release "$id" --reason "fine" >/dev/null
	wait_for 10 test -e "$work/caught/$1/1.eml"
	printf '%s\n' "$work/caught/$1/1.eml"
}

hand_in() {
	send --as mia@agency.example -f mia@agency.example "$1"
}

caught=$(token_for dora@kids.example)
like "$(head -n 1 "$caught" | tr -d '\r')" '^Chaperone-Release: [0-9A-Z]{26} .+' "a release begins with its token"
hand_in dora@kids.example <"$caught" >/dev/null
is "$(mail_of dora@kids.example)" 0 "a used token releases nothing"
is "$(held_ids | wc -l)" 1 "it is an ordinary message, and held"

sed 's/^\(Chaperone-Release: [0-9A-Z]*\) ./\1 x/' "$caught" | hand_in dora@kids.example >/dev/null
is "$(mail_of dora@kids.example)" 0 "an altered token releases nothing"
{
	printf 'Chaperone-Release: 01ARZ3NDEKTSV4RRFFQ69G5FAV 0000000000000000\r\n'
	letter mia@agency.example dora@kids.example hi
} | hand_in dora@kids.example >/dev/null
is "$(mail_of dora@kids.example)" 0 "an invented token releases nothing"
finish
