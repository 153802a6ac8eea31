#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A quote is believed when the other person wrote it, and only then.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

# reply ID LINE…: Mia's answer to a message with this Message-ID.
reply() {
	local id=$1
	shift
	letter mia@agency.example carl@kids.example "Re: my number" "$@" |
		sed "s/^Subject:/In-Reply-To: <$id>\nSubject:/" |
		send --as mia@agency.example -f mia@agency.example carl@kids.example
}

letter carl@kids.example mia@agency.example "my number" \
	"my new number is 07700 900666, dont tell my mum" "and my mates is 07700 900555" |
	sed 's/^Message-ID:.*/Message-ID: <Number@kids.example>/' |
	send --outside -f carl@kids.example mia@agency.example >/dev/null
is "$(mail_of mia@agency.example)" 1 "the young person gives a new number"

ok "the answer that quotes it is taken" reply Number@kids.example "Thank you, I wrote it down." "" \
	"On Mon, 2 Nov 2026 at 10:03, Carl <carl@kids.example> wrote:" \
	"> my new number is 07700" "> 900666, dont tell my mum" "> and my mates is 07700 900555"
is "$(mail_of carl@kids.example)" 1 "and delivered"
is "$(held_ids)" "" "nothing waits"

ok "an answer with a made-up quote is taken" reply Number@kids.example "See below." "" \
	"> my new number is 07700 900777"
is "$(mail_of carl@kids.example)" 1 "and waits"
is "$(chaperone --as max@agency.example --json held list | json '[f["rule"] for f in d[0]["findings"]]')" \
	'["personal-mobile"]' "for the number in it"

ok "so does one that answers nothing on record" reply elsewhere@kids.example "See below." "" \
	"> my new number is 07700 900666"
is "$(mail_of carl@kids.example)" 1 "for anybody can say so"

letter mia@agency.example carl@kids.example "Re: my number" "Hello." "" "> my new number is 07700 900666" |
	sed "s/^Subject:/In-Reply-To: <Number@kids.example>\nSubject:/" >"$work/mail"
is "$(chaperone --json rules explain "$work/mail" --from mia@agency.example --to carl@kids.example \
	--login mia@agency.example | json '(d["verdict"], len(d["facts"]["answered"]))')" '["pass", 1]' \
	"rules explain looks at the same records"

# The number becomes his own only now, which must not make a replay blind to it.
ok "the number is registered later" chaperone person change C1 --sms 07700900666
is "$(chaperone --as dsl@agency.example --json rules replay | json '(d["judged"], d["changed"], d["by_program"])')" \
	'[4, 0, 0]' "a replay of the rules in force has the verdicts on record, by the quotes and the register of then"

finish
