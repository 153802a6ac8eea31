#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The command: its exit codes, and who may do what.
. "$(dirname "$0")/lib.sh"

start_sandbox
people
max="--as max@agency.example" mia="--as mia@agency.example"

# --- as written

exits 0 "--help is no error" chaperone --help
exits 0 "nor is it after a verb" chaperone person add --help
exits 2 "no verb" chaperone person
exits 2 "an area that does not exist" chaperone persons list
exits 2 "an option that does not exist" chaperone person list --colour red
exits 2 "a value that is missing" chaperone person add C9 --name
exits 2 "a day that is none" \
	chaperone person add C9 --name N --born 2011-02-30 --address n@kids.example --manager max@agency.example
exits 2 "an address that is none" \
	chaperone person add C9 --name N --born 2011-02-03 --address kids.example --manager max@agency.example
exits 2 "a case that nobody knows" chaperone person show C9
exits 2 "an id that nobody knows" chaperone $max held show 01ARZ3NDEKTSV4RRFFQ69G5FAV
exits 2 "a configuration that is not there" "$CHAPERONE" -c "$work/none" status
exits 2 "an agreement that ends before it begins" \
	chaperone $max agreement add --case C1 --staff mia@agency.example --purpose p --from 2026-02-01 \
	--until 2026-01-01 --agreed 2026-01-01 --informed 2026-01-01 --parent P --parent-aware 2026-01-01
error=$(chaperone person show C9 2>&1 >/dev/null)
like "$error" '^chaperone: .+: .+' "an error says what was wrong and what to do"
is "$(wc -l <<<"$error")" 1 "on one line"
is "$(chaperone --json person show C9 2>/dev/null)" "" "with --json standard output is empty then"

# --- refused

exits 3 "an address that another has" \
	chaperone person add C9 --name N --born 2011-02-03 --address Carl+x@Kids.Example --manager max@agency.example
exits 3 "an agreement without anyone's permission" \
	chaperone $max agreement add --case C2 --staff mia@agency.example --purpose p --from 2026-01-01 \
	--until 2027-01-01 --agreed 2026-01-01 --informed 2026-01-01
exits 3 "an agreement with oneself, by decision" \
	chaperone $mia agreement add --case C2 --staff mia@agency.example --purpose p --from 2026-01-01 \
	--until 2027-01-01 --agreed 2026-01-01 --informed 2026-01-01 --decision "it is fine"
exits 3 "admin does not decide an agreement" \
	chaperone agreement add --case C2 --staff mia@agency.example --purpose p --from 2026-01-01 \
	--until 2027-01-01 --agreed 2026-01-01 --informed 2026-01-01 --decision "it is fine"
exits 3 "of age before the day" \
	chaperone $max agreement add --case C2 --staff mia@agency.example --purpose p --from 2026-01-01 \
	--until 2027-01-01 --agreed 2026-01-01 --informed 2026-01-01 --of-age
exits 3 "admin sees no held mail" chaperone held list
exits 3 "admin exports no case" chaperone case export C1 --to "$work/export"
exits 3 "a worker registers nobody" \
	chaperone $mia person add C9 --name N --born 2011-02-03 --address n@kids.example --manager max@agency.example
exits 3 "nobody acts as someone who is not registered" chaperone --as no@agency.example held list
chown nobody "$work" && chmod 755 "$work" "$box" "$box/run" 2>/dev/null
chmod 666 "$box/run/control.sock" 2>/dev/null
exits 3 "only root speaks for another" \
	setpriv --reuid=65534 --clear-groups "$CHAPERONE" --as max@agency.example held list

# --- what is written is seen at once

id=$(chaperone person add C3 --name "Eve Child" --born 2012-01-01 --address eve@kids.example \
	--manager max@agency.example)
like "$id" '^[0-9A-Z]{26}$' "a verb that makes a record prints its id alone"
like "$(chaperone --json person change C3 --name "Eva Child" | json 'd["id"]')" '^[0-9A-Z]{26}$' \
	"and as JSON"
is "$(chaperone --json person show C3 | json 'd["name"]')" "Eva Child" "a change is seen at once"
post mia@agency.example eve@kids.example hi >/dev/null
is "$(held_ids | wc -l)" 1 "the next letter is judged by it"
agree C3 mia@agency.example >/dev/null
ok "and by an agreement" post mia@agency.example eve@kids.example hi
is "$(mail_of eve@kids.example)" 1 "it is delivered"
agreement=$(chaperone $max --json agreement list --case C3 | json 'd[0]["id"]')
ok "an agreement ends" chaperone $max agreement end "$agreement" --reason "moved away"
post mia@agency.example eve@kids.example hi >/dev/null
is "$(held_ids | wc -l)" 2 "and the next letter waits"
ok "a person's case ends" chaperone person end C3 --reason "moved away"
post mia@agency.example eve@kids.example hi >/dev/null
is "$(held_ids | wc -l)" 3 "they stay in scope"
ok "until they are removed" chaperone person remove C3 --reason "wrong file"
post mia@agency.example eve@kids.example hi >/dev/null
is "$(mail_of eve@kids.example)" 2 "then mail passes as any"

ok "a case is exported" chaperone $max case export C1 --to "$work/export"
exits 2 "but not into a directory with something in it" chaperone $max case export C1 --to "$work/export"
ok "the archive verifies" chaperone archive verify

kill_chaperoned
exits 75 "without the daemon: come again" chaperone status
ok "but the archive verifies" chaperone archive verify
finish
