#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The log in the eyes of other people's code: Go's sumdb opens the notes, reads the tiles,
# and proves every entry.
set -u
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$top_srcdir/_build}
sizes='0 1 255 256 257 65536 70000'
gopath=/usr/share/gocode
[ -d "$gopath/src/golang.org/x/mod/sumdb" ] && command -v go >/dev/null || {
	echo "1..0 # SKIP needs golang-go and golang-golang-x-mod-dev"
	exit 0
}
work=$(mktemp -d "${TMPDIR:-/tmp}/chaperone-interop-XXXXXX")
trap 'rm -rf "$work"' EXIT
export GO111MODULE=off GOPATH=$gopath GOCACHE=$work/cache GOFLAGS=-buildvcs=false

number=0
# ok NAME COMMAND…
ok() {
	local name=$1 said
	shift
	number=$((number + 1))
	if said=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		printf '%s\n' "$said" | sed 's/^/# /'
	fi
}
no() { ! "$@"; }

ok "the verifier is built" go build -o "$work/check_log" "$top_srcdir/tests/interop/check_log.go"
made=()
for size in $sizes; do
	made+=("$size")
	at=$work/$size
	mkdir "$at"
	key=$("$top_builddir/tests/interop/make_log" "$at" "${made[@]}")
	older=()
	for each in "${made[@]}"; do older+=("$at/checkpoint.$each"); done
	ok "a log of $size entries, from each size before it" \
		"$work/check_log" "$at/log" "$key" "$at/checkpoint.$size" "${older[@]}"
	[ "$size" = 0 ] ||
		ok "its proofs" "$work/check_log" "$at/log" "$key" "$at/checkpoint.$size" "$at"/*.proof
done

# Two keys at a hand-over: who knows either follows.
at=$work/rotated
mkdir "$at"
mapfile -t keys < <("$top_builddir/tests/interop/make_log" "$at" 200 rotate 300)
ok "after a hand-over the former key opens the checkpoint, and the log goes on from its own" \
	"$work/check_log" "$at/log" "${keys[0]}" "$at/checkpoint.300" "$at/checkpoint.200"
ok "so does the new key" "$work/check_log" "$at/log" "${keys[1]}" "$at/checkpoint.300" "$at/300.proof"
ok "which did not sign before" \
	no "$work/check_log" "$at/log" "${keys[1]}" "$at/checkpoint.200" "$at/checkpoint.200"

# A check that cannot fail is none.
at=$work/257
key=$("$top_builddir/tests/interop/make_log" "$work" 1)
ok "another key does not open it" no "$work/check_log" "$at/log" "$key" "$at/checkpoint.257"
key=$("$top_builddir/tests/interop/make_log" "$(mkdir "$work/x" && echo "$work/x")" 200 300)
printf 'x' | dd of="$work/x/log/tile/0/000" bs=1 seek=40 conv=notrunc status=none
ok "a changed tile is seen" no "$work/check_log" "$work/x/log" "$key" "$work/x/checkpoint.300"
echo "1..$number"
