#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# For each decision one message that is caught and its innocent neighbour.
. "$(dirname "$0")/lib.sh"

start_sandbox
people
carl=0

# caught RULE DESCRIPTION COMMAND…: what the command sends waits, by that rule at least.
caught() {
	local rule=$1 description=$2 before
	before=$(held_ids | sort)
	shift 2
	"$@" >/dev/null 2>&1
	settle
	like "$(chaperone --as dsl@agency.example --json held list | json \
		"[f['rule'] for h in d if h['id'] not in '''$before''' for f in h['findings']]")" \
		"\"$rule\"" "$rule: $description is caught"
}

# passes RULE DESCRIPTION COMMAND…: and this reaches Carl.
passes() {
	local rule=$1 description=$2
	shift 2
	"$@" >/dev/null 2>&1
	is "$(mail_of carl@kids.example)" "$((++carl))" "$rule: $description passes"
}

# with HEADERS LOGIN SENDER: a letter to Carl that begins with these header lines.
with() {
	{
		printf "$1"
		printf 'To: carl@kids.example\nSubject: hi\n\nHello.\n'
	} | send --as "$2" -f "$3" carl@kids.example
}

mia=mia@agency.example
from="From: Mia Worker <$mia>\n"

passes work-sender "one's own work address" with "$from" $mia $mia
caught work-sender "another's login" with "$from" max@agency.example $mia
caught work-sender "another envelope sender" with "$from" $mia cole@agency.example
caught work-sender "a private Reply-To" with "${from}Reply-To: mia@home.example\n" $mia $mia
passes work-sender "one's own Reply-To" with "${from}Reply-To: $mia\n" $mia $mia
chaperone staff change $mia --also mia@home.example >/dev/null
count=$(held_ids | wc -l)
from_outside mia@home.example carl@kids.example me >/dev/null
ok "the outside does not relay to the child's provider" test "$(held_ids | wc -l)" = "$count"
chaperone person change C1 --address carl@kids.example --address carl@pupils.example >/dev/null
caught work-sender "a private address from outside" from_outside mia@home.example carl@pupils.example me
is "$(chaperone --as dsl@agency.example --json held list |
	json '[h["decides"] for h in d if h["from"] == "mia@home.example"]')" '["lead"]' \
	"work-sender: about that the lead decides"
is "$(chaperone --as max@agency.example --json held list |
	json '[h["id"] for h in d if h["from"] == "mia@home.example"]')" '[]' \
	"work-sender: and the manager does not see it"

caught ambiguous-author "two From headers" with "$from$from" $mia $mia
caught ambiguous-author "two authors in one" with "From: $mia, max@agency.example\n" $mia $mia
passes ambiguous-author "one author with a comma in the name" with "From: \"Worker, Mia\" <$mia>\n" $mia $mia

caught agreement "a colleague without one" \
	post cole@agency.example carl@kids.example hi
day() {
	date -d "$1" +%F
}
agree_with_dora() {
	chaperone --as max@agency.example agreement add --case C2 --staff $mia --purpose p \
		--agreed "$(day '-90 days')" --informed "$(day '-90 days')" "$@" >/dev/null ||
		diag "agreement add $* fails"
}
agree_with_dora --from "$(day '-90 days')" --until "$(day yesterday)" --parent P --parent-aware "$(day '-90 days')"
caught agreement "one that ran out yesterday" post $mia dora@kids.example hi
agree_with_dora --from "$(day tomorrow)" --until "$(day '+9 days')" --parent P --parent-aware "$(day '-90 days')"
caught agreement "one that begins tomorrow" post $mia dora@kids.example hi
agree_with_dora --from "$(day '-90 days')" --until "$(day '+9 days')" --parent P \
	--parent-aware "$(day '-90 days')" --channel text
caught agreement "one for texts" post $mia dora@kids.example hi
agree_with_dora --from "$(day '-90 days')" --until "$(day today)" --parent P --parent-aware "$(day '-90 days')"
post $mia dora@kids.example hi >/dev/null
is "$(mail_of dora@kids.example)" 1 "agreement: one whose last day is today passes"

# born AGE CASE: somebody who turned that old yesterday.
born() {
	chaperone person add "$2" --name "Young $2" --born "$(date -d "yesterday -$1 years" +%F)" \
		--address "$2@kids.example" --manager max@agency.example >/dev/null
}
born 15 y15
chaperone --as max@agency.example agreement add --case y15 --staff $mia --purpose p --agreed "$(day today)" \
	--informed "$(day today)" --from "$(day today)" --until "$(day '+9 days')" \
	--parent P --parent-aware "$(day tomorrow)" >/dev/null 2>&1
if [ "$(chaperone --json agreement list --case y15 | json 'len(d)')" = 1 ]; then
	caught parent-aware "a parent who will know tomorrow" post $mia y15@kids.example hi
fi
chaperone --as max@agency.example agreement add --case y15 --staff $mia --purpose p --agreed "$(day today)" \
	--informed "$(day today)" --from "$(day today)" --until "$(day '+9 days')" \
	--decision "the parents must not know" >/dev/null
post $mia y15@kids.example hi >/dev/null
is "$(mail_of y15@kids.example)" 1 "parent-aware: a manager's decision passes"
born 16 y16
chaperone --as max@agency.example agreement add --case y16 --staff $mia --purpose p --agreed "$(day today)" \
	--informed "$(day today)" --from "$(day today)" --until "$(day '+9 days')" --of-age >/dev/null
post $mia y16@kids.example hi >/dev/null
is "$(mail_of y16@kids.example)" 1 "parent-aware: at sixteen nobody is asked"
chaperone person change y16 --born "$(date -d '-15 years' +%F)" >/dev/null
caught parent-aware "somebody who turns out to be fifteen" post $mia y16@kids.example hi

# --- rules explain says what would happen, and keeps nothing

letter $mia carl@kids.example hi >"$work/letter"
explained=$(chaperone --json rules explain "$work/letter" --from $mia --to carl@kids.example --login $mia)
is "$(json '[d["scope"], d["direction"], d["verdict"], d["findings"]]' <<<"$explained")" \
	'[true, "outbound", "pass", []]' "rules explain: a letter that passes"
explained=$(chaperone --json rules explain "$work/letter" --from $mia --to dora@kids.example --login cole@agency.example)
is "$(json '[d["verdict"], "work-sender" in [f["rule"] for f in d["findings"]]]' <<<"$explained")" \
	'["hold", true]' "rules explain: and one that waits"
explained=$(chaperone --json rules explain "$work/letter" --from $mia --to cole@agency.example --login $mia)
is "$(json '[d["scope"], d["direction"]]' <<<"$explained")" '[false, null]' "rules explain: and one out of scope"

# --- who may submit without a login

unlogged() {
	letter $mia carl@kids.example hi | send -f $mia carl@kids.example
}
caught work-sender "no login" unlogged
echo 'trusted-submitter 127.0.0.1/32' >"$box/conf.d/trusted.conf"
: >"$box/log/chaperoned.log"
kill -USR1 "$CHAPERONED_PID"
wait_for 10 logged reload
passes work-sender "a trusted submitter" unlogged
finish
