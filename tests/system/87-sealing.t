#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Pictures and films from young people: taken out of what is delivered, on no disk of ours
# but encrypted, opened by the lead's key alone.
. "$(dirname "$0")/lib.sh"

pictures=$top_srcdir/tests/system/pictures.py

picture() {
	/usr/bin/python3 "$pictures" "$1"
}

# has_picture DIR: some file there holds it.
has_picture() {
	/usr/bin/python3 "$pictures" --find "$1"
}

# parsed FILE EXPRESSION: a Python expression over the message `m`.
parsed() {
	/usr/bin/python3 -c 'import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.SMTP)
print(eval(sys.argv[2]))' "$1" "$2"
}

types='" ".join(p.get_content_type() for p in m.walk())'
words='any("these are my words" in p.get_content() for p in m.walk() if p.get_content_maintype() == "text")'

# has_mail COUNT: so many messages have reached Mia.
has_mail() {
	[ "$(mail_of mia@agency.example)" = "$1" ]
}

# arrives NAME TYPES WORDS: the letter is delivered without its picture, as these types.
arrives() {
	local before mail
	before=$(mail_of mia@agency.example)
	picture "$1" | send --outside -f carl@kids.example mia@agency.example >/dev/null
	ok "$mta: $1: it is delivered at once" wait_for 30 has_mail "$((before + 1))"
	mail=$(newest mia@agency.example)
	is "$(parsed "$mail" "$types")" "$2" "$mta: $1: as these types"
	is "$(parsed "$mail" "$words")" "$3" "$mta: $1: the words are there: $3"
	like "$(cat "$mail")" "Do NOT ask for it again" "$mta: $1: and what the worker should do"
	is "$(header Chaperone-Finding "$mail" | grep -c '^image; par=2.3$')" 1 \
		"$mta: $1: marked as a picture"
}

sealing() {
	mta=$1
	box=$work/box-$mta
	start_sandbox --mta "$mta"
	people

	text="text/plain" mixed="multipart/mixed"
	arrives mixed "$mixed $text $text" True
	arrives words-after "$mixed $text $text" True
	arrives two "$mixed $text $text $text" True
	arrives film "$mixed $text $text" True
	arrives related "multipart/alternative $text multipart/related text/html $text" True
	arrives single "$text" False
	arrives single-film "$text" False
	arrives inner "$mixed $text message/rfc822 $text" True
	arrives zip "$mixed $text $text" True
	arrives document "$mixed $text $text" True
	arrives quoted "$mixed $text $text" True
	arrives binary "$mixed $text $text" True
	arrives untyped "$mixed $text $text" True
	arrives lying "$mixed $text $text" True
	arrives odd-boundary "$mixed $text $text" True
	arrives long-lines "$mixed $text $text" True
	arrives unclosed "$mixed $text $text" True
	arrives no-boundary "$text" False
	arrives deep "$text" False
	arrives uuencode "$text" False

	commands
	no_copies
	the_lead_opens_it
}

no_copies() {
	ok "$mta: the test knows the picture when it sees it" has_picture_in_the_open
	ok "$mta: nothing that was delivered holds the picture" no has_picture "$DELIVERED"
	ok "$mta: and no file of the archive" no has_picture "$ARCHIVE"
	ok "$mta: nor after the journal is filed" no_copy_after_restart
	large
	is "$(chaperone --json archive verify | json 'd["ok"]')" true "$mta: the archive is whole"
	chaperone --as max@agency.example case export C1 --to "$work/export-$mta" >/dev/null
	ok "$mta: the case can be exported" test -d "$work/export-$mta/records"
	ok "$mta: and the export holds no picture" no has_picture "$work/export-$mta"
	is "$(grep -rl 'authEnveloped' "$work/export-$mta" | wc -l)" 0 "$mta: not even encrypted"
}

has_picture_in_the_open() {
	mkdir -p "$work/open"
	local name
	for name in $(/usr/bin/python3 "$pictures" --names); do
		picture "$name" >"$work/open/$name"
	done
	[ "$(has_picture "$work/open" | wc -l)" = "$(ls "$work/open" | wc -l)" ]
}

no_copy_after_restart() {
	restart_sandbox && no has_picture "$ARCHIVE"
}

lead() {
	chaperone --as dsl@agency.example archive "$@"
}

second() {
	chaperone --as dsl2@agency.example archive "$@"
}

open_counts() {
	chaperone --json status | json '[d["sealed_open"], d["sealed_due"]]'
}

commands() {
	local id why
	why=(--reason "the police asked" --present "Max Manager")
	chaperone staff add dsl2@agency.example --name "Sue Second" --role lead >/dev/null
	picture mixed >"$work/sent"
	send --outside -f carl@kids.example mia@agency.example <"$work/sent" >/dev/null
	id=$(header Chaperone-Record "$(newest mia@agency.example)")
	ok "$mta: the lead's own key opens it" \
		lead unseal "$id" --key "$box/keys/dsl.key" "${why[@]}" --to "$work/opened-$mta"
	is "$(body "$work/opened-$mta" | sha256sum)" "$(body "$work/sent" | sha256sum)" \
		"$mta: and it is as it came"
	exits 2 "$mta: not without saying why" lead unseal "$id" --key "$box/keys/dsl.key" --present x --to "$work/no"
	exits 2 "$mta: nor without saying who is there" lead unseal "$id" --key "$box/keys/dsl.key" --reason x --to "$work/no"
	exits 2 "$mta: nor with the agency's key" lead unseal "$id" --key "$box/keys/signing.key" "${why[@]}" --to "$work/no"
	exits 3 "$mta: nor by the manager" chaperone --as max@agency.example archive unseal "$id" \
		--key "$box/keys/dsl.key" "${why[@]}" --to "$work/no"
	ok "$mta: and nothing came out of those" test ! -e "$work/no"
	exits 2 "$mta: an outcome is one" lead outcome "$id" --safe --police 7
	exits 3 "$mta: nothing is destroyed before the police have it" lead outcome "$id" --destroyed 7
	local before
	before=$(open_counts)
	ok "$mta: one lead says that it is safe" lead outcome "$id" --safe
	is "$(open_counts)" "$before" "$mta: which is not enough"
	ok "$mta: nor twice the same" lead outcome "$id" --safe
	is "$(open_counts)" "$before" "$mta: it is still open"
	ok "$mta: the second lead says so, too" second outcome "$id" --safe --told "$(date +%F)"
	ok "$mta: then it is settled" test "$(open_counts)" != "$before"
	ok "$mta: it can be sealed anew for the leads of now" \
		second rewrap "$id" --key "$box/keys/dsl2.key" "${why[@]}"
	ok "$mta: and opened again" lead unseal "$id" --key "$box/keys/dsl.key" "${why[@]}" --to "$work/again-$mta"
	is "$(sha256sum <"$work/again-$mta")" "$(sha256sum <"$work/opened-$mta")" "$mta: the same bytes"
}

# A message past what is kept in memory: looked for while it comes in, too.
large() {
	{
		picture mixed | sed '/^--part--/,$d'
		printf -- '--part\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n'
		picture mixed | sed -n '/^\/9j/p' | head -n 1
		head -c 3000000 /dev/urandom | base64 -w 76 | sed 's/$/\r/'
		printf -- '\r\n--part--\r\n'
	} >"$work/large"
	local before
	before=$(mail_of mia@agency.example)
	send --outside -f carl@kids.example mia@agency.example <"$work/large" >/dev/null
	ok "$mta: a large one is delivered" wait_for 30 has_mail "$((before + 1))"
	is "$(parsed "$(newest mia@agency.example)" "$types")" "$mixed $text $text $text" \
		"$mta: without its pictures"
	ok "$mta: and no file of the archive holds it" no has_picture "$ARCHIVE"
	is "$(ls "$ARCHIVE/spool" | wc -l)" 0 "$mta: and nothing is left in the spool"
}

the_lead_opens_it() {
	local id closed=$work/closed-$mta
	id=$(header Chaperone-Record "$(newest mia@agency.example)")
	grep -l '^Content-Type: application/pkcs7-mime' -r "$ARCHIVE/records" | sort | tail -n 1 >"$closed.name"
	sed -n '/^Content-Type: application.pkcs7-mime/,/^--/p' "$(cat "$closed.name")" |
		tr -d '\r' | sed '1,/^$/d; /^--/d' | base64 -d >"$closed"
	for key in dsl dsl2; do
		ok "$mta: openssl opens it with the key of $key" openssl cms -decrypt -binary -inform DER \
			-in "$closed" -inkey "$box/keys/$key.key" -out "$closed.eml"
		is "$(sed '1,/^\r$/d' "$closed.eml" | sha256sum)" "$(sed '1,/^\r$/d' "$work/large" | sha256sum)" \
			"$mta: and every byte of its body is as it came"
	done
	ok "$mta: the agency's own key does not" no openssl cms -decrypt -binary -inform DER \
		-in "$closed" -inkey "$box/keys/signing.key" -out /dev/null
}

sealing postfix
"$sandbox" stop "$box"
sealing sendmail
"$sandbox" stop "$box"

# The text in rules/ is what the worker acts on.
for text in "$top_srcdir"/rules/sealed-notice*.txt; do
	flat=$(tr '\n' ' ' <"$text" | tr -s ' ')
	like "$flat" "Do NOT ask for it again, in any way" "${text##*/}: says not to ask for it again"
	asking='(please|can you|could you|tell them to|ask (them|him|her) to)[^.]*(re-?send|send[^.]* again|delete|forward)|(^|[.] )(re-?send|delete|forward)'
	is "$(grep -oiE "$asking|delete|re-?send|forward" <<<"$flat")" "" \
		"${text##*/}: never asks to send it again or to delete it"
done
finish
