#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 at random moments, under load: nothing is delivered unrecorded, lost or doubled.
# KILLS: how many, 100 unless said.
. "$(dirname "$0")/lib.sh"

start_sandbox
people
rounds=${KILLS:-100}

# load NAME: sends until told to stop; writes down what was answered with success.
load() {
	local i=0
	while [ ! -e "$work/enough" ]; do
		i=$((i + 1))
		post mia@agency.example carl@kids.example "$1-$i" >/dev/null && echo "$1-$i"
		post mia@agency.example dora@kids.example "$1-held-$i" >/dev/null && echo "$1-held-$i" >&3
	done
}

# decide: releases what waits; a release may be cut off, and is tried again.
decide() {
	local id
	while [ ! -e "$work/enough" ]; do
		for id in $(held_ids 2>/dev/null | head -n 3); do
			chaperone --as max@agency.example held release "$id" --reason fine
		done >/dev/null 2>&1
	done
}

senders=()
for name in a b; do
	load "$name" >"$work/taken-$name" 3>"$work/held-$name" 2>/dev/null &
	senders+=($!)
done
decide &
senders+=($!)

failed=0
for ((round = 1; round <= rounds; round++)); do
	sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
	kill_chaperoned
	"$sandbox" restart "$box" >"$work/restart.log" 2>&1 || failed=$((failed + 1))
	read_sandbox
done
touch "$work/enough"
wait "${senders[@]}"
is "$failed" 0 "it starts again after each of $rounds kills"

subjects() {
	cat "$DELIVERED/$1"/*.eml | tr -d '\r' | sed -n 's/^Subject: //p' | sort
}

settle
sort "$work"/taken-* >"$work/taken"
subjects carl@kids.example >"$work/arrived"
ok "there was load ($(wc -l <"$work/taken") messages)" test "$(wc -l <"$work/taken")" -gt "$rounds"
is "$(comm -23 "$work/taken" "$work/arrived" | head)" "" "what was answered with success arrived"
is "$(uniq -d "$work/arrived" | head)" "" "nothing arrived twice"

cases=$(for case in C1 C2; do
	chaperone --as max@agency.example --json case show "$case" |
		json '"\n".join(e["id"] for e in d["entries"])'
done | sort)
is "$(for mail in "$DELIVERED"/{carl,dora}@kids.example/*.eml; do header Chaperone-Record "$mail"; done |
	sort -u | comm -23 - <(echo "$cases") | head)" "" "all that was delivered is recorded"

subjects dora@kids.example >"$work/released"
is "$(uniq -d "$work/released" | head)" "" "nothing was released twice"
all=$(chaperone --as max@agency.example --json held list --all)
is "$(json '[h["id"] for h in d if h["state"] == "releasing"]' <<<"$all")" "[]" \
	"no release is left in the middle"
ok "what was answered as held is held, or was released" \
	test "$(cat "$work"/held-* | wc -l)" -le "$(json 'len(d)' <<<"$all")"
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "the archive is whole"
finish
