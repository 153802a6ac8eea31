#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What SMTP allows: several messages on one connection, RSET, BDAT, large and 8-bit mail.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

talk() {
	/usr/bin/python3 "$top_srcdir/tests/system/talk.py" "$SMTP_PORT"
}

greet='< 220
> EHLO client.example
< 250
> XCLIENT LOGIN=mia@agency.example
< 220
> EHLO client.example
< 250'

letter mia@agency.example carl@kids.example one >"$work/carl"
letter mia@agency.example dora@kids.example two >"$work/dora"
letter mia@agency.example cole@agency.example three >"$work/cole"

ok "one connection carries mail in and out of scope, and held" talk <<S
$greet
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<carl@kids.example>
< 250
> DATA
< 354
>> $work/carl
< 250
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<dora@kids.example>
< 250
> DATA
< 354
>> $work/dora
< 250
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<cole@agency.example>
< 250
> DATA
< 354
>> $work/cole
< 250
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<carl@kids.example>
< 250
> DATA
< 354
>> $work/carl
< 250
> QUIT
< 221
S
is "$(mail_of carl@kids.example) $(mail_of dora@kids.example) $(mail_of cole@agency.example)" "2 0 1" \
	"each is judged for itself"

ok "RSET forgets the recipients before it" talk <<S
$greet
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<dora@kids.example>
< 250
> RSET
< 250
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<cole@agency.example>
< 250
> DATA
< 354
>> $work/cole
< 250
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<carl@kids.example>
< 250
> RSET
< 250
> QUIT
< 221
S
is "$(mail_of cole@agency.example) $(held_ids | wc -l)" "2 1" "so that is delivered, and nothing more held"

ok "a connection that says nothing does no harm" talk <<<'< 220'
ok "nor one that leaves in the middle" talk <<S
$greet
> MAIL FROM:<mia@agency.example>
< 250
> RCPT TO:<carl@kids.example>
< 250
> DATA
< 354
> half a mess
S

{
	cat "$work/carl"
	yes 'See you at the club on Thursday, after school.' | head -n 2000
	printf 'größe\nno newline at the end'
} >"$work/pieces"
ok "a message in pieces, by BDAT" talk <<S
$greet
> MAIL FROM:<mia@agency.example> BODY=8BITMIME ENVID=QQ314159
< 250
> RCPT TO:<carl@kids.example> NOTIFY=FAILURE ORCPT=rfc822;carl@kids.example
< 250
bdat $work/pieces
> QUIT
< 221
S
is "$(body "$(newest carl@kids.example)" | tr -d '\r' | sha256sum)" \
	"$({ sed '1,/^$/d' "$work/pieces"; echo; } | sha256sum)" "arrives whole"
id=$(header Chaperone-Record "$(newest carl@kids.example)")
filed() {
	find "$ARCHIVE/records" -name "$id.eml" | grep .
}
wait_for 20 filed >/dev/null
is "$(/usr/bin/python3 - "$(filed)" <<'P'
import email, json, sys
with open(sys.argv[1], "rb") as file:
    parts = email.message_from_binary_file(file).walk()
envelope = next(json.loads(part.get_payload(decode=True)) for part in parts
                if part.get_content_type() == "application/json")["payload"]["envelope"]
print(*envelope["sender"]["parameters"], *envelope["recipients"][0]["parameters"])
P
)" "BODY=8BITMIME ENVID=QQ314159 NOTIFY=FAILURE ORCPT=rfc822;carl@kids.example" \
	"what else its commands said is on record"

{
	cat "$work/carl"
	yes 'We walk over to the centre together; bring the form for the trip.' | head -c 10485760
	echo
} >"$work/large"
ok "10 MiB in scope" send --as mia@agency.example -f mia@agency.example carl@kids.example <"$work/large"
is "$(body "$(newest carl@kids.example)" | tr -d '\r' | sha256sum)" \
	"$(sed '1,/^$/d' "$work/large" | sha256sum)" "arrive whole"
id=$(header Chaperone-Record "$(newest carl@kids.example)")
chaperone --as dsl@agency.example archive extract "$id" >"$work/extracted"
is "$(body "$work/extracted" | tr -d '\r' | sha256sum)" \
	"$(sed '1,/^$/d' "$work/large" | sha256sum)" "and are in the archive, byte for byte"

ok "a person has an address beyond ASCII" \
	chaperone person change C2 --address dora@kids.example --address dörte@kinder.example
ok "SMTPUTF8 is taken" send --as mia@agency.example -f mia@agency.example dörte@kinder.example <"$work/pieces"
is "$(mail_of dörte@kinder.example)" 0 "and held"
id=$(chaperone --as max@agency.example --json held list |
	json 'next(h["id"] for h in d if h["to"] == ["dörte@kinder.example"])')
ok "and released" chaperone --as max@agency.example held release "$id" --reason fine
is "$(mail_of dörte@kinder.example)" 1 "and delivered"
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "the archive is whole"
finish
