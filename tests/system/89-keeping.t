#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Keeping and letting go: holds, erasure by two people, wrong cases, subject access.
. "$(dirname "$0")/lib.sh"

pictures=$top_srcdir/tests/system/pictures.py

lead() {
	chaperone --as dsl@agency.example "$@"
}

second() {
	chaperone --as dsl2@agency.example "$@"
}

# days N: the daemon's clock is so many days ahead.
days() {
	echo "$(($1 * 86400))" >"$work/clock.new"
	mv "$work/clock.new" "$work/clock"
}

# id COMMAND…: the id that it prints.
id() {
	"$@" | tail -n 1
}

record_of() {
	header Chaperone-Record "$(newest "$1")"
}

# keeps WORD…: some file of the archive has each of them.
keeps() {
	local word
	for word in "$@"; do
		grep -rqaF "$word" "$ARCHIVE" || return 1
	done
}

# forgot WORD…: no file of the archive has any of them, nor anything else of ours.
forgot() {
	local word
	for word in "$@"; do
		! grep -raFl "$word" "$ARCHIVE" "$box/run" "$box/log/chaperoned.log" || return 1
	done
}

verified() {
	chaperone --json archive verify | json '[d["ok"], len([n for n in d["notes"] if n.endswith("erased")])]'
}

# follows DIR: VERIFY.txt leads to its end.
follows() {
	(cd "$1" && sed -n 's/^    //p' VERIFY.txt | sh | tail -n 1 | grep -qx 'ALL GOOD')
}

is_gone() {
	! find "$ARCHIVE/records" -name "$1.eml" | grep -q .
}

chaperoned_checks() {
	"/proc/$CHAPERONED_PID/exe" -t -c "$CONFIG"
}

has_envelope() {
	grep -rqa '^Content-Type: application/pkcs7-mime' "$ARCHIVE/records"
}

days 0
CHAPERONE_CLOCK=$work/clock start_sandbox
people
chaperone staff add dsl2@agency.example --name "Sue Second" --role lead >/dev/null

# --- the table

echo "retention $box/retention.table" >"$box/conf.d/retention.conf"
echo "looked-after born 75 winters" >"$box/retention.table"
like "$(chaperoned_checks 2>&1)" "retention.table:1: 'looked-after born 75 winters'" \
	"what is wrong in the table is named by its line"
printf '%s\n' "# ours" "looked-after born 75 years" "short closed 10 days" "cooling-off 20 days" \
	>"$box/retention.table"
ok "and a good one holds" chaperoned_checks
kill -USR1 "$CHAPERONED_PID"
ok "it is read while the daemon runs" wait_for 10 logged 'reload.*state=done'

# --- what is to go, and what is to stay

letter carl@kids.example mia@agency.example zanzibarquince "a secret of zanzibarquince" |
	send --outside -f carl@kids.example mia@agency.example >/dev/null
settle
wrong=$(record_of mia@agency.example)
/usr/bin/python3 "$pictures" mixed | sed 's/these are my words/wolframitelynx here/' |
	send --outside -f carl@kids.example mia@agency.example >/dev/null
settle
sealed=$(record_of mia@agency.example)
from_outside carl@kids.example mia@agency.example ordinaryteapot "Karen Smith was there" >/dev/null
settle
kept=$(record_of mia@agency.example)
echo "textkumquat said Karen" | lead record text --case C1 --staff mia@agency.example \
	--at 2026-01-02 --direction in - >/dev/null
letter mia@agency.example carl@kids.example sharedtangerine "both of you" |
	send --as mia@agency.example -f mia@agency.example carl@kids.example dora@kids.example >/dev/null
settle
shared=$(held_ids)
ok "a message to two young people waits" lead held show "$shared"
exits 3 "and cannot be erased while it does" lead erase propose "$shared" --reason x
lead held release "$shared" --reason "both know" >/dev/null
chaperone archive reindex >/dev/null
ok "the words are there to begin with" \
	keeps zanzibarquince wolframitelynx ordinaryteapot textkumquat sharedtangerine
is "$(lead --json case list --search 'zanzibar*' | json 'd[0]["matches"][0]["id"]')" "$wrong" "and are found"

# --- two people, and time

exits 3 "a manager erases nothing" chaperone --as max@agency.example erase propose "$wrong" --reason x
exits 3 "nor does root" chaperone erase propose "$wrong" --reason x
exits 2 "nor a lead without a reason" lead erase propose "$wrong"
proposal=$(id lead erase propose "$wrong" --reason "sent to the wrong agency")
exits 3 "who proposed it does not approve it" lead erase approve "$proposal"
exits 2 "a hold says by whom" lead case hold add C1 --reason x
ok "a court holds the case" lead case hold add C1 --authority "High Court" --reason "a claim"
exits 3 "which beats a proposal" second erase approve "$proposal"
like "$(lead case show C1)" "High Court" "and is shown with the case"
ok "it is lifted" lead case hold lift C1 --authority "High Court" --reason settled
exits 3 "and nothing goes yet" second erase approve "$proposal"
days 21
ok "after the cooling-off another lead approves" second erase approve "$proposal"
picture=$(id lead erase propose "$sealed" --reason "it was never ours to have")
ok "what was sealed can go as well" has_envelope
second erase approve "$picture" >/dev/null
like "$(lead erase due)" "$wrong +approved" "both wait, and are listed"
other=$(id lead erase propose "$kept" --reason "by mistake")
second erase approve "$other" >/dev/null
ok "one is taken back" second erase cancel "$other"
days 30
sleep 12 # the daemon looks every ten seconds
ok "before its time nothing goes" keeps zanzibarquince wolframitelynx
days 42
ok "then it goes" wait_for 40 is_gone "$wrong"
kill_chaperoned
restart_sandbox
ok "all of it, though the daemon was killed over it" wait_for 60 forgot zanzibarquince wolframitelynx
ok "what was sealed of it, too" wait_for 60 no has_envelope
ok "and nothing else" keeps ordinaryteapot textkumquat sharedtangerine
is "$(verified)" "[true, 1]" "everything else verifies, and what is gone is noted"
is "$(lead --json case list --search zanzi* | json 'sum(len(c["matches"]) for c in d)')" 0 "nothing finds it"
ok "the mailbox is the agency's to clear" grep -rqF zanzibarquince "$DELIVERED"

ok "the case is exported without it" lead case export C1 --to "$work/export" --include-others --reason test
ok "and a stranger follows it across the gap" follows "$work/export"
like "$(cat "$work/export/MANIFEST.json")" "it was erased: sent to the wrong agency" "which has its reason"
like "$(cat "$work/export/CHRONOLOGY.html")" "One record of this file was erased" "and so has the page"
tombstone=$(grep -l '"type":"erased"' -r "$work/export/records" | head -n 1)
ok "openssl verifies the tombstone" openssl cms -verify -in "$tombstone" \
	-CAfile "$work/export/certs/all.pem" -partial_chain -no_check_time -out "$work/content"

# --- a wrong case

exits 3 "a manager moves no record" chaperone --as max@agency.example case refile "$kept" --from C1 --to C2 --reason x
ok "a lead does" lead case refile "$kept" --from C1 --to C2 --reason "it was Dora who wrote"
is "$(lead --json case show C1 | json "any(e['id'] == '$kept' for e in d['entries'])")" false "it has left the one"
is "$(lead --json case show C2 | json "any(e['id'] == '$kept' for e in d['entries'])")" true "and joined the other"
ok "its export has it" lead case export C2 --to "$work/joined" --include-others --reason test
ok "as it came" test -e "$work/joined/original/$kept.eml"
ok "and still leads to the end" follows "$work/joined"
ok "the other names what left" lead case export C1 --to "$work/left" --include-others --reason test
like "$(cat "$work/left/MANIFEST.json")" "filed in another case by mistake" "with its reason"
ok "and has not lost a page" follows "$work/left"
lead case refile "$kept" --from C2 --to C1 --reason "no, it was Carl" >/dev/null

# --- subject access

today=$(date -d "@$(($(date +%s) + 42 * 86400))" +%F)
request=$(id lead case request add C1 --received "$today")
is "$(lead --json case request list | json '[r["id"] for r in d if 27 <= r["days_left"] <= 31]')" \
	"[\"$request\"]" "a request has a month"
printf '%s\n' "Karen Smith" >"$work/redact"
like "$(lead case export C1 --for subject --redact "$work/redact" --to "$work/no" 2>&1)" \
	"redact:1: has no reason" "a line without a reason is named"
printf '%s\n' "# others" "Mia Worker : a colleague" >"$work/redact"
exits 2 "staff stay named" lead case export C1 --for subject --redact "$work/redact" --to "$work/no"
exits 2 "without a file nobody is asked" lead case export C1 --for subject --to "$work/no"
ok "nothing was written by those" test ! -e "$work/no"
printf '%s\n' "# others" "Karen Smith : a partner of his mother" "Karen : a partner of his mother" >"$work/redact"
ok "the file goes to the one whom it is about" \
	lead case export C1 --for subject --redact "$work/redact" --to "$work/subject"
page=$(cat "$work/subject/CHRONOLOGY.html")
like "$page" "ordinaryteapot" "to read"
like "$page" "taken out: a partner of his mother" "with a reason in the place of a third party"
like "$page" "Mia Worker" "and the worker's name"
ok "who is in no file of it" no grep -rqi karen "$work/subject"
ok "nor is the other young person" no grep -rqi dora "$work/subject"
is "$(find "$work/subject" -name '*.eml' | wc -l)" 0 "no original is in it"
digest=$(sha256sum <"$(find "$ARCHIVE/records" -name "$kept.eml")" | cut -d' ' -f1)
ok "but the digest of each" grep -q "$digest" "$work/subject/MANIFEST.json" "$work/subject/ABOUT.txt"
is "$(lead --json case request list | json 'd')" "[]" "and the request is answered"

# --- a whole case

exits 3 "an open case is not erased" lead erase propose C1 --reason x
lead case class C1 --class short >/dev/null
ok "without the day of its end it is kept, and listed" grep -q 'no date of `closed`' <(lead erase due)
lead person end C1 --reason "moved away" >/dev/null
days 60
like "$(lead erase due)" "C1 .*retention.table:3: short closed 10 days" "when its time is over, the rule says so"
case=$(id lead erase propose C1 --reason "its time is over")
ok "it is approved" second erase approve "$case"
days 85
ok "and is gone from the register" wait_for 60 no chaperone person show C1
ok "and from every file" wait_for 60 forgot ordinaryteapot textkumquat "Carl Child" "Ann Parent"
ok "but for what the other must keep" keeps sharedtangerine
is "$(lead --json case show C2 | json "any(e['id'] == '$shared' for e in d['entries'])")" true "who still has it"
ok "the other case is whole" lead case export C2 --to "$work/other" --include-others --reason test
ok "to its end" follows "$work/other"
is "$(verified)" "[true, 1]" "and so is the archive"
restart_sandbox
is "$(verified)" "[true, 1]" "also after a restart"

# --- whoever tampers

kill_chaperoned
file=$(find "$ARCHIVE/records" -name "$shared.eml")
mv "$file" "$work/away"
is "$(chaperone --json archive verify | json '[p["problem"] for p in d["problems"] if p["id"] == "'"$shared"'"]')" \
	'["missing"]' "a file without a tombstone is missing"
mv "$work/away" "$file"
cp "$file" "$(dirname "$file")/$wrong.eml"
like "$(chaperone --json archive verify | json '[p["problem"] for p in d["problems"]]')" "unexpected" \
	"a file that is erased and there is found"
rm "$(dirname "$file")/$wrong.eml"
/usr/bin/python3 - "$ARCHIVE/index.sqlite" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
position, = db.execute("SELECT max(position) + 1 FROM record").fetchone()
db.execute("INSERT INTO record VALUES (?, '01KB0000000000000000000000', 'agreement', 0, '01KB0000000000000000000000')", (position,))
db.execute("INSERT INTO record_case VALUES ('C2', 9999, ?)", (position,))
db.execute("UPDATE meta SET position = position + 1")
db.commit()
END
restart_sandbox
post mia@agency.example dora@kids.example agreed "are we agreed?" >/dev/null
settle
is "$(held_ids | wc -l)" 1 "an agreement written into the index by hand lets nothing pass"
finish
