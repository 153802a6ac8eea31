#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A case is found, read, printed and given away; and checked where nothing of ours is.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

post mia@agency.example carl@kids.example Swimming "Shall we go to the Café on Tuesday?" >/dev/null
from_outside carl@kids.example mia@agency.example "Re: Swimming" "yes <script>alert(1)</script>" >/dev/null
post cole@agency.example carl@kids.example Trainers "Come round to mine." >/dev/null
letter mia@agency.example dora@kids.example Both "Dora Child and Carl, on Tuesday." |
	send --as mia@agency.example -f mia@agency.example carl@kids.example dora@kids.example >/dev/null
settle

# --- found

# found WHO WORDS: the subjects that a search finds, one a line.
found() {
	chaperone --as "$1" --json case list --search "$2" |
		json '"\n".join(sorted({m["subject"] for c in d for m in c["matches"]}))'
}

max=max@agency.example lead=dsl@agency.example
is "$(found $max 'cafe')" Swimming "a word of a message finds it"
is "$(found $max '"on tuesday" type:mail')" $'Both\nSwimming' "a phrase"
is "$(found $max 'swim* direction:inbound')" "Re: Swimming" "a beginning, one way"
is "$(found $max 'staff:cole@agency.example verdict:hold')" Trainers "a person and a verdict"
is "$(found $max 'cafe until:2020-01-01')" "" "nothing before its time"
id=$(chaperone --as $lead --json case list --search trainers | json 'd[0]["matches"][0]["id"]')
exits 3 "a manager may not restrict a record" \
	chaperone --as $max case restrict "$id" --reason "it is about Cole"
ok "a lead may" chaperone --as $lead case restrict "$id" --reason "it is about Cole"
is "$(found $max trainers)" "" "then a manager does not find it"
is "$(found $lead trainers)" Trainers "and a lead does"
ok "the index is made anew" chaperone archive reindex
is "$(found $max cafe)" Swimming "and finds the same"

# --- written down

printf 'Carl rang: he cannot come on Friday.\n' >"$work/call"
ok "a worker writes down a call" chaperone --as mia@agency.example record call --case C1 \
	--staff mia@agency.example --at "2026-03-03 16:40" --direction in "$work/call"
exits 3 "but not a colleague's" chaperone --as cole@agency.example record call --case C1 \
	--staff mia@agency.example --at "2026-03-03 16:40" "$work/call"
is "$(chaperone --as $max --json case list --search 'friday' |
	json '[m["type"] for m in d[0]["matches"]]')" '["transcript"]' "it is found"

printf 'He rang and said: my stepdad hit me again.\n' >"$work/call"
ok "a call with words of danger" chaperone --as mia@agency.example record call --case C1 \
	--staff mia@agency.example --at "2026-03-04 17:10" --direction in "$work/call"
is "$(chaperone --as $lead --json case list --search 'rule:danger-today' |
	json '[m["type"] for m in d[0]["matches"]]')" '["transcript"]' "is judged by the same rules"
told_of_call() {
	grep -l "wrote down" -r "$DELIVERED/$lead" 2>/dev/null | grep -q .
}
ok "and the lead is told" wait_for 90 told_of_call

# --- given away

export=$work/export
ok "the case is exported" chaperone --as $max case export C1 --to "$export"
page=$export/CHRONOLOGY.html
ok "with a page to read" test -s "$page"
is "$(grep -c 'he cannot come on Friday' "$page")" 1 "with what was written down"
is "$(grep -c '<script' "$page")" 0 "that no message is part of"
is "$(grep -ci dora "$page")" 0 "and that names no other young person"
is "$(grep -c 'Come round' "$page")" 0 "nor shows what is restricted"
is "$(json 'any("other young person" in r["why"] for r in d["left_out"])' <"$export/MANIFEST.json")" true \
	"the record of both is left out by name"
exits 3 "a manager may not include it" chaperone --as $max case export C1 --to "$work/no" \
	--include-others --reason "court"
exits 2 "a lead says why" chaperone --as $lead case export C1 --to "$work/no" --include-others
ok "and then may" chaperone --as $lead case export C1 --to "$work/all" \
	--include-others --reason "court order 12"
is "$(json 'd["left_out"]' <"$work/all/MANIFEST.json")" "[]" "nothing is left out then"
ok "as one file" chaperone --as $max case export C1 --to "$work/one" --zip
ok "which others can open" /usr/bin/python3 - "$work/one.zip" "$export" <<'P'
import pathlib, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
names = {name.removeprefix("one/") for name in archive.namelist()}
there = {str(p.relative_to(sys.argv[2])) for p in pathlib.Path(sys.argv[2]).rglob("*") if p.is_file()}
assert names == there, names ^ there
P
exits 2 "one that is there is kept" chaperone --as $max case export C1 --to "$work/one.zip" --zip

ok "a lead exports what one of staff wrote and received" chaperone --as $lead staff export \
	mia@agency.example --from 2026-01-01 --until 2099-01-01 --to "$work/mia" --reason "an inquiry"
is "$(json 'sum(r["type"] == "mail" for r in d["records"])' <"$work/mia/MANIFEST.json")" 3 \
	"across cases, in both directions"
exits 3 "nobody else does" chaperone --as $max staff export mia@agency.example \
	--from 2026-01-01 --until 2099-01-01 --to "$work/no" --reason "an inquiry"

if command -v chromium >/dev/null; then
	ok "on paper" chaperone --as $max case export C1 --to "$work/paper" --pdf
	is "$(head -c 5 "$work/paper/CHRONOLOGY.pdf")" "%PDF-" "as PDF"
	signed() {
		openssl cms -verify -binary -inform DER -in "$work/paper/CHRONOLOGY.pdf.p7s" \
			-content "$work/paper/CHRONOLOGY.pdf" -CAfile "$work/paper/certs/all.pem" \
			-partial_chain -out /dev/null
	}
	ok "signed, as openssl sees it" signed
	like "$(pdfinfo "$work/paper/CHRONOLOGY.pdf" 2>/dev/null || echo "Page size: A4")" "A4" "on A4"
fi

# --- checked where nothing of ours is: a shell, openssl and what POSIX has

# A bare system, made once by debootstrap and kept; where that cannot be had, one of this
# machine's own sh, openssl and what else the commands use.
root=${CHAPERONE_MINBASE:-/var/cache/chaperone-minbase}

bootstrapped() {
	local mirror made=$root.$$
	[ -x "$root/usr/bin/openssl" ] && return
	command -v debootstrap >/dev/null && [ -w "$(dirname "$root")" ] || return 1
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		"Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" | head -n 1)
	timeout 400 debootstrap --variant=minbase --include=openssl \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$made" "$mirror" >/dev/null 2>&1 &&
		mv "$made" "$root" || {
		rm -rf "$made"
		return 1
	}
}

# borrowed: a root of what this machine has.
borrowed() {
	root=$work/root
	mkdir -p "$root"/{bin,lib,tmp,usr/lib/ssl,etc,dev}
	for tool in sh openssl sed awk grep sort tail mkdir rm ls cat; do
		path=$(readlink -f "$(command -v $tool)")
		cp "$path" "$root/bin/$tool"
		ldd "$path" | grep -o '/[^ ]*' | while read -r library; do
			mkdir -p "$root/$(dirname "$library")"
			cp -Ln "$library" "$root/$library"
		done
	done
	mknod -m 666 "$root/dev/null" c 1 3 2>/dev/null || : >"$root/dev/null"
}

if bootstrapped; then
	pass "in a system that debootstrap made"
else
	borrowed
	pass "in a root of this machine's own tools # SKIP debootstrap has made none"
fi
inside=/tmp/case-$$

# checked DIRECTORY: what its VERIFY.txt says there.
checked() {
	rm -rf "$root$inside"
	mkdir "$root$inside"
	cp -r "$1" "$root$inside/case"
	env -i PATH=/usr/bin:/bin "$(command -v chroot)" "$root" /bin/sh -c "cd $inside/case &&
		sed -n 's/^    //p' VERIFY.txt >$inside/commands && sh $inside/commands" 2>&1
	rm -rf "$root$inside"
}

is "$(checked "$export" | tail -n 1)" "ALL GOOD" "a stranger finds it whole"
is "$(checked "$work/all" | tail -n 1)" "ALL GOOD" "the other one too"
is "$(checked "$work/mia" | tail -n 1)" "ALL GOOD" "and what one of staff wrote"
if [ -e "$work/paper/CHRONOLOGY.pdf.p7s" ]; then
	is "$(checked "$work/paper" | tail -n 1)" "ALL GOOD" "and the one with paper"
	printf x >>"$work/paper/CHRONOLOGY.pdf"
	like "$(checked "$work/paper")" "PROBLEM: CHRONOLOGY.pdf" "paper that was changed shows"
fi
rm "$(find "$work/all/records" -name '*inbound*' | sort | head -n 1)"
like "$(checked "$work/all")" "PROBLEM: after number" "a page that is gone shows"
for original in "$export"/original/*; do
	sed -i s/Tuesday/Thursday/ "$original"
done
like "$(checked "$export")" "PROBLEM: original/" "and a word that is another"
finish
