#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Who writes to whom, however it is written: scope and direction cannot be evaded.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

# waits DESCRIPTION COMMAND…: the command is answered with success, and one more waits.
waits() {
	local before description=$1
	shift
	before=$(held_ids | grep -c .)
	"$@" >"$work/answer" 2>&1 || diag "answer: $(cat "$work/answer")"
	is "$(held_ids | grep -c .)" "$((before + 1))" "$description"
}

mia() {
	letter mia@agency.example dora@kids.example hi | send --as mia@agency.example -f mia@agency.example "$@"
}

waits "a plain address" mia dora@kids.example
waits "in capitals" mia DORA@Kids.EXAMPLE
waits "with a plus" mia dora+school@kids.example
waits "with a dot at the end" mia dora@kids.example.
waits "by a source route" mia '<@agency.example,@relay.example:dora@kids.example>'
waits "by percent" mia 'dora%kids.example@agency.example'
waits "by bang" mia 'kids.example!dora@agency.example'
waits "with a name and brackets twice" mia '<Dora <dora@kids.example>>'
waits "among others" mia cole@agency.example dora@kids.example
waits "quoted" mia '"dora"@kids.example'
is "$(find "$DELIVERED" -ipath '*dora*' -name '*.eml' | wc -l)" 0 "nothing of it is delivered"
is "$(mail_of cole@agency.example)" 0 "nor to the colleague beside her"

sendmail_cli() {
	letter mia@agency.example dora@kids.example hi | sendmail -C "$MTA_CONFIG" -f mia@agency.example "$1"
	wait_for 10 no queue_is_empty
	settle
}
waits "by sendmail(1)" sendmail_cli dora@kids.example
waits "by sendmail(1), by percent" sendmail_cli dora%kids.example@agency.example

ok "sendmail(1) to a colleague passes" sendmail_cli cole@agency.example
is "$(mail_of cole@agency.example)" 1 "and is delivered"

# --- who the author is

child_says() {
	letter carl@kids.example dora@kids.example hi | send "$@"
}
waits "a login of staff with a child's From is outbound" \
	child_says --as mia@agency.example -f carl@kids.example dora@kids.example

two_authors() {
	printf 'From: cole@agency.example\n'
	letter mia@agency.example carl@kids.example hi
}
waits "two From headers are ambiguous" \
	send --as mia@agency.example -f mia@agency.example carl@kids.example < <(two_authors)
waits "so is the login of one and the name of another" \
	send --as cole@agency.example -f mia@agency.example carl@kids.example \
	< <(letter mia@agency.example carl@kids.example hi)
unknown() {
	letter who@agency.example carl@kids.example hi | send -f who@agency.example carl@kids.example
}
waits "nobody logged in, nobody known" unknown

count=$(mail_of mia@agency.example)
reply_to_all() {
	letter carl@kids.example mia@agency.example Re |
		send --outside -f carl@kids.example mia@agency.example mate@pupils.example cole@agency.example
}
ok "a child's reply to all is taken" reply_to_all
is "$(mail_of mia@agency.example)" "$((count + 1))" "and delivered to the worker"
is "$(mail_of mate@pupils.example)" 1 "and to the friend"
like "$(header Chaperone-Record "$(newest mia@agency.example)")" '^[0-9A-Z]{26}$' "and recorded"
ok "a child's letter with the null sender is taken" \
	send --outside -f '' mia@agency.example < <(letter carl@kids.example mia@agency.example hi)
like "$(header Chaperone-Record "$(newest mia@agency.example)")" '^[0-9A-Z]{26}$' "and recorded"

# --- the innocent neighbours

ok "a stranger to the worker" from_outside aunt@far.example mia@agency.example hello
is "$(grep -ci '^chaperone-' "$(newest mia@agency.example)")" 0 "passes untouched"
ok "a child to a friend" from_outside carl@kids.example mate@pupils.example hello
is "$(grep -ci '^chaperone-' "$(newest mate@pupils.example)")" 0 "passes untouched"
ok "the worker to a stranger at the child's provider" post mia@agency.example other@kids.example hello
is "$(grep -ci '^chaperone-' "$(newest other@kids.example)")" 0 "passes untouched"
finish
