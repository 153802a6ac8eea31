#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The register on a real mail server: who covers, contacts, aliases, shared mailboxes, ended
# cases, the story of a case, and the whole of it as a spreadsheet.
. "$(dirname "$0")/lib.sh"

start_sandbox
people
mia=mia@agency.example
cole=cole@agency.example
carl=carl@kids.example
day() {
	date -d "$1" +%F
}

# --- somebody covers

from_outside $carl $mia "are you there" >/dev/null
is "$(mail_of $mia)" 1 "a worker who is there gets the mail"
is "$(mail_of $cole)" 0 "and nobody else"
chaperone staff change $mia --away "$(day yesterday)" "$(day tomorrow)" --cover $cole >/dev/null
from_outside $carl $mia "still there" >/dev/null
is "$(mail_of $mia) $(mail_of $cole)" "2 1" "mail to somebody who is away goes to the cover as well"
is "$(chaperone --as dsl@agency.example --json case show C1 | json 'd["entries"][-1]["to"]')" '["mia@agency.example"]' \
	"the record has whom it was addressed to"
chaperone staff change $mia --away "" "" >/dev/null
from_outside $carl $mia "back again" >/dev/null
is "$(mail_of $mia) $(mail_of $cole)" "3 1" "and not once they are back"

# --- contacts

# to_both OTHER: a letter of Mia's to Carl and somebody else.
to_both() {
	letter $mia $carl "the meeting" | send --as $mia -f $mia $carl "$1" >/dev/null
}
before=$(mail_of $carl)
to_both aunt@home.example
is "$(mail_of $carl)" "$before" "mail with somebody unknown waits"
aunt=$(chaperone --json contact add --case C1 --name "Aunt May" --role carer --address aunt@home.example | json 'd["id"]')
to_both aunt@home.example
is "$(mail_of $carl) $(mail_of aunt@home.example)" "$((before + 1)) 1" "with a contact of the case it passes"
chaperone contact end "$aunt" --reason "moved away" >/dev/null
to_both aunt@home.example
is "$(mail_of $carl)" "$((before + 1))" "and waits again once that has ended"
chaperone contact add --agency --name "The school" --role school --address @school.example >/dev/null
to_both head@school.example
is "$(mail_of $carl)" "$((before + 2))" "everyone of a partner's domain passes"

# --- aliases, shared mailboxes, days

chaperone person add C3 --name "Al Ias" --born 2011-01-01 --address al@pupils.example --via alias \
	--manager max@agency.example >/dev/null
post $mia al@pupils.example hi >/dev/null
is "$(mail_of al@pupils.example)" 0 "an alias that reaches a young person is theirs: no agreement, it waits"
exits 3 "an address is one young person's" chaperone person add C4 --name "Sister" --born 2012-01-01 \
	--address $carl --manager max@agency.example
chaperone person change C1 --shared >/dev/null
ok "unless each of them shares it" chaperone person add C4 --name "Sister" --born 2012-01-01 \
	--address $carl --shared --manager max@agency.example
before=$(mail_of $carl)
post $mia $carl hi >/dev/null
is "$(mail_of $carl)" "$before" "of a shared mailbox the stricter agreement counts"
agree C4 $mia >/dev/null
post $mia $carl hi >/dev/null
is "$(mail_of $carl)" "$((before + 1))" "with one for each it passes"
is "$(chaperone --as dsl@agency.example --json case show C4 | json 'len([e for e in d["entries"] if e["type"] == "mail"]) > 0')" true \
	"and is recorded in each case"

# --- an ended case

chaperone person end C4 --reason "moved" >/dev/null
before=$(mail_of $carl)
post $mia $carl hi >/dev/null
is "$(mail_of $carl)" "$before" "to a young person whose case has ended mail waits"
count=$(mail_of $mia)
from_outside $carl $mia "one more thing" >/dev/null
is "$(mail_of $mia)" "$((count + 1))" "and from them it arrives"
like "$(chaperone --json person show C4 --history | json '[(h["type"], h.get("reason")) for h in d["history"]]')" \
	'moved' "the story of the case says why it ended"

# --- the register as a spreadsheet

chaperone register export >"$work/out.csv"
exits 0 "what was exported is imported" chaperone register import "$work/out.csv"
chaperone register export >"$work/again.csv"
ok "and nothing has changed" cmp "$work/out.csv" "$work/again.csv"
records() {
	chaperone --json archive status | json 'd["records"]'
}
before=$(records)
chaperone register import "$work/out.csv" >/dev/null
is "$(records)" "$before" "the same file again makes no record"
{
	echo kind,case,name,born,addresses,manager
	echo person,C1,Carl,2011-13-01,carl@kids.example,max@agency.example
	echo person,C2,Dora,2011-01-01,not an address,max@agency.example
} >"$work/bad.csv"
exits 2 "a file with errors is refused" chaperone register import "$work/bad.csv"
errors=$(chaperone register import "$work/bad.csv" 2>&1)
like "$errors" "2011-13-01" "every error is told"
like "$errors" "not an address" "at once"
is "$(records)" "$before" "and nothing is kept of it"
{
	echo kind,case,name,born,addresses,manager
	echo person,C1,Carl,2011-05-01,only@kids.example,max@agency.example
} >"$work/few.csv"
exits 0 "what it would end is shown" chaperone register import "$work/few.csv" --dry-run
exits 3 "a file that would end more than one in twenty is refused" chaperone register import "$work/few.csv"
chaperone register export --postfix-access >"$work/access"
is "$(postmap -c "$MTA_CONFIG" "hash:$work/access" 2>&1)" "" \
	"Postfix takes the access map, in which each address stands once"
is "$(postmap -c "$MTA_CONFIG" -q "$carl" "hash:$work/access")" OK \
	"which refuses no registered young person"
is "$(postmap -c "$MTA_CONFIG" -q nobody@kids.example "hash:$work/access")" "" "and says nothing of others"
{
	echo kind,case,name,born,addresses,shared,manager
	echo person,C1,Carl,2011-05-01,$carl,yes,nobody@agency.example
	echo person,C9,Neil,2011-05-01,$mia,no,max@agency.example
} >"$work/both.csv"
errors=$(chaperone register import "$work/both.csv" --really 2>&1)
is $? 2 "what the single verbs refuse is refused in a file"
like "$errors" "line 2, manager 'nobody@agency.example': .*line 3, addresses '$mia': " "each with its line"
{
	echo kind,case,name,born,addresses
	echo person,C9,Neil,2011-05-01,$mia
} >"$work/taken.csv"
exits 3 "and with 3 when it is written well" chaperone register import "$work/taken.csv" --really

# --- an apprentice is in both registers

chaperone staff add app@agency.example --name "Al Prentice" --manager max@agency.example --login app \
	--also app@home.example >/dev/null
exits 3 "a work address is no young person's" chaperone person add C7 --name "Al Prentice" --born 2009-01-01 \
	--address app@agency.example --manager max@agency.example
ok "a private one may be, of somebody who is staff as well" chaperone person add C7 --name "Al Prentice" \
	--born 2009-01-01 --address app@home.example --manager max@agency.example
post $mia app@home.example hi >/dev/null
is "$(mail_of app@home.example)" 0 "who is then written to by agreement alone"
post $mia app@agency.example hi >/dev/null
is "$(mail_of app@agency.example)" 1 "and at work like anybody"
finish
